import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareVersions, isVersion, versionPart } from '../../src/expression/index.ts'

describe('compareVersions', () => {
  it.each<readonly [string, string, 'dotted' | 'semver' | 'debian' | 'train', number | undefined]>([
    ['3.6', '3.6.0', 'dotted', 0],
    ['3.9', '3.10', 'dotted', -1],
    ['v3.6', '3.6', 'dotted', 0],
    ['3.6-rc1', '3.6', 'dotted', -1],
    ['3.6.beta', '3.6', 'dotted', -1],
    ['10', '9.9.9', 'dotted', 1],
    ['99999999999999999998', '99999999999999999999', 'dotted', -1],
    ['', '1', 'dotted', undefined],
    ['latest', '1', 'dotted', undefined],
    ['1.0.0-alpha', '1.0.0-alpha.1', 'semver', -1],
    ['1.0.0-alpha.1', '1.0.0-alpha.beta', 'semver', -1],
    ['1.0.0-beta.2', '1.0.0-beta.11', 'semver', -1],
    ['1.0.0-rc.1', '1.0.0', 'semver', -1],
    ['1.0.0+a', '1.0.0+b', 'semver', 0],
    ['1.0', '1.0.0', 'semver', undefined],
    ['01.0.0', '1.0.0', 'semver', undefined],
    ['1:1.0', '2.0', 'debian', 1],
    ['1.0~rc1-1', '1.0-1', 'debian', -1],
    ['1.0-1', '1.0-1+deb12u1', 'debian', -1],
    ['1.10', '1.9', 'debian', 1],
    ['1.0a', '1.0+', 'debian', -1],
    ['1.0', '1.0-0', 'debian', 0],
    ['x', '1', 'debian', undefined],
    // AVX-01: major, minor, build; the rest as the vendor's own client orders them.
    ['UserConnect-6.5.123', '6.5.123', 'train', 0],
    ['UserConnect-6.5.250', 'UserConnect-6.5.1000', 'train', -1],
    ['UserConnect-6.3-patch.2309', 'UserConnect-6.3.9999', 'train', 1],
    ['UserConnect-6.3-patch.2309', 'UserConnect-6.4.1', 'train', -1],
    ['6.5.100', '6.5', 'train', -1],
    ['6.5', '6.6.1', 'train', -1],
    ['8.0.0', 'UserConnect-7.1.1710', 'train', 1],
    ['8.0.0-1000.2432', '8.0.0', 'train', -1],
    ['8.0.0-1000.2432', '8.0.0-999.9', 'train', 1],
    ['6', '6.5', 'train', undefined],
    ['UserConnect-', '6.5', 'train', undefined],
  ])('%s against %s (%s)', (a, b, scheme, expected) => {
    const order = compareVersions(a, b, scheme)
    expect(order === undefined ? undefined : Math.sign(order)).toBe(expected)
  })

  it('is an order', () => {
    const version = fc.array(fc.nat(12), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'))
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        const [ab, ba, bc, ac] = [
          compareVersions(a, b)!,
          compareVersions(b, a)!,
          compareVersions(b, c)!,
          compareVersions(a, c)!,
        ]
        expect(Math.sign(ab) + Math.sign(ba)).toBe(0)
        if (ab <= 0 && bc <= 0) expect(ac).toBeLessThanOrEqual(0)
      }),
    )
  })

  it('gives the numbers of a version', () => {
    expect([versionPart('v18.2.1', 0), versionPart('18.2.1', 1), versionPart('18', 1), versionPart('x', 0)]).toEqual([
      18,
      2,
      0,
      undefined,
    ])
    expect([versionPart('UserConnect-6.3-patch.2309', 0), versionPart('UserConnect-6.5.123', 1)]).toEqual([6, 5])
    expect(isVersion('3.6.2')).toBe(true)
  })
})
