/**
 * Files are recognised by what they say of themselves. A name alone never takes a file away from the language YAML, but for
 * the few patterns of the manifest that are our own.
 */
import * as vscode from 'vscode'
import { saysRollbook } from './says-rollbook.ts'

export function recogniseDocuments(): vscode.Disposable {
  for (const document of vscode.workspace.textDocuments) recognise(document)
  return vscode.Disposable.from(
    vscode.workspace.onDidOpenTextDocument(recognise),
    // Somebody has begun a runbook in a new file.
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.some(({ range }) => range.start.line < 30)) recognise(document)
    }),
  )
}

function recognise(document: vscode.TextDocument): void {
  if (document.languageId !== 'yaml' || document.uri.scheme === 'git') return
  const wanted = vscode.workspace.getConfiguration('rollbook').get<boolean>('recogniseByContent', true)
  if (!wanted || !saysRollbook(document.getText())) return
  void vscode.languages.setTextDocumentLanguage(document, 'rollbook')
}
