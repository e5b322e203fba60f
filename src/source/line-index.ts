import type { Position, Range } from '../base/error.ts'
import type { OffsetRange } from './tree.ts'

/** Turns offsets into lines and columns, both from 1, and back. Columns count UTF-16 units, as editors do. */
export interface LineIndex {
  readonly lineCount: number
  position(offset: number): Position
  range(range: OffsetRange): Range
  /** Offset of a position; past the end of its line it is the end of that line. */
  offset(position: Position): number
  /** Text of a line without its line end; empty when there is no such line. */
  line(number: number): string
}

/** Where the line begins that holds an offset; an offset right behind a line end is on the next line. */
export function startOfLine(text: string, offset: number): number {
  // From a negative position on, the search would still look at the first character.
  return offset <= 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1
}

export function makeLineIndex(text: string): LineIndex {
  const starts = lineStarts(text)
  const position = (offset: number): Position => {
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (starts[middle]! <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - starts[low]! + 1 }
  }
  const lineEnd = (number: number): number => {
    const next = starts[number] ?? text.length + 1
    const end = next - 1
    return text[end - 1] === '\r' && text[end] === '\n' ? end - 1 : Math.min(end, text.length)
  }
  return {
    lineCount: starts.length,
    position,
    range: (range) => ({ start: position(range.start), end: position(range.end) }),
    offset: ({ line, column }) => {
      const start = starts[line - 1]
      return start === undefined ? text.length : Math.min(start + column - 1, lineEnd(line))
    },
    line: (number) => (starts[number - 1] === undefined ? '' : text.slice(starts[number - 1], lineEnd(number))),
  }
}

function lineStarts(text: string): readonly number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}
