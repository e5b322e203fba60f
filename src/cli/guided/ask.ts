/** Questions at the terminal. Each can be withdrawn: another terminal may answer first. */
import type { CliIo } from '../io.ts'
import type { IdleKeyboard } from './idle-keyboard.ts'

/** The question was withdrawn. */
export class Withdrawn extends Error {
  override readonly name = 'Withdrawn'
}

/** The operator pressed Ctrl-C at a question. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
}

export interface Option<Value> {
  readonly value: Value
  readonly title: string
  /** Shown below the list while this is selected. */
  readonly description?: string
  /** Why it cannot be chosen. */
  readonly refusal?: string
}

export interface TextQuestion {
  readonly title: string
  readonly byDefault?: string
  /** A sentence about what is wrong with the text, or nothing. */
  readonly check?: (text: string) => string | undefined
}

export class Asker {
  readonly #io: Pick<CliIo, 'stdin' | 'stdout'>
  readonly #keyboard: IdleKeyboard
  readonly #signal: AbortSignal

  /** @param signal - aborted when the question is settled elsewhere; then what is asked rejects with {@link Withdrawn} */
  constructor(io: Pick<CliIo, 'stdin' | 'stdout'>, keyboard: IdleKeyboard, signal: AbortSignal) {
    this.#io = io
    this.#keyboard = keyboard
    this.#signal = signal
  }

  choose<Value>(title: string, options: readonly Option<Value>[]): Promise<Value> {
    const choices = options.map(({ value, title: name, description, refusal }) => ({
      value,
      name,
      ...(description ? { description } : {}),
      ...(refusal ? { disabled: `(${refusal})` } : {}),
    }))
    const theme = { indexMode: 'number' as const }
    return this.#ask({ type: 'select', message: title, choices, pageSize: 14, loop: false, theme })
  }

  text(question: TextQuestion): Promise<string> {
    const { title, byDefault, check } = question
    return this.#ask({
      type: 'input',
      message: title,
      ...(byDefault === undefined ? {} : { default: byDefault }),
      ...(check ? { validate: (text: string) => check(text) ?? true } : {}),
    })
  }

  async #ask<Value>(question: object): Promise<Value> {
    const { default: inquirer } = await import('inquirer')
    const prompt = inquirer.createPromptModule({
      input: this.#io.stdin,
      output: this.#io.stdout,
      signal: this.#signal,
      clearPromptOnDone: true,
    })
    try {
      const asked = [{ ...question, name: 'answer' }] as unknown as Parameters<typeof prompt>[0]
      const answers = await this.#keyboard.lend(async () => prompt(asked))
      return (answers as unknown as { readonly answer: Value }).answer
    } catch (error) {
      if (this.#signal.aborted) throw new Withdrawn()
      const name = error instanceof Error ? error.name : ''
      if (name === 'ExitPromptError' || name === 'AbortPromptError') throw new Interrupted()
      throw error
    }
  }
}
