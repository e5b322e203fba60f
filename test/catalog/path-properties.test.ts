import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareVersions } from '../../src/base/version-scheme.ts'
import { CatalogRefusal, hopRefusal, type Product, releasePath } from '../../src/catalog/index.ts'

/** Small numbers, so that many draws meet. */
const version = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.nat(4), fc.nat(3))
  .map(([major, minor, build]) => `R-${major}.${minor}.${build}`)
const product: fc.Arbitrary<Product> = fc
  .record({
    versions: fc.uniqueArray(version, { minLength: 1, maxLength: 25 }),
    withdrawn: fc.array(fc.boolean(), { minLength: 25, maxLength: 25 }),
    requires: fc.array(fc.option(version, { nil: undefined, freq: 6 }), { minLength: 25, maxLength: 25 }),
    skip: fc.constantFrom('none', 'builds', 'minors', 'majors'),
    choose: fc.constantFrom('release', 'line'),
    newest_first: fc.boolean(),
  })
  .map(
    ({ versions, withdrawn, requires, ...policy }): Product => ({
      scheme: 'train',
      ...policy,
      releases: versions.map((text, index) => ({
        version: text,
        ...(withdrawn[index] && index % 4 === 0 ? { withdrawn: 'broken' } : {}),
        ...(requires[index] === undefined ? {} : { requires: requires[index] }),
      })),
    }),
  )

/** The fewest hops over all releases, by trying everything; undefined when there is no way. */
function fewest(of: Product, from: string, to: string): number | undefined {
  let reached = new Set([from])
  for (let hops = 0; hops <= of.releases.length; hops += 1) {
    if (reached.has(to)) return hops
    const next = new Set(reached)
    for (const at of reached)
      for (const { version: candidate } of of.releases)
        if (hopRefusal(of, at, candidate) === undefined) next.add(candidate)
    reached = next
  }
  return undefined
}

const pathOf = (of: Product, from: string, to: string): readonly string[] | undefined => {
  try {
    return releasePath(of, from, to)
  } catch (error) {
    if (error instanceof CatalogRefusal) return undefined
    throw error
  }
}

describe('every path', () => {
  it('is monotone, ends at the target, and each of its hops is allowed', () => {
    fc.assert(
      fc.property(product, version, version, (of, from, to) => {
        const path = pathOf(of, from, to)
        fc.pre(path !== undefined && path.length > 0)
        for (const [index, at] of [from, ...path!].entries()) {
          const next = path![index]
          if (next === undefined) break
          expect(compareVersions(next, at, 'train')).toBeGreaterThan(0)
          expect(hopRefusal(of, at, next)).toBeUndefined()
        }
        expect(path!.at(-1)).toBe(to)
      }),
      { numRuns: 500 },
    )
  })

  it('is as short as any way over all releases, and exists whenever there is one', () => {
    fc.assert(
      fc.property(product, version, fc.nat(24), (of, from, pick) => {
        const to = of.releases[pick % of.releases.length]!.version
        fc.pre((compareVersions(to, from, 'train') ?? 0) > 0)
        expect(pathOf(of, from, to)?.length).toBe(fewest(of, from, to))
      }),
      { numRuns: 500 },
    )
  })

  it('takes the newest build of every minor that it stops at before its target', () => {
    fc.assert(
      fc.property(product, version, version, (of, from, to) => {
        fc.pre(of.skip === 'builds')
        for (const stop of pathOf(of, from, to)?.slice(0, -1) ?? []) {
          const line = stop.replace(/\.\d+$/, '.')
          const newer = of.releases.filter(
            (release) =>
              release.version.startsWith(line) &&
              release.withdrawn === undefined &&
              compareVersions(release.version, stop, 'train')! > 0,
          )
          expect(newer).toEqual([])
        }
      }),
    )
  })
})
