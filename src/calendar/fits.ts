import type { CalendarDefinition, Freeze } from './model.ts'
import { cuts, horizonMs, nextOpening, openingsFrom } from './openings.ts'

/** Whether work that starts at an instant certainly ends while it is still open. */
export type Fit =
  | {
      readonly fits: true
      /** The last instant at which it would still fit. */
      readonly latestStart: number
      /** `Infinity` when it does not close. */
      readonly closesAt: number
    }
  | {
      readonly fits: false
      /**
       * `closed`: no window is open. `frozen`: one would be, were it not for `freeze`. `too_late`: not enough is left of
       * this opening. `too_short`: this opening is shorter than the work.
       */
      readonly reason: 'closed' | 'frozen' | 'too_late' | 'too_short'
      readonly freeze: Freeze | undefined
      /** The last instant at which it would have fitted into this opening; undefined when there is none. */
      readonly latestStart: number | undefined
      /** The first instant from `at` on at which it fits; undefined when there is none within the horizon. */
      readonly nextFit: number | undefined
    }

/**
 * @param worstCaseMs - all attempts, their delays and the rollback, in ms
 * @param reserveMs - kept free before closing time, in ms
 * @throws RollbookError `TIME_ZONE_UNKNOWN`
 */
export function fits(
  definition: CalendarDefinition,
  zone: string,
  at: number,
  worstCaseMs: number,
  reserveMs: number,
): Fit {
  const need = worstCaseMs + reserveMs
  const opening = nextOpening(definition, zone, at)
  const isOpenNow = opening !== undefined && opening.start <= at
  if (isOpenNow && at + need <= opening.end) {
    return { fits: true, latestStart: opening.end - need, closesAt: opening.end }
  }
  const nextFit = nextFitOf(definition, zone, at, need)
  if (!isOpenNow) {
    const freeze = cuts(definition, zone, at, at + 1)[0]?.freeze
    return { fits: false, reason: freeze === undefined ? 'closed' : 'frozen', freeze, latestStart: undefined, nextFit }
  }
  const latestStart = opening.end - need
  const isLong = latestStart >= opening.start
  return {
    fits: false,
    reason: isLong ? 'too_late' : 'too_short',
    freeze: undefined,
    latestStart: isLong ? latestStart : undefined,
    nextFit,
  }
}

/**
 * @param needMs - time that must be left until closing time
 * @returns the first instant from `at` on at which so much is left, within the horizon
 */
export function nextFitOf(
  definition: CalendarDefinition,
  zone: string,
  at: number,
  needMs: number,
): number | undefined {
  for (const each of openingsFrom(definition, zone, at, at + horizonMs)) {
    if (each.closing === undefined || each.end - each.start >= needMs) return each.start
  }
  return undefined
}
