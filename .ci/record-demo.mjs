/**
 * Records `npm run demo` in a real terminal (tmux) and draws what was seen as docs/recording/demo.svg.
 *   node .ci/record-demo.mjs [columns] [rows]
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const columns = Number(process.argv[2] ?? 110)
const rows = Number(process.argv[3] ?? 46)
const folder = mkdtempSync(join(tmpdir(), 'rollbook-recording-'))
const socket = join(folder, 'tmux')
const tmux = (...args) => execFileSync('tmux', ['-S', socket, ...args], { encoding: 'utf8' })
const sleep = (ms) => new Promise((done) => setTimeout(done, ms))

/** Colours of the picture by the terminal's numbers; chosen to read well on the dark ground. */
const palette = [
  '#39424e',
  '#ff7b72',
  '#7ee787',
  '#e3b341',
  '#79c0ff',
  '#d2a8ff',
  '#76e3ea',
  '#c9d1d9',
  '#8b949e',
  '#ffa198',
  '#aff5b4',
  '#f2cc60',
  '#a5d6ff',
  '#e2c5ff',
  '#b3f0ff',
  '#ffffff',
]

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** A style goes on from line to line until it is ended. */
let style = {}

/** One line of a terminal with its escape sequences, as spans. */
function spans(line) {
  const parts = []
  for (const piece of line.split(/(\u001b\[[0-9;]*m)/)) {
    const codes = /^\u001b\[([0-9;]*)m$/.exec(piece)?.[1]
    if (codes === undefined) {
      if (piece !== '') parts.push({ text: piece, ...style })
      continue
    }
    for (const code of (codes || '0').split(';').map(Number)) {
      if (code === 0) style = {}
      else if (code === 1) style = { ...style, bold: true }
      else if (code === 2) style = { ...style, dim: true }
      else if (code === 22) style = { ...style, bold: false, dim: false }
      else if (code >= 30 && code <= 37) style = { ...style, colour: palette[code - 30] }
      else if (code >= 90 && code <= 97) style = { ...style, colour: palette[code - 82] }
      else if (code === 39) style = { ...style, colour: undefined }
    }
  }
  return parts
}

const plain = (line) => line.replace(/\u001b\[[0-9;]*m/g, '')

/** The demo prints more than a page holds: of the plan some steps are kept, of the run its turning points. */
function pick(lines) {
  const kept = []
  let act = 0
  let block = true
  for (const line of lines) {
    const text = plain(line)
    const heading = /^(\d) {2}\S/.exec(text)
    if (heading) act = Number(heading[1])
    if (act === 2) {
      if (/^(5 Upgrade|Totals|Step )/.test(text)) block = true
      else if (/^(Inputs|5\.\d)/.test(text)) block = /^5\.(3|7) /.test(text)
    } else if (act === 4) {
      block = heading !== null || /^\$|Phase|3\.2 |5\.2c? .*\(|5\.3 .*\(|5\.7 .*\(|retr|6\.6 .*\(|succeeded/.test(text)
    } else block = true
    if (block) kept.push(line)
    else if (act !== 4 && kept.at(-1) !== '   …') kept.push('   …')
  }
  return kept
}

function svg(lines) {
  const [width, height] = [columns * 7.8 + 40, lines.length * 18 + 60]
  const text = lines.map((line, row) => {
    const inner = spans(line)
      .map(({ text: words, bold, dim, colour }) => {
        const look = [bold ? 'font-weight="600"' : '', dim ? 'opacity="0.65"' : '', colour ? `fill="${colour}"` : '']
          .filter(Boolean)
          .join(' ')
        return look === '' ? escaped(words) : `<tspan ${look}>${escaped(words)}</tspan>`
      })
      .join('')
    return `<text x="20" y="${row * 18 + 58}" xml:space="preserve">${inner}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="Recording of npm run demo in a terminal">
<rect width="100%" height="100%" rx="10" fill="#0d1117"/>
<g fill="#ff5f57"><circle cx="22" cy="20" r="6"/></g><g fill="#febc2e"><circle cx="42" cy="20" r="6"/></g><g fill="#28c840"><circle cx="62" cy="20" r="6"/></g>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="13" fill="#c9d1d9">
${text.join('\n')}
</g>
</svg>
`
}

try {
  tmux(
    '-f',
    '/dev/null',
    'new-session',
    '-d',
    '-s',
    'demo',
    '-x',
    String(columns),
    '-y',
    String(rows),
    '-c',
    root,
    'sh',
  )
  tmux('set-option', '-g', 'history-limit', '5000')
  tmux('send-keys', '-t', 'demo', 'PS1="$ "; clear; npm run --silent demo; echo end-of-"demo"', 'Enter')
  let seen = ''
  for (let tries = 0; tries < 240 && !seen.includes('end-of-demo'); tries += 1) {
    await sleep(500)
    seen = tmux('capture-pane', '-p', '-t', 'demo', '-S', '-')
  }
  const whole = tmux('capture-pane', '-p', '-e', '-t', 'demo', '-S', '-').split('\n')
  const from = whole.findIndex((line) => line.includes('npm run'))
  const to = whole.findIndex((line, at) => at > from && /^end-of-demo/.test(line))
  const lines = ['$ npm run demo', ...whole.slice(from + 1, to < 0 ? undefined : to)].map((line) => line.trimEnd())
  const cut = pick(lines)
  mkdirSync(join(root, 'docs/recording'), { recursive: true })
  writeFileSync(join(root, 'docs/recording/demo.svg'), svg(cut))
  process.stdout.write(`docs/recording/demo.svg, ${cut.length} lines\n`)
} finally {
  spawnSync('tmux', ['-S', socket, 'kill-server'])
  rmSync(folder, { recursive: true, force: true })
}
