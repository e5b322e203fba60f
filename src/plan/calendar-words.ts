import type { JsonObject } from '../base/json.ts'

/** A window of a plan in words: `sun at 01:00 for 2h, on the clock of each target`. */
export function windowWords(window: JsonObject): string {
  return `${timesOf(window)}${zoneOf(window)}`
}

/** A freeze of a plan in words: `2026-12-20 to 2027-01-03, on the clock of each target: Year end (CAB)`. */
export function freezeWords(freeze: JsonObject): string {
  const { reason, owner } = freeze
  const why = typeof reason === 'string' ? `: ${reason}` : ''
  return `${timesOf(freeze)}${zoneOf(freeze)}${why}${typeof owner === 'string' ? ` (${owner})` : ''}`
}

function timesOf({ calendar, from, to, days, dates, start, duration }: JsonObject): string {
  if (typeof calendar === 'string') return `entries of ${calendar}`
  if (from !== undefined) return `${String(from)} to ${String(to)}`
  const on = listWords(days) ?? (dates === undefined ? 'every day' : `day ${listWords(dates)} of the month`)
  return `${on} at ${String(start)} for ${String(duration)}`
}

function listWords(value: unknown): string | undefined {
  return Array.isArray(value) ? value.map(String).join(', ') : undefined
}

function zoneOf({ time_zone: zone, from, to }: JsonObject): string {
  const instant = /(?:[zZ]|[+-]\d\d:?\d\d)$/
  if (zone === undefined && instant.test(String(from)) && instant.test(String(to))) return ''
  return zone === undefined || zone === 'target' ? ', on the clock of each target' : `, ${String(zone)}`
}
