import { describe, expect, it } from 'vitest'
import {
  breakGlassAt,
  cuts,
  fits,
  isOpen,
  makeCalendarCursor,
  openings,
  withBreakGlass,
} from '../../src/calendar/index.ts'
import { calendarOf } from './read.ts'

const minute = 60_000
const at = (text: string): number => Date.parse(text)
const sundays = calendarOf({
  windows: [{ id: 'maintenance', days: ['sun'], start: '01:00', duration: '2h', time_zone: 'target' }],
  freezes: [{ from: '2026-02-15', to: '2026-02-15', reason: 'Election', owner: 'CAB' }],
})

describe('work fits into a window of two hours', () => {
  const opened = at('2026-02-08T01:00Z')

  it('CATO-36: a try of 17 minutes fits until minute 103, one with a retry until minute 86', () => {
    const last = (worst: number): number => {
      const fit = fits(sundays, 'UTC', opened, worst * minute, 0)
      return fit.fits ? (fit.latestStart - opened) / minute : Number.NaN
    }
    expect([last(17), last(34)]).toEqual([103, 86])
  })

  it.each([
    [103, { fits: true }],
    [104, { fits: false, reason: 'too_late', latestStart: opened + 103 * minute }],
  ])('17 minutes from minute %d', (start, expected) => {
    expect(fits(sundays, 'UTC', opened + start * minute, 17 * minute, 0)).toMatchObject(expected)
  })

  it('the reserve counts', () => {
    expect(fits(sundays, 'UTC', opened + 103 * minute, 17 * minute, minute).fits).toBe(false)
    expect(fits(sundays, 'UTC', opened + 102 * minute, 17 * minute, minute).fits).toBe(true)
  })

  it('122 minutes never fit, and there is no other start', () => {
    expect(fits(sundays, 'UTC', opened, 122 * minute, 0)).toEqual({
      fits: false,
      reason: 'too_short',
      freeze: undefined,
      latestStart: undefined,
      nextFit: undefined,
    })
  })

  it('too late: the next fit passes over the Sunday that is frozen', () => {
    expect(fits(sundays, 'UTC', opened + 110 * minute, 17 * minute, 0)).toMatchObject({
      nextFit: at('2026-02-22T01:00Z'),
    })
  })

  it('closed and frozen are told apart', () => {
    expect(fits(sundays, 'UTC', at('2026-02-07T12:00Z'), minute, 0)).toMatchObject({
      reason: 'closed',
      freeze: undefined,
      nextFit: opened,
    })
    expect(fits(sundays, 'UTC', at('2026-02-15T01:30Z'), minute, 0)).toMatchObject({
      reason: 'frozen',
      freeze: { reason: 'Election', owner: 'CAB' },
      nextFit: at('2026-02-22T01:00Z'),
    })
  })

  it('what begins before clocks go back fits as on any other day', () => {
    // 02:59 summer time is one minute before the clocks go back, 119 minutes after 01:00.
    expect(fits(sundays, 'Europe/Berlin', at('2026-10-24T23:00Z'), 120 * minute, 0).fits).toBe(true)
    expect(fits(sundays, 'Europe/Berlin', at('2026-10-25T00:59Z'), 2 * minute, 0).fits).toBe(false)
  })

  it('without an end everything fits', () => {
    expect(fits(calendarOf({}), 'UTC', opened, 1e12, 0)).toMatchObject({
      fits: true,
      closesAt: Number.POSITIVE_INFINITY,
    })
  })
})

describe('break glass', () => {
  const now = at('2026-02-15T01:30Z')
  const glass = { role: 'change_manager', reason: 'Leak in the field', at: now, expiresAfterMs: 60 * minute }
  const broken = withBreakGlass(sundays, glass)

  it('opens a freeze and a closed window from its instant until it expires, and not before', () => {
    expect(isOpen(broken, 'UTC', now - 1)).toBe(false)
    expect(isOpen(broken, 'UTC', now)).toBe(true)
    expect(isOpen(broken, 'UTC', now + 60 * minute - 1)).toBe(true)
    expect(isOpen(broken, 'UTC', now + 60 * minute)).toBe(false)
    expect(isOpen(sundays, 'UTC', now)).toBe(false)
  })

  it('closes with its own cause, counts for the fit, and takes back what the freeze cut', () => {
    expect(openings(broken, 'UTC', now - 60 * minute, now + 120 * minute)).toEqual([
      {
        start: now,
        end: now + 60 * minute,
        windows: ['maintenance'],
        closing: { cause: 'break_glass', overrun: 'finish_unit' },
      },
    ])
    expect(fits(broken, 'UTC', now, 60 * minute, 0).fits).toBe(true)
    expect(fits(broken, 'UTC', now, 61 * minute, 0)).toMatchObject({ reason: 'too_short' })
    expect(cuts(broken, 'UTC', now, now + 60 * minute)).toEqual([])
  })

  it('that ends inside a window changes nothing about that window', () => {
    const early = withBreakGlass(sundays, { ...glass, at: at('2026-02-08T00:30Z') })
    expect(openings(early, 'UTC', at('2026-02-08T00:00Z'), at('2026-02-09T00:00Z'))).toEqual([
      {
        start: at('2026-02-08T00:30Z'),
        end: at('2026-02-08T03:00Z'),
        windows: ['maintenance'],
        closing: { cause: 'window', overrun: 'finish_unit' },
      },
    ])
  })

  it('names the override in force, the longest of several', () => {
    const twice = withBreakGlass(broken, { ...glass, reason: 'More time', expiresAfterMs: 90 * minute })
    expect(breakGlassAt(twice, now + minute)?.reason).toBe('More time')
    expect(breakGlassAt(twice, now + 90 * minute)).toBeUndefined()
    expect(breakGlassAt(sundays, now)).toBeUndefined()
  })
})

describe('a cursor', () => {
  it('gives the opening at each instant or the next one, and nothing after the last', () => {
    const once = calendarOf({ windows: [{ id: 'w', from: '2026-02-08T01:00', to: '2026-02-08T03:00' }] })
    const cursor = makeCalendarCursor(once, 'UTC', at('2026-02-08T00:00Z'))
    expect(cursor.seek(at('2026-02-08T00:30Z'))?.start).toBe(at('2026-02-08T01:00Z'))
    expect(cursor.isOpen(at('2026-02-08T02:59Z'))).toBe(true)
    expect(cursor.fits(at('2026-02-08T02:59Z'), minute)).toBe(true)
    expect(cursor.fits(at('2026-02-08T02:59Z'), minute + 1)).toBe(false)
    expect(cursor.seek(at('2026-02-08T03:00Z'))).toBeUndefined()
  })

  it('does not go back', () => {
    const cursor = makeCalendarCursor(sundays, 'UTC', at('2026-02-08T00:00Z'))
    cursor.seek(at('2026-02-09T00:00Z'))
    expect(() => cursor.seek(at('2026-02-08T00:00Z'))).toThrow('a cursor does not go back')
  })
})
