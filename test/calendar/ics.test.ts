import { describe, expect, it } from 'vitest'
import { readIcsText } from '../../src/calendar/ics-lines.ts'
import { parseFreezes } from '../../src/calendar/index.ts'
import { calendarOf, localOpenings } from './read.ts'

/** An iCalendar text around entries; every entry gets a UID unless it brings one. */
function ics(...entries: readonly string[]): string {
  const events = entries.map((entry, index) => {
    const uid = entry.includes('UID:') ? '' : `UID:${index}@example.org\n`
    return `BEGIN:VEVENT\n${uid}${entry.trim()}\nEND:VEVENT`
  })
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//example//EN', ...events, 'END:VCALENDAR', '']
    .join('\n')
    .replaceAll('\n', '\r\n')
}

interface Row {
  readonly name: string
  readonly text: string
  readonly zone: string
  readonly from: string
  readonly to: string
  readonly open: readonly string[]
}

const rows: readonly Row[] = [
  {
    name: 'a weekly series by its own clock, over a change of clocks',
    text: ics(
      'SUMMARY:Night\nDTSTART;TZID=Europe/Berlin:20260101T010000\nDTEND;TZID=Europe/Berlin:20260101T040000\nRRULE:FREQ=WEEKLY;BYDAY=SU',
    ),
    zone: 'America/New_York',
    from: '2026-03-21T00:00Z',
    to: '2026-03-30T00:00Z',
    open: ['2026-03-21 20:00 -04:00 / 2026-03-21 23:00 -04:00', '2026-03-28 20:00 -04:00 / 2026-03-28 22:00 -04:00'],
  },
  {
    name: 'DURATION is elapsed time',
    text: ics('DTSTART;TZID=Europe/Berlin:20260329T010000\nDURATION:PT3H'),
    zone: 'Europe/Berlin',
    from: '2026-03-28T00:00Z',
    to: '2026-03-30T00:00Z',
    open: ['2026-03-29 01:00 +01:00 / 2026-03-29 05:00 +02:00'],
  },
  {
    name: 'DURATION of a day is a day on the clock',
    text: ics('DTSTART;TZID=Europe/Berlin:20260328T120000\nDURATION:P1DT1H'),
    zone: 'Europe/Berlin',
    from: '2026-03-28T00:00Z',
    to: '2026-03-30T00:00Z',
    open: ['2026-03-28 12:00 +01:00 / 2026-03-29 13:00 +02:00'],
  },
  {
    name: 'whole days float: they are the days of each target, and DTEND is the day after',
    text: ics('DTSTART;VALUE=DATE:20260207\nDTEND;VALUE=DATE:20260209'),
    zone: 'Asia/Kathmandu',
    from: '2026-02-01T00:00Z',
    to: '2026-02-20T00:00Z',
    open: ['2026-02-07 00:00 +05:45 / 2026-02-09 00:00 +05:45'],
  },
  {
    name: 'a whole day without DTEND is one day',
    text: ics('DTSTART;VALUE=DATE:20260207'),
    zone: 'UTC',
    from: '2026-02-01T00:00Z',
    to: '2026-02-20T00:00Z',
    open: ['2026-02-07 00:00 +00:00 / 2026-02-08 00:00 +00:00'],
  },
  {
    name: 'UTC times',
    text: ics('DTSTART:20260207T220000Z\nDTEND:20260208T010000Z'),
    zone: 'Asia/Tokyo',
    from: '2026-02-01T00:00Z',
    to: '2026-02-20T00:00Z',
    open: ['2026-02-08 07:00 +09:00 / 2026-02-08 10:00 +09:00'],
  },
  {
    name: 'floating times',
    text: ics('DTSTART:20260207T220000\nDTEND:20260207T230000'),
    zone: 'Asia/Tokyo',
    from: '2026-02-01T00:00Z',
    to: '2026-02-20T00:00Z',
    open: ['2026-02-07 22:00 +09:00 / 2026-02-07 23:00 +09:00'],
  },
  {
    name: 'the second Tuesday, counted',
    text: ics('DTSTART:20260113T200000Z\nDTEND:20260113T210000Z\nRRULE:FREQ=MONTHLY;BYDAY=2TU;COUNT=3'),
    zone: 'UTC',
    from: '2026-02-01T00:00Z',
    to: '2027-02-01T00:00Z',
    open: ['2026-02-10 20:00 +00:00 / 2026-02-10 21:00 +00:00', '2026-03-10 20:00 +00:00 / 2026-03-10 21:00 +00:00'],
  },
  {
    name: 'every other week, until a day, without an exception and with one day more',
    text: ics(
      'DTSTART;TZID=Europe/Berlin:20260104T010000\nDTEND;TZID=Europe/Berlin:20260104T020000\nRRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=20260301T000000Z\nEXDATE;TZID=Europe/Berlin:20260118T010000\nRDATE;TZID=Europe/Berlin:20260120T010000',
    ),
    zone: 'Europe/Berlin',
    from: '2026-01-01T00:00Z',
    to: '2026-04-01T00:00Z',
    open: [
      '2026-01-04 01:00 +01:00 / 2026-01-04 02:00 +01:00',
      '2026-01-20 01:00 +01:00 / 2026-01-20 02:00 +01:00',
      '2026-02-01 01:00 +01:00 / 2026-02-01 02:00 +01:00',
      '2026-02-15 01:00 +01:00 / 2026-02-15 02:00 +01:00',
      '2026-03-01 01:00 +01:00 / 2026-03-01 02:00 +01:00',
    ],
  },
  {
    name: 'UNTIL is an instant: on the clock of the series it is later or earlier',
    text: ics('DTSTART;TZID=America/New_York:20260101T200000\nDURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL=20260103T010000Z'),
    zone: 'America/New_York',
    from: '2026-01-01T00:00Z',
    to: '2026-02-01T00:00Z',
    open: ['2026-01-01 20:00 -05:00 / 2026-01-01 21:00 -05:00', '2026-01-02 20:00 -05:00 / 2026-01-02 21:00 -05:00'],
  },
  {
    name: 'an occurrence that was moved, and one that was called off',
    text: ics(
      'UID:a\nDTSTART:20260201T010000Z\nDTEND:20260201T020000Z\nRRULE:FREQ=WEEKLY;COUNT=4',
      'UID:a\nRECURRENCE-ID:20260208T010000Z\nDTSTART:20260209T050000Z\nDTEND:20260209T060000Z',
      'UID:a\nRECURRENCE-ID:20260215T010000Z\nSTATUS:CANCELLED\nDTSTART:20260215T010000Z\nDTEND:20260215T020000Z',
    ),
    zone: 'UTC',
    from: '2026-02-01T00:00Z',
    to: '2026-03-01T00:00Z',
    open: [
      '2026-02-01 01:00 +00:00 / 2026-02-01 02:00 +00:00',
      '2026-02-09 05:00 +00:00 / 2026-02-09 06:00 +00:00',
      '2026-02-22 01:00 +00:00 / 2026-02-22 02:00 +00:00',
    ],
  },
  {
    name: 'a cancelled entry',
    text: ics('STATUS:CANCELLED\nDTSTART:20260201T010000Z\nDTEND:20260201T020000Z'),
    zone: 'UTC',
    from: '2026-02-01T00:00Z',
    to: '2026-03-01T00:00Z',
    open: [],
  },
  {
    name: 'a Windows zone name, as Outlook writes it',
    text: ics(
      'DTSTART;TZID="W. Europe Standard Time":20260708T010000\nDTEND;TZID="W. Europe Standard Time":20260708T020000',
    ),
    zone: 'UTC',
    from: '2026-07-01T00:00Z',
    to: '2026-08-01T00:00Z',
    open: ['2026-07-07 23:00 +00:00 / 2026-07-08 00:00 +00:00'],
  },
  {
    name: 'a zone name with a path in front',
    text: ics('DTSTART;TZID=/example.org/20260101/America/Argentina/Salta:20260708T010000\nDURATION:PT1H'),
    zone: 'UTC',
    from: '2026-07-01T00:00Z',
    to: '2026-08-01T00:00Z',
    open: ['2026-07-08 04:00 +00:00 / 2026-07-08 05:00 +00:00'],
  },
  {
    name: 'a zone name that the file explains',
    text: ics('DTSTART;TZID=Office:20260708T010000\nDURATION:PT1H').replace(
      'BEGIN:VEVENT',
      'BEGIN:VTIMEZONE\r\nTZID:Office\r\nX-LIC-LOCATION:Asia/Kolkata\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT',
    ),
    zone: 'UTC',
    from: '2026-07-01T00:00Z',
    to: '2026-08-01T00:00Z',
    open: ['2026-07-07 19:30 +00:00 / 2026-07-07 20:30 +00:00'],
  },
  {
    name: '29 February each leap year',
    text: ics('DTSTART;VALUE=DATE:20240229\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29'),
    zone: 'UTC',
    from: '2026-01-01T00:00Z',
    to: '2033-01-01T00:00Z',
    open: ['2028-02-29 00:00 +00:00 / 2028-03-01 00:00 +00:00', '2032-02-29 00:00 +00:00 / 2032-03-01 00:00 +00:00'],
  },
]

