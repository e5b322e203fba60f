/** Catalogs that tests ask: the releases of the facts, and products with other policies. */
import type { Product } from '../../src/catalog/index.ts'

/** Only major and minor can be chosen, builds are skipped, minors and majors are not; strings as a controller prints them. */
export const platform: Product = {
  scheme: 'train',
  skip: 'builds',
  choose: 'line',
  releases: [
    { version: 'UserConnect-6.3.1804' },
    { version: 'UserConnect-6.3-patch.2309' },
    { version: 'UserConnect-6.4.2838' },
    { version: 'UserConnect-6.4.2995' },
    { version: 'UserConnect-6.5.250' },
    { version: 'UserConnect-6.5.750' },
    { version: 'UserConnect-6.5.751', withdrawn: 'gateways lose their routes' },
    { version: 'UserConnect-6.6.100' },
    { version: 'UserConnect-6.6.123' },
    { version: 'UserConnect-6.7.1185' },
    { version: 'UserConnect-6.8.1148' },
    { version: 'UserConnect-6.9.128' },
    { version: 'UserConnect-7.0.1373' },
    { version: 'UserConnect-7.1.1710' },
    { version: '8.0.0' },
  ],
  no_rollback: [{ from: '6.6', to: '6.5', reason: 'the image is another one' }],
  images: [
    { name: 'hvm-cloudx-aws-022021', platform: 'aws', releases: ['6.4', '6.5'] },
    { name: 'hvm-cloudx-aws-030322', platform: 'aws', releases: ['6.6', 'UserConnect-6.7.1185'] },
    { name: 'gcp-cloudx', platform: 'gcp', releases: ['6'] },
    { name: 'anywhere', releases: ['7'] },
  ],
}

export const sockets: Product = {
  skip: 'majors',
  releases: ['17.0', '17.0.1', '18.0', '18.3.3', '18.4.1', '19.0', '19.1.2'].map((version) => ({ version })),
}

export const everyRelease: Product = {
  scheme: 'semver',
  skip: 'none',
  releases: ['1.0.0', '1.0.1', '1.1.0', '2.0.0-rc.1', '2.0.0'].map((version) => ({ version })),
}

export const byMajor: Product = {
  skip: 'minors',
  releases: ['1.0', '1.4', '2.0', '2.9', '3.1', '3.2'].map((version) => ({ version })),
}
