import * as vscode from 'vscode'
import { LanguageClient, type LanguageClientOptions, type ServerOptions, Trace } from 'vscode-languageclient/node'
import type { Program } from './program.ts'

/** Files that the server is told about: ours, and those beside a runbook that do not say what they are. */
export const selector: LanguageClientOptions['documentSelector'] = [
  { language: 'rollbook' },
  { language: 'yaml', scheme: 'file', pattern: '**/*.{values,answers}.{yaml,yml}' },
]

/** @returns a client that is not started yet */
export function makeLanguageClient(program: Program, folder: string | undefined): LanguageClient {
  const server: ServerOptions = {
    command: program.command,
    args: [...program.args, 'lsp'],
    options: { env: { ...process.env, ...program.env }, ...(folder === undefined ? {} : { cwd: folder }) },
  }
  const files = ['**/*.{yaml,yml,csv,ics}', '**/rollbook.config.yaml'].map((pattern) =>
    vscode.workspace.createFileSystemWatcher(pattern),
  )
  const settings = vscode.workspace.getConfiguration('rollbook')
  const client = new LanguageClient('rollbook', 'Rollbook', server, {
    documentSelector: selector ?? [],
    synchronize: { configurationSection: 'rollbook', fileEvents: files },
    initializationOptions: { inventory: settings.get('inventory', ''), values: settings.get('values', '') },
    diagnosticCollectionName: 'rollbook',
  })
  const trace = { off: Trace.Off, messages: Trace.Messages, verbose: Trace.Verbose } as const
  void client.setTrace(trace[settings.get<keyof typeof trace>('trace.server', 'off')])
  return client
}
