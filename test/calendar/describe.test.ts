import { describe, expect, it } from 'vitest'
import { describeCalendar, upcoming, withBreakGlass } from '../../src/calendar/index.ts'
import { calendarOf } from './read.ts'

const at = Date.parse('2026-03-14T00:00Z')
const calendar = calendarOf({
  windows: [{ id: 'maintenance', days: ['sun'], start: '01:00', duration: '2h' }],
  freezes: [{ from: '2026-03-22', to: '2026-03-22', reason: 'Election', owner: 'CAB' }],
})

describe('a calendar in words', () => {
  it('tells windows, freezes, overrides and the next three openings on the local clock, with offsets', () => {
    const glass = { role: 'change_manager', reason: 'Leak', at, expiresAfterMs: 3_600_000 }
    expect(describeCalendar(withBreakGlass(calendar, glass), 'Europe/Berlin', at)).toEqual([
      "Sundays 01:00 to 03:00, each target's own time zone",
      "Not 2026-03-22 to 2026-03-22, each target's own time zone: Election (CAB)",
      'Overridden until 2026-03-14 02:00 +01:00 by change_manager: Leak',
      'Open Sat 2026-03-14 01:00 +01:00 to 02:00 +01:00',
      'Open Sun 2026-03-15 01:00 +01:00 to 03:00 +01:00',
      'Open Sun 2026-03-29 01:00 +01:00 to 04:00 +02:00',
    ])
  })

  it('tells when it is always open and when it never is', () => {
    expect(describeCalendar(calendarOf({}), 'UTC', at)).toEqual([
      'At any time',
      'Open Sat 2026-03-14 00:00 +00:00, with no end',
    ])
    expect(describeCalendar(calendarOf({ windows: [] }), 'UTC', at)).toEqual([
      'Never: there is no window',
      'It does not open within ten years',
    ])
  })

  it('tells offsets of half an hour and openings over midnight', () => {
    const nightly = calendarOf({ windows: [{ id: 'w', start: '23:30', duration: '1h' }] })
    expect(describeCalendar(nightly, 'America/St_Johns', at, 1).at(-1)).toBe(
      'Open Fri 2026-03-13 23:30 -02:30 to Sat 2026-03-14 00:30 -02:30',
    )
  })

  it('lists no more openings than asked for', () => {
    expect(upcoming(calendar, 'UTC', at, 2).map((each) => new Date(each.start).toISOString().slice(0, 10))).toEqual([
      '2026-03-15',
      '2026-03-29',
    ])
  })
})
