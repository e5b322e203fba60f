import { ruleNamesDay } from './day-rule.ts'
import type { Dated, Events, Moment, Recurring } from './model.ts'
import { occurrencesOf } from './recurrence.ts'
import { dayMs, dayOfWall } from './wall-time.ts'
import type { ZoneClock } from './zone-clock.ts'

/** From `start` up to, not including, `end`. */
export interface Stretch {
  readonly start: number
  readonly end: number
}

/**
 * In doubt, closed: when clocks go back and an end is shown twice, a window ends the first time and a freeze the last
 * time. Both start the first time.
 */
export type Side = 'window' | 'freeze'

/**
 * Lays a window or a freeze down on the time line of one zone.
 *
 * @returns stretches that touch `lo` to `hi`, both included, not clipped, in no particular order; they may overlap
 */
export function stretchesOf(
  when: Recurring | Dated | Events,
  clock: ZoneClock,
  lo: number,
  hi: number,
  side: Side,
): readonly Stretch[] {
  const all =
    when.kind === 'recurring'
      ? recurringStretches(when, clock, lo, hi)
      : when.kind === 'dated'
        ? [datedStretch(when, clock, side)]
        : when.events.flatMap((event) => occurrencesOf(event, clock, lo, hi, side))
  return all.filter((each) => each.start < each.end && each.start <= hi && each.end >= lo)
}

function recurringStretches(when: Recurring, clock: ZoneClock, lo: number, hi: number): readonly Stretch[] {
  const found: Stretch[] = []
  // A day more at each end: a start may be put off until after midnight when the clock jumps.
  const first = dayOfWall(clock.wallAt(lo - when.durationMs)) - 1
  const last = dayOfWall(clock.wallAt(hi)) + 1
  for (let day = first; day <= last; day += 1) {
    if (!ruleNamesDay(when.days, day) || !clock.hasDay(day)) continue
    const start = clock.firstPass(day * dayMs + when.startMs)
    found.push({ start, end: start + when.durationMs })
  }
  return found
}

function datedStretch(when: Dated, clock: ZoneClock, side: Side): Stretch {
  return { start: startOf(when.from, clock), end: endOf(when.to, clock, side) }
}

function startOf(moment: Moment, clock: ZoneClock): number {
  if (moment.kind === 'instant') return moment.at
  return clock.firstPass(moment.kind === 'date' ? moment.day * dayMs : moment.wall)
}

function endOf(moment: Moment, clock: ZoneClock, side: Side): number {
  if (moment.kind === 'instant') return moment.at
  // A date as the end stands for the whole day.
  const wall = moment.kind === 'date' ? (moment.day + 1) * dayMs : moment.wall
  return side === 'freeze' ? clock.lastPass(wall) : clock.firstPass(wall)
}
