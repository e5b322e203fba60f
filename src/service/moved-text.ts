import type { OffsetRange } from '../source/index.ts'

/**
 * Moves places of a text into a later version of it: what stands in front of the change stays, what stands behind moves
 * along, and what was changed itself has no place any more.
 */
export function moveRanges(before: string, now: string): (range: OffsetRange) => OffsetRange | undefined {
  const shorter = Math.min(before.length, now.length)
  let same = 0
  while (same < shorter && before[same] === now[same]) same += 1
  let behind = 0
  while (behind < shorter - same && before.at(-1 - behind) === now.at(-1 - behind)) behind += 1
  const changedTo = before.length - behind
  const shift = now.length - before.length
  return ({ start, end }) => {
    if (end <= same) return { start, end }
    return start >= changedTo ? { start: start + shift, end: end + shift } : undefined
  }
}
