const dotted = /^[vV]?(\d+(?:\.\d+)*)(?:[-_.]?([A-Za-z][0-9A-Za-z.-]*))?(?:\+[0-9A-Za-z.-]+)?$/
const semver =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]+)?$/

export function compareDotted(a: string, b: string): number | undefined {
  const left = dotted.exec(a)
  const right = dotted.exec(b)
  if (!left || !right) return undefined
  return compareNumbers(left[1]!.split('.'), right[1]!.split('.')) || compareSuffix(left[2], right[2])
}

export function compareSemver(a: string, b: string): number | undefined {
  const left = semver.exec(a)
  const right = semver.exec(b)
  if (!left || !right) return undefined
  return compareNumbers(left.slice(1, 4) as string[], right.slice(1, 4) as string[]) || compareSuffix(left[4], right[4])
}

function compareNumbers(left: readonly string[], right: readonly string[]): number {
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const order = compareDigits(left[index] ?? '0', right[index] ?? '0')
    if (order !== 0) return order
  }
  return 0
}

/** Compares digits of any length without losing precision. */
export function compareDigits(left: string, right: string): number {
  const a = left.replace(/^0+(?=\d)/, '')
  const b = right.replace(/^0+(?=\d)/, '')
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)
}

/** A version without suffix comes after the same version with one; identifiers compare as semver.org says. */
export function compareSuffix(left: string | undefined, right: string | undefined): number {
  if (left === right) return 0
  if (left === undefined) return 1
  if (right === undefined) return -1
  const a = left.split('.')
  const b = right.split('.')
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const x = a[index]
    const y = b[index]
    if (x === undefined) return -1
    if (y === undefined) return 1
    const order = compareIdentifier(x, y)
    if (order !== 0) return order
  }
  return 0
}

function compareIdentifier(x: string, y: string): number {
  const xNumber = /^\d+$/.test(x)
  const yNumber = /^\d+$/.test(y)
  if (xNumber && yNumber) return compareDigits(x, y)
  if (xNumber !== yNumber) return xNumber ? -1 : 1
  return x < y ? -1 : x > y ? 1 : 0
}
