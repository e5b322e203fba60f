import type { Clock } from '../ports/clock.ts'

/** Longest delay that a Node timer holds; beyond it the timer would fire at once. */
const timerMsMax = 2 ** 31 - 1

/** A clock for rehearsals: it shows another time and runs faster than life, the same for everyone who has these numbers. */
export interface Turning {
  /** Seconds of this clock in a real one, more than 0. */
  readonly speed: number
  /** What it shows at `realStartAt`; both in milliseconds since the epoch. */
  readonly startAt: number
  readonly realStartAt: number
}

/** The machine's clock, or a turned one. A wait longer than a timer can hold is cut into several. */
export function makeClock(turning?: Turning): Clock {
  return {
    now: () =>
      turning ? Math.round(turning.startAt + (Date.now() - turning.realStartAt) * turning.speed) : Date.now(),
    async sleep(ms, signal) {
      let restMs = Math.max(0, ms) / (turning?.speed ?? 1)
      do {
        const partMs = Math.min(restMs, timerMsMax)
        await sleepOnce(partMs, signal)
        restMs -= partMs
      } while (restMs > 0)
    },
  }
}

function sleepOnce(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const onAbort = (): void => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }, ms)
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
