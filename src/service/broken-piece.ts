/**
 * Says what is wrong with a text of which one piece is broken. The whole text need not be read for that: pieces in front
 * are sound, so they end where they seem to, and if the line behind the broken piece still starts what it started before,
 * everything from there on is read as it was. Then the first error of the whole is that of the piece.
 */
import {
  explainYamlError,
  firstErrorBefore,
  makeLineIndex,
  type OffsetRange,
  type SourceDocument,
} from '../source/index.ts'
import { endOf } from './cut-text.ts'
import type { Place } from './parse-again.ts'

/** @returns undefined when only the whole text can tell */
export function brokenDocument(text: string, file: string, places: readonly Place[]): SourceDocument | undefined {
  const at = places.findIndex(({ part }) => part?.source.broken === true)
  const [bad, next] = [places[at], places[at + 1]]
  if (bad === undefined || next === undefined || places[0] === undefined || at === 0) return undefined
  const sound = (place: Place): string => text.slice(place.cut.start, endOf(place.cut))
  const isPhase = bad.cut.kind === 'phase'
  const header = isPhase ? places.findLast(({ cut }, index) => index < at && cut.kind === 'phases') : places[0]
  if (header === undefined || bad.cut.kind === 'phases') return undefined
  const before = places[at - 1]!
  const front = sound(header) + (isPhase && before !== header ? sound(before) : '')
  const follower = sound(next)
  const mark = next.cut.kind === 'phase' ? follower.search(/[^ ]/) : 0
  const start = front.length + bad.cut.length
  const error = firstErrorBefore(front + sound(bad) + follower, start + mark)
  if (error === undefined || error.pos[0] < front.length) return undefined
  const by = bad.cut.start - front.length
  const pos: [number, number] = [error.pos[0] + by, error.pos[1] + by]
  const { code, message } = error
  const finding = explainYamlError({ code, message, pos }, text, lastLongQuote(places))
  return { file, text, lines: makeLineIndex(text), findings: [finding], comments: [], broken: true }
}

function lastLongQuote(places: readonly Place[]): OffsetRange | undefined {
  for (const { cut, piece, part } of [...places].reverse()) {
    const range = piece?.longQuote ?? part?.longQuote
    if (range) return { start: cut.start + range.start, end: cut.start + range.end }
  }
  return undefined
}
