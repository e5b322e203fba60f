import type { Clock } from '../../src/ports/clock.ts'

/** Both the executor's clock and the emulator's: it jumps to the next sleeper once no call is on its way. */
export class LabClock implements Clock {
  #now = Date.UTC(2027, 2, 14, 5, 0, 0)
  #sleepers: { readonly at: number; readonly wake: () => void }[] = []
  #timer: NodeJS.Timeout | undefined
  /** Calls and reads on their way. */
  busy = 0

  now(): number {
    return this.#now
  }

  skip(ms: number): void {
    this.#now += ms
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const abort = (): void => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper)
        reject(signal?.reason)
      }
      const wake = (): void => {
        signal?.removeEventListener('abort', abort)
        resolve()
      }
      const sleeper = { at: this.#now + ms, wake }
      this.#sleepers.push(sleeper)
      signal?.addEventListener('abort', abort, { once: true })
      this.#watch()
    })
  }

  #watch(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      if (this.busy === 0) {
        const next = this.#sleepers.sort((a, b) => a.at - b.at).shift()
        if (next) {
          this.#now = Math.max(this.#now, next.at)
          next.wake()
        }
      }
      if (this.#sleepers.length > 0) this.#watch()
    }, 2)
  }
}
