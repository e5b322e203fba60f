import { assert } from '../base/assert.ts'
import type { CalendarDefinition } from './model.ts'
import { type Closing, type Cut, type Piece, timelineOf } from './timeline.ts'
import { dayMs } from './wall-time.ts'

/** A stretch of time in which work may start: from `start` up to, not including, `end`, both in ms since the epoch. */
export interface Opening {
  readonly start: number
  /** `Infinity` when it does not close within {@link horizonMs}. */
  readonly end: number
  /** Ids of the windows that it is made of, in the order of the definition; empty when none restricts the work. */
  readonly windows: readonly string[]
  /** Why it ends; undefined when it goes on at `end` (the end of the range that was asked for, or `Infinity`). */
  readonly closing: Closing | undefined
}

/** How far searches look. Every pattern of the Gregorian calendar that ever occurs, occurs within 8 years. */
export const horizonMs: number = 10 * 366 * dayMs

/**
 * All openings within a range, clipped to it: sorted, disjoint, never touching.
 *
 * @param zone - of the target, an IANA name
 * @param from - included
 * @param to - excluded
 * @throws RollbookError `TIME_ZONE_UNKNOWN`
 */
export function openings(definition: CalendarDefinition, zone: string, from: number, to: number): readonly Opening[] {
  const found: Opening[] = []
  for (const each of openingsFrom(definition, zone, from, to)) found.push(each)
  return found
}

/** What freezes take out of the windows within a range, clipped to it, each with its freeze; sorted by start. */
export function cuts(definition: CalendarDefinition, zone: string, from: number, to: number): readonly Cut[] {
  const timeline = timelineOf(definition, zone)
  const found: Cut[] = []
  if (from >= to) return found
  for (let index = timeline.indexAt(from); index <= timeline.indexAt(to - 1); index += 1) {
    for (const cut of timeline.blockOf(index).cuts) {
      const start = Math.max(cut.start, from)
      const end = Math.min(cut.end, to)
      if (start >= end) continue
      // The border of a block is no border of a freeze.
      const before = found.findLastIndex((each) => each.freeze === cut.freeze && each.end === start)
      if (before === -1) found.push({ start, end, freeze: cut.freeze })
      else found[before] = { ...found[before]!, end }
    }
  }
  return found
}

/**
 * The opening at an instant, or the first one after it, whole: its start may lie before `at`
 * (`-Infinity`: further than the horizon).
 *
 * @param until - where to give up; absent: {@link horizonMs} after `at`
 * @returns undefined when nothing opens in that time
 */
export function nextOpening(
  definition: CalendarDefinition,
  zone: string,
  at: number,
  until: number = at + horizonMs,
): Opening | undefined {
  const first = openingsFrom(definition, zone, at, until).next()
  if (first.done === true) return undefined
  const start = first.value.start === at ? beginOf(definition, zone, at) : first.value.start
  const from = Math.max(start, at - horizonMs)
  const whole = openingsFrom(definition, zone, from, at + horizonMs).next()
  assert(whole.done !== true, 'what opens has an opening')
  return { ...whole.value, start, end: endOf(whole.value) }
}

/** Whether work may start at an instant. */
export function isOpen(definition: CalendarDefinition, zone: string, at: number): boolean {
  return pieceAt(timelineOf(definition, zone).blockAt(at).pieces, at) !== undefined
}

/** @returns when the opening at an instant ends; `Infinity` when it does not; undefined when it is closed then */
export function closesAt(definition: CalendarDefinition, zone: string, at: number): number | undefined {
  if (!isOpen(definition, zone, at)) return undefined
  const first = openingsFrom(definition, zone, at, at + horizonMs).next()
  return first.done === true ? undefined : endOf(first.value)
}

/** Whether nothing opens in a range, so that work which waits for it waits in vain. */
export function neverOpens(definition: CalendarDefinition, zone: string, from: number, to: number): boolean {
  return openingsFrom(definition, zone, from, to).next().done === true
}

/** @returns the longest time for which it stays open within a range, in ms; 0 when it never opens */
export function longestOpening(definition: CalendarDefinition, zone: string, from: number, to: number): number {
  let longest = 0
  for (const each of openingsFrom(definition, zone, from, to)) longest = Math.max(longest, each.end - each.start)
  return longest
}

/** Like {@link openings}, one by one as they are asked for. */
export function* openingsFrom(
  definition: CalendarDefinition,
  zone: string,
  from: number,
  to: number,
): Generator<Opening, void> {
  const timeline = timelineOf(definition, zone)
  if (from >= to) return
  let open: Opening | undefined
  for (let index = timeline.indexAt(from); index <= timeline.indexAt(to - 1); index += 1) {
    for (const piece of timeline.blockOf(index).pieces) {
      const start = Math.max(piece.start, from)
      const end = Math.min(piece.end, to)
      if (start >= end) continue
      const closing = piece.end > to ? undefined : piece.closing
      if (open !== undefined && open.end === start) {
        open = { start: open.start, end, windows: united(open.windows, piece.windows), closing }
      } else {
        if (open !== undefined) yield open
        open = { start, end, windows: piece.windows, closing }
      }
      if (open.closing !== undefined) {
        yield open
        open = undefined
      }
    }
  }
  if (open !== undefined) yield open
}

function endOf(opening: Opening): number {
  return opening.closing === undefined ? Number.POSITIVE_INFINITY : opening.end
}

/** Goes back to where the opening at an instant began; `-Infinity` when that is further away than the horizon. */
function beginOf(definition: CalendarDefinition, zone: string, at: number): number {
  const timeline = timelineOf(definition, zone)
  let begin = at
  for (let index = timeline.indexAt(at); begin > at - horizonMs; index -= 1) {
    const block = timeline.blockOf(index)
    const piece = begin === at ? pieceAt(block.pieces, at) : lastPieceTo(block.pieces, begin)
    if (piece === undefined) return begin
    begin = piece.start
    if (begin > block.start) return begin
  }
  return Number.NEGATIVE_INFINITY
}

function lastPieceTo(pieces: readonly Piece[], end: number): Piece | undefined {
  const last = pieces.at(-1)
  return last?.end === end && last.closing === undefined ? last : undefined
}

function pieceAt(pieces: readonly Piece[], at: number): Piece | undefined {
  let low = 0
  let high = pieces.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (pieces[middle]!.end <= at) low = middle + 1
    else high = middle
  }
  const found = pieces[low]
  return found !== undefined && found.start <= at ? found : undefined
}

function united(a: readonly string[], b: readonly string[]): readonly string[] {
  return b.every((each) => a.includes(each)) ? a : [...new Set([...a, ...b])]
}
