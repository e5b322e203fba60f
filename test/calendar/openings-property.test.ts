import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, it } from 'vitest'
import {
  type CalendarDefinition,
  closesAt,
  cuts,
  fits,
  isOpen,
  longestOpening,
  makeCalendarCursor,
  neverOpens,
  nextOpening,
  openings,
  parseCalendar,
} from '../../src/calendar/index.ts'
import { type WrittenCalendar, type WrittenFreeze, type WrittenWindow, walkMinutes } from './minute-walk.ts'

const minute = 60_000
const day = 86_400_000
const isLong = process.env['ROLLBOOK_LONG'] === '1'
/** Cases per property; the four of them make 48,000 in the long mode. */
const numRuns = isLong ? 12_000 : 500
const timeout = isLong ? 3_600_000 : 120_000

const zones = [...Intl.supportedValuesOf('timeZone'), 'UTC']
const names = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const nth = ['first', 'second', 'third', 'fourth', 'fifth', 'last']

const anyZone = fc.constantFrom(...zones)
const anyTime = fc.oneof(
  fc.integer({ min: 0, max: 1439 }),
  // Where clocks are usually changed.
  fc.constantFrom(0, 1, 30, 59, 60, 61, 90, 119, 120, 150, 179, 180, 1380, 1410, 1439),
)
const anyDay = fc.oneof(
  fc.constantFrom(...names),
  fc.tuple(fc.constantFrom(...nth), fc.constantFrom(...names)).map(([a, b]) => `${a} ${b}`),
)
const anyDate = fc.oneof(fc.integer({ min: 1, max: 31 }), fc.constant('last' as const))
const anyWindowZone = fc.oneof({ weight: 3, arbitrary: fc.constant('target') }, { weight: 1, arbitrary: anyZone })
const anyOverrun = fc.constantFrom('finish_unit', 'rollback', 'stop')

/** An instant at a whole minute, more often than not near a change of clocks, and the zone. */
const anyPlace = fc
  .record({
    zone: anyZone,
    at: fc.integer({ min: Date.UTC(1975, 0) / minute, max: Date.UTC(2065, 0) / minute }).map((each) => each * minute),
    near: fc.boolean(),
    lead: fc.integer({ min: 0, max: 2 * 1440 }),
    minutes: fc.integer({ min: 1, max: 3 * 1440 }),
  })
  .map(({ zone, at, near, lead, minutes }) => {
    const change = near
      ? Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).getTimeZoneTransition('next')
      : undefined
    const middle = change == null ? at : Math.floor(change.epochMilliseconds / minute) * minute
    const from = middle - lead * minute
    return { zone, from, to: from + minutes * minute }
  })

const anyDuration = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 600 }) },
  { weight: 1, arbitrary: fc.integer({ min: 601, max: 5 * 1440 }) },
)

const anyRecurring = fc
  .record({
    time: anyTime,
    minutes: anyDuration,
    rule: fc.oneof(
      { weight: 2, arbitrary: fc.constant({}) },
      { weight: 3, arbitrary: fc.array(anyDay, { minLength: 1, maxLength: 4 }).map((days) => ({ days })) },
      { weight: 2, arbitrary: fc.array(anyDate, { minLength: 1, maxLength: 5 }).map((dates) => ({ dates })) },
    ),
    time_zone: anyWindowZone,
    overrun: anyOverrun,
  })
  .map(({ time, minutes, rule, ...rest }) => ({
    ...rule,
    start: `${String(Math.floor(time / 60)).padStart(2, '0')}:${String(time % 60).padStart(2, '0')}`,
    duration: `${minutes}m`,
    ...rest,
  }))

/** A stretch around `near`, written in one of the three forms. */
const anyDated = (near: number) =>
  fc
    .record({
      lead: fc.integer({ min: -3 * 1440, max: 3 * 1440 }),
      minutes: fc.integer({ min: 1, max: 4 * 1440 }),
      form: fc.constantFrom('date', 'local', 'instant'),
      offset: fc.constantFrom('Z', '+05:45', '-03:30'),
      time_zone: anyWindowZone,
      overrun: anyOverrun,
    })
    .map(({ lead, minutes, form, offset, ...rest }) => {
      const text = (at: number): string => {
        const iso = new Date(at).toISOString()
        return form === 'date' ? iso.slice(0, 10) : form === 'local' ? iso.slice(0, 16) : `${iso.slice(0, 16)}${offset}`
      }
      return { from: text(near + lead * minute), to: text(near + (lead + minutes) * minute), ...rest }
    })

const anyCase = anyPlace.chain((place) =>
  fc
    .record({
      windows: fc.oneof(
        { weight: 1, arbitrary: fc.constant(undefined) },
        {
          weight: 9,
          arbitrary: fc.array(
            fc.oneof({ weight: 3, arbitrary: anyRecurring }, { weight: 1, arbitrary: anyDated(place.from) }),
            { maxLength: 4 },
          ),
        },
      ),
      freezes: fc.array(anyDated(place.from), { maxLength: 3 }),
    })
    .map(({ windows, freezes }) => {
      const calendar: WrittenCalendar = {
        ...(windows && { windows: windows.map((each, index): WrittenWindow => ({ id: `w${index}`, ...each })) }),
        freezes: freezes.map((each): WrittenFreeze => ({ reason: 'r', ...each })),
      }
      return { ...place, calendar }
    }),
)

