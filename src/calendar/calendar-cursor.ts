import { assert } from '../base/assert.ts'
import type { CalendarDefinition } from './model.ts'
import { horizonMs, type Opening, openingsFrom } from './openings.ts'

/**
 * Walks along the openings of one zone with a clock that never goes back: a lane of a simulation asks for every target,
 * and all questions together cost as much as the openings that were passed.
 */
export interface CalendarCursor {
  /**
   * @param at - no earlier than at the last call
   * @returns the opening at that instant, or the next one; undefined when nothing opens any more
   */
  seek(at: number): Opening | undefined
  /** Whether work may start. */
  isOpen(at: number): boolean
  /** Whether work that needs `needMs` may start and certainly ends before closing time. */
  fits(at: number, needMs: number): boolean
}

/**
 * @param from - nothing before it is asked for; the first opening begins here at the earliest
 * @returns looks 10 years ahead of `from`; what is open then counts as open for ever
 */
export function makeCalendarCursor(definition: CalendarDefinition, zone: string, from: number): CalendarCursor {
  const to = from + horizonMs
  const coming = openingsFrom(definition, zone, from, to)
  let now = from
  let opening = take()

  function take(): Opening | undefined {
    const next = coming.next()
    if (next.done === true) return undefined
    return next.value.closing === undefined ? { ...next.value, end: Number.POSITIVE_INFINITY } : next.value
  }
  const seek = (at: number): Opening | undefined => {
    assert(at >= now, 'a cursor does not go back')
    now = at
    while (opening !== undefined && opening.end <= at) opening = take()
    return opening
  }
  return {
    seek,
    isOpen: (at) => {
      const found = seek(at)
      return found !== undefined && found.start <= at
    },
    fits: (at, needMs) => {
      const found = seek(at)
      return found !== undefined && found.start <= at && at + needMs <= found.end
    },
  }
}
