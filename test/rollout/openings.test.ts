import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alwaysOpen, closingAt, fitsAt, listOpenings, nextFit } from '../../src/rollout/openings.ts'

const none = Number.NEGATIVE_INFINITY
const nights = listOpenings([
  { start: 10, end: 20 },
  { start: 30, end: 50 },
])

describe('openings', () => {
  it.each([
    { at: 9, need: 1, fits: false, next: 10 },
    { at: 10, need: 10, fits: true, next: 10 },
    { at: 11, need: 10, fits: false, next: 30 },
    { at: 20, need: 0, fits: false, next: 30 },
    { at: 31, need: 20, fits: false, next: undefined },
    { at: 0, need: 21, fits: false, next: undefined },
  ])('at $at with $need to go: fits $fits, next $next', ({ at, need, fits, next }) => {
    expect(fitsAt(nights, none, at, need)).toBe(fits)
    expect(nextFit(nights, none, at, need)).toBe(next)
  })

  it.each([
    { at: 12, glass: 15, closes: 20 },
    { at: 12, glass: 25, closes: 25 },
    { at: 12, glass: 30, closes: 50 },
    { at: 5, glass: 10, closes: 20 },
    { at: 5, glass: 8, closes: 8 },
    { at: 8, glass: 8, closes: none },
  ])('broken glass until $glass, asked at $at, closes at $closes', ({ at, glass, closes }) => {
    expect(closingAt(nights, glass, at)).toBe(closes)
  })

  it('always open fits anything, even what has no deadline', () => {
    expect(fitsAt(alwaysOpen, none, 0, Number.POSITIVE_INFINITY)).toBe(true)
    expect(nextFit(nights, none, 0, Number.POSITIVE_INFINITY)).toBeUndefined()
  })

  it('nextFit is the first instant that fits', () => {
    fc.assert(
      fc.property(fc.nat({ max: 60 }), fc.nat({ max: 25 }), fc.nat({ max: 60 }), (at, need, glass) => {
        const first = Array.from({ length: 61 }, (_, step) => at + step).find((each) =>
          fitsAt(nights, glass, each, need),
        )
        expect(nextFit(nights, glass, at, need)).toBe(first)
      }),
    )
  })
})
