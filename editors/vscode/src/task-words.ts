/** A task as somebody writes it in `tasks.json`. */
export interface WrittenTask {
  readonly command?: unknown
  readonly runbook?: unknown
  readonly inventory?: unknown
  readonly values?: unknown
  readonly scenario?: unknown
  readonly arguments?: unknown
}

const commands: readonly unknown[] = ['validate', 'plan', 'simulate']

/** The words behind `rollbook`; undefined for what is no task of ours. */
export function taskWords(task: WrittenTask): readonly string[] | undefined {
  const { command, runbook } = task
  if (!commands.includes(command)) return undefined
  const options = (['inventory', 'values', 'scenario'] as const).flatMap((name) => {
    const value = task[name]
    return typeof value === 'string' && value !== '' ? [`--${name}`, value] : []
  })
  const more = Array.isArray(task.arguments) ? task.arguments.map(String) : []
  const form =
    command === 'validate' && !more.some((word) => /^--(?:format|json)\b/.test(word)) ? ['--format', 'concise'] : []
  return [String(command), ...(typeof runbook === 'string' ? [runbook] : []), ...options, ...form, ...more]
}
