import type { Clock } from '../../ports/clock.ts'

/**
 * Spreads calls of one operation evenly over time, whoever makes them: a small burst, then one call per slot. A rate
 * limit answer stops everybody at once.
 */
export class Budget {
  readonly #clock: Clock
  readonly #slotMs: number
  readonly #burst: number
  #nextAt = 0
  #pausedUntil = 0

  /**
   * @param perMinute - calls that the far side allows in any minute, at least 2; burst and slots together stay below
   * @param pace - minutes of the far side in one of the clock
   */
  constructor(clock: Clock, perMinute: number, pace: number) {
    this.#clock = clock
    const burst = Math.min(6, Math.floor(perMinute / 10))
    this.#slotMs = 60_000 / (perMinute - burst - 1) / pace
    this.#burst = burst
  }

  /** Waits for a slot. Rejects with the signal's reason; the slot is lost then. */
  async take(signal: AbortSignal): Promise<void> {
    const now = this.#clock.now()
    // A slot that lies back by less than the burst may be used late; older ones are gone.
    this.#nextAt = Math.max(this.#nextAt, now - this.#burst * this.#slotMs) + this.#slotMs
    const waitMs = this.#nextAt - this.#slotMs - now
    if (waitMs > 0) await this.#clock.sleep(waitMs, signal)
    for (;;) {
      const pauseMs = this.#pausedUntil - this.#clock.now()
      if (pauseMs <= 0) return
      await this.#clock.sleep(pauseMs, signal)
    }
  }

  /** The far side asks for patience: nobody calls before this is over. */
  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#clock.now() + ms)
  }
}
