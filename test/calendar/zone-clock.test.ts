import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expandRule } from '../../src/calendar/recurrence.ts'
import { zoneClock, zoneNamed } from '../../src/calendar/zone-clock.ts'
import { wallAt } from './minute-walk.ts'

const hour = 3_600_000
const day = 24 * hour
const isLong = process.env['ROLLBOOK_LONG'] === '1'
const zones = Intl.supportedValuesOf('timeZone')

describe('the clock of a zone', { timeout: isLong ? 3_600_000 : 120_000 }, () => {
  it('knows every change of clocks, in every zone of the platform', () => {
    const years = isLong ? Array.from({ length: 90 }, (_, index) => 1975 + index) : [2026]
    for (const zone of zones) {
      const clock = zoneClock(zone)
      for (const year of years) {
        for (let at = Date.UTC(year, 0); at < Date.UTC(year + 1, 0); at += day) {
          if (clock.wallAt(at) !== wallAt(zone, at)) expect.fail(`${zone} at ${new Date(at).toISOString()}`)
        }
      }
    }
  })

  it('passes every time at least once, and shows it then unless it is left out', () => {
    const anyWall = fc.integer({ min: Date.UTC(1975, 0) / 60_000, max: Date.UTC(2065, 0) / 60_000 })
    fc.assert(
      fc.property(fc.constantFrom(...zones), anyWall, (zone, minutes) => {
        const clock = zoneClock(zone)
        const wall = minutes * 60_000
        const [first, last] = [clock.firstPass(wall), clock.lastPass(wall)]
        expect(first).toBeLessThanOrEqual(last)
        for (const at of [first, last]) {
          expect(clock.wallAt(at)).toBeGreaterThanOrEqual(wall)
          expect(clock.wallAt(at - 1)).toBeLessThan(wall)
        }
      }),
      { numRuns: isLong ? 20_000 : 1000 },
    )
  })

  it.each([
    ['America/New_York', '2026-03-08T02:30', '2026-03-08T07:00Z', '2026-03-08T07:00Z'],
    ['America/New_York', '2026-11-01T01:30', '2026-11-01T05:30Z', '2026-11-01T06:30Z'],
    ['America/New_York', '2026-11-01T01:00', '2026-11-01T05:00Z', '2026-11-01T05:00Z'],
    ['America/New_York', '2026-11-01T02:00', '2026-11-01T07:00Z', '2026-11-01T07:00Z'],
    ['Pacific/Apia', '2011-12-30T12:00', '2011-12-30T10:00Z', '2011-12-30T10:00Z'],
    ['Asia/Kathmandu', '2026-01-01T00:00', '2025-12-31T18:15Z', '2025-12-31T18:15Z'],
  ])('%s passes %s', (zone, wall, first, last) => {
    const clock = zoneClock(zone)
    const at = Date.parse(`${wall}Z`)
    expect(new Date(clock.firstPass(at)).toISOString()).toBe(new Date(first).toISOString())
    expect(new Date(clock.lastPass(at)).toISOString()).toBe(new Date(last).toISOString())
  })

  it('knows days that never were', () => {
    const dayOf = (date: string): number => Date.parse(`${date}T00:00Z`) / day
    expect(zoneClock('Pacific/Apia').hasDay(dayOf('2011-12-30'))).toBe(false)
    expect(zoneClock('Pacific/Apia').hasDay(dayOf('2011-12-31'))).toBe(true)
    expect(zoneClock('Pacific/Kwajalein').hasDay(dayOf('1993-08-21'))).toBe(false)
    expect(zoneClock('Africa/Cairo').hasDay(dayOf('2026-04-24'))).toBe(true)
  })

  it.each([
    ['europe/berlin', 'Europe/Berlin'],
    ['UTC', 'UTC'],
    ['+01:00', undefined],
    ['', undefined],
    ['Europe/Berlin\n', undefined],
    ['constructor', undefined],
  ])('%j is named %s', (text, name) => {
    expect(zoneNamed(text)).toBe(name)
  })
})

describe('rules that repeat', () => {
  it('give the same days whatever stretch is asked for', () => {
    const anyRule = fc.oneof(
      fc.integer({ min: 1, max: 9 }).map((each) => `FREQ=DAILY;INTERVAL=${each}`),
      fc.integer({ min: 1, max: 5 }).map((each) => `FREQ=WEEKLY;INTERVAL=${each};BYDAY=MO,TH`),
      fc.integer({ min: 1, max: 5 }).map((each) => `FREQ=MONTHLY;INTERVAL=${each};BYDAY=-1FR`),
      fc.integer({ min: 1, max: 31 }).map((each) => `FREQ=MONTHLY;BYMONTHDAY=${each}`),
      fc.integer({ min: 1, max: 3 }).map((each) => `FREQ=YEARLY;INTERVAL=${each};BYMONTH=2;BYMONTHDAY=29`),
      fc.integer({ min: 1, max: 50 }).map((each) => `FREQ=WEEKLY;COUNT=${each}`),
    )
    fc.assert(
      fc.property(
        anyRule,
        fc.integer({ min: 0, max: 3000 }),
        fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 8 }),
        (rule, startDay, lengths) => {
          const start = Date.UTC(2020, 0, 1) + startDay * day + hour
          const total = lengths.reduce((sum, each) => sum + each, 0) * day
          const whole = expandRule(start, rule, start, total)
          let from = start
          const parts = lengths.flatMap((length) => {
            const found = expandRule(start, rule, from, length * day)
            from += length * day
            return found
          })
          expect(parts).toEqual(whole)
        },
      ),
      { numRuns: isLong ? 3000 : 100 },
    )
  })
})
