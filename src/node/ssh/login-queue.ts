import { failureOfAbort } from '../../ports/abort.ts'

/** A key exchange is most of what a connection costs; more at once only makes each of them slower. */
const loginsMaxDefault = 32
/** sshd drops logins at random from the eleventh unfinished one on (its MaxStartups), and a jump host sees all of ours. */
const loginsPerJumpMax = 8

/** Lets a limited number of logins go on at once, fewer through the same jump host; first come, first served. */
export class LoginQueue {
  readonly #max: number
  readonly #perJump = new Map<string, number>()
  #going = 0
  #waiting: { readonly jump: string | undefined; readonly go: () => void }[] = []

  constructor(max: number = loginsMaxDefault) {
    this.#max = max
  }

  /** @returns what to call when the login is over */
  enter(jump: string | undefined, signal: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiting = this.#waiting.filter((other) => other !== waiting)
        reject(failureOfAbort(signal, 'waiting for a login'))
      }
      const waiting = {
        jump,
        go: () => {
          signal.removeEventListener('abort', onAbort)
          resolve(() => this.#leave(jump))
        },
      }
      if (signal.aborted) return onAbort()
      signal.addEventListener('abort', onAbort, { once: true })
      this.#waiting.push(waiting)
      this.#admit()
    })
  }

  #leave(jump: string | undefined): void {
    this.#going -= 1
    if (jump !== undefined) this.#perJump.set(jump, (this.#perJump.get(jump) ?? 1) - 1)
    this.#admit()
  }

  #admit(): void {
    while (this.#going < this.#max) {
      const index = this.#waiting.findIndex(
        ({ jump }) => jump === undefined || (this.#perJump.get(jump) ?? 0) < loginsPerJumpMax,
      )
      const next = index < 0 ? undefined : this.#waiting.splice(index, 1)[0]
      if (next === undefined) return
      this.#going += 1
      if (next.jump !== undefined) this.#perJump.set(next.jump, (this.#perJump.get(next.jump) ?? 0) + 1)
      next.go()
    }
  }
}
