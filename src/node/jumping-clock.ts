import type { Clock } from '../ports/clock.ts'

interface Sleeper {
  readonly at: number
  readonly order: number
  readonly wake: () => void
}

/** Turns of the event loop without anything new after which nothing is left to do but to wait. */
const quietTurns = 12

/** Longest time between two steps of a clock that people watch. */
const watchedMs = 50

/**
 * A clock for rehearsals in one process: it stands still while work is done and jumps to the next instant that somebody
 * waits for when nothing is left to do. A rehearsal then ends the same on a slow machine as on a fast one.
 *
 * What is done outside of the event loop must be told by `during`; sleeping on this clock needs no telling.
 */
export class JumpingClock implements Clock {
  readonly #speedMax: number
  #now: number
  #order = 0
  #sleepers: Sleeper[] = []
  #busy = 0
  #stirred = 0
  #watching = false

  /**
   * @param startAt - milliseconds since the epoch
   * @param speedMax - seconds of this clock in a real one at most, so that people can watch; absent: no limit
   */
  constructor(startAt: number, speedMax: number = Number.POSITIVE_INFINITY) {
    this.#now = startAt
    this.#speedMax = speedMax
  }

  now(): number {
    return this.#now
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const onAbort = (): void => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper)
        this.#stir()
        reject(signal?.reason)
      }
      const sleeper: Sleeper = {
        at: Math.ceil(this.#now + Math.max(0, ms)),
        order: this.#order++,
        wake: () => {
          signal?.removeEventListener('abort', onAbort)
          resolve()
        },
      }
      this.#sleepers.push(sleeper)
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#stir()
    })
  }

  /** The clock stands still until the promise is settled. */
  async during<Value>(work: Promise<Value>): Promise<Value> {
    this.#busy += 1
    try {
      return await work
    } finally {
      this.#busy -= 1
      this.#stir()
    }
  }

  #stir(): void {
    this.#stirred += 1
    if (this.#watching) return
    this.#watching = true
    let quiet = 0
    let last = this.#stirred
    const look = (): void => {
      if (this.#sleepers.length === 0 || this.#busy > 0) {
        this.#watching = false
        return
      }
      quiet = this.#stirred === last ? quiet + 1 : 0
      last = this.#stirred
      if (quiet < quietTurns) {
        setImmediate(look)
        return
      }
      this.#watching = false
      this.#jump()
    }
    setImmediate(look)
  }

  #jump(): void {
    const next = this.#earliest()
    const realMs = (next.at - this.#now) / this.#speedMax
    if (realMs < 1) return this.#wake(next)
    // In small steps, because something earlier may come up while people watch the time pass.
    const stepMs = Math.min(realMs, watchedMs)
    const at = Math.min(next.at, Math.ceil(this.#now + stepMs * this.#speedMax))
    this.#watching = true
    setTimeout(() => {
      this.#watching = false
      if (this.#busy === 0 && this.#sleepers.length > 0)
        this.#now = Math.max(this.#now, Math.min(at, this.#earliest().at))
      this.#stir()
    }, stepMs)
  }

  #earliest(): Sleeper {
    return this.#sleepers.reduce((a, b) => (b.at < a.at || (b.at === a.at && b.order < a.order) ? b : a))
  }

  #wake(next: Sleeper): void {
    this.#sleepers = this.#sleepers.filter((other) => other !== next)
    this.#now = Math.max(this.#now, next.at)
    next.wake()
    this.#stir()
  }
}

/** Ports whose work makes a jumping clock stand still. */
export function standingStill<Port extends object>(port: Port, clock: JumpingClock): Port {
  return new Proxy(port, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      return (...args: unknown[]): unknown => {
        const result: unknown = Reflect.apply(value, target, args)
        return result instanceof Promise ? clock.during(result) : result
      }
    },
  })
}
