import { describe, expect, it } from 'vitest'
import {
  closesAt,
  cuts,
  isOpen,
  longestOpening,
  neverOpens,
  nextOpening,
  openings,
  withWindows,
} from '../../src/calendar/index.ts'
import { calendarOf, localOpenings } from './read.ts'

const hour = 3_600_000
const at = (text: string): number => Date.parse(text)

interface Row {
  readonly name: string
  readonly window: Readonly<Record<string, unknown>>
  readonly zone: string
  readonly from: string
  readonly to: string
  readonly open: readonly string[]
}

const sunday = { days: ['sun'], start: '01:00', duration: '2h' }

/** Every row: the window, where and when, and what is open there on the local clock. */
const rows: readonly Row[] = [
  {
    name: 'an ordinary Sunday',
    window: sunday,
    zone: 'Europe/Berlin',
    from: '2026-02-07T00:00Z',
    to: '2026-02-10T00:00Z',
    open: ['2026-02-08 01:00 +01:00 / 2026-02-08 03:00 +01:00'],
  },
  {
    name: 'clocks go forward inside the window: it lasts as long as ever',
    window: sunday,
    zone: 'Europe/Berlin',
    from: '2026-03-28T00:00Z',
    to: '2026-03-30T00:00Z',
    open: ['2026-03-29 01:00 +01:00 / 2026-03-29 04:00 +02:00'],
  },
  {
    name: 'clocks go back inside the window: it lasts as long as ever',
    window: sunday,
    zone: 'Europe/Berlin',
    from: '2026-10-24T00:00Z',
    to: '2026-10-26T00:00Z',
    open: ['2026-10-25 01:00 +02:00 / 2026-10-25 02:00 +01:00'],
  },
  {
    name: 'the start is left out: it opens when the clock jumps over it',
    window: { ...sunday, start: '02:30', duration: '1h' },
    zone: 'America/New_York',
    from: '2026-03-07T00:00Z',
    to: '2026-03-09T00:00Z',
    open: ['2026-03-08 03:00 -04:00 / 2026-03-08 04:00 -04:00'],
  },
  {
    name: 'the start is shown twice: it opens once, the first time',
    window: { ...sunday, start: '01:30', duration: '1h' },
    zone: 'America/New_York',
    from: '2026-10-31T00:00Z',
    to: '2026-11-02T00:00Z',
    open: ['2026-11-01 01:30 -04:00 / 2026-11-01 01:30 -05:00'],
  },
  {
    name: 'southern hemisphere: clocks go back in April',
    window: sunday,
    zone: 'Australia/Sydney',
    from: '2026-04-04T00:00Z',
    to: '2026-04-06T00:00Z',
    open: ['2026-04-05 01:00 +11:00 / 2026-04-05 02:00 +10:00'],
  },
  {
    name: 'half an hour is left out (Lord Howe)',
    window: { ...sunday, start: '02:15', duration: '2h' },
    zone: 'Australia/Lord_Howe',
    from: '2026-10-03T00:00Z',
    to: '2026-10-05T00:00Z',
    open: ['2026-10-04 02:30 +11:00 / 2026-10-04 04:30 +11:00'],
  },
  {
    name: 'a zone of 45 minutes without summer time (Nepal)',
    window: sunday,
    zone: 'Asia/Kathmandu',
    from: '2026-03-28T00:00Z',
    to: '2026-03-30T00:00Z',
    open: ['2026-03-29 01:00 +05:45 / 2026-03-29 03:00 +05:45'],
  },
  {
    name: 'a zone of 45 minutes with summer time (Chatham), 02:45 is left out',
    window: { ...sunday, start: '03:00', duration: '2h' },
    zone: 'Pacific/Chatham',
    from: '2026-09-25T00:00Z',
    to: '2026-09-27T00:00Z',
    open: ['2026-09-27 03:45 +13:45 / 2026-09-27 05:45 +13:45'],
  },
  {
    name: 'midnight is left out (Cairo)',
    window: { days: ['fri'], start: '00:00', duration: '1h' },
    zone: 'Africa/Cairo',
    from: '2026-04-23T00:00Z',
    to: '2026-04-25T00:00Z',
    open: ['2026-04-24 01:00 +03:00 / 2026-04-24 02:00 +03:00'],
  },
  {
    name: 'midnight is shown twice (Havana)',
    window: { days: ['sun'], start: '00:00', duration: '90m' },
    zone: 'America/Havana',
    from: '2026-10-31T00:00Z',
    to: '2026-11-02T00:00Z',
    open: ['2026-11-01 00:00 -04:00 / 2026-11-01 00:30 -05:00'],
  },
  {
    name: 'the last hour of Saturday is left out (Nuuk): the Saturday window opens at midnight',
    window: { days: ['sat'], start: '23:15', duration: '1h' },
    zone: 'America/Nuuk',
    from: '2026-03-28T00:00Z',
    to: '2026-03-30T00:00Z',
    open: ['2026-03-29 00:00 -01:00 / 2026-03-29 01:00 -01:00'],
  },
  {
    name: 'clocks change at a minute past midnight (Newfoundland, 2010)',
    window: { days: ['sun'], start: '00:00', duration: '30m' },
    zone: 'America/St_Johns',
    from: '2010-11-06T00:00Z',
    to: '2010-11-08T00:00Z',
    open: ['2010-11-07 00:00 -02:30 / 2010-11-06 23:30 -03:30'],
  },
  {
    name: 'a day that never was has no window (Samoa, Friday 30 December 2011)',
    window: { days: ['fri', 'sat'], start: '10:00', duration: '1h' },
    zone: 'Pacific/Apia',
    from: '2011-12-29T00:00Z',
    to: '2012-01-01T00:00Z',
    open: ['2011-12-31 10:00 +14:00 / 2011-12-31 11:00 +14:00'],
  },
  {
    name: 'a zone that changes its rules in the year: summer time ended for good (Jordan, October 2022)',
    window: { days: ['fri'], start: '00:30', duration: '2h' },
    zone: 'Asia/Amman',
    from: '2022-10-20T00:00Z',
    to: '2022-11-05T00:00Z',
    open: [
      '2022-10-21 00:30 +03:00 / 2022-10-21 02:30 +03:00',
      '2022-10-28 00:30 +03:00 / 2022-10-28 02:30 +03:00',
      '2022-11-04 00:30 +03:00 / 2022-11-04 02:30 +03:00',
    ],
  },
  {
    name: 'summer time takes a break in Ramadan (Morocco, 2026)',
    window: { days: ['sun'], start: '02:30', duration: '1h' },
    zone: 'Africa/Casablanca',
    from: '2026-02-14T00:00Z',
    to: '2026-02-23T00:00Z',
    open: ['2026-02-15 02:30 +01:00 / 2026-02-15 02:30 +00:00', '2026-02-22 02:30 +00:00 / 2026-02-22 03:30 +00:00'],
  },
  {
    name: 'over midnight',
    window: { days: ['sat'], start: '23:00', duration: '3h' },
    zone: 'UTC',
    from: '2026-02-06T00:00Z',
    to: '2026-02-10T00:00Z',
    open: ['2026-02-07 23:00 +00:00 / 2026-02-08 02:00 +00:00'],
  },
  {
    name: 'over midnight, seen from the day after',
    window: { days: ['sat'], start: '23:00', duration: '3h' },
    zone: 'UTC',
    from: '2026-02-08T00:00Z',
    to: '2026-02-10T00:00Z',
    open: ['2026-02-08 00:00 +00:00 / 2026-02-08 02:00 +00:00'],
  },
  {
    name: 'over the end of the month and the year',
    window: { dates: ['last'], start: '22:00', duration: '4h' },
    zone: 'Europe/London',
    from: '2026-12-02T00:00Z',
    to: '2027-03-02T00:00Z',
    open: [
      '2026-12-31 22:00 +00:00 / 2027-01-01 02:00 +00:00',
      '2027-01-31 22:00 +00:00 / 2027-02-01 02:00 +00:00',
      '2027-02-28 22:00 +00:00 / 2027-03-01 02:00 +00:00',
    ],
  },
  {
    name: 'the last day of February in a leap year, and the 29th too, count once',
    window: { dates: [29, 'last'], start: '00:00', duration: '1h' },
    zone: 'UTC',
    from: '2028-02-01T00:00Z',
    to: '2028-03-01T00:00Z',
    open: ['2028-02-29 00:00 +00:00 / 2028-02-29 01:00 +00:00'],
  },
  {
    name: 'the 31st is passed over where there is none',
    window: { dates: [31], start: '00:00', duration: '1h' },
    zone: 'UTC',
    from: '2026-03-01T00:00Z',
    to: '2026-06-01T00:00Z',
    open: ['2026-03-31 00:00 +00:00 / 2026-03-31 01:00 +00:00', '2026-05-31 00:00 +00:00 / 2026-05-31 01:00 +00:00'],
  },
  {
    name: 'the 1st, the 15th and the last',
    window: { dates: [1, 15, 'last'], start: '04:00', duration: '30m' },
    zone: 'Asia/Kolkata',
    from: '2026-05-31T18:00Z',
    to: '2026-06-30T18:00Z',
    open: [
      '2026-06-01 04:00 +05:30 / 2026-06-01 04:30 +05:30',
      '2026-06-15 04:00 +05:30 / 2026-06-15 04:30 +05:30',
      '2026-06-30 04:00 +05:30 / 2026-06-30 04:30 +05:30',
    ],
  },
  {
    name: 'the second Tuesday and the last Friday',
    window: { days: ['second tue', 'last fri'], start: '20:00', duration: '1h' },
    zone: 'UTC',
    from: '2026-05-01T00:00Z',
    to: '2026-07-01T00:00Z',
    open: [
      '2026-05-12 20:00 +00:00 / 2026-05-12 21:00 +00:00',
      '2026-05-29 20:00 +00:00 / 2026-05-29 21:00 +00:00',
      '2026-06-09 20:00 +00:00 / 2026-06-09 21:00 +00:00',
      '2026-06-26 20:00 +00:00 / 2026-06-26 21:00 +00:00',
    ],
  },
  {
    name: 'the fifth Saturday, in the months that have one',
    window: { days: ['fifth sat'], start: '20:00', duration: '1h' },
    zone: 'UTC',
    from: '2026-01-01T00:00Z',
    to: '2026-09-01T00:00Z',
    open: [
      '2026-01-31 20:00 +00:00 / 2026-01-31 21:00 +00:00',
      '2026-05-30 20:00 +00:00 / 2026-05-30 21:00 +00:00',
      '2026-08-29 20:00 +00:00 / 2026-08-29 21:00 +00:00',
    ],
  },
  {
    name: 'every day, when neither days nor dates are named',
    window: { start: '22:00', duration: '1h' },
    zone: 'UTC',
    from: '2026-02-27T00:00Z',
    to: '2026-03-01T00:00Z',
    open: ['2026-02-27 22:00 +00:00 / 2026-02-27 23:00 +00:00', '2026-02-28 22:00 +00:00 / 2026-02-28 23:00 +00:00'],
  },
  {
    name: 'a window in a zone of its own does not follow the target',
    window: { ...sunday, time_zone: 'America/New_York' },
    zone: 'Asia/Tokyo',
    from: '2026-02-07T00:00Z',
    to: '2026-02-10T00:00Z',
    open: ['2026-02-08 15:00 +09:00 / 2026-02-08 17:00 +09:00'],
  },
  {
    name: 'dates: the whole day at both ends, on the local clock',
    window: { from: '2026-03-28', to: '2026-03-29' },
    zone: 'Europe/Berlin',
    from: '2026-03-01T00:00Z',
    to: '2026-04-01T00:00Z',
    open: ['2026-03-28 00:00 +01:00 / 2026-03-30 00:00 +02:00'],
  },
  {
    name: 'local date times',
    window: { from: '2026-03-28T22:00', to: '2026-03-29 05:00' },
    zone: 'Europe/Berlin',
    from: '2026-03-01T00:00Z',
    to: '2026-04-01T00:00Z',
    open: ['2026-03-28 22:00 +01:00 / 2026-03-29 05:00 +02:00'],
  },
  {
    name: 'a window whose end is shown twice closes the first time',
    window: { from: '2026-10-25T00:00', to: '2026-10-25T02:30' },
    zone: 'Europe/Berlin',
    from: '2026-10-01T00:00Z',
    to: '2026-11-01T00:00Z',
    open: ['2026-10-25 00:00 +02:00 / 2026-10-25 02:30 +02:00'],
  },
  {
    name: 'a window that lies wholly in the hour that is left out does not open',
    window: { from: '2026-03-29T02:10', to: '2026-03-29T02:50' },
    zone: 'Europe/Berlin',
    from: '2026-03-01T00:00Z',
    to: '2026-04-01T00:00Z',
    open: [],
  },
  {
    name: 'instants are the same for everyone',
    window: { from: '2026-02-07T22:00+01:00', to: '2026-02-08T01:00Z' },
    zone: 'Asia/Tokyo',
    from: '2026-02-01T00:00Z',
    to: '2026-03-01T00:00Z',
    open: ['2026-02-08 06:00 +09:00 / 2026-02-08 10:00 +09:00'],
  },
]

