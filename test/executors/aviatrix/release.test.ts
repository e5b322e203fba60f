import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  compareReleases,
  generationOf,
  isSameRelease,
  parseRelease,
  plainOf,
  seriesOf,
} from '../../../src/executors/aviatrix/release.ts'
import { hopsOf } from '../../../src/executors/aviatrix/version-info.ts'

describe('a release', () => {
  it.each([
    ['UserConnect-6.5.123', '6.5', { major: 6, minor: 5, build: 123, train: '' }],
    ['6.5', '6.5', { build: undefined }],
    ['UserConnect-6.3-patch.2309', '6.3', { train: 'patch', build: 2309 }],
    ['8.0.0', '8.0', { major: 8, minor: 0, build: 0 }],
    ['UserConnect-8.0.0-1000.2432', '8.0', { build: 0, tail: '1000.2432' }],
  ])('AVX-01 %s has major, minor and build', (text, series, parts) => {
    expect(parseRelease(text)).toMatchObject(parts)
    expect(seriesOf(text)).toBe(series)
    expect(plainOf(text)).toBe(text.replace('UserConnect-', ''))
  })

  it.each(['', '6', 'newest', '6.5.x', 'UserConnect-'])('%j is none', (text) => {
    expect(parseRelease(text)).toBeUndefined()
    expect(seriesOf(text)).toBe('')
    expect(generationOf(text)).toBeUndefined()
  })
})

describe('the order', () => {
  it.each([
    ['6.5.250', '6.5.750'],
    ['6.5.750', '6.6.100'],
    ['6.9.161', '7.0.1307'],
    // A named build comes before the same minor without one.
    ['6.5.100', '6.5'],
    ['6.3', '6.3-patch'],
    ['UserConnect-6.6.100', '6.6.123'],
    ['8.0.0-1000.2432', '8.0.0-1001.7'],
  ])('AVX-01 %s comes before %s', (older, newer) => {
    expect(compareReleases(older, newer)).toBeLessThan(0)
    expect(compareReleases(newer, older)).toBeGreaterThan(0)
  })

  it('however it is printed, it is the same', () => {
    expect(isSameRelease('UserConnect-6.6.123', '6.6.123')).toBe(true)
    expect(isSameRelease('6.6.123', 'none')).toBe(false)
    expect(compareReleases('6.6', 'none')).toBeUndefined()
  })

  it('is an order', () => {
    const release = fc
      .tuple(fc.integer({ min: 5, max: 8 }), fc.nat(9), fc.option(fc.nat(5000), { nil: undefined }))
      .map(([major, minor, build]) => `${major}.${minor}${build === undefined ? '' : `.${build}`}`)
    fc.assert(
      fc.property(release, release, release, (a, b, c) => {
        const order = (x: string, y: string): number => compareReleases(x, y)!
        expect(Math.sign(order(a, b))).toBe(-Math.sign(order(b, a)) + 0)
        if (order(a, b) <= 0 && order(b, c) <= 0) expect(order(a, c)).toBeLessThanOrEqual(0)
      }),
    )
  })
})

it.each([
  ['6.4.2995', 0],
  ['6.5.250', 1],
  ['6.6.123', 2],
  ['7.0.2239', 2],
  ['7.1.1710', 3],
  ['8.0.0', 3],
])('%s speaks wire generation %i', (release, generation) => {
  expect(generationOf(release)).toBe(generation)
})

it.each([
  ['UserConnect-6.6.123 (6.5,6.6)', ['6.5', '6.6']],
  ['UserConnect-6.6.123 (UserConnect-6.6)', ['6.6']],
  ['UserConnect-6.6.123 ()', []],
  ['UserConnect-6.6.123', []],
])('AVX-15 the hop list of %j', (text, hops) => {
  expect(hopsOf(text)).toEqual(hops)
})