function definitionOf(calendar: WrittenCalendar): CalendarDefinition {
  const { definition, findings } = parseCalendar(calendar)
  expect(findings.filter((each) => each.severity === 'error')).toEqual([])
  return definition
}

function stretchesOfMinutes(answers: readonly boolean[], from: number): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = []
  for (const [index, open] of answers.entries()) {
    const at = from + index * minute
    if (!open) continue
    const last = found.at(-1)
    if (last?.end === at) last.end = at + minute
    else found.push({ start: at, end: at + minute })
  }
  return found
}

describe('openings, for any calendar in any zone over nine decades', { timeout }, () => {
  it('are what a walk minute by minute finds', () => {
    fc.assert(
      fc.property(anyCase, ({ calendar, zone, from, to }) => {
        const found = openings(definitionOf(calendar), zone, from, to).map(({ start, end }) => ({ start, end }))
        expect(found).toEqual(stretchesOfMinutes(walkMinutes(calendar, zone, from, to), from))
      }),
      { numRuns },
    )
  })

  it('are sorted, apart from each other, inside the range, outside every cut, and cuts lie inside it too', () => {
    fc.assert(
      fc.property(anyCase, ({ calendar, zone, from, to }) => {
        const definition = definitionOf(calendar)
        const found = openings(definition, zone, from, to)
        let last = Number.NEGATIVE_INFINITY
        for (const each of found) {
          expect(each.start).toBeGreaterThan(last)
          expect(each.end).toBeGreaterThan(each.start)
          last = each.end
        }
        if (found.length > 0) {
          expect(found[0]!.start).toBeGreaterThanOrEqual(from)
          expect(last).toBeLessThanOrEqual(to)
        }
        for (const cut of cuts(definition, zone, from, to)) {
          expect(cut.start).toBeGreaterThanOrEqual(from)
          expect(cut.end).toBeLessThanOrEqual(to)
          expect(found.every((each) => each.end <= cut.start || cut.end <= each.start)).toBe(true)
        }
        expect(neverOpens(definition, zone, from, to)).toBe(found.length === 0)
        expect(longestOpening(definition, zone, from, to)).toBe(
          found.reduce((longest, each) => Math.max(longest, each.end - each.start), 0),
        )
      }),
      { numRuns },
    )
  })

  it('agree with nextOpening, isOpen, closesAt, fits and the cursor', () => {
    fc.assert(
      fc.property(anyCase, fc.integer({ min: 0, max: 600 }), ({ calendar, zone, from, to }, needMinutes) => {
        const definition = definitionOf(calendar)
        const wide = to + 40 * day
        const found = openings(definition, zone, from, wide)
        const cursor = makeCalendarCursor(definition, zone, from)
        const need = needMinutes * minute
        const step = Math.max(minute, Math.floor((to - from) / 7 / minute) * minute)
        for (let at = from; at < to; at += step) {
          const here = found.find((each) => each.end > at)
          const open = here !== undefined && here.start <= at
          expect(isOpen(definition, zone, at)).toBe(open)
          expect(cursor.isOpen(at)).toBe(open)
          const next = nextOpening(definition, zone, at, wide)
          expect(next === undefined ? undefined : Math.max(next.start, from)).toBe(here?.start)
          if (here !== undefined && here.end < wide) {
            expect(next?.end).toBe(here.end)
            expect(next?.closing).toEqual(here.closing)
            expect(cursor.seek(at)).toEqual(here)
            expect(closesAt(definition, zone, at)).toBe(open ? here.end : undefined)
            const fit = fits(definition, zone, at, need, 0)
            expect(fit.fits).toBe(open && at + need <= here.end)
            expect(cursor.fits(at, need)).toBe(fit.fits)
            if (fit.fits) expect(fit.latestStart).toBe(here.end - need)
            if (!fit.fits && fit.nextFit !== undefined && fit.nextFit < wide) {
              expect(fits(definition, zone, fit.nextFit, need, 0).fits).toBe(true)
            }
          }
        }
      }),
      { numRuns },
    )
  })

  it('only shrink when a freeze is added, and only grow when a window is added', () => {
    fc.assert(
      fc.property(anyCase, ({ calendar, zone, from, to }) => {
        const whole = definitionOf(calendar)
        const inside = (inner: CalendarDefinition, outer: CalendarDefinition): void => {
          const outside = openings(outer, zone, from, to)
          for (const each of openings(inner, zone, from, to)) {
            expect(outside.some((one) => one.start <= each.start && each.end <= one.end)).toBe(true)
          }
        }
        inside(whole, { ...whole, freezes: whole.freezes.slice(1) })
        if (whole.windows !== 'always') inside({ ...whole, windows: whole.windows.slice(1) }, whole)
        for (const { start, end } of cuts(whole, zone, from, to)) {
          expect(openings(whole, zone, start, end)).toEqual([])
          expect(openings({ ...whole, freezes: [] }, zone, start, end)).toMatchObject([{ start, end }])
        }
      }),
      { numRuns },
    )
  })
})
