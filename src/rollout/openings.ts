/** When work may start, as the core sees it: freezes and time zones are worked out before. */
export interface Opening {
  /** Milliseconds since the epoch, included. */
  readonly start: number
  /** Excluded; `Infinity`: it does not close. */
  readonly end: number
}

export interface Openings {
  /** The opening at an instant or the first one after it; undefined when there is none any more. */
  from(at: number): Opening | undefined
}

export const alwaysOpen: Openings = {
  from: () => ({ start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY }),
}

/** @param list - sorted, disjoint, never touching */
export function listOpenings(list: readonly Opening[]): Openings {
  return {
    from(at) {
      let low = 0
      let high = list.length
      while (low < high) {
        const middle = (low + high) >> 1
        if (list[middle]!.end <= at) low = middle + 1
        else high = middle
      }
      return list[low]
    },
  }
}

/**
 * Whether work that needs so long may start.
 *
 * @param glassUntil - until then the openings do not count; `-Infinity`: they do
 */
export function fitsAt(openings: Openings, glassUntil: number, at: number, needMs: number): boolean {
  return at + needMs <= closingAt(openings, glassUntil, at)
}

/** When the opening at an instant closes; `-Infinity` when it is closed then. */
export function closingAt(openings: Openings, glassUntil: number, at: number): number {
  const opening = openings.from(at)
  const end = opening && opening.start <= at ? opening.end : Number.NEGATIVE_INFINITY
  if (at >= glassUntil || end >= glassUntil) return end
  // An opening that begins before the glass is whole again prolongs it.
  let until = glassUntil
  for (let next = openings.from(until); next && next.start <= until; next = openings.from(until)) {
    until = next.end
    if (until === Number.POSITIVE_INFINITY) break
  }
  return until
}

/** The first instant from `at` on at which so much is left; undefined when there is none. */
export function nextFit(openings: Openings, glassUntil: number, at: number, needMs: number): number | undefined {
  if (fitsAt(openings, glassUntil, at, needMs)) return at
  if (needMs === Number.POSITIVE_INFINITY) return undefined
  let from = at
  for (let opening = openings.from(from); opening; opening = openings.from(from)) {
    const start = Math.max(opening.start, at)
    if (start + needMs <= opening.end) return start
    from = opening.end
  }
  return undefined
}
