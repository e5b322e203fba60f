import { escapeHtml } from './escape.ts'
import { shorten } from './text.ts'
import { axisTicks } from './timeline-scale.ts'
import type { BarKind, Timeline, TimelineMark, TimelineRow } from './view.ts'

export interface TimelineOptions {
  /** Unique in the document. */
  readonly id: string
  /** Read aloud in place of the picture. */
  readonly title: string
  readonly lines: Timeline['lines']
  /** Right end of the axis. */
  readonly end_ms: number
  /** Width of the view box; height follows from the rows. */
  readonly width?: number
}

const rowHeight = 22
const labelWidth = 340
/** At least; longer figures push the plot to the left. */
const noteWidthMin = 82
const top = 34
/** Up to this height a picture is printed smaller, so that it shares a page with its heading; see `style.css`. */
const onePageMax = 1900

/** Fill and, for those who see no colour or print in black, a pattern of its own for what matters. */
const fills: Readonly<Record<BarKind, string>> = {
  phase: 'var(--tl-phase,#24364b)',
  read: 'var(--tl-read,#7d93ab)',
  change: 'var(--tl-change,#2f6fb3)',
  disruptive: 'var(--tl-disruptive,#b5521b)',
  person: 'var(--tl-person,#6b4ea3)',
  worst: 'var(--tl-worst,#c9d2dc)',
  planned: 'none',
  succeeded: 'var(--tl-good,#2c7a4b)',
  failed: 'var(--tl-bad,#b3261e)',
  passed_over: 'var(--tl-quiet,#b7c0ca)',
  backed_out: 'var(--tl-disruptive,#b5521b)',
  open: 'var(--tl-change,#2f6fb3)',
  window: 'var(--tl-worst,#c9d2dc)',
  canary: 'var(--tl-canary,#c08a00)',
  wave: 'var(--tl-change,#2f6fb3)',
  wave_even: 'var(--tl-even,#5b8fc9)',
  soak: 'var(--tl-quiet,#b7c0ca)',
  verify: 'var(--tl-even,#5b8fc9)',
  retry: 'var(--tl-disruptive,#b5521b)',
}

/**
 * Draws rows of bars over a common axis of elapsed time. Colours come from the page by custom properties and have
 * defaults, so that the picture stands alone too. Nothing outside of it is referred to.
 */
export function timelineSvg(rows: readonly TimelineRow[], options: TimelineOptions): string {
  const width = options.width ?? 1040
  const noteWidth = Math.max(noteWidthMin, ...rows.map((row) => Math.ceil(row.note.length * 5.2) + 14))
  const plot = { left: labelWidth, right: width - noteWidth }
  const end = Math.max(1, options.end_ms)
  const x = (ms: number): number => plot.left + (Math.min(Math.max(ms, 0), end) / end) * (plot.right - plot.left)
  const bottom = top + rows.length * rowHeight
  const height = bottom + (options.lines.length > 0 ? 26 : 10)
  const id = escapeHtml(options.id)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="timeline${height <= onePageMax ? ' one-page' : ''}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-title ${id}-text" preserveAspectRatio="xMidYMin meet">`,
    `<title id="${id}-title">${escapeHtml(options.title)}</title>`,
    `<desc id="${id}-text">${escapeHtml(rowsText(rows))}</desc>`,
    `<style>${style}${hasTrouble(rows) ? troubleStyle : ''}</style>`,
    `<defs><pattern id="${id}-hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="2" height="5" class="tl-hatch"/></pattern></defs>`,
    ...rows.flatMap((_row, index) => (index % 2 === 1 ? [] : [band(index, width)])),
    ...axisTicks(end, 8).map((tick) => gridLine(x(tick.at_ms), bottom, tick.label)),
    ...rows.map((row, index) => rowSvg(row, top + index * rowHeight, x, id, end, width)),
    ...options.lines.map((line) => lineSvg(x(line.at_ms), bottom, line.label, plot.right)),
    '</svg>',
  ].join('\n')
}

const style = `.timeline{font:12px/1 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif}
.tl-band{fill:var(--tl-band,#f4f6f9)}.tl-grid{stroke:var(--tl-grid,#d5dce4);stroke-width:1}
.tl-text{fill:var(--tl-text,#1c2733)}.tl-dim{fill:var(--tl-dim,#55636f);font-size:11px}.tl-strong{font-weight:650}
.tl-num{fill:var(--tl-dim,#55636f);font-variant-numeric:tabular-nums}.tl-hatch{fill:#fff;fill-opacity:.38}
.tl-outline{fill:none;stroke:var(--tl-dim,#55636f);stroke-width:1;stroke-dasharray:3 2}
.tl-mark{fill:var(--tl-person,#6b4ea3);stroke:var(--tl-paper,#fff);stroke-width:1.5}
.tl-stop{stroke:var(--tl-bad,#b3261e);stroke-width:2;stroke-dasharray:6 3}.tl-stop-text{fill:var(--tl-bad,#b3261e);font-weight:650}`

