import * as vscode from 'vscode'
import { newRunbook, openExample } from './begin.ts'
import { chooseInventory, chooseValues } from './choose-sources.ts'
import { runAgainstEmulator } from './emulate.ts'
import { previewBook } from './preview-book.ts'
import { resume, runGuided, simulate, validateWorkspace } from './run.ts'
import { showReferences } from './show-references.ts'
import { chooseStart } from './start-of-run.ts'
import type { CommandRun, Work } from './work.ts'

/** Every command but those of the trees, by name. */
const commands: Readonly<Record<string, CommandRun>> = {
  'rollbook.newRunbook': newRunbook,
  'rollbook.openExample': openExample,
  'rollbook.validateWorkspace': validateWorkspace,
  'rollbook.plan': async ({ plan, runbook }, argument) => {
    const { uri } = (argument ?? {}) as { readonly uri?: unknown }
    if (typeof uri === 'string') await vscode.window.showTextDocument(vscode.Uri.parse(uri), { preserveFocus: true })
    plan.open()
    runbook.refresh()
  },
  'rollbook.simulate': simulate,
  'rollbook.previewBook': previewBook,
  'rollbook.run': runGuided,
  'rollbook.resume': resume,
  'rollbook.runAgainstEmulator': runAgainstEmulator,
  'rollbook.showReferences': showReferences,
  'rollbook.chooseInventory': chooseInventory,
  'rollbook.chooseValues': chooseValues,
  'rollbook.chooseStart': chooseStart,
  'rollbook.restartServer': ({ server }) => server.restart(),
}

export function registerCommands(work: Work): vscode.Disposable {
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([name, run]) =>
      vscode.commands.registerCommand(name, async (argument?: unknown, ...more: readonly unknown[]) => {
        try {
          return await run(work, argument, ...more)
        } catch (error) {
          void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error))
          return undefined
        }
      }),
    ),
  )
}
