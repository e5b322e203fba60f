import { escapeHtml } from './escape.ts'
import { shorten } from './text.ts'
import type { WaveBox, Waves } from './view.ts'

const boxWidth = 186
const gap = 22
const lineHeight = 16
const headHeight = 24
const perRow = 5

/** Draws boxes from left to right with arrows between them; long orders go on in the next row. */
export function wavesSvg(waves: Waves): string {
  const rows: WaveBox[][] = []
  for (const [index, box] of waves.boxes.entries()) {
    if (index % perRow === 0) rows.push([])
    rows.at(-1)!.push(box)
  }
  let y = 4
  const parts: string[] = []
  for (const [rowIndex, row] of rows.entries()) {
    const height = headHeight + 10 + Math.max(...row.map((box) => box.lines.length)) * lineHeight
    for (const [index, box] of row.entries()) {
      const x = 4 + index * (boxWidth + gap)
      parts.push(boxSvg(box, x, y, height))
      const last = index === row.length - 1
      if (!last) parts.push(arrow(x + boxWidth + 4, y + height / 2))
      else if (rowIndex < rows.length - 1) parts.push(turn(x + boxWidth + 3, y + height / 2, y + height + gap / 2))
    }
    y += height + gap
  }
  const width = 8 + Math.min(perRow, waves.boxes.length) * (boxWidth + gap)
  const id = escapeHtml(waves.id)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="waves" viewBox="0 0 ${width} ${y - gap + 6}" style="max-width:${width}px" role="img" aria-labelledby="${id}-title ${id}-text">`,
    `<title id="${id}-title">${escapeHtml(waves.title)}</title>`,
    `<desc id="${id}-text">${escapeHtml(waves.boxes.map((box) => `${box.title}: ${box.lines.join(', ')}`).join('. '))}</desc>`,
    `<style>${style}</style>`,
    ...parts,
    '</svg>',
  ].join('\n')
}

const style = `.waves{font:12px/1 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif}
.wv-box{fill:var(--tl-paper,#fff);stroke:var(--tl-grid,#c3ccd6)}.wv-head{fill:var(--tl-band,#eef2f6)}
.wv-title{fill:var(--tl-text,#1c2733);font-weight:650}.wv-text{fill:var(--tl-text,#1c2733)}
.wv-arrow{fill:none;stroke:var(--tl-dim,#55636f);stroke-width:1.5}`

function boxSvg(box: WaveBox, x: number, y: number, height: number): string {
  const lines = box.lines.map(
    (line, index) =>
      `<text class="wv-text" x="${x + 10}" y="${y + headHeight + 17 + index * lineHeight}">${escapeHtml(shorten(line, 26))}</text>`,
  )
  return [
    `<rect class="wv-box" x="${x}" y="${y}" width="${boxWidth}" height="${height}" rx="6"/>`,
    `<path class="wv-head" d="M${x + 0.5} ${y + headHeight}v-${headHeight - 6}q0-5.5 5.5-5.5h${boxWidth - 12}q5.5 0 5.5 5.5v${headHeight - 6}z"/>`,
    `<text class="wv-title" x="${x + 10}" y="${y + 16}">${escapeHtml(shorten(box.title, 26))}</text>`,
    ...lines,
  ].join('')
}

function arrow(x: number, y: number): string {
  return `<path class="wv-arrow" d="M${x} ${y}h13m-5-4l5 4l-5 4"/>`
}

/** To the start of the next row. */
function turn(x: number, from: number, to: number): string {
  return `<path class="wv-arrow" d="M${x} ${from}h8V${to}H14m5-4l-5 4l5 4"/>`
}
