/** Runs `rollbook`: as a task in a terminal, where people see it and answer it, or quietly, for what it prints. */
import { execFile } from 'node:child_process'
import * as vscode from 'vscode'
import type { Program } from './program.ts'

export const taskType = 'rollbook'

export interface TaskWish {
  readonly name: string
  /** Words of the command line behind `rollbook`. */
  readonly words: readonly string[]
  readonly folder: vscode.WorkspaceFolder | undefined
  /** People type in it. */
  readonly guided?: boolean
  /** It goes on until somebody ends it. */
  readonly background?: boolean
}

export function makeTask(program: Program, wish: TaskWish): vscode.Task {
  const { name, words, folder, guided = false, background = false } = wish
  const cwd = folder?.uri.fsPath
  const execution = new vscode.ProcessExecution(program.command, [...program.args, ...words], {
    env: { ...program.env },
    ...(cwd === undefined ? {} : { cwd }),
  })
  const definition: vscode.TaskDefinition = { type: taskType, command: words[0] ?? '', arguments: words.slice(1) }
  const task = new vscode.Task(
    definition,
    folder ?? vscode.TaskScope.Workspace,
    name,
    'rollbook',
    execution,
    '$rollbook',
  )
  task.isBackground = background
  task.presentationOptions = {
    reveal: vscode.TaskRevealKind.Always,
    focus: guided,
    panel: guided || background ? vscode.TaskPanelKind.Dedicated : vscode.TaskPanelKind.Shared,
    clear: !guided,
    // It would show where the extension lies, and not what is done.
    echo: false,
    showReuseMessage: false,
  }
  return task
}

export interface Printed {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** @param cwd - folder in which it runs */
export function runQuietly(program: Program, words: readonly string[], cwd: string | undefined): Promise<Printed> {
  return new Promise((resolve, reject) => {
    const options = {
      env: { ...process.env, ...program.env },
      maxBuffer: 2 ** 27,
      ...(cwd === undefined ? {} : { cwd }),
    }
    execFile(program.command, [...program.args, ...words], options, (error, out, err) => {
      const code = error ? error.code : 0
      if (typeof code === 'number') resolve({ code, out, err })
      else reject(error)
    })
  })
}
