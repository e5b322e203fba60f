/**
 * The keyboard while nothing is asked. What is pressed then is dropped, but for the keys that are listened for: the terminal would show it in the middle of the
 * live picture, and keep it for the next question, so that an impatient Enter would start a step that nobody has read.
 */
import type { Buffer } from 'node:buffer'
import type { CliIo } from '../io.ts'

type Keyboard = NodeJS.ReadableStream & { setRawMode?(raw: boolean): unknown }

const ctrlC = 3

export class IdleKeyboard {
  readonly #stdin: Keyboard
  readonly #onData: (bytes: Buffer) => void
  #listening = false
  #closed = false
  readonly #wanted = new Map<string, () => void>()

  /** @param onInterrupt - Ctrl-C: the terminal is in raw mode while this listens, and sends no signal */
  constructor({ stdin }: Pick<CliIo, 'stdin'>, onInterrupt: () => void) {
    this.#stdin = stdin
    this.#onData = (bytes) => {
      for (const byte of bytes) {
        if (byte === ctrlC) onInterrupt()
        else this.#wanted.get(String.fromCharCode(byte))?.()
      }
    }
  }

  /** Whether keys can be heard one by one: not where input comes from a file or a pipe. */
  get hearsKeys(): boolean {
    return !this.#closed && this.#stdin.setRawMode !== undefined
  }

  /** Resolves when the key is pressed while nothing is asked; never when it is not wanted any more. */
  async pressed(key: string, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wanted.set(key, resolve)
      signal.addEventListener('abort', () => this.#wanted.delete(key), { once: true })
    })
  }

  listen(): void {
    if (this.#listening || this.#closed || this.#stdin.setRawMode === undefined) return
    this.#listening = true
    this.#stdin.setRawMode(true)
    this.#stdin.on('data', this.#onData)
    this.#stdin.resume()
  }

  /** Leaves the keyboard to a question, to another program, or to the terminal as it was. */
  leave(): void {
    if (!this.#listening) return
    this.#listening = false
    this.#stdin.off('data', this.#onData)
    this.#stdin.pause()
    this.#stdin.setRawMode?.(false)
  }

  /** Leaves it for good: a question that ends after its run was left must not take it again. */
  close(): void {
    this.leave()
    this.#closed = true
  }

  /** Leaves the keyboard for as long as the work lasts. */
  async lend<Result>(work: () => Promise<Result>): Promise<Result> {
    const had = this.#listening
    this.leave()
    try {
      return await work()
    } finally {
      if (had) this.listen()
    }
  }
}
