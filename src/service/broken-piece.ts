/**
 * Says what is wrong with a text of which one piece is broken. The whole text need not be read for that: pieces in front
 * are sound, so they end where they seem to, and if the line behind the broken piece still starts what it started before,
 * everything from there on is read as it was. Then the first error of the whole is that of the piece. A quote that is
 * open swallows some lines behind the piece; then it is tried again with these.
 */
import {
  explainYamlError,
  type FirstError,
  firstErrorBefore,
  makeLineIndex,
  type OffsetRange,
  type SourceDocument,
} from '../source/index.ts'
import { endOf } from './cut-text.ts'
import type { Place } from './parse-again.ts'

/** How many sound pieces behind the broken one are read with it. */
const swallowed = [0, 2, 12]

/** @returns undefined when only the whole text can tell */
export function brokenDocument(text: string, file: string, places: readonly Place[]): SourceDocument | undefined {
  const at = places.findIndex(({ part }) => part?.source.broken === true)
  const front = frontOf(text, places, at)
  if (front === undefined) return undefined
  for (const count of swallowed) {
    const next = places[at + 1 + count]
    const found = next && firstErrorIn(text, front, places[at]!, next)
    if (!found) continue
    const by = places[at]!.cut.start - front.length
    const { code, message, pos } = found.error
    if (pos[0] < front.length) return undefined
    const error = { code, message, pos: [pos[0] + by, pos[1] + by] as [number, number] }
    const own = found.longQuote && { start: found.longQuote.start + by, end: found.longQuote.end + by }
    const finding = explainYamlError(error, text, lastLongQuote(places, at, at + count, own))
    return { file, text, lines: makeLineIndex(text), findings: [finding], comments: [], broken: true }
  }
  return undefined
}

/** What must stand in front of a piece so that it is read as it is in its place. */
function frontOf(text: string, places: readonly Place[], at: number): string | undefined {
  const bad = places[at]
  if (bad === undefined || at === 0 || bad.cut.kind === 'phases') return undefined
  if (bad.cut.kind === 'entry') return textOf(text, places[0]!)
  const header = places.findLast(({ cut }, index) => index < at && cut.kind === 'phases')
  const before = places[at - 1]!
  return header && textOf(text, header) + (before === header ? '' : textOf(text, before))
}

function firstErrorIn(text: string, front: string, bad: Place, next: Place): FirstError | undefined {
  const follower = textOf(text, next)
  const mark = next.cut.kind === 'phase' ? follower.search(/[^ ]/) : 0
  const part = text.slice(bad.cut.start, next.cut.start)
  return firstErrorBefore(front + part + follower, front.length + part.length + mark)
}

function textOf(text: string, { cut }: Place): string {
  return text.slice(cut.start, endOf(cut))
}

/**
 * Of the whole text.
 *
 * @param own - the last one from the place `first` to the place `last`, which were read together
 */
function lastLongQuote(
  places: readonly Place[],
  first: number,
  last: number,
  own: OffsetRange | undefined,
): OffsetRange | undefined {
  for (let at = places.length - 1; at >= 0; at -= 1) {
    const { cut, piece, part } = places[at]!
    if (at === last && own && own.start >= places[first]!.cut.start && own.start < endOf(cut)) return own
    const range = at >= first && at <= last ? undefined : (piece?.longQuote ?? part?.longQuote)
    if (range) return { start: cut.start + range.start, end: cut.start + range.end }
  }
  return undefined
}
