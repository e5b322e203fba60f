import { escapeHtml } from './escape.ts'
import { timelineSvg } from './timeline-svg.ts'
import type { BarKind, Timeline } from './view.ts'

const width = 1040
const margin = 20
const headHeight = 64
const titleHeight = 34
const legendHeight = 30

/** Colours by day and by night; the parts of the picture have these names in their own styles. */
const day =
  '--tl-paper:#fff;--tl-text:#1c2733;--tl-dim:#55636f;--tl-band:#f4f6f9;--tl-grid:#d5dce4;--tl-phase:#24364b;--tl-read:#7d93ab;--tl-change:#2f6fb3;--tl-even:#6d9bd0;--tl-canary:#b98500;--tl-disruptive:#b5521b;--tl-person:#6b4ea3;--tl-worst:#c9d2dc;--tl-good:#2c7a4b;--tl-bad:#b3261e;--tl-quiet:#b7c0ca'
const night =
  '--tl-paper:#10161d;--tl-text:#e6ebf0;--tl-dim:#9fb0c0;--tl-band:#182029;--tl-grid:#2c3947;--tl-phase:#b4c5d6;--tl-read:#6d8399;--tl-change:#5b9bdc;--tl-even:#3f73ab;--tl-canary:#e0b040;--tl-disruptive:#d9783f;--tl-person:#a98be0;--tl-worst:#3b4a59;--tl-good:#4fae78;--tl-bad:#f0655b;--tl-quiet:#4a5866'

const style = `:root{${day}}
@media (prefers-color-scheme:dark){:root{${night}}}
.page-paper{fill:var(--tl-paper)}
.page-text{font:14px/1 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;fill:var(--tl-text)}
.page-title{font-size:19px;font-weight:650}.page-head{font-weight:650}.page-dim{fill:var(--tl-dim);font-size:12px}`

const meanings: readonly (readonly [BarKind, string, string])[] = [
  ['window', 'window open', 'var(--tl-worst)'],
  ['canary', 'canary', 'var(--tl-canary)'],
  ['wave', 'wave', 'var(--tl-change)'],
  ['change', 'change', 'var(--tl-change)'],
  ['verify', 'verification', 'var(--tl-even)'],
  ['soak', 'soak', 'var(--tl-quiet)'],
  ['retry', 'another attempt', 'var(--tl-disruptive)'],
  ['backed_out', 'rollback', 'var(--tl-disruptive)'],
  ['read', 'check', 'var(--tl-read)'],
  ['person', 'people', 'var(--tl-person)'],
  ['disruptive', 'disruptive', 'var(--tl-disruptive)'],
  ['failed', 'failed or stopped', 'var(--tl-bad)'],
]

/**
 * Several pictures under each other as one SVG file that refers to nothing outside: light and dark, with a title and a
 * description for those who have it read aloud.
 */
export function picturePage(title: string, subtitle: string, timelines: readonly Timeline[]): string {
  let y = headHeight
  const parts: string[] = []
  for (const timeline of timelines) {
    const drawn = timelineSvg(timeline.rows, {
      id: timeline.id,
      title: timeline.title,
      lines: timeline.lines,
      end_ms: timeline.end_ms,
      width: width - 2 * margin,
    })
    const height = Number(/viewBox="0 0 [\d.]+ ([\d.]+)"/.exec(drawn)?.[1] ?? 0)
    parts.push(`<text class="page-text page-head" x="${margin}" y="${y + 20}">${escapeHtml(timeline.title)}</text>`)
    const place = `<svg x="${margin}" y="${y + titleHeight - 8}" width="${width - 2 * margin}" height="${height}"`
    parts.push(drawn.replace(/^<svg/, place))
    y += titleHeight + height + 14
  }
  const height = y + legendHeight
  const text = timelines.map((timeline) => timeline.title).join('. ')
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="page-title page-text">`,
    `<title id="page-title">${escapeHtml(title)}</title>`,
    `<desc id="page-text">${escapeHtml(`${subtitle}. ${text}`)}</desc>`,
    `<style>${style}</style>`,
    `<rect class="page-paper" width="${width}" height="${height}"/>`,
    `<text class="page-text page-title" x="${margin}" y="32">${escapeHtml(title)}</text>`,
    `<text class="page-text page-dim" x="${margin}" y="52">${escapeHtml(subtitle)}</text>`,
    ...parts,
    legend(timelines, y + 10),
    '</svg>',
    '',
  ].join('\n')
}

function legend(timelines: readonly Timeline[], y: number): string {
  const used = new Set(timelines.flatMap(({ rows }) => rows.flatMap((row) => row.bars.map((bar) => bar.kind))))
  let x = margin
  return meanings
    .filter(([kind]) => used.has(kind))
    .map(([, words, fill]) => {
      const at = x
      x += 34 + words.length * 6.6
      return `<rect x="${Math.round(at)}" y="${y - 9}" width="14" height="10" rx="2" fill="${fill}"/><text class="page-text page-dim" x="${Math.round(at) + 20}" y="${y}">${escapeHtml(words)}</text>`
    })
    .join('')
}
