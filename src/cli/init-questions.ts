import type { CliIo } from './io.ts'

/** Somebody pressed Ctrl-C at a question. */
export class BrokenOff extends Error {
  override readonly name = 'BrokenOff'
}

/** The conversation of `rollbook init`. */
export interface InitQuestions {
  choose(title: string, options: readonly { readonly id: string; readonly title: string }[]): Promise<string>
  /** @param problem - a sentence about what is wrong with the text, or nothing */
  text(title: string, byDefault: string, problem: (text: string) => string | undefined): Promise<string>
  confirm(title: string): Promise<boolean>
}

/** Questions go to `stderr`, so that programs can use `stdout`. */
export function initQuestions(io: CliIo): InitQuestions {
  const ask = async <Value>(question: object): Promise<Value> => {
    const { default: inquirer } = await import('inquirer')
    const prompt = inquirer.createPromptModule({ input: io.stdin, output: io.stderr })
    try {
      const answers = await prompt([{ ...question, name: 'answer' }] as unknown as Parameters<typeof prompt>[0])
      return (answers as unknown as { readonly answer: Value }).answer
    } catch (error) {
      if (!(error instanceof Error && error.name === 'ExitPromptError')) throw error
      throw new BrokenOff()
    }
  }
  return {
    choose: (title, options) => {
      const choices = options.map(({ id, title: name }) => ({ value: id, name }))
      return ask({ type: 'select', message: title, choices, pageSize: 12, loop: false })
    },
    text: (title, byDefault, problem) =>
      ask({ type: 'input', message: title, default: byDefault, validate: (text: string) => problem(text) ?? true }),
    confirm: (title) => ask({ type: 'confirm', message: title, default: true }),
  }
}
