/** Releases as controllers print them: `UserConnect-6.5.123`, `UserConnect-6.3-patch.2309`, `8.0.0-1000.2432`. */

export interface Release {
  readonly major: number
  readonly minor: number
  /** `patch` of a patch train; else empty. */
  readonly train: string
  /** Absent where only major and minor are named. */
  readonly build: number | undefined
  /** What follows the build, as releases from 8.0 on have it; else empty. */
  readonly tail: string
}

const pattern = /^(?:UserConnect-)?(\d+)\.(\d+)(?:-([A-Za-z]\w*))?(?:\.(\d+)(?:-(\d[\w.]*))?)?$/

/** @returns nothing when it is no release */
export function parseRelease(text: string): Release | undefined {
  const match = pattern.exec(text.trim())
  if (!match) return undefined
  return {
    major: Number(match[1]),
    minor: Number(match[2]),
    train: match[3] ?? '',
    build: match[4] === undefined ? undefined : Number(match[4]),
    tail: match[5] ?? '',
  }
}

/** Without the prefix: `6.5.123`. */
export function plainOf(text: string): string {
  return text.trim().replace(/^UserConnect-/, '')
}

/** What can be chosen as a target: `6.5`. Gives an empty text for what is no release. */
export function seriesOf(text: string): string {
  const release = parseRelease(text)
  return release === undefined ? '' : `${release.major}.${release.minor}`
}

/**
 * Orders two releases as the vendor's own provider does: by major, then minor; a patch train comes after the same minor
 * without one; a named build comes before the same minor without a build.
 *
 * @returns below 0 when `a` is older; nothing when one of them is no release
 */
export function compareReleases(a: string, b: string): number | undefined {
  const left = parseRelease(a)
  const right = parseRelease(b)
  if (!left || !right) return undefined
  const order = left.major - right.major || left.minor - right.minor
  if (order !== 0) return order
  if ((left.train === '') !== (right.train === '')) return left.train === '' ? -1 : 1
  if ((left.build === undefined) !== (right.build === undefined)) return left.build === undefined ? 1 : -1
  return (left.build ?? 0) - (right.build ?? 0) || compareTails(left.tail, right.tail)
}

function compareTails(a: string, b: string): number {
  const left = a.split('.')
  const right = b.split('.')
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const order = Number(left[index] || 0) - Number(right[index] || 0)
    if (order !== 0 && !Number.isNaN(order)) return order
  }
  return 0
}

/** Says whether two texts name the same release, however each is printed. */
export function isSameRelease(a: string, b: string): boolean {
  return compareReleases(a, b) === 0
}

/** Wire generations of the API; see `docs/reference/aviatrix.md`. */
export type Generation = 0 | 1 | 2 | 3

/** Up to this major the calls are published. */
export const lastPublishedMajor = 7

/** @returns nothing for what is no release; 3 from 7.1 on */
export function generationOf(release: string): Generation | undefined {
  const parsed = parseRelease(release)
  if (parsed === undefined) return undefined
  const rank = parsed.major * 1000 + parsed.minor
  if (rank < 6005) return 0
  if (rank < 6006) return 1
  return rank < 7001 ? 2 : 3
}
