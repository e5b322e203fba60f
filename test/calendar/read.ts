import { expect } from 'vitest'
import {
  type CalendarDefinition,
  type CalendarSource,
  localText,
  openings,
  parseCalendar,
} from '../../src/calendar/index.ts'

/** Reads a calendar that is meant to be free of errors; `files` are iCalendar texts by name. */
export function calendarOf(source: CalendarSource, files: Readonly<Record<string, string>> = {}): CalendarDefinition {
  const { definition, findings } = parseCalendar(source, (name) => files[name])
  expect(findings.filter((each) => each.severity === 'error')).toEqual([])
  return definition
}

/** `from` and `to` are ISO instants; the answer is in local time: `2026-03-29 01:00 +01:00 / 2026-03-29 04:00 +02:00`. */
export function localOpenings(
  definition: CalendarDefinition,
  zone: string,
  from: string,
  to: string,
): readonly string[] {
  return openings(definition, zone, Date.parse(from), Date.parse(to)).map(
    (each) => `${localText(each.start, zone)} / ${localText(each.end, zone)}`,
  )
}
