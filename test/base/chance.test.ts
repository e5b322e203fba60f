import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawOf, logNormal, normalQuantile } from '../../src/base/chance.ts'

describe('draws', () => {
  it('depend on the seed and the words alone, and stay below one', () => {
    fc.assert(
      fc.property(fc.nat(), fc.array(fc.string(), { maxLength: 4 }), (seed, words) => {
        const draw = drawOf(seed, ...words)
        expect(draw).toBe(drawOf(seed, ...words))
        expect(draw).toBeGreaterThanOrEqual(0)
        expect(draw).toBeLessThan(1)
      }),
    )
  })

  it('know where one word ends', () => {
    expect(drawOf(1, 'ab', 'c')).not.toBe(drawOf(1, 'a', 'bc'))
    expect(drawOf(1, 'a')).not.toBe(drawOf(1, 'a', ''))
    expect(drawOf(1, 'a')).not.toBe(drawOf(2, 'a'))
  })

  it('are spread evenly: each of ten parts gets its share, and neighbours know nothing of each other', () => {
    const counts = Array.from({ length: 10 }, () => 0)
    let products = 0
    for (let index = 0; index < 20_000; index += 1) {
      const draw = drawOf(7, 'duration', `site-${index}`, 1)
      counts[Math.floor(draw * 10)]! += 1
      products += (draw - 0.5) * (drawOf(7, 'duration', `site-${index + 1}`, 1) - 0.5)
    }
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(200)
    expect(Math.abs(products / 20_000)).toBeLessThan(0.005)
  })
})

describe('the log-normal distribution', () => {
  it('meets its percentiles', () => {
    const draws = Array.from({ length: 20_000 }, (_, index) => logNormal(drawOf(3, index), 600_000, 1_200_000))
    draws.sort((a, b) => a - b)
    expect(draws[10_000]! / 600_000).toBeCloseTo(1, 1)
    expect(draws[19_000]! / 1_200_000).toBeCloseTo(1, 1)
    expect(draws[0]).toBeGreaterThan(0)
  })

  it('is a point when both percentiles are the same, and nothing without length', () => {
    expect(logNormal(0.9, 5000, 5000)).toBe(5000)
    expect(logNormal(0.9, 0, 5000)).toBe(0)
  })

  it.each([
    [0.5, 0],
    [0.95, 1.6448536],
    [0.975, 1.959964],
    [0.01, -2.3263479],
    [0.999, 3.0902323],
  ])('the share %f of a normal distribution ends at %f', (share, value) => {
    expect(normalQuantile(share)).toBeCloseTo(value, 6)
  })
})
