import type { MissingInput } from '../app/load.ts'
import type { CliIo } from './io.ts'

/**
 * Asks a person for the inputs that have no value. Only on a terminal; the questions go to `stderr`, so that `stdout` can
 * be used by programs.
 *
 * @returns what was typed, by input name
 */
export async function askInputs(
  missing: readonly MissingInput[],
  io: CliIo,
): Promise<Readonly<Record<string, string>>> {
  const { default: inquirer } = await import('inquirer')
  const prompt = inquirer.createPromptModule({ input: io.stdin, output: io.stderr })
  const answers: Record<string, string> = {}
  for (const { name, input } of missing) {
    const message = `${input.title ?? name} (${name})${examples[input.type] ?? ''}`
    if (input.type === 'enum') {
      const { value } = await prompt<{ value: string }>([
        { type: 'select', name: 'value', message, choices: input.options.map((option) => ({ value: option })) },
      ])
      answers[name] = value
    } else if (input.type === 'boolean') {
      const { value } = await prompt<{ value: boolean }>([{ type: 'confirm', name: 'value', message }])
      answers[name] = String(value)
    } else {
      const { value } = await prompt<{ value: string }>([{ type: 'input', name: 'value', message, required: true }])
      answers[name] = value
    }
  }
  return answers
}

const examples: Readonly<Record<string, string>> = {
  duration: ', for example 17m',
  size: ', for example 7GB',
  list: ', separated by commas',
  date_time: ', for example 2026-12-06T01:00:00+01:00',
}
