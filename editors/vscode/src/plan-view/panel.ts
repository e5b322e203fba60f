/** The plan beside the text: follows the cursor, leads back to the text, and keeps the last good plan. */
import { randomBytes } from 'node:crypto'
import * as vscode from 'vscode'
import type { ActiveRunbook } from '../active-runbook.ts'
import { holds } from '../finding-counts.ts'
import { columnOf, toRange } from '../places.ts'
import type { FromPage, ToPage } from './messages.ts'
import { noteOf } from './note.ts'
import { planPage } from './page.ts'
import { renderPlan } from './render-plan.ts'

export const planViewType = 'rollbook.plan'

/** What a click in the page may start. */
const commands: ReadonlySet<string> = new Set(['rollbook.chooseInventory', 'rollbook.chooseValues'])

export class PlanPanel implements vscode.Disposable {
  private readonly runbook: ActiveRunbook
  private readonly panel: vscode.WebviewPanel
  private readonly parts: vscode.Disposable
  private shown: unknown
  private ready = false

  /** @param extension - folder of the extension */
  constructor(runbook: ActiveRunbook, extension: vscode.Uri, panel: vscode.WebviewPanel) {
    this.runbook = runbook
    this.panel = panel
    const { webview } = panel
    const [media, dist] = ['media', 'dist'].map((folder) => vscode.Uri.joinPath(extension, folder))
    webview.options = { enableScripts: true, localResourceRoots: [media!, dist!] }
    webview.html = planPage({
      source: webview.cspSource,
      style: webview.asWebviewUri(vscode.Uri.joinPath(media!, 'plan.css')).toString(),
      script: webview.asWebviewUri(vscode.Uri.joinPath(dist!, 'plan-page.js')).toString(),
      nonce: randomBytes(16).toString('base64url'),
    })
    this.parts = vscode.Disposable.from(
      webview.onDidReceiveMessage((message: FromPage) => this.receive(message)),
      runbook.onDidChangePlan(() => this.show()),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => this.follow(textEditor)),
    )
  }

  get onDidDispose(): vscode.Event<void> {
    return this.panel.onDidDispose
  }

  reveal(): void {
    this.panel.reveal(undefined, true)
  }

  dispose(): void {
    this.parts.dispose()
    this.panel.dispose()
  }

  private receive(message: FromPage): void {
    if (message.kind === 'reveal') void this.showText(message.place)
    else if (message.kind === 'command') {
      if (commands.has(message.command)) void vscode.commands.executeCommand(message.command)
    } else {
      this.ready = true
      this.shown = undefined
      this.show()
    }
  }

  private show(): void {
    if (!this.ready) return
    const { plan, progress } = this.runbook
    const { good } = plan ?? {}
    this.panel.title = good ? `Plan: ${good.view.title}` : 'Plan'
    const html = good === this.shown ? undefined : good ? renderPlan(good.view, good.files) : ''
    this.shown = good
    this.say({ kind: 'show', ...(html === undefined ? {} : { html }), ...noteOf(progress, plan) })
    const editor = vscode.window.visibleTextEditors.find(({ document }) => this.isRunbook(document))
    if (editor) this.follow(editor)
  }

  private follow(editor: vscode.TextEditor): void {
    const { good } = this.runbook.plan ?? {}
    if (!good || !this.isRunbook(editor.document)) return
    const { line } = editor.selection.active
    // Places are in the order of the text, outer ones first; the first line of a step is its own from the start.
    const place = good.places.findLast(({ range: { start, end } }) =>
      holds({ start: { line: start.line, character: 0 }, end }, { line, character: editor.selection.active.character }),
    )
    if (place) this.say({ kind: 'here', place: place.place })
  }

  private async showText(place: string): Promise<void> {
    const { good } = this.runbook.plan ?? {}
    const found = good?.places.find((each) => each.place === place)
    if (!good || !found) return
    const uri = vscode.Uri.parse(good.uri)
    const selection = toRange(found.selection)
    await vscode.window.showTextDocument(uri, { selection, viewColumn: columnOf(uri) })
  }

  private isRunbook(document: vscode.TextDocument): boolean {
    const { good } = this.runbook.plan ?? {}
    return good !== undefined && vscode.Uri.parse(good.uri).toString() === document.uri.toString()
  }

  private say(message: ToPage): void {
    void this.panel.webview.postMessage(message)
  }
}
