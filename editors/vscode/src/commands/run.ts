/** Commands that start the program in a terminal. */
import * as vscode from 'vscode'
import { ask } from '../requests.ts'
import { makeTask, runQuietly, type TaskWish } from '../run-program.ts'
import { planWords, sourcesFor } from '../sources.ts'
import type { CommandRun, Work } from './work.ts'

export function start(work: Work, wish: TaskWish): Thenable<vscode.TaskExecution> {
  return vscode.tasks.executeTask(makeTask(work.server.program, wish))
}

export const validateWorkspace: CommandRun = async (work) => {
  await vscode.workspace.saveAll(false)
  for (const folder of vscode.workspace.workspaceFolders ?? [])
    await start(work, { name: 'validate', words: ['validate', '--format', 'concise'], folder })
}

export const simulate: CommandRun = async (work, argument) => {
  const sources = await sourcesFor(argument, work.runbook, work.server)
  if (!sources) return
  const choices = await ask(work.server.running, 'rollbook/choices', sources.uri)
  const stem = sources.path.replace(/\.ya?ml$/, '')
  const own = (choices?.scenarios ?? []).filter((path) => path.startsWith(stem))
  const scenario = await pickScenario(own)
  if (scenario === undefined) return
  await vscode.workspace.saveAll(false)
  const words = ['simulate', ...planWords(sources), ...(scenario === '' ? [] : ['--scenario', scenario])]
  await start(work, { name: `simulate ${sources.path}`, words, folder: sources.folder })
}

/** @returns empty for none, undefined when nothing was chosen */
async function pickScenario(paths: readonly string[]): Promise<string | undefined> {
  if (paths.length === 0) return ''
  const items = [
    { label: 'All goes as expected', path: '' },
    ...paths.map((path) => ({ label: path, description: 'scenario', path })),
  ]
  return (await vscode.window.showQuickPick(items, { title: 'Simulate', placeHolder: 'What happens in the run?' }))
    ?.path
}

export const runGuided: CommandRun = async (work, argument) => {
  const sources = await sourcesFor(argument, work.runbook, work.server)
  if (!sources) return
  await vscode.workspace.saveAll(false)
  const words = ['run', ...planWords(sources)]
  await start(work, { name: `run ${sources.path}`, words, folder: sources.folder, guided: true })
}

interface ListedRun {
  readonly run: string
  readonly title?: string
  readonly state: string
  readonly tone: 'good' | 'bad' | 'open'
  readonly started_at: string
}

export const resume: CommandRun = async (work) => {
  const [folder] = vscode.workspace.workspaceFolders ?? []
  const { out, err } = await runQuietly(work.server.program, ['runs', '--json'], folder?.uri.fsPath)
  const { runs } = JSON.parse(out === '' ? '{"runs":[]}' : out) as { readonly runs: readonly ListedRun[] }
  const open = runs.filter(({ tone }) => tone === 'open')
  if (open.length === 0) {
    void vscode.window.showInformationMessage(err === '' ? 'No run of this folder waits to go on.' : err)
    return
  }
  const items = open.map(({ run, state, started_at }) => ({ label: run, description: state, detail: started_at, run }))
  const chosen = await vscode.window.showQuickPick(items, { title: 'Resume', placeHolder: 'Which run goes on?' })
  if (chosen) await start(work, { name: `resume ${chosen.run}`, words: ['resume', chosen.run], folder, guided: true })
}
