/** A run against an emulated system: real servers on this machine that behave as the vendor documents. */
import { setTimeout as pause } from 'node:timers/promises'
import * as vscode from 'vscode'
import { sourcesFor } from '../sources.ts'
import { start } from './run.ts'
import type { CommandRun } from './work.ts'

/** How long an emulator may take until its inventory is there. */
const startMs = 120_000

export const runAgainstEmulator: CommandRun = async (work, argument) => {
  const sources = await sourcesFor(argument, work.runbook, work.server)
  if (!sources?.folder) return
  const { system: named } = (argument ?? {}) as { readonly system?: string }
  const system = named ?? (await pickSystem(sources.systems))
  if (system === undefined) return
  await vscode.workspace.saveAll(false)
  const { folder } = sources
  const emulator = `.rollbook/emulators/${system}`
  const inventory = vscode.Uri.joinPath(folder.uri, emulator, 'inventory.yaml')
  await vscode.workspace.fs.delete(inventory).then(undefined, () => undefined)
  const running = await start(work, { name: `emulate ${system}`, words: ['emulate', system], folder, background: true })
  const isThere = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: `Starting the emulated ${system}`, cancellable: true },
    (_progress, token) => waitFor(inventory, running, token),
  )
  if (!isThere) return
  const values = sources.values === undefined ? [] : ['--values', sources.values]
  const words = ['run', sources.path, '--inventory', `${emulator}/inventory.yaml`, ...values]
  await start(work, { name: `run ${sources.path} (emulated)`, words, folder, guided: true })
}

async function pickSystem(systems: readonly string[]): Promise<string | undefined> {
  if (systems.length === 0)
    void vscode.window.showInformationMessage('No emulated system ships for the actions of this runbook.')
  if (systems.length < 2) return systems[0]
  return await vscode.window.showQuickPick([...systems], { title: 'Run against an emulated system' })
}

async function waitFor(
  file: vscode.Uri,
  execution: vscode.TaskExecution,
  token: vscode.CancellationToken,
): Promise<boolean> {
  let ended = false
  const ending = vscode.tasks.onDidEndTask((event) => {
    if (event.execution === execution) ended = true
  })
  try {
    for (let waited = 0; waited < startMs && !ended && !token.isCancellationRequested; waited += 250) {
      const there = await vscode.workspace.fs.stat(file).then(
        ({ size }) => size > 0,
        () => false,
      )
      if (there) return true
      await pause(250)
    }
    return false
  } finally {
    ending.dispose()
  }
}
