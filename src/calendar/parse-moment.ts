import type { Moment } from './model.ts'
import { dayMs, dayOfCivil } from './wall-time.ts'

const pattern = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/i

/**
 * Reads `2026-12-20` (a date), `2026-12-20T22:00` or `2026-12-20 22:00` (a time on the local clock), or
 * `2026-12-20T22:00Z`, `2026-12-20T22:00+01:00` (an instant). Fractions of a second are cut off.
 *
 * @returns undefined when the text is none of them or names a date that does not exist
 */
export function parseMoment(text: string): Moment | undefined {
  const match = pattern.exec(text.trim())
  if (match === null) return undefined
  const [, year, month, date, hour, minute, second, offset] = match
  const day = dayOfCivil(Number(year), Number(month), Number(date))
  if (day === undefined) return undefined
  if (hour === undefined || minute === undefined) return { kind: 'date', day }
  const msOfDay = timeOfDay(hour, minute, second ?? '0')
  if (msOfDay === undefined) return undefined
  const wall = day * dayMs + msOfDay
  if (offset === undefined) return { kind: 'local', wall }
  const offsetMs = parseOffset(offset)
  return offsetMs === undefined ? undefined : { kind: 'instant', at: wall - offsetMs }
}

/** @returns ms after midnight of `01:00` or `01:00:30`; undefined when the text is no time of day */
export function parseTimeOfDay(text: string): number | undefined {
  const match = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text.trim())
  return match === null ? undefined : timeOfDay(match[1]!, match[2]!, match[3] ?? '0')
}

function timeOfDay(hour: string, minute: string, second: string): number | undefined {
  const [h, m, s] = [Number(hour), Number(minute), Number(second)]
  return h < 24 && m < 60 && s < 60 ? ((h * 60 + m) * 60 + s) * 1000 : undefined
}

function parseOffset(text: string): number | undefined {
  if (/^z$/i.test(text)) return 0
  const digits = text.slice(1).replace(':', '')
  const ms = timeOfDay(digits.slice(0, 2), digits.slice(2), '0')
  return ms === undefined ? undefined : text.startsWith('-') ? -ms : ms
}
