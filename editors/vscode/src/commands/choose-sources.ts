/** The pickers for the inventory and the values that count. */
import * as vscode from 'vscode'
import { ask } from '../requests.ts'
import type { CommandRun, Work } from './work.ts'

type Setting = 'inventory' | 'values'

export const chooseInventory: CommandRun = (work) => choose(work, 'inventory')
export const chooseValues: CommandRun = (work) => choose(work, 'values')

interface Choice extends vscode.QuickPickItem {
  /** Empty: the one beside the runbook. */
  readonly path?: string
}

async function choose({ runbook, server }: Work, setting: Setting): Promise<void> {
  const uri = runbook.document?.uri ?? vscode.Uri.file('/')
  const found = await ask(server.running, 'rollbook/choices', uri)
  const paths = (setting === 'inventory' ? found?.inventories : found?.values) ?? []
  const used = runbook.plan?.last.files[setting]
  const items: readonly Choice[] = [
    { label: 'The one beside the runbook', description: `same name, .${setting}.yaml`, path: '' },
    ...paths.map((path): Choice => ({ label: path, path, ...(path === used ? { description: 'in use' } : {}) })),
    { label: 'Another file …', alwaysShow: true },
  ]
  const title = setting === 'inventory' ? 'Inventory' : 'Values of inputs'
  const chosen = await vscode.window.showQuickPick([...items], { title, placeHolder: 'What shall plans be made with?' })
  if (!chosen) return
  const path = chosen.path ?? (await browse(title))
  if (path === undefined) return
  const target = vscode.workspace.workspaceFolders
    ? vscode.ConfigurationTarget.Workspace
    : vscode.ConfigurationTarget.Global
  await vscode.workspace.getConfiguration('rollbook').update(setting, path === '' ? undefined : path, target)
}

async function browse(title: string): Promise<string | undefined> {
  const [uri] = (await vscode.window.showOpenDialog({ title, canSelectMany: false })) ?? []
  return uri && vscode.workspace.asRelativePath(uri, false)
}