const troubleStyle =
  '.tl-trouble{fill:none;stroke:var(--tl-bad,#b3261e);stroke-width:2}.tl-halo{fill:none;stroke:var(--tl-paper,#fff);stroke-width:5}'

function hasTrouble(rows: readonly TimelineRow[]): boolean {
  return rows.some((row) => row.marks.some(({ kind }) => kind === 'failed' || kind === 'rollback' || kind === 'retry'))
}

function band(index: number, width: number): string {
  return `<rect class="tl-band" x="0" y="${top + index * rowHeight}" width="${width}" height="${rowHeight}"/>`
}

function gridLine(x: number, bottom: number, label: string): string {
  return `<path class="tl-grid" d="M${round(x)} ${top - 6}V${bottom}"/><text class="tl-dim" x="${round(x)}" y="${top - 12}" text-anchor="middle">${escapeHtml(label)}</text>`
}

function rowSvg(
  row: TimelineRow,
  y: number,
  x: (ms: number) => number,
  id: string,
  end: number,
  width: number,
): string {
  const middle = y + rowHeight / 2 + 4
  const numberX = 8 + row.level * 12
  const labelX = numberX + 12 + Math.max(4, row.number.length) * 7
  const strong = row.level === 0 ? ' tl-strong' : ''
  const room = Math.floor((labelWidth - labelX - 12) / (row.level === 0 ? 7 : 6.2))
  return [
    `<text class="tl-num${strong}" x="${numberX}" y="${middle}">${escapeHtml(row.number)}</text>`,
    `<text class="tl-text${strong}" x="${round(labelX)}" y="${middle}">${escapeHtml(shorten(row.label, room))}</text>`,
    ...row.bars.map((bar) => barSvg(bar.kind, x(bar.from_ms), x(bar.to_ms), y, id, bar.to_ms > end)),
    ...row.marks.map((mark) => markSvg(mark, x(mark.at_ms), y + rowHeight / 2)),
    `<text class="tl-dim" x="${width - 8}" y="${middle}" text-anchor="end">${escapeHtml(row.note)}</text>`,
  ].join('')
}

/** Drawn as a line behind what matters. */
const thinKinds: ReadonlySet<BarKind> = new Set<BarKind>(['phase', 'worst', 'window', 'soak'])

function barSvg(kind: BarKind, from: number, to: number, y: number, id: string, cut: boolean): string {
  const width = Math.max(2, to - from)
  const thin = thinKinds.has(kind)
  const height = thin ? 5 : 12
  const place = `x="${round(from)}" y="${y + (rowHeight - height) / 2}" width="${round(width)}" height="${height}" rx="${thin ? 2 : 3}"`
  const arrow = cut ? `<path fill="${fills.worst}" d="M${round(to)} ${y + 6}l6 5l-6 5z"/>` : ''
  if (kind === 'planned') return `<rect class="tl-outline" ${place}/>`
  const hatch = kind === 'disruptive' || kind === 'failed' || kind === 'backed_out' || kind === 'retry'
  return `<rect ${place} fill="${fills[kind]}"/>${hatch ? `<rect ${place} fill="url(#${id}-hatch)"/>` : ''}${arrow}`
}

function markSvg(mark: TimelineMark, x: number, y: number): string {
  const at = `${round(x)} ${y}`
  if (mark.kind === 'gate') return `<path class="tl-mark" d="M${at}m0-8l8 8l-8 8l-8-8z"/>`
  if (mark.kind === 'failed') return troubleSvg(`M${at}m-4-4l8 8m0-8l-8 8`)
  if (mark.kind === 'rollback') return troubleSvg(`M${at}m4-5l-8 5l8 5`)
  if (mark.kind === 'retry') return troubleSvg(`M${at}m-4 0a4 4 0 1 1 4 4`)
  return `<circle class="tl-mark" cx="${round(x)}" cy="${y}" r="6"/>`
}

/** On a halo, so that it is seen on a bar of any colour. */
function troubleSvg(path: string): string {
  return `<path class="tl-halo" d="${path}"/><path class="tl-trouble" d="${path}"/>`
}

function lineSvg(x: number, bottom: number, label: string, right: number): string {
  const anchor = x > right - 160 ? 'end' : 'start'
  const textX = anchor === 'end' ? x - 6 : x + 6
  return `<path class="tl-stop" d="M${round(x)} ${top - 6}V${bottom + 18}"/><text class="tl-stop-text" x="${round(textX)}" y="${bottom + 16}" text-anchor="${anchor}">${escapeHtml(label)}</text>`
}

function rowsText(rows: readonly TimelineRow[]): string {
  return rows.map((row) => `${row.number} ${row.label}: ${row.note}`).join('. ')
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
