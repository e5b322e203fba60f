/** What the editor starts and stops. */
import type * as vscode from 'vscode'
import { ActiveRunbook } from './active-runbook.ts'
import { registerCommands } from './commands/index.ts'
import { LanguageServer } from './language-server.ts'
import { PlanWindow } from './plan-view/open-plan.ts'
import { recogniseDocuments } from './recognise.ts'
import { showStatus } from './status-bar.ts'
import { provideTasks } from './tasks.ts'
import { showTrees } from './trees/views.ts'

let server: LanguageServer | undefined

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  server = new LanguageServer(context.extensionPath)
  const runbook = new ActiveRunbook(server)
  const plan = new PlanWindow(runbook, context.extensionUri)
  context.subscriptions.push(
    server,
    runbook,
    plan,
    recogniseDocuments(),
    showTrees(runbook),
    showStatus(runbook),
    registerCommands({ context, server, runbook, plan }),
    provideTasks(server, runbook),
  )
  await server.startWhenNeeded()
}

export async function deactivate(): Promise<void> {
  await server?.stop()
}
