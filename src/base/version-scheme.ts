import { assertNever } from './assert.ts'
import { compareDebian } from './debian-version-order.ts'
import { compareTrain } from './train-version-order.ts'
import { compareDotted, compareSemver } from './version-order.ts'

/**
 * How versions are ordered.
 *
 * - `dotted`: numbers between dots, any count of them, `3.6` equals `3.6.0`; a word after a number (`3.6-rc1`) sorts before it
 * - `semver`: three numbers, pre-release and build as semver.org defines them
 * - `debian`: epoch, upstream version and revision as deb-version(7) defines them; `~` sorts before everything
 * - `train`: major, minor and build, a word in front allowed; see {@link compareTrain}
 */
export const versionSchemes = ['dotted', 'semver', 'debian', 'train'] as const
export type VersionScheme = (typeof versionSchemes)[number]

/**
 * @returns below 0, 0 or above 0; `undefined` when one of the texts is no version of the scheme
 */
export function compareVersions(a: string, b: string, scheme: VersionScheme = 'dotted'): number | undefined {
  switch (scheme) {
    case 'dotted':
      return compareDotted(a, b)
    case 'semver':
      return compareSemver(a, b)
    case 'debian':
      return compareDebian(a, b)
    case 'train':
      return compareTrain(a, b)
    default:
      return assertNever(scheme)
  }
}

/** Says whether a text is a version of the scheme. */
export function isVersion(text: string, scheme: VersionScheme = 'dotted'): boolean {
  return compareVersions(text, text, scheme) !== undefined
}

/** The number at a position of a dotted or train version: 0 is major, 1 minor; missing ones are 0. */
export function versionPart(text: string, position: number): number | undefined {
  if (!isVersion(text) && !isVersion(text, 'train')) return undefined
  return Number(/(?:^|-)[vV]?(\d+(?:\.\d+)*)/.exec(text)?.[1]?.split('.')[position] ?? 0)
}
