import { describe, expect, it } from 'vitest'
import { type CalendarSource, describeWindow, parseCalendar } from '../../src/calendar/index.ts'
import { calendarOf } from './read.ts'

const good = { id: 'w', days: ['sun'], start: '01:00', duration: '2h' }
const freeze = { from: '2026-12-20', to: '2027-01-03', reason: 'Year end', owner: 'CAB' }

interface Row {
  readonly name: string
  readonly source: CalendarSource
  /** `severity CODE path: message | hint` */
  readonly found: readonly string[]
}

const rows: readonly Row[] = [
  { name: 'a good calendar', source: { windows: [good], freezes: [freeze] }, found: [] },
  {
    name: 'a day in full',
    source: { windows: [{ ...good, days: ['sun', 'Sunday'] }] },
    found: ['error CALENDAR_DAY windows.0.days.1: "Sunday" is not a day | Did you mean "sun"?'],
  },
  {
    name: 'an ordinal with a typing error',
    source: { windows: [{ ...good, days: ['secnd tue'] }] },
    found: ['error CALENDAR_DAY windows.0.days.0: "secnd tue" is not a day | Did you mean "second tue"?'],
  },
  {
    name: 'something else than days',
    source: { windows: [{ ...good, days: [3, 'a b c'] }] },
    found: [
      'error CALENDAR_DAY windows.0.days.0: 3 is not a day | Write days such as sun, mon, "second tue" or "last fri".',
      'error CALENDAR_DAY windows.0.days.1: "a b c" is not a day | Write days such as sun, mon, "second tue" or "last fri".',
    ],
  },
  {
    name: 'a name that every object has',
    source: { windows: [{ ...good, days: ['constructor tue'] }] },
    found: [
      'error CALENDAR_DAY windows.0.days.0: "constructor tue" is not a day | Write days such as sun, mon, "second tue" or "last fri".',
    ],
  },
  {
    name: 'no days',
    source: { windows: [{ ...good, days: [] }] },
    found: [
      'error CALENDAR_DAY windows.0.days: Not a list of days | Write days such as sun, mon, "second tue" or "last fri".',
    ],
  },
  {
    name: 'days that not every month has',
    source: { windows: [{ ...good, days: ['fifth fri'] }] },
    found: ['hint CALENDAR_DATE_RARE windows.0.days.0: Not every month has a fifth fri | Did you mean last?'],
  },
  {
    name: 'dates out of range, and rare ones',
    source: { windows: [{ id: 'w', dates: [0, 32, 1.5, 'first', 31], start: '01:00', duration: '1h' }] },
    found: [
      'error CALENDAR_DATE windows.0.dates.0: 0 is not a date of the month | Write dates from 1 to 31, or last.',
      'error CALENDAR_DATE windows.0.dates.1: 32 is not a date of the month | Write dates from 1 to 31, or last.',
      'error CALENDAR_DATE windows.0.dates.2: 1.5 is not a date of the month | Write dates from 1 to 31, or last.',
      'error CALENDAR_DATE windows.0.dates.3: "first" is not a date of the month | Write dates from 1 to 31, or last.',
      'hint CALENDAR_DATE_RARE windows.0.dates.4: Not every month has a day 31 | Did you mean last?',
    ],
  },
  {
    name: 'days and dates together, which would be read in two ways',
    source: { windows: [{ ...good, dates: [13] }] },
    found: [
      'error CALENDAR_FORM windows.0.dates: Window "w" has both days and dates | Write two windows: openings that overlap become one.',
    ],
  },
  {
    name: 'a start past midnight and one that YAML took for a number',
    source: {
      windows: [
        { ...good, start: '24:00' },
        { ...good, id: 'v', start: 60 },
      ],
    },
    found: [
      'error CALENDAR_START windows.0.start: Window "w" has no start such as "01:00" | Hours go from 00 to 23; keep the quotes.',
      'error CALENDAR_START windows.1.start: Window "v" has no start such as "01:00" | Hours go from 00 to 23; keep the quotes.',
    ],
  },
  {
    name: 'durations: none, a bare number, nothing, too long',
    source: {
      windows: [undefined, 2, '0h', '32d'].map((duration, index) => ({
        id: `w${index}`,
        start: '01:00',
        ...(duration !== undefined && { duration }),
      })),
    },
    found: [
      'error CALENDAR_DURATION windows.0: Window "w0" has no duration such as 2h',
      'error CALENDAR_DURATION windows.1.duration: Window "w1" has no duration such as 2h',
      'error CALENDAR_DURATION windows.2.duration: Window "w2" has no duration such as 2h',
      'error CALENDAR_DURATION windows.3.duration: Window "w3" is longer than 31 days | Write from and to instead.',
    ],
  },
  {
    name: 'no form, two forms',
    source: { windows: [{ id: 'none' }, { ...good, id: 'two', from: '2026-01-01', to: '2026-01-02' }] },
    found: [
      'error CALENDAR_FORM windows.0: Window "none" has no times | Write start and duration with days or dates, or from and to, or calendar with the name of an iCalendar file.',
      'error CALENDAR_FORM windows.1: Window "two" has more than one form | Write start and duration with days or dates, or from and to, or calendar with the name of an iCalendar file.',
    ],
  },
  {
    name: 'ids',
    source: { windows: [good, good, { ...good, id: undefined }] },
    found: [
      'error CALENDAR_ID windows.1.id: There are two windows "w"',
      'error CALENDAR_ID windows.2: A window without an id',
    ],
  },
  {
    name: 'zones: an offset, a city, a typing error, a fixed zone with the name of a region',
    source: {
      windows: ['+02:00', 'UTC+2', 'berlin', 'Europe/Berln', 'EST', 7].map((time_zone, index) => ({
        ...good,
        id: `w${index}`,
        time_zone,
      })),
    },
    found: [
      'error CALENDAR_ZONE windows.0.time_zone: "+02:00" is not a time zone | An offset does not know summer time: write an IANA name such as Europe/Berlin, or target.',
      'error CALENDAR_ZONE windows.1.time_zone: "UTC+2" is not a time zone | An offset does not know summer time: write an IANA name such as Europe/Berlin, or target.',
      'error CALENDAR_ZONE windows.2.time_zone: "berlin" is not a time zone | Did you mean "Europe/Berlin"?',
      'error CALENDAR_ZONE windows.3.time_zone: "Europe/Berln" is not a time zone | Did you mean "Europe/Berlin"?',
      'warning CALENDAR_ZONE_FIXED windows.4.time_zone: "EST" never changes its clocks in summer | Write America/New_York if you mean the region.',
      'error CALENDAR_ZONE windows.5.time_zone: 7 is not a time zone | Write an IANA name such as Europe/Berlin, or target.',
    ],
  },
  {
    name: 'an overrun and a key with typing errors',
    source: { windows: [{ ...good, overrun: 'finish', durations: '1h' }] },
    found: [
      'error CALENDAR_KEY windows.0.durations: "durations" is not known here | Did you mean "duration"?',
      'error CALENDAR_OVERRUN windows.0.overrun: "finish" is not an overrun | Write one of finish_unit, rollback, stop.',
    ],
  },
  {
    name: 'moments: a date that does not exist, the American order, an end before the start, a part that is missing',
    source: {
      freezes: [
        { ...freeze, from: '2026-02-29', to: '2026-03-01' },
        { ...freeze, from: '12/20/2026' },
        { ...freeze, to: '2026-12-19' },
        { ...freeze, from: '2026-12-20T10:00', to: '2026-12-20T10:00' },
        { from: '2026-12-20', reason: 'Half' },
      ],
    },
    found: [
      'error CALENDAR_MOMENT freezes.0.from: The freeze "Year end" has a "from" that is no time: "2026-02-29" | Write 2026-12-20 (the whole day), 2026-12-20T22:00 (local time) or 2026-12-20T22:00Z.',
      'error CALENDAR_MOMENT freezes.1.from: The freeze "Year end" has a "from" that is no time: "12/20/2026" | Write 2026-12-20 (the whole day), 2026-12-20T22:00 (local time) or 2026-12-20T22:00Z.',
      'error CALENDAR_ORDER freezes.2.to: The freeze "Year end" ends before it begins',
      'error CALENDAR_ORDER freezes.3.to: The freeze "Year end" ends before it begins',
      'error CALENDAR_MOMENT freezes.4: The freeze "Half" has no "to" | Write 2026-12-20 (the whole day), 2026-12-20T22:00 (local time) or 2026-12-20T22:00Z.',
    ],
  },
  {
    name: 'a freeze without a reason (argo-rollouts#495), and files that are not there',
    source: {
      windows: [{ id: 'w', calendar: 'changes.ics' }],
      freezes: [{ from: '2026-12-20', to: '2026-12-21' }, { calendar: 'freezes.ics' }],
    },
    found: [
      'error CALENDAR_FILE windows.0.calendar: There is no iCalendar file "changes.ics"',
      'error CALENDAR_REASON freezes.0: A freeze without a reason | Say why, for those who wait.',
      'error CALENDAR_FILE freezes.1.calendar: There is no iCalendar file "freezes.ics"',
    ],
  },
  {
    name: 'values of the wrong shape',
    source: { windows: { maintenance: good }, freezes: ['2026-12-20', null] },
    found: [
      'error CALENDAR_FORM windows: "windows" is not a list',
      'error CALENDAR_FORM freezes.0: A freeze is a set of keys | Write from, to, reason and owner, or calendar with the name of an iCalendar file.',
      'error CALENDAR_FORM freezes.1: A freeze is a set of keys | Write from, to, reason and owner, or calendar with the name of an iCalendar file.',
    ],
  },
]

