/** The server of this window: started with the first file that is ours, started again when another program is chosen. */
import * as vscode from 'vscode'
import type { LanguageClient } from 'vscode-languageclient/node'
import { makeLanguageClient } from './language-client.ts'
import { type Program, programFor } from './program.ts'

export class LanguageServer implements vscode.Disposable {
  private readonly extension: string
  private readonly watching: vscode.Disposable
  private readonly begun = new vscode.EventEmitter<LanguageClient>()
  private client: LanguageClient | undefined
  private starting: Promise<void> | undefined

  /** A server has begun to answer. */
  readonly onDidStart: vscode.Event<LanguageClient> = this.begun.event

  /** @param extension - folder of the extension */
  constructor(extension: string) {
    this.extension = extension
    this.watching = vscode.Disposable.from(
      vscode.workspace.onDidOpenTextDocument(() => void this.startWhenNeeded()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('rollbook.program')) void this.restart()
      }),
    )
  }

  /** The client while a server answers. */
  get running(): LanguageClient | undefined {
    return this.starting === undefined ? this.client : undefined
  }

  /** How `rollbook` is started in this window, also in terminals and tasks. */
  get program(): Program {
    const setting = vscode.workspace.isTrusted
      ? vscode.workspace.getConfiguration('rollbook').get('program', 'bundled')
      : 'bundled'
    return programFor(setting, folderPath(), this.extension)
  }

  async startWhenNeeded(): Promise<void> {
    const ours = vscode.workspace.textDocuments.some(({ languageId }) => languageId === 'rollbook')
    if (ours && this.client === undefined) await this.start()
  }

  async restart(): Promise<void> {
    await this.stop()
    await this.start()
  }

  async stop(): Promise<void> {
    const { client } = this
    await this.starting
    this.client = undefined
    if (client?.isRunning() === true) await client.stop()
  }

  dispose(): void {
    this.watching.dispose()
    this.begun.dispose()
  }

  private async start(): Promise<void> {
    const client = makeLanguageClient(this.program, folderPath())
    this.client = client
    this.starting = client.start()
    try {
      await this.starting
    } catch (error) {
      this.client = undefined
      void vscode.window.showErrorMessage(
        `The language server of Rollbook does not start (${String(error)}). The setting "rollbook.program" says which one it is.`,
      )
      return
    } finally {
      this.starting = undefined
    }
    this.begun.fire(client)
  }
}

function folderPath(): string | undefined {
  return vscode.workspace.workspaceFolders?.[0]?.uri.fsPath
}
