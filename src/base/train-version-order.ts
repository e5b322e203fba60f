import { compareDigits, compareSuffix } from './version-order.ts'

/** Major, minor, the word of a patch train, build, and what stands behind a hyphen after the build. */
const train =
  /^(?:[A-Za-z]+-)?[vV]?(\d+)\.(\d+)(?:-([A-Za-z][0-9A-Za-z]*))?(?:\.(\d+(?:\.\d+)*))?(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]+)?$/

/**
 * Orders release trains such as `UserConnect-6.5.123` and `UserConnect-6.3-patch.2309`: by major, then minor; a minor
 * with a word comes after the same minor without; a version without a build stands for the newest build, so it comes
 * after every build.
 *
 * @returns undefined when one of them is none; at least major and minor are needed
 */
export function compareTrain(a: string, b: string): number | undefined {
  const left = train.exec(a)
  const right = train.exec(b)
  if (!left || !right) return undefined
  return (
    compareDigits(left[1]!, right[1]!) ||
    compareDigits(left[2]!, right[2]!) ||
    comparePresence(left[3], right[3], -1) ||
    compareText(left[3] ?? '', right[3] ?? '') ||
    comparePresence(left[4], right[4], 1) ||
    compareBuild(left[4] ?? '0', right[4] ?? '0') ||
    compareSuffix(left[5], right[5])
  )
}

/** @param absent - where the one without it comes */
function comparePresence(left: string | undefined, right: string | undefined, absent: 1 | -1): number {
  if ((left === undefined) === (right === undefined)) return 0
  return left === undefined ? absent : -absent
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}

function compareBuild(left: string, right: string): number {
  const a = left.split('.')
  const b = right.split('.')
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const order = compareDigits(a[index] ?? '0', b[index] ?? '0')
    if (order !== 0) return order
  }
  return 0
}
