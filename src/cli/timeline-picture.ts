import type { Timeline, TimelineBar, TimelineMark, TimelineRow } from '../app/simulation-view.ts'
import { axisTicks } from '../app/simulation-view.ts'
import type { Style } from './style.ts'
import { fitLine, textWidth } from './terminal-text.ts'
import { wrapText } from './wrap.ts'

type Paint = Exclude<keyof Style, 'bold' | 'underline'> | 'plain'

interface Sign {
  readonly sign: string
  readonly paint: Paint
  readonly words: string
}

/** Each kind of bar has a sign of its own, so that the picture works without colour. */
const barSigns: Readonly<Record<TimelineBar['kind'], Sign>> = {
  phase: { sign: '━', paint: 'plain', words: 'phase' },
  read: { sign: '▒', paint: 'cyan', words: 'check' },
  change: { sign: '█', paint: 'blue', words: 'change' },
  disruptive: { sign: '▓', paint: 'yellow', words: 'disruptive' },
  person: { sign: '◇', paint: 'yellow', words: 'people' },
  worst: { sign: '·', paint: 'dim', words: 'at worst' },
  planned: { sign: '─', paint: 'dim', words: 'group' },
  succeeded: { sign: '█', paint: 'green', words: 'succeeded' },
  failed: { sign: '▚', paint: 'red', words: 'failed or stopped' },
  passed_over: { sign: '╌', paint: 'dim', words: 'left out' },
  backed_out: { sign: '◀', paint: 'red', words: 'rollback' },
  open: { sign: '▷', paint: 'blue', words: 'open' },
  window: { sign: '─', paint: 'dim', words: 'window open' },
  canary: { sign: '▒', paint: 'yellow', words: 'canary' },
  wave: { sign: '█', paint: 'blue', words: 'wave' },
  wave_even: { sign: '▓', paint: 'cyan', words: 'next wave' },
  soak: { sign: '·', paint: 'dim', words: 'soak' },
  verify: { sign: '░', paint: 'cyan', words: 'verification' },
  retry: { sign: '▞', paint: 'yellow', words: 'another attempt' },
}

const markSigns: Readonly<Record<TimelineMark['kind'], Sign>> = {
  gate: { sign: '◆', paint: 'yellow', words: 'gate' },
  manual: { sign: '●', paint: 'yellow', words: 'by hand' },
  baseline: { sign: '●', paint: 'cyan', words: 'baseline' },
  retry: { sign: '↻', paint: 'yellow', words: 'another attempt begins' },
  rollback: { sign: '↶', paint: 'red', words: 'rollback begins' },
  failed: { sign: '✗', paint: 'red', words: 'failed' },
}

/** What is in the way of nothing more important may be written over. */
const rank: Readonly<Record<TimelineMark['kind'], number>> = {
  baseline: 0,
  manual: 1,
  gate: 2,
  retry: 3,
  rollback: 4,
  failed: 5,
}

/** Draws a timeline in lines of a terminal: labels, bars over a common axis, a figure at the end, and what the signs mean. */
export function timelinePicture(timeline: Timeline, columns: number, style: Style): string {
  const numbers = Math.max(0, ...timeline.rows.map((row) => row.number.length))
  const indent = (row: TimelineRow): string => '  '.repeat(row.level)
  const labelOf = (row: TimelineRow): string =>
    `${numbers === 0 ? '' : `${row.number.padEnd(numbers)} `}${indent(row)}${row.label}`
  const noteWidth = Math.max(0, ...timeline.rows.map((row) => textWidth(row.note)))
  const longest = Math.max(8, ...timeline.rows.map((row) => textWidth(labelOf(row))))
  const labelWidth = Math.min(longest, Math.max(16, Math.floor(columns * 0.34)))
  const width = Math.max(20, columns - labelWidth - noteWidth - 4)
  const column = (ms: number): number =>
    Math.min(width - 1, Math.max(0, Math.floor((ms / Math.max(1, timeline.end_ms)) * width)))
  const used = new Map<string, Sign>()
  const lines = timeline.rows.map((row) => {
    const shown = fitLine(labelOf(row), labelWidth)
    const label = `${shown}${' '.repeat(labelWidth - textWidth(shown))}`
    const cells = cellsOf(row, width, column, used)
    return `${row.level === 0 ? style.bold(label) : label}  ${painted(cells, style)}  ${style.dim(row.note)}`.trimEnd()
  })
  return [
    ...wrapText(timeline.title, columns).map(style.bold),
    style.dim(`${' '.repeat(labelWidth)}  ${axisLine(timeline.end_ms, width, column)}`),
    ...lines,
    style.dim(`${' '.repeat(labelWidth)}  ${legendText(used, columns - labelWidth - 2)}`),
    '',
  ].join('\n')
}

function cellsOf(
  row: TimelineRow,
  width: number,
  column: (ms: number) => number,
  used: Map<string, Sign>,
): readonly (Sign | undefined)[] {
  const cells: (Sign | undefined)[] = Array.from({ length: width })
  for (const bar of row.bars) {
    const sign = barSigns[bar.kind]
    used.set(sign.words, sign)
    const from = column(bar.from_ms)
    const to = Math.max(from, column(Math.max(bar.from_ms, bar.to_ms - 1)))
    cells.fill(sign, from, to + 1)
  }
  for (const mark of [...row.marks].sort((a, b) => rank[a.kind] - rank[b.kind])) {
    used.set(markSigns[mark.kind].words, markSigns[mark.kind])
    cells[column(mark.at_ms)] = markSigns[mark.kind]
  }
  return cells
}

/** Neighbours of one colour are painted together. */
function painted(cells: readonly (Sign | undefined)[], style: Style): string {
  let text = ''
  for (let at = 0; at < cells.length; ) {
    const paint = cells[at]?.paint ?? 'plain'
    let end = at
    let part = ''
    while (end < cells.length && (cells[end]?.paint ?? 'plain') === paint) {
      part += cells[end]?.sign ?? ' '
      end += 1
    }
    text += paint === 'plain' ? part : style[paint](part)
    at = end
  }
  return text
}

function axisLine(end: number, width: number, column: (ms: number) => number): string {
  const cells: string[] = Array.from({ length: width }, () => ' ')
  let free = 0
  for (const tick of axisTicks(end, Math.max(2, Math.floor(width / 12)))) {
    const text = `╷${tick.label.replaceAll('\u00a0', ' ')}`
    const at = column(tick.at_ms)
    if (at < free || at + text.length > width + 8) continue
    for (const [index, character] of [...text].entries()) cells[at + index] = character
    free = at + text.length + 1
  }
  return cells.join('').trimEnd()
}

function legendText(used: ReadonlyMap<string, Sign>, width: number): string {
  let line = ''
  for (const { sign, words } of used.values()) {
    const part = `${line === '' ? '' : '  '}${sign} ${words}`
    if (textWidth(line) + textWidth(part) > width) break
    line += part
  }
  return line
}