describe('a window is open', () => {
  it.each(rows)('$name', ({ window, zone, from, to, open }) => {
    expect(localOpenings(calendarOf({ windows: [{ id: 'w', ...window }] }), zone, from, to)).toEqual(open)
  })
})

describe('several windows', () => {
  const both = calendarOf({
    windows: [
      { id: 'early', days: ['sun'], start: '01:00', duration: '2h', overrun: 'finish_unit' },
      { id: 'late', days: ['sun'], start: '02:00', duration: '3h', overrun: 'rollback' },
      { id: 'next', days: ['sun'], start: '05:00', duration: '1h', overrun: 'stop' },
      { id: 'noon', days: ['sun'], start: '12:00', duration: '1h' },
    ],
  })

  it('become one opening where they overlap or touch, closed as the last of them says', () => {
    expect(openings(both, 'UTC', at('2026-02-07T00:00Z'), at('2026-02-09T00:00Z'))).toEqual([
      {
        start: at('2026-02-08T01:00Z'),
        end: at('2026-02-08T06:00Z'),
        windows: ['early', 'late', 'next'],
        closing: { cause: 'window', overrun: 'stop' },
      },
      {
        start: at('2026-02-08T12:00Z'),
        end: at('2026-02-08T13:00Z'),
        windows: ['noon'],
        closing: { cause: 'window', overrun: 'finish_unit' },
      },
    ])
  })

  it('that overlap do not block one another (argo-cd#10425)', () => {
    expect(isOpen(both, 'UTC', at('2026-02-08T02:30Z'))).toBe(true)
    expect(closesAt(both, 'UTC', at('2026-02-08T02:30Z'))).toBe(at('2026-02-08T06:00Z'))
  })

  it('are left out when a rollout does not name them', () => {
    expect(localOpenings(withWindows(both, ['noon']), 'UTC', '2026-02-07T00:00Z', '2026-02-09T00:00Z')).toEqual([
      '2026-02-08 12:00 +00:00 / 2026-02-08 13:00 +00:00',
    ])
  })

  it('restrict nothing when a rollout names none, and never open when it names none that exists', () => {
    const now = at('2026-02-09T00:00Z')
    expect(isOpen(withWindows(both, 'always'), 'UTC', now)).toBe(true)
    expect(nextOpening(withWindows(both, ['no such']), 'UTC', now)).toBeUndefined()
    expect(nextOpening(withWindows(calendarOf({}), ['no such']), 'UTC', now)).toBeUndefined()
  })

  it('that end together close as the strictest says, whatever their order', () => {
    for (const order of [
      ['stop', 'finish_unit', 'rollback'],
      ['finish_unit', 'rollback', 'stop'],
    ]) {
      const windows = order.map((overrun, index) => ({ id: `w${index}`, start: '01:00', duration: '1h', overrun }))
      const found = nextOpening(calendarOf({ windows }), 'UTC', at('2026-02-08T00:00Z'))
      expect(found?.closing).toEqual({ cause: 'window', overrun: 'stop' })
    }
  })
})

