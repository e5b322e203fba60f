/** The recipe book of a runbook, as it would be handed over. */
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as vscode from 'vscode'
import { runQuietly } from '../run-program.ts'
import { planWords, type RunbookSources, sourcesFor } from '../sources.ts'
import type { CommandRun, Work } from './work.ts'

export const previewBook: CommandRun = async (work, argument) => {
  const sources = await sourcesFor(argument, work.runbook, work.server)
  if (!sources) return
  const title = `Recipe book: ${sources.path}`
  const panel = vscode.window.createWebviewPanel('rollbook.book', title, vscode.ViewColumn.Beside, {
    enableScripts: false,
    enableFindWidget: true,
    localResourceRoots: [],
  })
  panel.iconPath = vscode.Uri.joinPath(work.context.extensionUri, 'media/plan.svg')
  const show = async (): Promise<void> => {
    panel.webview.html = await bookPage(work, sources)
  }
  const saving = vscode.workspace.onDidSaveTextDocument(({ languageId }) => {
    if (languageId === 'rollbook' || languageId === 'yaml') void show()
  })
  panel.onDidDispose(() => saving.dispose())
  await vscode.workspace.saveAll(false)
  await show()
}

/** Nothing in it may run or be loaded; its looks are part of it. */
const policy = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">`

/** What the editor says about every page; the book has its own mind. */
const ownLooks =
  '<style>html, body { padding: 0 !important } code, kbd { color: inherit !important; background: none !important }</style>'

async function bookPage({ context, server }: Work, sources: RunbookSources): Promise<string> {
  const folder = context.globalStorageUri.fsPath
  await mkdir(folder, { recursive: true })
  const file = join(folder, 'book.html')
  const words = ['book', ...planWords(sources), '--output', file]
  const { code, err } = await runQuietly(server.program, words, sources.folder?.uri.fsPath)
  if (code !== 0) return failurePage(err)
  const book = await readFile(file, 'utf8')
  return book.replace(/<head>/i, `<head>${policy}`).replace(/<\/head>/i, `${ownLooks}</head>`)
}

function failurePage(message: string): string {
  const text = message.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return `<!DOCTYPE html><html lang="en"><head>${policy}<title>Recipe book</title></head><body><h1>There is no book yet</h1><pre>${text}</pre></body></html>`
}
