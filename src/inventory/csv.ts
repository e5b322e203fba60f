import type { OffsetRange } from '../source/tree.ts'

export interface CsvCell {
  readonly text: string
  readonly range: OffsetRange
}

export interface CsvTable {
  readonly rows: readonly (readonly CsvCell[])[]
  /** Where a quoted cell starts that never ends. */
  readonly unclosedAt?: OffsetRange
}

/** Reads CSV (RFC 4180, any line end, a byte order mark is skipped) and keeps where each cell stands. Empty lines are no rows. */
export function parseCsv(text: string, delimiter: string): CsvTable {
  const rows: CsvCell[][] = []
  let row: CsvCell[] = []
  let index = text.startsWith('\uFEFF') ? 1 : 0
  const endRow = (): void => {
    if (row.length > 1 || row[0]?.text !== '') rows.push(row)
    row = []
  }
  while (index < text.length) {
    const cell = readCell(text, index, delimiter)
    row.push({ text: cell.text, range: { start: index, end: cell.end } })
    if (cell.unclosed) return { rows, unclosedAt: { start: index, end: index + 1 } }
    index = cell.end
    if (text[index] === delimiter) {
      index += 1
      // A delimiter at the very end still has an empty cell behind it.
      if (index === text.length) row.push({ text: '', range: { start: index, end: index } })
      continue
    }
    endRow()
    index += text.startsWith('\r\n', index) ? 2 : 1
  }
  if (row.length > 0) endRow()
  return { rows }
}

function readCell(
  text: string,
  start: number,
  delimiter: string,
): { readonly text: string; readonly end: number; readonly unclosed?: boolean } {
  if (text[start] !== '"') {
    const end = endOfPlain(text, start, delimiter)
    return { text: text.slice(start, end).trim(), end }
  }
  let value = ''
  let index = start + 1
  for (;;) {
    const quote = text.indexOf('"', index)
    if (quote < 0) return { text: value, end: text.length, unclosed: true }
    value += text.slice(index, quote)
    if (text[quote + 1] !== '"') {
      const end = endOfPlain(text, quote + 1, delimiter)
      return { text: value + text.slice(quote + 1, end).trim(), end }
    }
    value += '"'
    index = quote + 2
  }
}

function endOfPlain(text: string, start: number, delimiter: string): number {
  let index = start
  while (index < text.length && text[index] !== delimiter && text[index] !== '\n' && text[index] !== '\r') index += 1
  return index
}
