import { describe, expect, it } from 'vitest'
import { CatalogRefusal, checksumOf, imageFor, productOf, rollbackRefusal } from '../../src/catalog/index.ts'
import { platform, sockets } from './sample-catalogs.ts'

describe('the image of a release', () => {
  it.each([
    ['AVX-20: as the compatibility matrix gives it', 'UserConnect-6.5.123', 'aws', 'hvm-cloudx-aws-022021'],
    ['of one release only', 'UserConnect-6.7.1185', 'aws', 'hvm-cloudx-aws-030322'],
    ['of a whole major', 'UserConnect-6.9.128', 'gcp', 'gcp-cloudx'],
    ['on any platform', '7.0', 'azure', 'anywhere'],
  ])('%s', (_, release, cloud, image) => {
    expect(imageFor(platform, release, cloud)).toBe(image)
  })

  it('is refused when none is listed', () => {
    expect(() => imageFor(platform, 'UserConnect-6.7.1', 'aws')).toThrow('no image for UserConnect-6.7.1 on aws')
  })
})

describe('a way back', () => {
  it.each([
    ['UserConnect-6.6.123', 'UserConnect-6.5.750', 'there is no way back from 6.6 to 6.5: the image is another one'],
    ['UserConnect-6.7.1185', 'UserConnect-6.6.123', undefined],
    ['UserConnect-6.5.750', 'UserConnect-6.6.123', 'UserConnect-6.6.123 is not older than UserConnect-6.5.750'],
  ])('AVX-54: from %s to %s', (from, to, reason) => {
    expect(rollbackRefusal(platform, from, to)).toBe(reason)
  })
})

describe('a checksum', () => {
  const sha256 = 'A'.repeat(64)
  const product = {
    releases: [
      {
        version: '2.1.0',
        checksums: [
          { file: 'agent.deb', sha256 },
          { file: 'b', sha512: 'c' },
        ],
      },
      { version: '3' },
    ],
  }
  it('names its kind', () => {
    expect(checksumOf(product, '2.1', 'agent.deb')).toBe(`sha256:${'a'.repeat(64)}`)
    expect(checksumOf(product, '2.1.0', 'b')).toBe('sha512:c')
  })
  it.each([
    ['2.1.0', 'other', /no checksum for "other"/],
    ['3', 'agent.deb', /no checksum/],
    ['9', 'agent.deb', /9 was not published/],
  ])('is refused for %s %s', (release, file, message) => {
    expect(() => checksumOf(product, release, file)).toThrow(message)
  })
})

describe('the product that is asked', () => {
  const several = { name: 'all', products: { platform, sockets } }
  it('is the only one, or the one that is named', () => {
    expect(productOf({ name: 'one', products: { sockets } }, undefined)).toBe(sockets)
    expect(productOf(several, 'platform')).toBe(platform)
  })
  it.each([
    [several, undefined, /has 2 products, so one must be named/],
    [several, 'router', /has no product "router"/],
    [several, 'constructor', /has no product "constructor"/],
    [undefined, undefined, /there is no catalog of releases to ask/],
  ])('is refused otherwise: %#', (catalog, name, message) => {
    expect(() => productOf(catalog, name)).toThrow(message)
    expect(() => productOf(catalog, name)).toThrow(CatalogRefusal)
  })
})
