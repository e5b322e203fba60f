/** What the editor starts and stops. */
import * as vscode from 'vscode'
import { LanguageServer } from './language-server.ts'
import { recogniseDocuments } from './recognise.ts'

let server: LanguageServer | undefined

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  server = new LanguageServer(context.extensionPath)
  context.subscriptions.push(
    recogniseDocuments(),
    server,
    vscode.commands.registerCommand('rollbook.restartServer', () => server?.restart()),
  )
  await server.startWhenNeeded()
}

export async function deactivate(): Promise<void> {
  await server?.stop()
}
