import { axisTicks } from './timeline-scale.ts'
import type { BarKind, Timeline, TimelineMark, TimelineRow } from './view.ts'

const columns = 48

const signs: Readonly<Record<BarKind, string>> = {
  phase: '━',
  read: '▒',
  change: '█',
  disruptive: '▓',
  person: '◇',
  worst: '·',
  planned: '─',
  succeeded: '█',
  failed: '✗',
  passed_over: '╌',
  backed_out: '◀',
  open: '▷',
  window: '─',
  canary: '▒',
  wave: '█',
  wave_even: '▓',
  soak: '·',
  verify: '░',
  retry: '↻',
}

const markSigns: Readonly<Record<TimelineMark['kind'], string>> = {
  gate: '◆',
  manual: '●',
  baseline: '●',
  retry: '↻',
  rollback: '↶',
  failed: '✗',
}

/** The same picture in characters of equal width, for Markdown. Bars come first, so that wide letters in titles do no harm. */
export function timelineText(timeline: Timeline): string {
  const numberWidth = Math.max(1, ...timeline.rows.map((row) => row.number.length))
  const blank = ' '.repeat(numberWidth)
  const stops = timeline.lines.map((line) => columnOf(line.at_ms, timeline.end_ms))
  return [
    `${blank}  ${axisText(timeline.end_ms)}`,
    ...timeline.rows.map((row) => rowText(row, timeline.end_ms, numberWidth, stops)),
    ...timeline.lines.map((line, index) => `${blank}  ${' '.repeat(stops[index]!)}▲ ${line.label}`),
  ]
    .map((line) => line.replaceAll('\u00a0', ' ').trimEnd())
    .join('\n')
}

function columnOf(ms: number, end: number): number {
  return Math.min(columns - 1, Math.max(0, Math.floor((ms / end) * columns)))
}

function axisText(end: number): string {
  const cells = Array.from({ length: columns + 12 }, () => ' ')
  for (const tick of axisTicks(end, 4)) {
    const at = tick.at_ms === 0 ? 0 : columnOf(tick.at_ms, end)
    for (const [index, character] of [...tick.label].entries()) cells[at + index] = character
  }
  return cells.join('').trimEnd()
}

function rowText(row: TimelineRow, end: number, numberWidth: number, stops: readonly number[]): string {
  const cells = Array.from({ length: columns }, () => ' ')
  for (const stop of stops) cells[stop] = '┆'
  for (const bar of row.bars) {
    const from = columnOf(bar.from_ms, end)
    const to = Math.max(from, columnOf(Math.max(bar.from_ms, bar.to_ms - 1), end))
    for (let at = from; at <= to; at += 1) cells[at] = signs[bar.kind]
  }
  for (const mark of row.marks) cells[columnOf(mark.at_ms, end)] = markSigns[mark.kind]
  const number = row.number.padEnd(numberWidth)
  return `${number}  ${cells.join('')}  ${row.level === 0 ? row.label.toUpperCase() : row.label} (${row.note})`
}