describe('an iCalendar file as windows', () => {
  it.each(rows)('$name', ({ text, zone, from, to, open }) => {
    const definition = calendarOf({ windows: [{ id: 'w', calendar: 'w.ics' }] }, { 'w.ics': text })
    expect(localOpenings(definition, zone, from, to)).toEqual(open)
  })

  it('may start long before it is looked at', () => {
    const text = ics('DTSTART:20000101T000000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY')
    const definition = calendarOf({ windows: [{ id: 'w', calendar: 'w.ics' }] }, { 'w.ics': text })
    expect(localOpenings(definition, 'UTC', '2056-05-01T00:00Z', '2056-05-02T00:00Z')).toEqual([
      '2056-05-01 00:00 +00:00 / 2056-05-01 01:00 +00:00',
    ])
  })
})

describe('an iCalendar file as freezes', () => {
  const text = ics(
    'SUMMARY:Year end\\, all regions\nORGANIZER;CN="Change board":mailto:cab@example.org\nDTSTART;VALUE=DATE:20261220\nDTEND;VALUE=DATE:20270104',
    'SUMMARY:Quarter\n  close\nORGANIZER:mailto:finance@example.org\nDTSTART;VALUE=DATE:20260331\nRRULE:FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=-1',
    'DTSTART;VALUE=DATE:20260501',
  )

  it('takes title and organizer as reason and owner', () => {
    const { freezes, findings } = parseFreezes(text, { owner: 'Nobody' })
    expect(findings).toEqual([])
    expect(freezes.map((each) => [each.reason, each.owner])).toEqual([
      ['Year end, all regions', 'Change board'],
      ['Quarter close', 'finance@example.org'],
      ['No reason given', 'Nobody'],
    ])
  })

  it('closes windows on those days, on the clock of each target', () => {
    const definition = calendarOf(
      { windows: [{ id: 'w', dates: ['last'], start: '12:00', duration: '1h' }], freezes: [{ calendar: 'f.ics' }] },
      { 'f.ics': text },
    )
    expect(localOpenings(definition, 'Australia/Sydney', '2026-03-01T00:00Z', '2026-08-01T00:00Z')).toEqual([
      '2026-04-30 12:00 +10:00 / 2026-04-30 13:00 +10:00',
      '2026-05-31 12:00 +10:00 / 2026-05-31 13:00 +10:00',
      '2026-07-31 12:00 +10:00 / 2026-07-31 13:00 +10:00',
    ])
  })

  it('floats on another clock when the reference names one', () => {
    const definition = calendarOf(
      { freezes: [{ calendar: 'f.ics', time_zone: 'Asia/Tokyo' }] },
      { 'f.ics': ics('DTSTART;VALUE=DATE:20260501') },
    )
    expect(localOpenings(definition, 'UTC', '2026-04-30T12:00Z', '2026-05-01T18:00Z')).toEqual([
      '2026-04-30 12:00 +00:00 / 2026-04-30 15:00 +00:00',
      '2026-05-01 15:00 +00:00 / 2026-05-01 18:00 +00:00',
    ])
  })
})

