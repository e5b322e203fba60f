import type { Clock } from '../../src/ports/clock.ts'

interface Sleeper {
  readonly at: number
  readonly order: number
  readonly wake: () => void
}

/** A clock that jumps to the next sleeper as soon as nothing else is left to do. */
export class VirtualClock implements Clock {
  #now: number
  #order = 0
  #sleepers: Sleeper[] = []
  #idle: NodeJS.Immediate | undefined

  constructor(now: number = Date.UTC(2027, 0, 4, 1, 0, 0)) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const sleeper = { at: this.#now + ms, order: this.#order++, wake: resolve }
      this.#sleepers.push(sleeper)
      signal?.addEventListener('abort', () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper)
        reject(signal.reason)
      })
      this.#watch()
    })
  }

  /** Several turns of the event loop without a new sleeper count as idle: files are flushed in the meantime. */
  #watch(): void {
    if (this.#idle) return
    let quiet = 0
    let last = this.#order
    const look = (): void => {
      quiet = this.#order === last ? quiet + 1 : 0
      last = this.#order
      if (quiet < 12) {
        this.#idle = setImmediate(look)
        return
      }
      this.#idle = undefined
      const next = this.#sleepers.sort((a, b) => a.at - b.at || a.order - b.order).shift()
      if (!next) return
      this.#now = Math.max(this.#now, next.at)
      next.wake()
      if (this.#sleepers.length > 0) this.#watch()
    }
    this.#idle = setImmediate(look)
  }
}
