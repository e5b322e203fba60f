import { RRuleTemporal } from 'rrule-temporal'
import type { CalendarEvent } from './model.ts'
import type { Side, Stretch } from './stretch.ts'
import { dayMs, type WallTime } from './wall-time.ts'
import { type ZoneClock, zoneClock } from './zone-clock.ts'

/** Occurrences are worked out for so much at once, on the event's own clock, and remembered for all zones. */
const blockMs = 400 * dayMs

/** More in one block than a rule of whole days can ask for by mistake. */
export const occurrencesMax = 2000

/**
 * Lays the occurrences of an iCalendar event down on a time line.
 *
 * @param clock - of the target; used when the event has no zone of its own
 * @returns stretches that may touch `lo` to `hi`
 */
export function occurrencesOf(
  event: CalendarEvent,
  clock: ZoneClock,
  lo: number,
  hi: number,
  side: Side,
): readonly Stretch[] {
  const own = event.zone === 'target' ? clock : zoneClock(event.zone)
  const span = event.end.kind === 'wall' ? event.end.ms : event.end.daysMs + event.end.ms
  const walls = wallsBetween(event, own.wallAt(lo) - span - 2 * dayMs, own.wallAt(hi) + 2 * dayMs)
  return walls.map((wall) => ({ start: own.firstPass(wall), end: endOf(event, wall, own, side) }))
}

function endOf(event: CalendarEvent, wall: WallTime, clock: ZoneClock, side: Side): number {
  const pass = side === 'freeze' ? clock.lastPass : clock.firstPass
  if (event.end.kind === 'wall') return pass(wall + event.end.ms)
  return event.end.daysMs === 0 ? clock.firstPass(wall) + event.end.ms : pass(wall + event.end.daysMs) + event.end.ms
}

function wallsBetween(event: CalendarEvent, from: WallTime, to: WallTime): readonly WallTime[] {
  const ruled = event.rule === undefined ? [event.start] : ruledBetween(event, event.rule, from, to)
  const all = event.extra.length === 0 ? ruled : [...new Set([...ruled, ...event.extra])]
  return all.filter((wall) => wall >= from && wall <= to && !event.except.has(wall))
}

const blocks = new WeakMap<CalendarEvent, Map<number, readonly WallTime[]>>()

function ruledBetween(event: CalendarEvent, rule: string, from: WallTime, to: WallTime): readonly WallTime[] {
  let known = blocks.get(event)
  if (known === undefined) blocks.set(event, (known = new Map()))
  const found: WallTime[] = []
  for (let block = Math.floor(from / blockMs); block * blockMs <= to; block += 1) {
    let walls = known.get(block)
    if (walls === undefined) known.set(block, (walls = expandRule(event.start, rule, block * blockMs, blockMs)))
    found.push(...walls)
  }
  return found
}

/**
 * Occurrences of a rule that start within a stretch of the local clock. The rule runs in UTC, so that clocks that change
 * are the business of the zone clock alone; the start of the event always counts as the first one.
 *
 * @throws Error when the rule is malformed or asks for too much work
 */
export function expandRule(start: WallTime, rule: string, from: WallTime, lengthMs: number): readonly WallTime[] {
  if (from + lengthMs <= start) return []
  const dtstart = new Date(start).toISOString().replace(/[-:]|\.\d+/g, '')
  const runner = new RRuleTemporal({
    rruleString: `DTSTART:${dtstart}\nRRULE:${rule}`,
    includeDtstart: true,
    cache: false,
  })
  return runner.between(new Date(from), new Date(from + lengthMs - 1), true).map((each) => each.epochMilliseconds)
}
