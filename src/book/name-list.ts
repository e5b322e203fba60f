/** Many names as few words: `web-01 … web-20 (20)`. */

interface NumberedName {
  readonly before: string
  readonly digits: string
  readonly after: string
}

/**
 * Joins neighbours whose only difference is a number that grows by one. The order given is kept.
 *
 * @returns parts such as `core`, `web-01 … web-20 (20)`; a run of two stays two parts
 */
export function compressNames(names: readonly string[]): readonly string[] {
  const parts: string[] = []
  let start = 0
  while (start < names.length) {
    let end = start
    while (end + 1 < names.length && follows(names[end]!, names[end + 1]!)) end += 1
    const length = end - start + 1
    if (length >= 3) parts.push(`${names[start]} … ${names[end]} (${length})`)
    else parts.push(...names.slice(start, end + 1))
    start = end + 1
  }
  return parts
}

/** Whether `next` is `name` with its last number that differs, grown by one. */
function follows(name: string, next: string): boolean {
  return numberings(name).some((numbered) => {
    const grown = (BigInt(numbered.digits) + 1n).toString().padStart(numbered.digits.length, '0')
    return `${numbered.before}${grown}${numbered.after}` === next
  })
}

function numberings(name: string): readonly NumberedName[] {
  return [...name.matchAll(/\d+/g)].map((match) => ({
    before: name.slice(0, match.index),
    digits: match[0],
    after: name.slice(match.index + match[0].length),
  }))
}

/**
 * A list of names in one line. More than `partsMax` parts are cut, and the count of the rest is told.
 *
 * @returns `control` for an empty list: such a step runs where the engine runs
 */
export function namesText(names: readonly string[], partsMax = 12): string {
  if (names.length === 0) return 'control'
  const parts = compressNames(names)
  if (parts.length <= partsMax) return parts.join(', ')
  const shown = parts.slice(0, partsMax - 1)
  const rest = names.length - shown.reduce((sum, part) => sum + namesIn(part), 0)
  return `${shown.join(', ')} and ${rest} more (${names.length} in all)`
}

function namesIn(part: string): number {
  return Number(/ … .* \((\d+)\)$/.exec(part)?.[1] ?? 1)
}

/**
 * Whole numbers as ranges: `3–5, 9`. Doubles are dropped and the order is by size.
 */
export function rangesText(numbers: readonly number[]): string {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b)
  const parts: string[] = []
  let start = 0
  while (start < sorted.length) {
    let end = start
    while (end + 1 < sorted.length && sorted[end + 1] === sorted[end]! + 1) end += 1
    if (end - start >= 2) parts.push(`${sorted[start]}–${sorted[end]}`)
    else parts.push(...sorted.slice(start, end + 1).map(String))
    start = end + 1
  }
  return parts.join(', ')
}
