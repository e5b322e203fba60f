import { ActionFailure } from '../../ports/executor.ts'
import { sudoPrompt } from './command-line.ts'

/** What sudo says before it runs anything is short. */
const heldBytesMax = 65_536

/**
 * Answers sudo's question for a password, once. Standard error is held back until the program runs, and the question is
 * taken out of it. The password goes down the line only when sudo asks, so it can never become input of the program.
 */
export class SudoDialogue {
  readonly #answer: (line: string) => void
  readonly #giveUp: () => void
  readonly #password: string
  #held: Buffer = Buffer.alloc(0)
  #questions = 0
  #isOver = false

  /**
   * @param answer - sends a line to sudo
   * @param giveUp - ends sudo's input, so that it asks no third time
   */
  constructor(password: string, answer: (line: string) => void, giveUp: () => void) {
    this.#password = password
    this.#answer = answer
    this.#giveUp = giveUp
  }

  get wasRefused(): boolean {
    return this.#questions > 1
  }

  /** @returns what is to be shown of standard error now */
  push(chunk: Uint8Array): Uint8Array | undefined {
    if (this.#isOver) return chunk
    this.#held = Buffer.concat([this.#held, chunk])
    for (let at = this.#held.indexOf(sudoPrompt); at >= 0; at = this.#held.indexOf(sudoPrompt)) {
      this.#held = Buffer.concat([this.#held.subarray(0, at), this.#held.subarray(at + sudoPrompt.length)])
      this.#questions += 1
      if (this.#questions === 1) this.#answer(`${this.#password}\n`)
      else this.#giveUp()
    }
    return this.#held.length > heldBytesMax ? this.release() : undefined
  }

  /** The program runs, or sudo has ended; gives what sudo has said so far. */
  release(): Uint8Array | undefined {
    this.#isOver = true
    const held = this.#held
    this.#held = Buffer.alloc(0)
    return held.length === 0 ? undefined : held
  }
}

/** Why sudo ran nothing. */
export function failureOfSudo(place: string, stderr: string, exitCode: number | null, asked: boolean): ActionFailure {
  const words = stderr.trim().split('\n').at(-1)?.trim().slice(0, 300) ?? ''
  const detail = words === '' ? '' : ` (${words})`
  if (exitCode === 127 || exitCode === 126) {
    return new ActionFailure('process', `sudo cannot be started on ${place}${detail}`, {
      notApplied: true,
      advice: 'Install sudo on the target, or log in as the user who may do the work.',
    })
  }
  if (asked) {
    return new ActionFailure('refused', `sudo on ${place} did not accept the password${detail}`, {
      notApplied: true,
      advice: 'Check the password of the login user; too many attempts can lock the account.',
    })
  }
  return new ActionFailure('refused', `sudo on ${place} ran nothing${detail}`, {
    notApplied: true,
    advice: 'Give a password, or allow the command in sudoers without one.',
  })
}
