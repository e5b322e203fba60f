import { formatDurationForPeople } from '../base/duration.ts'
import type { CalendarDefinition, DayRule, Freeze, Moment, Recurring, Window, ZoneName } from './model.ts'
import { horizonMs, type Opening, openingsFrom } from './openings.ts'
import { ordinalNames } from './parse-days.ts'
import { dateText, dayMs, dayOfWall, timeText, type WallTime } from './wall-time.ts'
import { zoneClock } from './zone-clock.ts'

/** `Sundays 01:00 to 03:00, each target's own time zone` */
export function describeWindow(window: Window): string {
  const { when } = window
  const zone = zoneWords(window.zone)
  if (when.kind === 'recurring') return `${dayWords(when.days)} ${timeWords(when)}, ${zone}`
  if (when.kind === 'dated')
    return `${momentWords(when.from)} to ${momentWords(when.to)}${zoneTail([when.from, when.to], zone)}`
  const count = when.events.length
  return `${count} ${count === 1 ? 'entry' : 'entries'} of an iCalendar file`
}

/** `2026-12-20 to 2027-01-03, each target's own time zone: Year end (CAB)` */
export function describeFreeze(freeze: Freeze): string {
  const owner = freeze.owner === undefined ? '' : ` (${freeze.owner})`
  const why = `${freeze.reason}${owner}`
  const { when } = freeze
  if (when.kind === 'events') return `from an iCalendar file: ${why}`
  const zone = zoneWords(freeze.zone)
  return `${momentWords(when.from)} to ${momentWords(when.to)}${zoneTail([when.from, when.to], zone)}: ${why}`
}

/**
 * The whole calendar in words, one line each: windows, freezes, overrides and the next openings in one zone.
 *
 * @param at - from when on openings are listed
 * @param count - openings that are listed
 */
export function describeCalendar(
  definition: CalendarDefinition,
  zone: string,
  at: number,
  count: number = 3,
): readonly string[] {
  const windows = definition.windows === 'always' ? ['At any time'] : definition.windows.map(describeWindow)
  const next = upcoming(definition, zone, at, count).map((each) => describeOpening(each, zone))
  return [
    ...(windows.length === 0 ? ['Never: there is no window'] : windows),
    ...definition.freezes.map((each) => `Not ${describeFreeze(each)}`),
    ...definition.breakGlass.map((each) => {
      const until = localText(each.at + each.expiresAfterMs, zone)
      return `Overridden until ${until} by ${each.role}: ${each.reason}`
    }),
    ...(next.length === 0 ? ['It does not open within ten years'] : next.map((each) => `Open ${each}`)),
  ]
}

/** The next openings that end after an instant, within the horizon. */
export function upcoming(definition: CalendarDefinition, zone: string, at: number, count: number): readonly Opening[] {
  const found: Opening[] = []
  for (const each of openingsFrom(definition, zone, at, at + horizonMs)) {
    if (found.length === count) break
    found.push(each.closing === undefined ? { ...each, end: Number.POSITIVE_INFINITY } : each)
  }
  return found
}

/** `Sun 2026-03-29 01:00 +01:00 to 04:00 +02:00`; the date is told again when it is another one. */
export function describeOpening(opening: Opening, zone: string): string {
  const clock = zoneClock(zone)
  const start = clock.wallAt(opening.start)
  const from = `${weekdayShort(dayOfWall(start))} ${localText(opening.start, zone)}`
  if (opening.end === Number.POSITIVE_INFINITY) return `${from}, with no end`
  const end = clock.wallAt(opening.end)
  const text = localText(opening.end, zone)
  return dayOfWall(start) === dayOfWall(end)
    ? `${from} to ${text.slice(11)}`
    : `${from} to ${weekdayShort(dayOfWall(end))} ${text}`
}

/** `2026-03-29 01:00 +01:00` */
export function localText(at: number, zone: string): string {
  const clock = zoneClock(zone)
  const wall = clock.wallAt(at)
  return `${wallText(wall)} ${offsetText(clock.offsetAt(at))}`
}

function offsetText(offset: number): string {
  const minutes = Math.round(Math.abs(offset) / 60_000)
  const digits = (count: number): string => String(count).padStart(2, '0')
  return `${offset < 0 ? '-' : '+'}${digits(Math.floor(minutes / 60))}:${digits(minutes % 60)}`
}

function wallText(wall: WallTime): string {
  const day = dayOfWall(wall)
  return `${dateText(day)} ${timeText(wall - day * dayMs)}`
}

const weekdayWords = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

function weekdayShort(day: number): string {
  return weekdayWords[(((day + 4) % 7) + 7) % 7]!.slice(0, 3)
}

function dayWords(rule: DayRule): string {
  switch (rule.kind) {
    case 'every':
      return 'Every day'
    case 'weekdays': {
      const weekly = [...rule.weekdays]
        .sort((a, b) => mondayFirst(a) - mondayFirst(b))
        .map((day) => `${weekdayWords[day]}s`)
      const monthly = rule.ordinals.map(
        (each) => `the ${ordinalWord(each.nth)} ${weekdayWords[each.weekday]} of the month`,
      )
      return capital(listed([...weekly, ...monthly]))
    }
    case 'dates': {
      const dates = [...rule.dates].sort((a, b) => a - b).map((date) => `${date}${suffix(date)}`)
      return `The ${listed([...dates, ...(rule.last ? ['last day'] : [])])} of the month,`
    }
  }
}

function mondayFirst(weekday: number): number {
  return (weekday + 6) % 7
}

/** The end on the clock, as long as that is the same day or the next; it moves when clocks change in between. */
function timeWords(when: Recurring): string {
  const end = when.startMs + when.durationMs
  const start = timeText(when.startMs)
  if (when.durationMs >= dayMs) return `${start}, for ${formatDurationForPeople(when.durationMs)}`
  return `${start} to ${timeText(end % dayMs)}${end > dayMs ? ' the next day' : ''}`
}

function momentWords(moment: Moment): string {
  switch (moment.kind) {
    case 'date':
      return dateText(moment.day)
    case 'local':
      return wallText(moment.wall)
    case 'instant':
      return `${wallText(moment.at)} UTC`
  }
}

function zoneTail(moments: readonly Moment[], zone: string): string {
  return moments.every((each) => each.kind === 'instant') ? '' : `, ${zone}`
}

function zoneWords(zone: ZoneName): string {
  return zone === 'target' ? "each target's own time zone" : zone
}

function ordinalWord(nth: number): string {
  return Object.entries(ordinalNames).find(([, number]) => number === nth)?.[0] ?? String(nth)
}

function suffix(count: number): string {
  if (count >= 11 && count <= 13) return 'th'
  return ['th', 'st', 'nd', 'rd'][count % 10] ?? 'th'
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
