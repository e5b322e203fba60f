import type { Diagnostic, Severity } from '../base/diagnostic.ts'
import type { Range } from '../base/error.ts'
import { makeLineIndex } from '../source/index.ts'
import { visibleText } from './visible-text.ts'

/** Puts colour on a word; without colours every member gives its text unchanged. */
export interface Paint {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly red: (text: string) => string
  readonly yellow: (text: string) => string
  readonly cyan: (text: string) => string
  readonly blue: (text: string) => string
}

export interface PrettyOptions {
  /** Texts by file name, for the frames; a file that is absent gets no frame. */
  readonly texts: ReadonlyMap<string, string>
  readonly paint: Paint
  /** Columns that a frame may take; longer lines are cut around what is marked. */
  readonly columns: number
}

/**
 * Findings with the lines they stand on, marked with carets, for a terminal.
 *
 * @returns text that ends with a line end; empty when there is nothing to tell
 */
export function renderPretty(diagnostics: readonly Diagnostic[], options: PrettyOptions): string {
  const frames = makeFrames(options)
  return diagnostics.map((diagnostic) => `${renderOne(diagnostic, frames, options.paint)}\n\n`).join('')
}

/** `2 errors, 1 warning in 1 file`. */
export function summarize(diagnostics: readonly Diagnostic[], files: number): string {
  const counts = (['error', 'warning', 'hint'] as const).flatMap((severity) => {
    const count = diagnostics.filter((diagnostic) => diagnostic.severity === severity).length
    return count === 0 ? [] : [`${count} ${severity}${count === 1 ? '' : 's'}`]
  })
  const where = `${files} ${files === 1 ? 'file' : 'files'}`
  return counts.length === 0 ? `no findings in ${where}` : `${counts.join(', ')} in ${where}`
}

type Frames = (file: string, range: Range, mark: (text: string) => string, note: string) => readonly string[]

function renderOne(diagnostic: Diagnostic, frames: Frames, paint: Paint): string {
  const colour = severityPaint(diagnostic.severity, paint)
  const { line, column } = diagnostic.range.start
  const gutter = ' '.repeat(String(line).length)
  const lines = [
    `${colour(`${diagnostic.severity}[${diagnostic.code}]`)}${paint.bold(`: ${visibleText(diagnostic.message)}`)}`,
    `${paint.blue(`${gutter}-->`)} ${visibleText(diagnostic.file)}:${line}:${column}`,
    ...frames(diagnostic.file, diagnostic.range, colour, ''),
  ]
  for (const place of diagnostic.related ?? []) {
    const isElsewhere = place.file !== diagnostic.file
    if (isElsewhere) lines.push(`${paint.blue(`${gutter}:::`)} ${visibleText(place.file)}:${place.range.start.line}`)
    lines.push(...frames(place.file, place.range, paint.blue, visibleText(place.message)))
  }
  if (diagnostic.hint !== undefined)
    lines.push(`${paint.blue(`${gutter} =`)} ${paint.bold('hint')}: ${visibleText(diagnostic.hint)}`)
  return lines.join('\n')
}

function severityPaint(severity: Severity, paint: Paint): (text: string) => string {
  const paints = { error: paint.red, warning: paint.yellow, hint: paint.cyan }
  return (text) => paint.bold(paints[severity](text))
}

function makeFrames({ texts, paint, columns }: PrettyOptions): Frames {
  const indexes = new Map([...texts].map(([file, text]) => [file, makeLineIndex(text)]))
  return (file, range, mark, note) => {
    const index = indexes.get(file)
    if (!index) return []
    const number = String(range.start.line)
    const gutter = ' '.repeat(number.length)
    const written = index.line(range.start.line)
    const endsHere = range.end.line === range.start.line
    const end = endsHere ? range.end.column : written.trimEnd().length + 1
    const shown = cut(
      written,
      range.start.column - 1,
      Math.max(end, range.start.column + 1) - 1,
      columns - number.length - 3,
    )
    const carets = mark('^'.repeat(Math.max(1, shown.end - shown.start)))
    return [
      `${gutter} ${paint.blue('|')}`,
      `${paint.blue(`${number} |`)} ${visibleText(shown.text)}`.trimEnd(),
      `${gutter} ${paint.blue('|')} ${indentLike(shown.text.slice(0, shown.start))}${carets}${note === '' ? '' : ` ${mark(note)}`}`,
    ]
  }
}

/** Keeps a window of a long line around the part that is marked. */
function cut(
  text: string,
  start: number,
  end: number,
  width: number,
): { readonly text: string; readonly start: number; readonly end: number } {
  if (text.length <= width) return { text, start, end: Math.max(start, Math.min(end, text.length)) }
  const from = Math.max(0, Math.min(start - Math.floor(width / 4), text.length - width))
  const head = from > 0 ? '…' : ''
  const window = `${head}${text.slice(from + head.length, from + width)}`
  return { text: window, start: start - from, end: Math.min(end - from, window.length) }
}

/** White space as wide as a text, with its tabs. */
function indentLike(text: string): string {
  return text.replaceAll(/[^\t]/g, ' ')
}