describe('a freeze', () => {
  const frozen = calendarOf({
    windows: [{ id: 'nightly', start: '22:00', duration: '4h' }],
    freezes: [
      { from: '2026-12-24', to: '2026-12-26', reason: 'Christmas', owner: 'CAB' },
      { from: '2026-12-23T23:00', to: '2026-12-24', reason: 'Stocktaking' },
    ],
  })

  it('beats every window, and what it took is told with its reason', () => {
    const from = at('2026-12-23T12:00Z')
    const to = at('2026-12-28T12:00Z')
    expect(openings(frozen, 'UTC', from, to)).toMatchObject([
      {
        start: at('2026-12-23T22:00Z'),
        end: at('2026-12-23T23:00Z'),
        closing: { cause: 'freeze', overrun: 'finish_unit', freeze: { reason: 'Stocktaking' } },
      },
      { start: at('2026-12-27T00:00Z'), end: at('2026-12-27T02:00Z') },
      { start: at('2026-12-27T22:00Z'), end: at('2026-12-28T02:00Z') },
    ])
    const told = cuts(frozen, 'UTC', from, to).map((each) => {
      const iso = (ms: number): string => new Date(ms).toISOString().slice(5, 16)
      return `${iso(each.start)} / ${iso(each.end)} ${each.freeze.reason}, ${each.freeze.owner}`
    })
    expect(told).toEqual([
      '12-23T23:00 / 12-24T02:00 Stocktaking, undefined',
      '12-24T00:00 / 12-24T02:00 Christmas, CAB',
      '12-24T22:00 / 12-25T00:00 Stocktaking, undefined',
      '12-24T22:00 / 12-25T02:00 Christmas, CAB',
      '12-25T22:00 / 12-26T02:00 Christmas, CAB',
      '12-26T22:00 / 12-27T00:00 Christmas, CAB',
    ])
  })

  it('by dates ends for each target when its own day ends', () => {
    const always = calendarOf({ freezes: [{ from: '2026-12-20', to: '2027-01-03', reason: 'Year end' }] })
    const end = (zone: string): string =>
      new Date(nextOpening(always, zone, at('2026-12-28T00:00Z'))!.start).toISOString().slice(0, 16)
    expect(end('Pacific/Kiritimati')).toBe('2027-01-03T10:00')
    expect(end('UTC')).toBe('2027-01-04T00:00')
    expect(end('Pacific/Pago_Pago')).toBe('2027-01-04T11:00')
  })

  it('in a zone of its own is the same stretch for all', () => {
    const always = calendarOf({
      freezes: [{ from: '2026-12-20', to: '2026-12-20', reason: 'r', time_zone: 'Europe/Berlin' }],
    })
    for (const zone of ['Asia/Tokyo', 'America/New_York']) {
      expect(nextOpening(always, zone, at('2026-12-20T12:00Z'))?.start).toBe(at('2026-12-20T23:00Z'))
    }
  })

  it('whose end is shown twice holds until the second time', () => {
    const berlin = calendarOf({ freezes: [{ from: '2026-10-25T00:00', to: '2026-10-25T02:30', reason: 'r' }] })
    expect(localOpenings(berlin, 'Europe/Berlin', '2026-10-24T23:00Z', '2026-10-25T03:00Z')).toEqual([
      '2026-10-25 02:30 +01:00 / 2026-10-25 04:00 +01:00',
    ])
  })

  it('of a whole day covers an hour of that day that comes again after midnight (Newfoundland, 2010)', () => {
    const definition = calendarOf({ freezes: [{ from: '2010-11-06', to: '2010-11-06', reason: 'r' }] })
    expect(localOpenings(definition, 'America/St_Johns', '2010-11-07T01:00Z', '2010-11-07T06:30Z')).toEqual([
      '2010-11-07 00:00 -03:30 / 2010-11-07 03:00 -03:30',
    ])
  })

  it('of a day that never was covers nothing (Samoa, 30 December 2011)', () => {
    const definition = calendarOf({ freezes: [{ from: '2011-12-30', to: '2011-12-30', reason: 'r' }] })
    expect(cuts(definition, 'Pacific/Apia', at('2011-12-25T00:00Z'), at('2012-01-05T00:00Z'))).toEqual([])
  })
})

