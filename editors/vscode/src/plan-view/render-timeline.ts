/** Rows of bars over one axis. Positions are percentages, so that the picture fits a view of any width. */
import type { PlanAxis, PlanView, TimelineBar, TimelineMark } from '../../../../src/app/plan-view/model.ts'
import { escapeHtml, percent } from './markup.ts'

type Timeline = NonNullable<PlanView['timeline']>

/** Drawn as a line behind what matters. */
const thin: ReadonlySet<string> = new Set(['phase', 'worst', 'window', 'soak'])

/** What colours mean, in the order of a legend. */
const meanings: readonly (readonly [TimelineBar['kind'], string])[] = [
  ['read', 'check'],
  ['change', 'change'],
  ['disruptive', 'disruptive'],
  ['person', 'people'],
  ['worst', 'at worst'],
  ['planned', 'group'],
  ['window', 'window open'],
  ['canary', 'first group'],
  ['wave', 'wave'],
  ['wave_even', 'next wave'],
  ['soak', 'soak'],
]

function legend(bars: readonly TimelineBar[], axis: PlanAxis): string {
  const used = new Set(bars.map(({ kind }) => kind))
  const sign = (kind: string, words: string): string =>
    `<span><svg width="14" height="10" aria-hidden="true"><rect class="${kind}" width="14" height="10" rx="2"/></svg> ${words}</span>`
  const signs = meanings.flatMap(([kind, words]) => (used.has(kind) ? [sign(kind, words)] : []))
  return `<p class="legend">${signs.join('')}${axis.cuts.length > 0 ? sign('cut', 'a wait, cut short') : ''}</p>`
}

export function renderTimeline({ rows, axis, lines, start }: Timeline): string {
  const moments = lines.map(({ at_ms }) => line(at(axis, at_ms), 'stop'))
  return [
    '<section class="timeline" aria-label="Timeline">',
    headRow(axis, `from ${start}`, true),
    ...rows.map(
      ({ place, number, label, level, bars, marks, expected, worst }) =>
        `<button type="button" class="row level-${level}" data-place="${escapeHtml(place)}">` +
        `<span class="label"><span class="number">${escapeHtml(number)}</span> ${escapeHtml(label)}</span>` +
        `${barsSvg(axis, bars, marks, moments.join(''))}` +
        `<span class="figure">${escapeHtml(expected)}</span><span class="figure worst">${escapeHtml(worst)}</span></button>`,
    ),
    ...lines.map(({ label }) => `<p class="stop-text">${escapeHtml(label)}</p>`),
    legend(
      rows.flatMap(({ bars }) => bars),
      axis,
    ),
    '</section>',
  ].join('\n')
}

export function renderLanes(picture: NonNullable<PlanView['rollouts'][number]['picture']>): string {
  const { axis, rows } = picture
  return [
    '<div class="lanes">',
    headRow(axis, 'Lanes', false),
    ...rows.map(
      ({ label, bars, note }) =>
        `<div class="row"><span class="label">${escapeHtml(label)}</span>${barsSvg(axis, bars, [], '')}` +
        `<span class="figure">${escapeHtml(note)}</span></div>`,
    ),
    legend(
      rows.flatMap(({ bars }) => bars),
      axis,
    ),
    '</div>',
  ].join('\n')
}

function headRow(axis: PlanAxis, label: string, withWorst: boolean): string {
  const ticks = axis.ticks.map(({ x, label: text }) => {
    const anchor = x > 0.9 ? 'end' : x < 0.05 ? 'start' : 'middle'
    return `<text x="${percent(x)}" y="12" text-anchor="${anchor}">${escapeHtml(text)}</text>`
  })
  const figures = withWorst
    ? '<span class="figure" title="Without waiting for windows">expected</span><span class="figure">worst</span>'
    : '<span class="figure">takes</span>'
  return `<div class="row head"><span class="label">${escapeHtml(label)}</span><svg class="bars" height="18" aria-hidden="true">${ticks.join('')}</svg>${figures}</div>`
}

function barsSvg(axis: PlanAxis, bars: readonly TimelineBar[], marks: readonly TimelineMark[], behind: string): string {
  return [
    '<svg class="bars" height="20" aria-hidden="true">',
    ...axis.cuts.map(
      ({ from, to, label }) =>
        `<rect class="cut" x="${percent(from)}" width="${percent(to - from)}" height="20"><title>${escapeHtml(label)}</title></rect>`,
    ),
    ...axis.ticks.map(({ x }) => line(x, 'grid')),
    ...bars.map((bar) => barSvg(axis, bar)),
    behind,
    ...marks.map((mark) => markSvg(at(axis, mark.at_ms), mark.kind)),
    '</svg>',
  ].join('')
}

function barSvg(axis: PlanAxis, { from_ms, to_ms, kind }: TimelineBar): string {
  const [from, to] = [at(axis, from_ms), at(axis, to_ms)]
  const [y, height] = thin.has(kind) ? [8, 4] : [4, 12]
  // What is over at once is seen all the same.
  const start = `<rect class="${kind}" x="${percent(Math.min(from, 0.995))}" y="${y}" width="2" height="${height}"/>`
  return `${start}<rect class="${kind}" x="${percent(from)}" y="${y}" width="${percent(to - from)}" height="${height}" rx="2"/>`
}

function markSvg(x: number, kind: TimelineMark['kind']): string {
  const shape = kind === 'gate' ? '<path d="M0 3l7 7l-7 7l-7-7z"/>' : '<circle cy="10" r="5"/>'
  return `<svg class="mark ${kind}" x="${percent(x)}" overflow="visible">${shape}</svg>`
}

function line(x: number, kind: 'grid' | 'stop'): string {
  return `<line class="${kind}" x1="${percent(x)}" x2="${percent(x)}" y1="0" y2="20"/>`
}

function at({ knots }: PlanAxis, ms: number): number {
  const next = knots.findIndex((knot) => knot.ms >= ms)
  if (next <= 0) return next < 0 ? 1 : 0
  const [before, after] = [knots[next - 1]!, knots[next]!]
  return before.x + ((ms - before.ms) / (after.ms - before.ms)) * (after.x - before.x)
}
