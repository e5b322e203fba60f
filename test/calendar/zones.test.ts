import { describe, expect, it } from 'vitest'
import { localText, makeCalendarCursor, openings } from '../../src/calendar/index.ts'
import { calendarOf } from './read.ts'

/**
 * The Sunday window of a Cato account, 01:00 for two hours, in 38 zones on three Sundays of 2026 on which clocks change
 * somewhere: North America (8 March), Europe (29 March), the south (5 April). Per Sunday: when it opens in UTC, and what
 * the local clock shows when it closes. Made with another implementation on another copy of the time zone database.
 */
const table: readonly (readonly [zone: string, ...columns: string[]])[] = [
  ['Pacific/Pago_Pago', '08T12:00', '03:00', '29T12:00', '03:00', '05T12:00', '03:00'],
  ['Pacific/Honolulu', '08T11:00', '03:00', '29T11:00', '03:00', '05T11:00', '03:00'],
  ['Pacific/Marquesas', '08T10:30', '03:00', '29T10:30', '03:00', '05T10:30', '03:00'],
  ['America/Anchorage', '08T10:00', '04:00', '29T09:00', '03:00', '05T09:00', '03:00'],
  ['America/Los_Angeles', '08T09:00', '04:00', '29T08:00', '03:00', '05T08:00', '03:00'],
  ['America/Phoenix', '08T08:00', '03:00', '29T08:00', '03:00', '05T08:00', '03:00'],
  ['America/Denver', '08T08:00', '04:00', '29T07:00', '03:00', '05T07:00', '03:00'],
  ['America/Chicago', '08T07:00', '04:00', '29T06:00', '03:00', '05T06:00', '03:00'],
  ['America/New_York', '08T06:00', '04:00', '29T05:00', '03:00', '05T05:00', '03:00'],
  ['America/Caracas', '08T05:00', '03:00', '29T05:00', '03:00', '05T05:00', '03:00'],
  ['America/Halifax', '08T05:00', '04:00', '29T04:00', '03:00', '05T04:00', '03:00'],
  ['America/St_Johns', '08T04:30', '04:00', '29T03:30', '03:00', '05T03:30', '03:00'],
  ['America/Santiago', '08T04:00', '03:00', '29T04:00', '03:00', '05T05:00', '03:00'],
  ['America/Sao_Paulo', '08T04:00', '03:00', '29T04:00', '03:00', '05T04:00', '03:00'],
  ['America/Nuuk', '08T03:00', '03:00', '29T02:00', '03:00', '05T02:00', '03:00'],
  ['Atlantic/Azores', '08T02:00', '03:00', '29T01:00', '03:00', '05T01:00', '03:00'],
  ['Europe/London', '08T01:00', '03:00', '29T01:00', '04:00', '05T00:00', '03:00'],
  ['Africa/Casablanca', '08T01:00', '03:00', '29T00:00', '03:00', '05T00:00', '03:00'],
  ['Europe/Berlin', '08T00:00', '03:00', '29T00:00', '04:00', '04T23:00', '03:00'],
  ['Africa/Cairo', '07T23:00', '03:00', '28T23:00', '03:00', '04T23:00', '03:00'],
  ['Europe/Helsinki', '07T23:00', '03:00', '28T23:00', '04:00', '04T22:00', '03:00'],
  ['Asia/Jerusalem', '07T23:00', '03:00', '28T22:00', '03:00', '04T22:00', '03:00'],
  ['Europe/Istanbul', '07T22:00', '03:00', '28T22:00', '03:00', '04T22:00', '03:00'],
  ['Asia/Tehran', '07T21:30', '03:00', '28T21:30', '03:00', '04T21:30', '03:00'],
  ['Asia/Dubai', '07T21:00', '03:00', '28T21:00', '03:00', '04T21:00', '03:00'],
  ['Asia/Kabul', '07T20:30', '03:00', '28T20:30', '03:00', '04T20:30', '03:00'],
  ['Asia/Karachi', '07T20:00', '03:00', '28T20:00', '03:00', '04T20:00', '03:00'],
  ['Asia/Kolkata', '07T19:30', '03:00', '28T19:30', '03:00', '04T19:30', '03:00'],
  ['Asia/Kathmandu', '07T19:15', '03:00', '28T19:15', '03:00', '04T19:15', '03:00'],
  ['Asia/Dhaka', '07T19:00', '03:00', '28T19:00', '03:00', '04T19:00', '03:00'],
  ['Asia/Yangon', '07T18:30', '03:00', '28T18:30', '03:00', '04T18:30', '03:00'],
  ['Asia/Bangkok', '07T18:00', '03:00', '28T18:00', '03:00', '04T18:00', '03:00'],
  ['Asia/Singapore', '07T17:00', '03:00', '28T17:00', '03:00', '04T17:00', '03:00'],
  ['Australia/Eucla', '07T16:15', '03:00', '28T16:15', '03:00', '04T16:15', '03:00'],
  ['Asia/Tokyo', '07T16:00', '03:00', '28T16:00', '03:00', '04T16:00', '03:00'],
  ['Australia/Adelaide', '07T14:30', '03:00', '28T14:30', '03:00', '04T14:30', '02:00'],
  ['Australia/Lord_Howe', '07T14:00', '03:00', '28T14:00', '03:00', '04T14:00', '02:30'],
  ['Pacific/Chatham', '07T11:15', '03:00', '28T11:15', '03:00', '04T11:15', '03:00'],
]

const sundays = ['2026-03-08', '2026-03-29', '2026-04-05']
const hour = 3_600_000
const window = calendarOf({
  windows: [{ id: 'maintenance', days: ['sun'], start: '01:00', duration: '2h', time_zone: 'target' }],
})

/** The opening on a Sunday, looked for in the two days around it that cover it in every zone. */
function openingOn(zone: string, sunday: string) {
  const noon = Date.parse(`${sunday}T12:00Z`)
  const found = openings(window, zone, noon - 36 * hour, noon + 36 * hour)
  expect(found).toHaveLength(1)
  return found[0]!
}

describe('CATO-04 one window in the local time of 38 zones, while clocks change', () => {
  it('has 38 zones, among them some of 30 and 45 minutes', () => {
    expect(new Set(table.map(([zone]) => zone)).size).toBe(38)
    const minutes = table.map(([, opens]) => opens!.slice(-2))
    expect(minutes.filter((each) => each === '30').length).toBeGreaterThan(5)
    expect(minutes.filter((each) => each === '15').length).toBeGreaterThan(2)
  })

  it.each(table)('%s', (zone, ...columns) => {
    const found = sundays.flatMap((sunday) => {
      const opening = openingOn(zone, sunday)
      expect(opening.end - opening.start).toBe(2 * hour)
      return [new Date(opening.start).toISOString().slice(8, 16), localText(opening.end, zone).slice(11, 16)]
    })
    expect(found).toEqual(columns)
  })

  it('CATO-05 each zone is a lane of its own: a cursor per zone opens at its own hour, all within 24 hours and a half', () => {
    const from = Date.parse('2026-03-28T00:00Z')
    const opened = table.map(([zone]) => makeCalendarCursor(window, zone, from).seek(from)!.start)
    expect(new Set(opened).size).toBeGreaterThan(25)
    expect(Math.max(...opened) - Math.min(...opened)).toBeLessThanOrEqual(24.75 * hour)
  })
})
