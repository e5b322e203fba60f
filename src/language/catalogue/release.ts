import { type CatalogueEntry, type Example, quoted } from './entry.ts'

const catalog = (product: string): Example => ({
  at: 'file',
  yaml: `rollbook: catalog/v1\nname: sample\nproducts:\n  platform:\n${product.replaceAll(/^/gm, '    ')}\n`,
})
const good = catalog('releases:\n  - version: "6.5.123"\n  - version: "6.6.100"')

/** In the order of the reference page. */
export const releaseCodes = [
  'RELEASE_VERSION',
  'RELEASE_DUPLICATE',
  'RELEASE_REQUIRES',
  'RELEASE_NONE_AVAILABLE',
  'RELEASE_UNKNOWN',
] as const

/** Findings about catalogs. */
export const releaseEntries: Readonly<Record<(typeof releaseCodes)[number], CatalogueEntry>> = {
  RELEASE_VERSION: {
    title: 'Not a version of the scheme',
    severity: 'error',
    message: (w) => `${quoted(w['version'])} is no version of the scheme "${w['scheme']}"`,
    hint: (w) => (w['fits'] ? `it is one of the scheme "${w['fits']}"` : undefined),
    explanation:
      'Releases are ordered by the `scheme` of their product. A version that the scheme cannot read has no place among them, so no path could be found.',
    bad: catalog('scheme: semver\nreleases:\n  - version: "6.5"'),
    good: catalog('scheme: train\nreleases:\n  - version: UserConnect-6.5.123'),
  },
  RELEASE_DUPLICATE: {
    title: 'Release listed twice',
    severity: 'error',
    message: (w) => `the release ${quoted(w['version'])} is listed twice`,
    hint: (w) => (w['other'] && w['other'] !== w['version'] ? `"${w['other']}" is the same version` : undefined),
    explanation:
      'Every release stands in a catalog once. Two texts that are equal in order, such as `3.6` and `3.6.0`, are the same release.',
    bad: catalog('releases:\n  - version: "6.5.123"\n  - version: "6.5.123"'),
    good,
  },
  RELEASE_REQUIRES: {
    title: 'Release that nothing can reach',
    severity: 'error',
    message: (w) => `${quoted(w['version'])} requires ${quoted(w['requires'])}, which is not older`,
    explanation:
      '`requires` is the oldest version from which a release can be reached. When it is as new as the release itself, or newer, no way leads there.',
    bad: catalog('releases:\n  - {version: "6.5.123", requires: "6.6.0"}'),
    good: catalog('releases:\n  - {version: "6.5.123", requires: "6.4.0"}'),
  },
  RELEASE_NONE_AVAILABLE: {
    title: 'Every release was withdrawn',
    severity: 'warning',
    message: (w) => `every release of ${quoted(w['product'])} was withdrawn`,
    hint: () => 'list a release that may be taken',
    explanation: 'What was withdrawn is never part of a path, so this product cannot be upgraded.',
    bad: catalog('releases:\n  - {version: "6.5.123", withdrawn: It loses routes}'),
    good,
  },
  RELEASE_UNKNOWN: {
    title: 'Unknown release',
    severity: 'warning',
    message: (w) => `no release ${quoted(w['version'])} is listed`,
    hint: (w) => (w['nearest'] ? `did you mean "${w['nearest']}"?` : undefined),
    explanation:
      'An image or a rule about rollbacks names a release, a major or a minor of which the product lists nothing. It never counts.',
    bad: catalog('releases:\n  - version: "6.5.123"\nimages:\n  - {name: base-1, releases: ["6.6"]}'),
    good: catalog('releases:\n  - version: "6.5.123"\nimages:\n  - {name: base-1, releases: ["6.5"]}'),
  },
}
