import * as vscode from 'vscode'
import type { ActiveRunbook } from '../active-runbook.ts'
import { PlanPanel, planViewType } from './panel.ts'

/** The plan view of the window: there is one, and it follows the runbook that is worked on. */
export class PlanWindow implements vscode.Disposable {
  private readonly runbook: ActiveRunbook
  private readonly extension: vscode.Uri
  private readonly restoring: vscode.Disposable
  private panel: PlanPanel | undefined

  constructor(runbook: ActiveRunbook, extension: vscode.Uri) {
    this.runbook = runbook
    this.extension = extension
    this.restoring = vscode.window.registerWebviewPanelSerializer(planViewType, {
      deserializeWebviewPanel: async (panel) => this.take(panel),
    })
  }

  open(): void {
    if (this.panel) return this.panel.reveal()
    const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true }
    this.take(vscode.window.createWebviewPanel(planViewType, 'Plan', place, { enableScripts: true }))
  }

  dispose(): void {
    this.restoring.dispose()
    this.panel?.dispose()
  }

  private take(panel: vscode.WebviewPanel): void {
    this.panel?.dispose()
    panel.iconPath = vscode.Uri.joinPath(this.extension, 'media/plan.svg')
    const own = new PlanPanel(this.runbook, this.extension, panel)
    this.panel = own
    own.onDidDispose(() => {
      if (this.panel === own) this.panel = undefined
      own.dispose()
    })
  }
}
