/** Repairs of what is wrong with the text as such, where there is no tree to go by. */
import { startOfLine } from '../source/index.ts'
import type { Repair, RepairSite } from './repair.ts'

interface Line {
  readonly start: number
  readonly end: number
  readonly text: string
}

function linesOf(text: string): readonly Line[] {
  let start = 0
  return text.split('\n').map((line) => {
    const found = { start, end: start + line.length, text: line }
    start += line.length + 1
    return found
  })
}

/** Column of the key or item of a line, behind its `- `. */
function keyColumn(line: string): number {
  return /^[ \t]*(?:- +)*/.exec(line)![0].length
}

/** Puts a line and those below it that go with it to the column of its sister above. */
export function alignWithAbove({ document, range }: RepairSite): Repair | undefined {
  const lines = linesOf(document.source.text)
  const index = lines.findIndex(({ start, end }) => range.start >= start && range.start <= end)
  const line = lines[index]
  const above = lines.slice(0, index).findLast(({ text }) => !/^\s*(?:#|$)/.test(text))
  if (!line || !above) return undefined
  const opens = /:\s*(?:[|>][-+0-9]*\s*)?(?:#.*)?$/.test(above.text)
  const own = /^[ \t]*/.exec(line.text)![0]
  const isItem = /^- /.test(line.text.slice(own.length))
  const column = isItem ? /^ */.exec(above.text)![0].length : keyColumn(above.text) + (opens ? 2 : 0)
  if (own === ' '.repeat(column)) return undefined
  const edits = [{ range: { start: line.start, end: line.start + own.length }, text: ' '.repeat(column) }]
  for (const below of lines.slice(index + 1)) {
    const pad = /^[ \t]*/.exec(below.text)![0]
    if (below.text.trim() === '') continue
    if (own.includes('\t') && !pad.startsWith(own)) break
    if (pad.length < own.length || (isItem ? pad.length <= own.length : false)) break
    // What is deeper keeps its distance.
    const deeper = pad.length - own.length
    edits.push({ range: { start: below.start, end: below.start + pad.length }, text: ' '.repeat(column + deeper) })
  }
  return { title: `Indent it by ${column} blanks, like the line above`, safe: false, edits }
}

/** Closes a quote or bracket at the end of its line. */
export function closeAtEndOfLine({ document, range, finding }: RepairSite): Repair | undefined {
  const { text } = document.source
  const open = text[range.start] ?? ''
  const close = { '"': '"', "'": "'", '[': ']', '{': '}' }[open]
  if (close === undefined) return undefined
  const newline = text.indexOf('\n', range.start)
  const line = text.slice(range.start, newline < 0 ? text.length : newline)
  const comment = line.search(/\s#/)
  const end = range.start + (comment < 0 ? line : line.slice(0, comment)).trimEnd().length
  const title = `Close it with ${close}`
  return finding.code === 'YAML_UNCLOSED'
    ? { title, safe: false, edits: [{ range: { start: end, end }, text: close }] }
    : undefined
}

/** `{{ inputs.a }}` where `${{ inputs.a }}` is meant. */
export function writeExpression({ document, range }: RepairSite): Repair | undefined {
  const { text } = document.source
  const start = startOfLine(text, range.start)
  const newline = text.indexOf('\n', start)
  const line = text.slice(start, newline < 0 ? text.length : newline)
  const match = /(?<!\$)\{\{(.*?)\}\}/.exec(line)
  if (!match) return undefined
  const at = start + match.index
  return {
    title: 'Make it an expression',
    safe: false,
    edits: [{ range: { start: at, end: at + match[0].length }, text: `"\${{ ${match[1]!.trim()} }}"` }],
  }
}

/** A tag in front of the value that the finding marks. */
export function takeTagAway({ document, range }: RepairSite): Repair | undefined {
  const { text } = document.source
  const line = text.lastIndexOf('\n', range.start) + 1
  const before = /!\S*[ \t]+$/.exec(text.slice(line, range.start))
  const at = /^!\S*[ \t]*/.exec(text.slice(range.start))
  if (!before && !at) return undefined
  const start = before ? line + before.index : range.start
  const end = before ? range.start : range.start + at![0].length
  return { title: 'Take the tag away', safe: false, edits: [{ range: { start, end }, text: '' }] }
}

/** A directive goes with the line of dashes that it needs. */
export function takeDirectiveAway({ document }: RepairSite): Repair | undefined {
  const match = /^(?:%.*\n)+(?:---[ \t]*\n)?/.exec(document.source.text)
  if (!match) return undefined
  return {
    title: 'Take the directive away',
    safe: false,
    edits: [{ range: { start: 0, end: match[0].length }, text: '' }],
  }
}

/** The second of two equal keys, with all that stands below it. */
export function takeSecondAway({ document, range, written }: RepairSite): Repair | undefined {
  const lines = linesOf(document.source.text)
  const index = lines.findIndex(({ start, end }) => range.start >= start && range.start <= end)
  const line = lines[index]
  // In braces, and first in an item, more than the line would have to change.
  if (line === undefined) return undefined
  if (line.text.slice(0, range.start - line.start).trim() !== '') return undefined
  const column = range.start - line.start
  let last = index
  while (last + 1 < lines.length) {
    const next = lines[last + 1]!.text
    const pad = /^ */.exec(next)![0].length
    if (next.trim() !== '' && (pad < column || (pad === column && !next.slice(pad).startsWith('- ')))) break
    last += 1
  }
  const end = lines[last + 1]?.start ?? document.source.text.length
  return { title: `Take this "${written}" away`, safe: false, edits: [{ range: { start: line.start, end }, text: '' }] }
}

/** `${{ a` gets its end where the text ends. */
export function closeExpression({ document, range }: RepairSite): Repair | undefined {
  const { text } = document.source
  const newline = text.indexOf('\n', range.start)
  const line = text.slice(range.start, newline < 0 ? text.length : newline).trimEnd()
  const quote = /["'][,}\]\s]*$/.exec(line)
  const end = range.start + (quote ? quote.index : line.length)
  return { title: 'Close the expression with }}', safe: false, edits: [{ range: { start: end, end }, text: ' }}' }] }
}
