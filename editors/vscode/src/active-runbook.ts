/** The runbook that the views are about: that of the text in which the cursor was last, with what the server says of it. */
import * as vscode from 'vscode'
import type { LanguageServer } from './language-server.ts'
import { Later } from './later.ts'
import { ask, type CoverageAnswer, type OutlineAnswer, type PlanAnswer } from './requests.ts'

/** How long nothing must be typed before trees and plan are asked for. */
const treesMs = 150
const planMs = 300
/** How often a plan that nobody answers is asked for again. */
const triesMax = 5

export interface PlanState {
  /** The last good plan, and of which version of the text it is. */
  readonly good?: Extract<PlanAnswer, { state: 'plan' }>
  /** What the last question came to; another one than `good` when the text is broken now. */
  readonly last: PlanAnswer
}

export class ActiveRunbook implements vscode.Disposable {
  private readonly server: LanguageServer
  private readonly parts: vscode.Disposable
  private readonly treesLater = new Later(treesMs)
  private readonly planLater = new Later(planMs)
  private readonly treesChanged = new vscode.EventEmitter<void>()
  private readonly planChanged = new vscode.EventEmitter<void>()
  private readonly good = new Map<string, Extract<PlanAnswer, { state: 'plan' }>>()

  readonly onDidChangeTrees: vscode.Event<void> = this.treesChanged.event
  readonly onDidChangePlan: vscode.Event<void> = this.planChanged.event

  private triesLeft = triesMax

  /** Absent before the first file of ours is shown. */
  document: vscode.TextDocument | undefined
  outline: OutlineAnswer | undefined
  coverage: CoverageAnswer | undefined
  plan: PlanState | undefined
  /** When the run of the plan starts; absent: the midnight that comes. */
  start: string | undefined

  constructor(server: LanguageServer) {
    this.server = server
    this.parts = vscode.Disposable.from(
      this.treesLater,
      this.planLater,
      this.treesChanged,
      this.planChanged,
      server.onDidStart(() => this.refresh()),
      vscode.window.onDidChangeActiveTextEditor((editor) => this.follow(editor?.document)),
      vscode.workspace.onDidOpenTextDocument((document) => {
        // A file becomes ours a moment after it is shown.
        if (vscode.window.activeTextEditor?.document === document) this.follow(document)
      }),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (isOurs(document)) this.refresh()
      }),
      vscode.workspace.onDidCloseTextDocument((document) => {
        if (document !== this.document || document.languageId !== 'rollbook') return
        this.document = vscode.workspace.textDocuments.find((other) => other !== document && isOurs(other))
        this.refresh()
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('rollbook')) this.refresh()
      }),
    )
    this.follow(vscode.window.activeTextEditor?.document)
  }

  /** Asks for everything anew, when nothing more is typed for a moment. */
  refresh(): void {
    this.triesLeft = triesMax
    this.treesLater.run(() => void this.askTrees())
    this.planLater.run(() => void this.askPlan())
  }

  dispose(): void {
    this.parts.dispose()
  }

  private follow(document: vscode.TextDocument | undefined): void {
    if (document === undefined || !isOurs(document) || document === this.document) return
    this.document = document
    this.refresh()
  }

  private async askTrees(): Promise<void> {
    const { document } = this
    const [outline, coverage] = document
      ? await Promise.all([
          ask(this.server.running, 'rollbook/outline', document.uri),
          ask(this.server.running, 'rollbook/coverage', document.uri),
        ])
      : []
    if (document !== this.document) return
    this.outline = outline ?? undefined
    this.coverage = coverage ?? undefined
    this.treesChanged.fire()
  }

  private async askPlan(): Promise<void> {
    const { document } = this
    const more = this.start === undefined ? {} : { start: this.start }
    const last = document && (await ask(this.server.running, 'rollbook/plan', document.uri, more))
    if (document !== this.document) return
    // Another question may have ended this one, or the server was just starting.
    if (last === undefined && document && this.triesLeft > 0) {
      this.triesLeft -= 1
      return this.planLater.run(() => void this.askPlan())
    }
    if (last?.state === 'plan') this.good.set(last.uri, last)
    const good = last ? this.good.get(last.uri) : undefined
    this.plan = last ? { last, ...(good ? { good } : {}) } : undefined
    this.planChanged.fire()
  }
}

/** Also files that belong to a runbook without saying so. */
export function isOurs({ languageId, uri }: vscode.TextDocument): boolean {
  return languageId === 'rollbook' || (languageId === 'yaml' && /\.(?:values|answers)\.ya?ml$/.test(uri.path))
}
