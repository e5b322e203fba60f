/** What every command works with. */
import type * as vscode from 'vscode'
import type { ActiveRunbook } from '../active-runbook.ts'
import type { LanguageServer } from '../language-server.ts'
import type { PlanWindow } from '../plan-view/open-plan.ts'

export interface Work {
  readonly context: vscode.ExtensionContext
  readonly server: LanguageServer
  readonly runbook: ActiveRunbook
  readonly plan: PlanWindow
}

export type CommandRun = (work: Work, argument?: unknown, ...more: readonly unknown[]) => unknown
