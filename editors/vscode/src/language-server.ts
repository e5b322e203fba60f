/** The server of this window: started with the first file that is ours, started again when another program is chosen. */
import * as vscode from 'vscode'
import type { LanguageClient } from 'vscode-languageclient/node'
import { makeLanguageClient } from './language-client.ts'
import { type Program, programFor } from './program.ts'

export class LanguageServer implements vscode.Disposable {
  private readonly extension: string
  private readonly watching: vscode.Disposable
  private readonly settled = new vscode.EventEmitter<void>()
  private client: LanguageClient | undefined
  private starting: Promise<void> | undefined

  /** A server has begun to answer, or does not start. */
  readonly onDidSettle: vscode.Event<void> = this.settled.event

  /** Why there is no server, as a part of a sentence; absent while one runs, starts or is not wanted yet. */
  trouble: string | undefined

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

  /** It runs or starts. */
  get isWanted(): boolean {
    return this.client !== undefined
  }

  /** The client, as soon as a server answers. */
  async ready(): Promise<LanguageClient | undefined> {
    await this.starting?.catch(() => undefined)
    return this.running
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
    this.settled.dispose()
  }

  private async start(): Promise<void> {
    const client = makeLanguageClient(this.program, folderPath())
    this.client = client
    this.starting = client.start()
    this.trouble = undefined
    try {
      await this.starting
    } catch (error) {
      this.client = undefined
      this.trouble = 'the language server of Rollbook does not start'
      void vscode.window.showErrorMessage(
        `The language server of Rollbook does not start (${String(error)}). The setting "rollbook.program" says which one it is.`,
      )
    } finally {
      this.starting = undefined
    }
    this.settled.fire()
  }
}

function folderPath(): string | undefined {
  return vscode.workspace.workspaceFolders?.[0]?.uri.fsPath
}
