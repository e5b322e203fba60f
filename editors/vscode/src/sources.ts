/** Which runbook a command is about, and the files that count for it. */
import * as vscode from 'vscode'
import type { ActiveRunbook } from './active-runbook.ts'
import type { LanguageServer } from './language-server.ts'
import { ask } from './requests.ts'

export interface RunbookSources {
  readonly uri: vscode.Uri
  readonly folder: vscode.WorkspaceFolder | undefined
  /** As a word of a command line in the folder. */
  readonly path: string
  readonly inventory?: string
  readonly values?: string
  /** Emulated systems that it can be tried on. */
  readonly systems: readonly string[]
}

/**
 * @param argument - what called the command: a lens with `{uri}`, an explorer entry, or nothing for the runbook of the cursor
 * @returns undefined after it was said that there is none
 */
export async function sourcesFor(
  argument: unknown,
  runbook: ActiveRunbook,
  server: LanguageServer,
): Promise<RunbookSources | undefined> {
  const asked = uriOf(argument) ?? vscode.window.activeTextEditor?.document.uri ?? runbook.document?.uri
  const client = await server.ready()
  let trouble = server.trouble
  const failed = (reason: string): void => {
    trouble = `the language server answers: ${reason}`
  }
  const sourcesOf = async (uri: vscode.Uri | undefined): ReturnType<typeof ask<'rollbook/sources'>> =>
    uri && (await ask(client, 'rollbook/sources', uri, {}, failed))
  // With the cursor in another file the runbook of the views is meant.
  const found = (await sourcesOf(asked)) ?? (await sourcesOf(runbook.document?.uri))
  if (!found) {
    const missing = 'Open a runbook first: a YAML file that begins with "rollbook: runbook/v1".'
    void vscode.window.showInformationMessage(trouble === undefined ? missing : `This cannot be done: ${trouble}.`)
    return undefined
  }
  const uri = vscode.Uri.parse(found.uri)
  const { inventory, values } = found.files
  return {
    uri,
    folder: vscode.workspace.getWorkspaceFolder(uri),
    path: vscode.workspace.asRelativePath(uri, false),
    systems: found.systems,
    ...(inventory === undefined ? {} : { inventory }),
    ...(values === undefined ? {} : { values }),
  }
}

/** The words that every command about a plan takes. */
export function planWords({
  path,
  inventory,
  values,
}: Pick<RunbookSources, 'path' | 'inventory' | 'values'>): readonly string[] {
  return [
    path,
    ...(inventory === undefined ? [] : ['--inventory', inventory]),
    ...(values === undefined ? [] : ['--values', values]),
  ]
}

export function uriOf(argument: unknown): vscode.Uri | undefined {
  if (argument instanceof vscode.Uri) return argument
  if (typeof argument === 'string') return vscode.Uri.parse(argument)
  const { uri } = (argument ?? {}) as { readonly uri?: unknown }
  return uri === undefined ? undefined : uriOf(uri)
}
