import { describe, expect, it } from 'vitest'
import { CatalogRefusal, hopRefusal, type Product, releasePath } from '../../src/catalog/index.ts'
import { byMajor, everyRelease, platform, sockets } from './sample-catalogs.ts'

const u = (version: string): string => `UserConnect-${version}`

describe('the way from one release to another', () => {
  it.each<readonly [string, Product, string, string, readonly string[]]>([
    ['AVX-01 AVX-09: a minor stands for its newest build', platform, u('6.5.250'), '6.6', [u('6.6.123')]],
    ['AVX-10: without a target, the newest build of the running minor', platform, u('6.5.250'), '', [u('6.5.750')]],
    ['AVX-10: which may run already', platform, u('6.5.750'), '', []],
    ['AVX-12: builds inside a minor are skipped over', platform, u('6.6.100'), u('6.6.123'), [u('6.6.123')]],
    ['AVX-13: minors are not', platform, u('6.4.2995'), '6.7', [u('6.5.750'), u('6.6.123'), u('6.7.1185')]],
    ['AVX-14: nor are majors', platform, u('6.8.1148'), '7.1', [u('6.9.128'), u('7.0.1373'), u('7.1.1710')]],
    [
      'AVX-15: from 6.4 to 6.6.123 by 6.5, then 6.6',
      platform,
      u('6.4.2995'),
      u('6.6.123'),
      [u('6.5.750'), u('6.6.123')],
    ],
    ['AVX-18: the build of the example need not be listed', platform, u('6.5.333'), '6.6', [u('6.6.123')]],
    ['the word in front may be left out', platform, '6.5.250', '6.6', [u('6.6.123')]],
    ['and may be in front of a minor', platform, u('6.5.250'), u('6.6'), [u('6.6.123')]],
    ['a patch train is the newest of its minor', platform, u('6.3.1804'), '6.3', [u('6.3-patch.2309')]],
    ['and no minor of its own', platform, u('6.3-patch.2309'), '6.4', [u('6.4.2995')]],
    ['plain numbers follow', platform, u('7.1.1710'), '8.0', ['8.0.0']],
    ['from a minor below the catalog, when it is the next one', platform, u('6.2.1'), '6.3', [u('6.3-patch.2309')]],
    ['what runs is newer than the catalog knows', platform, u('6.5.999'), '6.5', []],
    ['a major stands for its newest release', sockets, '17.0', '18', ['18.4.1']],
    ['everything may be skipped', sockets, '17.0', '19.1.2', ['19.1.2']],
    ['an older build can be chosen', sockets, '17.0', '18.3.3', ['18.3.3']],
    ['minors may be skipped, majors not', byMajor, '1.0', '3.1', ['2.9', '3.1']],
    ['inside a major at once', byMajor, '3.1', '3.2', ['3.2']],
    ['nothing may be skipped', everyRelease, '1.0.0', '2.0.0', ['1.0.1', '1.1.0', '2.0.0-rc.1', '2.0.0']],
    ['newest build first', { ...platform, newest_first: true }, u('6.5.250'), '6.6', [u('6.5.750'), u('6.6.123')]],
    [
      'by way of what a release requires',
      {
        ...platform,
        releases: platform.releases.map((r) => (r.version === u('6.6.123') ? { ...r, requires: u('6.5.700') } : r)),
      },
      u('6.5.250'),
      '6.6',
      [u('6.5.750'), u('6.6.123')],
    ],
  ])('%s', (_, product, from, to, path) => {
    expect(releasePath(product, from, to)).toEqual(path)
  })
})

describe('no way', () => {
  it.each<readonly [string, Product, string, string, RegExp]>([
    [
      'AVX-11: back to an older minor',
      platform,
      u('6.6.123'),
      '6.5',
      /UserConnect-6\.5\.750 is older than UserConnect-6\.6\.123, and there is no going back/,
    ],
    ['AVX-11: back to an older build', sockets, '18.4.1', '18.3.3', /no going back/],
    [
      'AVX-09: a build that is not the newest',
      platform,
      u('6.5.250'),
      u('6.6.100'),
      /the newest build of 6\.6 is UserConnect-6\.6\.123/,
    ],
    ['to what was never published', platform, u('6.5.250'), '6.55', /6\.55 was not published/],
    ['to what was withdrawn', platform, u('6.5.250'), u('6.5.751'), /withdrawn: gateways lose their routes/],
    [
      'from far below the catalog',
      platform,
      u('6.1.1'),
      '6.4',
      /the catalog begins at 6\.3 and cannot tell what comes after 6\.1/,
    ],
    ['from what is not known', platform, '', '6.6', /the version that runs is not known/],
    ['from what is no version', platform, 'latest', '6.6', /"latest" is no version of the scheme "train"/],
    [
      'past what a release requires',
      { releases: [{ version: '2.0', requires: '1.5' }] },
      '1.0',
      '2.0',
      /can be reached from 1\.5 on/,
    ],
  ])('%s', (_, product, from, to, message) => {
    expect(() => releasePath(product, from, to)).toThrow(message)
    expect(() => releasePath(product, from, to)).toThrow(CatalogRefusal)
  })
})

describe('one hop', () => {
  it.each<readonly [string, string, string | undefined, Product]>([
    [u('6.4.2995'), u('6.5.750'), undefined, platform],
    [u('6.4.2995'), '6.5', undefined, platform],
    [u('6.4.2995'), u('6.6.123'), 'minors and majors are taken one after another, and 6.5 comes before 6.6', platform],
    [u('6.8.1148'), u('7.0.1373'), 'minors and majors are taken one after another, and 6.9 comes before 7.0', platform],
    [u('6.5.750'), u('6.5.750'), 'UserConnect-6.5.750 is what runs already', platform],
    [u('6.5.250'), u('6.5.751'), 'UserConnect-6.5.751 was withdrawn: gateways lose their routes', platform],
    ['1.0', '3.1', 'majors are taken one after another, and 2 comes before 3', byMajor],
    ['1.0.0', '1.1.0', 'no release is skipped, and 1.0.1 comes before 1.1.0', everyRelease],
    [
      u('6.5.250'),
      '6.6',
      'the newest build of 6.5, UserConnect-6.5.750, comes before another minor',
      { ...platform, newest_first: true },
    ],
  ])('from %s to %s: %s', (from, to, reason, product) => {
    expect(hopRefusal(product, from, to)).toBe(reason)
  })
})
