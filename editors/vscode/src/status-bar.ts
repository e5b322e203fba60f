/** At the foot of the window: what plans are made with, whether they fit their windows, and how many findings there are. */
import * as vscode from 'vscode'
import type { ActiveRunbook } from './active-runbook.ts'
import { countFindings } from './finding-counts.ts'
import { findingsText, fitText, sourcesText } from './status-text.ts'

export function showStatus(runbook: ActiveRunbook): vscode.Disposable {
  const sources = item('rollbook.sources', 'Rollbook: inventory', 94, 'rollbook.chooseInventory')
  const values = item('rollbook.values', 'Rollbook: values', 93, 'rollbook.chooseValues')
  const fit = item('rollbook.fit', 'Rollbook: windows', 92, 'rollbook.plan')
  const findings = item('rollbook.findings', 'Rollbook: findings', 91, 'workbench.actions.view.problems')
  const all = [sources, values, fit, findings]
  const show = (): void => {
    const { last, good } = runbook.plan ?? {}
    if (!last) {
      for (const each of all) each.hide()
      return
    }
    Object.assign(sources, sourcesText('inventory', last.files.inventory))
    Object.assign(values, sourcesText('values', last.files.values))
    const { text, tooltip, bad } = fitText(last, good)
    Object.assign(fit, { text, tooltip })
    fit.backgroundColor = bad ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined
    const counts = countFindings(vscode.languages.getDiagnostics(vscode.Uri.parse(last.uri)))
    Object.assign(findings, findingsText(counts))
    for (const each of all) each.show()
  }
  return vscode.Disposable.from(
    ...all,
    runbook.onDidChangePlan(show),
    vscode.languages.onDidChangeDiagnostics(({ uris }) => {
      const { last } = runbook.plan ?? {}
      if (last && uris.some((uri) => uri.toString() === vscode.Uri.parse(last.uri).toString())) show()
    }),
  )
}

function item(id: string, name: string, priority: number, command: string): vscode.StatusBarItem {
  const made = vscode.window.createStatusBarItem(id, vscode.StatusBarAlignment.Left, priority)
  made.name = name
  made.command = command
  return made
}
