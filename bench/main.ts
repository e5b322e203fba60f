/** `npm run bench [-- NAME…]`: runs the benches, prints their figures and keeps them in results.md. */
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { dirname, join } from 'node:path'
import { renderTable } from '../src/cli/table.ts'
import type { BenchRow } from './bench.ts'
import type { BenchMessage } from './one.ts'
import { type BenchSetting, formatNumber, renderSection, replaceSection } from './results.ts'

const folder = dirname(process.argv[1] ?? '')
const page = join(folder, 'results.md')
const known = readdirSync(folder)
  .flatMap((file) => (file.endsWith('.bench.ts') ? [file.slice(0, -'.bench.ts'.length)] : []))
  .sort()
const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !known.includes(name))
if (unknown.length > 0) {
  console.error(`bench: there is no ${unknown.join(', ')}; there is ${known.join(', ')}`)
  process.exit(2)
}

let failed = false
for (const name of wanted.length > 0 ? wanted : known) {
  console.error(`${name} …`)
  try {
    const { title, rows } = await runOne(name)
    console.log(`\n${title}\n`)
    console.log(printRows(rows))
    const before = existsSync(page) ? readFileSync(page, 'utf8') : ''
    writeFileSync(page, replaceSection(before, name, renderSection(name, title, rows, setting())))
  } catch (error) {
    failed = true
    console.error(`bench: ${name} failed: ${error instanceof Error ? error.message : String(error)}`)
  }
}
process.exitCode = failed ? 1 : 0

/** @throws Error when the process ends without figures */
function runOne(name: string): Promise<{ readonly title: string; readonly rows: readonly BenchRow[] }> {
  const words = [join(folder, '../.ci/run-ts.mjs'), join(folder, 'one.ts'), name]
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  let title = name
  let rows: readonly BenchRow[] | undefined
  child.on('message', (message: BenchMessage) => {
    if (message.kind === 'title') title = message.title
    if (message.kind === 'log') console.error(`  ${message.line}`)
    if (message.kind === 'rows') rows = message.rows
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (code === 0 && rows !== undefined) resolve({ title, rows })
      else reject(new Error(`its process ended with ${signal ?? code}`))
    })
  })
}

function printRows(rows: readonly BenchRow[]): string {
  const columns = [
    { title: 'Figure', wraps: true },
    { title: 'Ours', align: 'right' as const },
    { title: 'Peer', align: 'right' as const },
    { title: '', wraps: true },
    { title: 'Ratio', align: 'right' as const },
    { title: 'Goal', wraps: true },
    { title: '' },
  ]
  const cells = rows.map((row) => [
    row.figure,
    `${formatNumber(row.ours)} ${row.unit}`,
    `${formatNumber(row.peer)} ${row.unit}`,
    row.peerName,
    formatNumber(row.ratio),
    row.goal,
    row.met ? 'met' : 'NOT MET',
  ])
  return renderTable(columns, cells, { columns: process.stdout.columns ?? 120, colour: false })
}

function setting(): BenchSetting {
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.versions.node,
    processor: cpus()[0]?.model.trim() ?? 'unknown processor',
    cores: availableParallelism(),
  }
}
