/** Lines and columns as the server gives them, as the editor wants them. */
import * as vscode from 'vscode'
import type { PlacedRange } from './finding-counts.ts'

export function toRange({ start, end }: PlacedRange): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character)
}

/** What a click does: shows the text with the place marked. */
export function showPlace(uri: string | vscode.Uri, range: PlacedRange): vscode.Command {
  const target = typeof uri === 'string' ? vscode.Uri.parse(uri) : uri
  return {
    title: 'Show in the text',
    command: 'vscode.open',
    arguments: [target, { selection: toRange(range), viewColumn: columnOf(target) }],
  }
}

/** Where the text is shown already; otherwise the first column, so that a view beside it stays. */
export function columnOf(uri: vscode.Uri): vscode.ViewColumn {
  const shown = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString())
  return shown?.viewColumn ?? vscode.ViewColumn.One
}
