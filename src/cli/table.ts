import { stripVTControlCharacters } from 'node:util'
import Table from 'cli-table3'
import { makeStyle } from './style.ts'
import { flow } from './terminal-text.ts'
import { wrapText } from './wrap.ts'

export interface TableColumn {
  readonly title: string
  readonly align?: 'left' | 'right'
  /** Columns that may become narrower and wrap when the terminal is too small; without any, nothing wraps. */
  readonly wraps?: boolean
}

/**
 * Lays cells out in columns without rules, ready to print and easy to cut with other tools.
 *
 * @param rows - cells may hold colours and line breaks
 * @returns lines, each with its line feed and no white space at its end
 */
export function renderTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  layout: { readonly columns: number; readonly colour: boolean },
): string {
  const style = makeStyle(layout.colour)
  const none = { top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '' }
  const table = new Table({
    head: columns.map((column) => style.bold(column.title)),
    chars: {
      ...none,
      'bottom-left': '',
      'bottom-right': '',
      left: '',
      'left-mid': '',
      mid: '',
      'mid-mid': '',
      right: '',
      'right-mid': '',
      middle: '  ',
    },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: columns.map((column) => column.align ?? 'left'),
    colWidths: fitWidths(columns, rows, layout.columns),
    wordWrap: true,
  })
  for (const row of rows) table.push([...row])
  const lines = table.toString().split('\n')
  // The end of a line is filled with blanks, which may stand before the sequence that ends a colour.
  return lines.map((line) => `${line.replace(/ +((?:\u001b\[\d+m)*)$/, '$1')}\n`).join('')
}

/**
 * The same as {@link renderTable} where it fits; in a narrower terminal one block a row, with its first cell as heading and
 * below it what the columns hold by their titles. Empty cells are left out.
 */
export function renderTableOrBlocks(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  layout: { readonly columns: number; readonly colour: boolean },
): string {
  const widths = fitWidths(columns, rows, layout.columns)
  if (widths.reduce((sum, width) => sum + width, 0) + 2 * (widths.length - 1) <= layout.columns) {
    return renderTable(columns, rows, layout)
  }
  const style = makeStyle(layout.colour)
  const width = layout.columns - 4
  return rows
    .flatMap(([heading = '', ...cells]) => {
      const parts = cells.flatMap((cell, index) =>
        stripVTControlCharacters(cell) === '' ? [] : [`${style.dim(`${wordOf(columns[index + 1]?.title)}:`)} ${cell}`],
      )
      return [
        ...wrapText(heading, layout.columns),
        ...flow(parts, width)
          .flatMap((line) => wrapText(line, width))
          .map((line) => `    ${line}`),
      ]
    })
    .map((line) => `${line}\n`)
    .join('')
}

/** A title inside of a line; what people write in capitals stays. */
function wordOf(title: string | undefined = ''): string {
  return /^[A-Z][a-z]/.test(title) ? `${title.slice(0, 1).toLowerCase()}${title.slice(1)}` : title
}

function fitWidths(columns: readonly TableColumn[], rows: readonly (readonly string[])[], available: number): number[] {
  const widths = columns.map((column, index) =>
    Math.max(widthOf(column.title), ...rows.map((row) => widthOf(row[index] ?? ''))),
  )
  const surplus = (): number => widths.reduce((sum, width) => sum + width, 0) + 2 * (columns.length - 1) - available
  const wrapping = columns.flatMap((column, index) => (column.wraps === true ? [index] : []))
  while (surplus() > 0) {
    const widest = wrapping.reduce(
      (best, index) => ((widths[index] ?? 0) > (widths[best] ?? 0) ? index : best),
      wrapping[0] ?? -1,
    )
    const width = widths[widest]
    if (width === undefined || width <= 12) break
    widths[widest] = width - 1
  }
  return widths
}

function widthOf(text: string): number {
  return Math.max(
    ...stripVTControlCharacters(text)
      .split('\n')
      .map((line) => [...line].length),
  )
}