describe('no hang and no end', () => {
  const now = at('2026-02-08T00:00Z')
  const frozenForEver = calendarOf({
    windows: [{ id: 'w', start: '00:00', duration: '2h' }],
    freezes: [{ from: '1900-01-01', to: '9999-12-31', reason: 'For ever' }],
  })

  it.each([
    ['no window', calendarOf({ windows: [] })],
    ['a window that is over', calendarOf({ windows: [{ id: 'w', from: '2020-01-01', to: '2020-01-02' }] })],
    ['a freeze without an end', frozenForEver],
  ])('%s: it never opens, and that is found out', (_, definition) => {
    expect(nextOpening(definition, 'Europe/Berlin', now)).toBeUndefined()
    expect(neverOpens(definition, 'Europe/Berlin', now, now + 365 * 24 * hour)).toBe(true)
    expect(isOpen(definition, 'Europe/Berlin', now)).toBe(false)
    expect(closesAt(definition, 'Europe/Berlin', now)).toBeUndefined()
    expect(longestOpening(definition, 'Europe/Berlin', now, now + 365 * 24 * hour)).toBe(0)
  })

  it.each([
    ['no restriction', calendarOf({})],
    ['every day, all day', calendarOf({ windows: [{ id: 'w', start: '00:00', duration: '26h' }] })],
  ])('%s: it is open without an end', (_, definition) => {
    expect(closesAt(definition, 'Europe/Berlin', now)).toBe(Number.POSITIVE_INFINITY)
    const { start, end, closing } = nextOpening(definition, 'Europe/Berlin', now)!
    expect([start, end, closing]).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, undefined])
  })

  it('a window of 24 hours each day has a gap of an hour when clocks go back', () => {
    const daily = calendarOf({ windows: [{ id: 'w', start: '00:00', duration: '24h' }] })
    expect(localOpenings(daily, 'Europe/Berlin', '2026-10-24T10:00Z', '2026-10-26T10:00Z')).toEqual([
      '2026-10-24 12:00 +02:00 / 2026-10-25 23:00 +01:00',
      '2026-10-26 00:00 +01:00 / 2026-10-26 11:00 +01:00',
    ])
  })

  it('an unknown zone is refused by name', () => {
    expect(() => isOpen(frozenForEver, 'Mars/Olympus', now)).toThrow('"Mars/Olympus" is not a time zone')
  })
})
