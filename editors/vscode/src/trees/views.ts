/** The views of the container in the activity bar. */
import * as vscode from 'vscode'
import type { ActiveRunbook } from '../active-runbook.ts'
import { countFindings, countsText } from '../finding-counts.ts'
import { CoverageTree } from './coverage.ts'
import { PhaseTree } from './phases.ts'

export function showTrees(runbook: ActiveRunbook): vscode.Disposable {
  const phases = new PhaseTree(runbook)
  const coverage = new CoverageTree(runbook)
  const phaseView = vscode.window.createTreeView('rollbook.phases', { treeDataProvider: phases, showCollapseAll: true })
  const coverageView = vscode.window.createTreeView('rollbook.coverage', { treeDataProvider: coverage })
  const describe = (): void => {
    const { uri } = phases
    const counts = countFindings(uri ? vscode.languages.getDiagnostics(uri) : [])
    const { errors, warnings } = counts
    phaseView.description = uri ? baseName(uri) : undefined
    phaseView.message = stale(runbook)
    phaseView.badge = errors + warnings > 0 ? { value: errors + warnings, tooltip: countsText(counts) } : undefined
    coverageView.description = coverage.summary
    coverageView.message = stale(runbook)
  }
  const uncoveredOnly = (only: boolean): void => {
    coverage.showUncoveredOnly(only)
    void vscode.commands.executeCommand('setContext', 'rollbook.uncoveredOnly', only)
  }
  const follow = (editor: vscode.TextEditor, place: vscode.Position): void => {
    if (!phaseView.visible || editor.document.uri.toString() !== phases.uri?.toString()) return
    const node = phases.nodeAt(place)
    if (node) void phaseView.reveal(node, { select: true, focus: false, expand: false })
  }
  return vscode.Disposable.from(
    phaseView,
    coverageView,
    runbook.onDidChangeTrees(describe),
    vscode.languages.onDidChangeDiagnostics(describe),
    vscode.commands.registerCommand('rollbook.showUncovered', () => uncoveredOnly(true)),
    vscode.commands.registerCommand('rollbook.showAllRequirements', () => uncoveredOnly(false)),
    vscode.window.onDidChangeTextEditorSelection(({ textEditor, selections: [first], kind }) => {
      // A click in the tree moves the cursor too; the tree need not follow itself.
      if (first && kind !== vscode.TextEditorSelectionChangeKind.Command) follow(textEditor, first.active)
    }),
  )
}

function stale({ outline }: ActiveRunbook): string | undefined {
  return outline?.current === false ? 'The text cannot be read now; this is how it was before.' : undefined
}

function baseName({ path }: vscode.Uri): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