describe('what is wrong with an iCalendar file', () => {
  it.each([
    ['not one', 'hello', 'CALENDAR_ICS', 'Line 1: "hello" is not a property'],
    ['cut off', ics('DTSTART:20260101T000000Z').slice(0, -40), 'CALENDAR_ICS', 'the file is cut off'],
    ['no start', ics('SUMMARY:x'), 'CALENDAR_ICS', 'Line 4: the entry "x" has no DTSTART'],
    [
      'a start that is none',
      ics('SUMMARY:x\nDTSTART:tomorrow'),
      'CALENDAR_ICS',
      'has a DTSTART that is not a time: "tomorrow"',
    ],
    ['30 February', ics('SUMMARY:x\nDTSTART:20260230T000000Z'), 'CALENDAR_ICS', 'is not a time: "20260230T000000Z"'],
    [
      'an unknown zone',
      ics('SUMMARY:x\nDTSTART;TZID=Customized Time Zone:20260101T000000'),
      'CALENDAR_ICS_ZONE',
      '"Customized Time Zone", which is not known',
    ],
    [
      'an end before the start',
      ics('DTSTART:20260102T000000Z\nDTEND:20260101T000000Z'),
      'CALENDAR_ORDER',
      'ends before it begins',
    ],
    ['no length', ics('DTSTART:20260102T000000Z'), 'CALENDAR_ICS_IGNORED', 'has no length and no effect'],
    [
      'every minute',
      ics('DTSTART:20260102T000000Z\nDURATION:PT1M\nRRULE:FREQ=MINUTELY'),
      'CALENDAR_ICS_RULE',
      'a repetition MINUTELY is not supported',
    ],
    [
      'many times a day',
      ics('DTSTART:20260102T000000Z\nDURATION:PT1M\nRRULE:FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11'),
      'CALENDAR_ICS_RULE',
      'it repeats too often',
    ],
    [
      'a rule that is none',
      ics('DTSTART:20260102T000000Z\nDURATION:PT1M\nRRULE:FREQ=WEEKLY;BYDAY=XX'),
      'CALENDAR_ICS_RULE',
      'cannot be read',
    ],
    [
      'two rules',
      ics('DTSTART:20260102T000000Z\nDURATION:PT1M\nRRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY'),
      'CALENDAR_ICS_RULE',
      'several rules',
    ],
    [
      'a change of all that follow',
      ics('DTSTART:20260102T000000Z\nDURATION:PT1M\nRECURRENCE-ID;RANGE=THISANDFUTURE:20260102T000000Z'),
      'CALENDAR_ICS_RULE',
      'all later occurrences',
    ],
    [
      'a duration that is none',
      ics('DTSTART:20260102T000000Z\nDURATION:1 hour'),
      'CALENDAR_ICS',
      'DURATION that is none',
    ],
    ['a century', ics('DTSTART:20260102T000000Z\nDURATION:P36500D'), 'CALENDAR_ICS', 'longer than ten years'],
  ])('%s', (_, text, code, message) => {
    const { findings } = parseFreezes(text)
    const found = findings.find((each) => each.code === code && each.message.includes(message))
    expect(found ?? findings).toMatchObject({ code })
  })

  it('a rule that never matches does not hang: only its start counts', () => {
    const text = ics('DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30')
    const definition = calendarOf({ windows: [{ id: 'w', calendar: 'w.ics' }] }, { 'w.ics': text })
    expect(localOpenings(definition, 'UTC', '2025-01-01T00:00Z', '2035-01-01T00:00Z')).toEqual([
      '2026-01-01 00:00 +00:00 / 2026-01-02 00:00 +00:00',
    ])
  })

  it('reads lines that are folded in the middle of a word, quoted parameters and a byte order mark', () => {
    const { components, problems } = readIcsText(
      '\uFEFFBEGIN:VCALENDAR\nX-A;CN="Doe: Jane; CAB",b;ROLE=CHAIR:va\n lue:with\n\t;signs\nEND:VCALENDAR\n',
    )
    expect(problems).toEqual([])
    expect(components[0]?.properties).toEqual([
      {
        name: 'X-A',
        parameters: new Map([
          ['CN', 'Doe: Jane; CAB,b'],
          ['ROLE', 'CHAIR'],
        ]),
        value: 'value:with;signs',
        line: 2,
      },
    ])
  })
})
