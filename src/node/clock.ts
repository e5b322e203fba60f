import type { Clock } from '../ports/clock.ts'

/** Longest delay that a Node timer holds; beyond it the timer would fire at once. */
const timerMsMax = 2 ** 31 - 1

/** The machine's clock. A wait longer than a timer can hold is cut into several. */
export function makeClock(): Clock {
  return {
    now: () => Date.now(),
    async sleep(ms, signal) {
      let restMs = Math.max(0, ms)
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
