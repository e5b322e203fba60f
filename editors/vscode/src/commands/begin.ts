/** Commands for the first runbook. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import * as vscode from 'vscode'
import type { CommandRun } from './work.ts'

const firstLines = `rollbook: runbook/v1
name: \${1:first-upgrade}
title: \${2:First upgrade}
version: 1.0.0
phases:
  - id: prepare
    kind: preparation
    title: Preparation
    steps:
      - id: \${3:look}
        title: \${4:Look whether all is well}
        $0
`

/** A new file in which completion can take over. */
export const newRunbook: CommandRun = async () => {
  const document = await vscode.workspace.openTextDocument({ language: 'rollbook' })
  const editor = await vscode.window.showTextDocument(document)
  await editor.insertSnippet(new vscode.SnippetString(firstLines))
}

/** Copies a shipped runbook, with all that belongs to it, into the folder that is open. */
export const openExample: CommandRun = async ({ context }) => {
  const from = join(context.extensionPath, 'server/runbooks')
  const names = await readdir(from)
  const items = names
    .filter((name) => names.includes(name.replace(/\.yaml$/, '.inventory.yaml')))
    .map((name) => ({ label: name.replace(/\.yaml$/, ''), name }))
  const chosen = await vscode.window.showQuickPick(items, {
    title: 'Open a shipped runbook',
    placeHolder: 'It is copied into your folder, with inventory and values',
  })
  const [folder] = vscode.workspace.workspaceFolders ?? []
  if (!chosen) return
  if (!folder) {
    void vscode.window.showInformationMessage('Open a folder first; the runbook is copied into it.')
    return
  }
  const wanted = names.filter((name) => name.startsWith(`${chosen.label}.`) || name.startsWith(`${chosen.label}-`))
  const shared = names.filter((name) => !wanted.includes(name) && name.split('.')[0] === chosen.label.split('-')[0])
  const calendars = names.filter((name) => name.endsWith('.ics') && name.split('-')[0] === chosen.label.split('-')[0])
  for (const name of new Set([...wanted, ...shared, ...calendars])) {
    const to = vscode.Uri.joinPath(folder.uri, name)
    // What is there already may have been worked on.
    await vscode.workspace.fs
      .copy(vscode.Uri.file(join(from, name)), to, { overwrite: false })
      .then(undefined, () => undefined)
  }
  await vscode.window.showTextDocument(vscode.Uri.joinPath(folder.uri, chosen.name))
}
