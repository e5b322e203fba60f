/** Tasks: `rollbook validate` for the folder, `plan` and `simulate` for the runbook that is worked on. */
import * as vscode from 'vscode'
import type { ActiveRunbook } from './active-runbook.ts'
import type { LanguageServer } from './language-server.ts'
import { ask } from './requests.ts'
import { makeTask, taskType } from './run-program.ts'
import { planWords } from './sources.ts'
import { taskWords, type WrittenTask } from './task-words.ts'

export function provideTasks(server: LanguageServer, runbook: ActiveRunbook): vscode.Disposable {
  return vscode.tasks.registerTaskProvider(taskType, {
    provideTasks: async () => {
      const [folder] = vscode.workspace.workspaceFolders ?? []
      const validate = makeTask(server.program, {
        name: 'validate',
        words: ['validate', '--format', 'concise'],
        folder,
      })
      validate.group = vscode.TaskGroup.Build
      const client = await server.ready()
      const found = runbook.document && (await ask(client, 'rollbook/sources', runbook.document.uri))
      if (!found) return [validate]
      const path = vscode.workspace.asRelativePath(vscode.Uri.parse(found.uri), false)
      const words = planWords({ path, ...found.files })
      const own = ['plan', 'simulate'].map((command) =>
        makeTask(server.program, { name: `${command} ${path}`, words: [command, ...words], folder }),
      )
      return [validate, ...own]
    },
    resolveTask: (task) => {
      const words = taskWords(task.definition as WrittenTask)
      if (words === undefined) return undefined
      const folder = typeof task.scope === 'object' ? task.scope : vscode.workspace.workspaceFolders?.[0]
      const made = makeTask(server.program, { name: task.name, words, folder })
      // The editor knows a task again by its definition, which must be the one that somebody wrote.
      return new vscode.Task(
        task.definition,
        folder ?? vscode.TaskScope.Workspace,
        task.name,
        'rollbook',
        made.execution,
        '$rollbook',
      )
    },
  })
}
