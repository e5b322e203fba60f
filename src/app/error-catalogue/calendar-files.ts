import type { CalendarCode } from '../../calendar/index.ts'
import type { ErrorEntry, FileExample } from './entry.ts'

const goodStart = 'DTSTART:20261220T220000Z'
const goodEnd = 'DTEND:20261221T040000Z'

function entry(...lines: readonly string[]): string {
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'BEGIN:VEVENT',
    'UID:1',
    'SUMMARY:Year end',
    ...lines,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\n')
}

/** Both files lie beside, and the runbook names the bad one or the good one. */
const file = (...bad: readonly string[]): FileExample => ({
  kind: 'calendar',
  bad: 'freezes:\n  - {calendar: bad.ics}',
  good: 'freezes:\n  - {calendar: good.ics}',
  beside: { 'bad.ics': entry(...bad), 'good.ics': entry(goodStart, goodEnd) },
})

/** Findings about windows and freezes that come from iCalendar files. */
export const calendarFileErrors: Readonly<
  Record<Extract<CalendarCode, `CALENDAR_${'FILE' | 'ICS'}${string}`>, ErrorEntry>
> = {
  CALENDAR_FILE: {
    title: 'An iCalendar file that cannot be read',
    meaning: 'The file that `calendar` names does not exist or cannot be read.',
    why: 'The path is misspelt; it starts at the runbook.',
    cure: 'Export the calendar again, or correct the path.',
    example: {
      kind: 'calendar',
      bad: 'freezes:\n  - {calendar: gone.ics}',
      good: 'freezes:\n  - {calendar: good.ics}',
      beside: { 'good.ics': entry(goodStart, goodEnd) },
    },
  },
  CALENDAR_ICS: {
    title: 'An iCalendar file that is malformed',
    meaning:
      'A line or an entry of the file cannot be read, or lasts longer than ten years. An entry that cannot be read is never guessed at.',
    why: 'The file was cut off or edited by hand, or is none of a calendar.',
    cure: 'Export it again, or correct the line that the message names.',
    example: file('DTSTART:20261320T220000Z', goodEnd),
  },
  CALENDAR_ICS_ZONE: {
    title: 'An iCalendar entry in a time zone that is not known',
    meaning: 'The entry names a time zone that is neither an IANA name nor one of those that Windows uses.',
    why: 'The program that exported it has names of its own.',
    cure: 'Export the calendar with IANA time zones.',
    example: file('DTSTART;TZID=Head office:20261220T220000', goodEnd),
  },
  CALENDAR_ICS_RULE: {
    title: 'An iCalendar entry that repeats in a way that is not supported',
    meaning: 'The entry repeats within a day, by several rules at once, or changes a series from one occurrence on.',
    why: 'No window or freeze is meant that way, and its openings could not be told without bound.',
    cure: 'Split it into several entries with one rule each.',
    example: file(goodStart, goodEnd, 'RRULE:FREQ=HOURLY'),
  },
  CALENDAR_ICS_IGNORED: {
    title: 'An iCalendar entry that has no effect',
    meaning: 'A warning: the entry has no length, so it neither opens nor closes anything.',
    why: 'It is a reminder, or its end was forgotten.',
    cure: 'Give it an end, or leave it out of the export.',
    example: file(goodStart),
  },
}
