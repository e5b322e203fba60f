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

/** How it stands with the plan of the runbook that is worked on. */
export type PlanProgress =
  | { readonly kind: 'nothing_open' }
  /** Of a runbook that was just opened; `plan` is of another one, or absent. */
  | { readonly kind: 'making' }
  | { readonly kind: 'answered' }
  /** `reason` is a part of a sentence. */
  | { readonly kind: 'failed'; readonly reason: string }

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
  progress: PlanProgress = { kind: 'nothing_open' }
  /** When the run of the plan starts; absent: the midnight that comes. */
  start: string | undefined

  constructor(server: LanguageServer) {
    this.server = server
    this.parts = vscode.Disposable.from(
      this.treesLater,
      this.planLater,
      this.treesChanged,
      this.planChanged,
      server.onDidSettle(() => this.refresh()),
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
    this.progress = { kind: 'making' }
    this.planChanged.fire()
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
    const { document, server } = this
    const more = this.start === undefined ? {} : { start: this.start }
    let { trouble } = server
    const failed = (reason: string): void => {
      trouble = `the language server answers: ${reason}`
    }
    const last = document && (await ask(server.running, 'rollbook/plan', document.uri, more, failed))
    if (document !== this.document) return
    // Another question may have ended this one.
    if (last === undefined && document && server.running && this.triesLeft > 0) {
      this.triesLeft -= 1
      return this.planLater.run(() => void this.askPlan())
    }
    if (last?.state === 'plan') this.good.set(last.uri, last)
    const good = last ? this.good.get(last.uri) : undefined
    this.progress = progressOf(last, document !== undefined && server.isWanted, trouble)
    // Without an answer the plan of before stays, with a word about it.
    if (this.progress.kind !== 'making' && this.progress.kind !== 'failed')
      this.plan = last ? { last, ...(good ? { good } : {}) } : undefined
    this.planChanged.fire()
  }
}

function progressOf(last: PlanAnswer | null | undefined, isAsked: boolean, trouble: string | undefined): PlanProgress {
  if (last) return { kind: 'answered' }
  if (last === undefined && trouble !== undefined) return { kind: 'failed', reason: trouble }
  return last === null || !isAsked ? { kind: 'nothing_open' } : { kind: 'making' }
}

/** Also files that belong to a runbook without saying so. */
export function isOurs({ languageId, uri }: vscode.TextDocument): boolean {
  return languageId === 'rollbook' || (languageId === 'yaml' && /\.(?:values|answers)\.ya?ml$/.test(uri.path))
}