describe('what is wrong with windows and freezes', () => {
  it.each(rows)('$name', ({ source, found }) => {
    const told = parseCalendar(source).findings.map((each) => {
      const hint = each.hint === undefined ? '' : ` | ${each.hint}`
      return `${each.severity} ${each.code} ${each.path.join('.')}: ${each.message}${hint}`
    })
    expect(told).toEqual(found)
  })
})

describe('a window in words', () => {
  it.each([
    [good, "Sundays 01:00 to 03:00, each target's own time zone"],
    [{ ...good, time_zone: 'europe/berlin' }, 'Sundays 01:00 to 03:00, Europe/Berlin'],
    [
      { ...good, days: ['sun', 'sat', 'wed'], start: '23:00' },
      "Wednesdays, Saturdays and Sundays 23:00 to 01:00 the next day, each target's own time zone",
    ],
    [{ ...good, start: '22:00' }, "Sundays 22:00 to 00:00, each target's own time zone"],
    [
      { ...good, days: ['second tue', 'last fri'], time_zone: 'UTC' },
      'The second Tuesday of the month and the last Friday of the month 01:00 to 03:00, UTC',
    ],
    [
      { id: 'w', dates: [22, 1, 'last', 13], start: '22:00', duration: '30m', time_zone: 'UTC' },
      'The 1st, 13th, 22nd and last day of the month, 22:00 to 22:30, UTC',
    ],
    [{ id: 'w', start: '20:00', duration: '2d8h', time_zone: 'UTC' }, 'Every day 20:00, for 2 d 8 h, UTC'],
    [{ id: 'w', from: '2026-12-20', to: '2027-01-03', time_zone: 'UTC' }, '2026-12-20 to 2027-01-03, UTC'],
    [
      { id: 'w', from: '2026-12-20T22:00', to: '2026-12-21 04:00' },
      "2026-12-20 22:00 to 2026-12-21 04:00, each target's own time zone",
    ],
    [
      { id: 'w', from: '2026-12-20T22:00+01:00', to: '2026-12-21T04:00Z' },
      '2026-12-20 21:00 UTC to 2026-12-21 04:00 UTC',
    ],
  ])('%j', (window, words) => {
    const { windows } = calendarOf({ windows: [window] })
    expect(windows === 'always' ? [] : windows.map(describeWindow)).toEqual([words])
  })
})
