/** The clock of an emulator: the real one at another pace, or one that somebody else turns. */
export interface EmulatedClock {
  /** Milliseconds since 1970 on the emulated clock. */
  now(): number
  /** What the clock showed at the start. */
  readonly startAt: number
  /** The real instant of the start. */
  readonly realStartAt: number
}

/**
 * @param given - `clock` takes the place of all else; `startAt` is what the clock shows at first, the real instant
 *   unless said otherwise
 * @param speed - emulated seconds in one real second
 */
export function makeEmulatedClock(
  given: { readonly clock?: { now(): number }; readonly startAt?: number },
  speed: number,
): EmulatedClock {
  const { clock } = given
  const realStartAt = Date.now()
  if (clock) return { now: () => clock.now(), startAt: clock.now(), realStartAt }
  const startAt = given.startAt ?? realStartAt
  return { now: () => Math.round(startAt + (Date.now() - realStartAt) * speed), startAt, realStartAt }
}
