import type { BenchRow } from './bench.ts'

/** Where and when a bench ran. */
export interface BenchSetting {
  readonly date: string
  readonly node: string
  readonly processor: string
  readonly cores: number
}

/** One bench as a section of results.md. */
export function renderSection(name: string, title: string, rows: readonly BenchRow[], setting: BenchSetting): string {
  const lines = rows.map((row) =>
    [
      row.figure,
      `${formatNumber(row.ours)} ${row.unit}`,
      `${formatNumber(row.peer)} ${row.unit} (${row.peerName})`,
      formatNumber(row.ratio),
      row.goal,
      row.met ? 'met' : '**not met**',
    ]
      .map((cell) => cell.replaceAll('|', '\\|'))
      .join(' | '),
  )
  return [
    `## ${name}`,
    '',
    `${title}. ${setting.date}, Node ${setting.node}, ${setting.cores} × ${setting.processor}.`,
    '',
    '| Figure | Ours | Peer | Ratio | Goal | |',
    '| --- | ---: | ---: | ---: | --- | --- |',
    ...lines.map((line) => `| ${line} |`),
    '',
  ].join('\n')
}

/** Puts a section in the place of the one of the same name, or at its place in the alphabet; all others stay as they are. */
export function replaceSection(page: string, name: string, section: string): string {
  const [, ...parts] = page.split(/^(?=## )/m)
  const sections = new Map(parts.map((part) => [/^## (\S+)/.exec(part)?.[1] ?? '', `${part.trimEnd()}\n`]))
  sections.set(name, section)
  const ordered = [...sections].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text)
  return [head, ...ordered].join('\n')
}

const head = `# Measured

The last result of \`npm run bench\`, each figure beside its bare lower bound or peer, both measured in the same run on the
same machine. A ratio is ours divided by the peer's. \`npm run bench -- NAME\` renews one section.
`

/** Three digits that count, without an exponent. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return '–'
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US')
  return String(Number(value.toPrecision(3)))
}
