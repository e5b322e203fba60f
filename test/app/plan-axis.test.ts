import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeAxis, placeOn } from '../../src/app/plan-view/axis.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const moments = fc.array(fc.integer({ min: -hour, max: 40 * day }), { maxLength: 40 })

test('time goes from left to right, from one end of the axis to the other', () => {
  fc.assert(
    fc.property(moments, fc.integer({ min: 1, max: 30 * day }), (points, end) => {
      const { knots, cuts, ticks } = makeAxis(points, end)
      expect(knots[0]).toEqual({ ms: 0, x: 0 })
      expect(knots.at(-1)).toEqual({ ms: end, x: 1 })
      for (const [index, knot] of knots.slice(1).entries()) {
        expect(knot.ms).toBeGreaterThan(knots[index]!.ms)
        expect(knot.x).toBeGreaterThanOrEqual(knots[index]!.x)
      }
      for (const { from, to } of cuts) expect(to).toBeGreaterThan(from)
      for (const { x } of ticks) expect(cuts.some(({ from, to }) => x > from + 1e-9 && x < to - 1e-9)).toBe(false)
      for (const [index, tick] of ticks.slice(1).entries()) expect(tick.x).toBeGreaterThan(ticks[index]!.x)
    }),
  )
})

test('a wait of days between two short nights is cut short, and the axis says how long it is', () => {
  const { cuts, knots, ticks } = makeAxis([0, hour, 6 * day, 6 * day + 2 * hour], 6 * day + 2 * hour)
  expect(cuts.map(({ label }) => label.replaceAll('\u00a0', ' '))).toEqual(['5 d 23 h'])
  expect(placeOn(knots, hour)).toBeGreaterThan(0.3)
  expect(ticks.map(({ label }) => label.replaceAll('\u00a0', ' '))).toContain('6 d')
})

test('work without long waits is drawn as it is', () => {
  const { cuts, knots } = makeAxis([0, 5 * minute, 9 * minute, 20 * minute], 20 * minute)
  expect(cuts).toEqual([])
  expect(placeOn(knots, 10 * minute)).toBeCloseTo(0.5)
})

test('something is always left to look at', () => {
  expect(makeAxis([], 9 * day).cuts).toEqual([])
  expect(makeAxis([4 * day], 9 * day).cuts).toHaveLength(1)
})
