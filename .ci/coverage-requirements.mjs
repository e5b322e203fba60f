/**
 * Tells which demands of the vendors' guides stand in the title of a test: `npm run coverage:requirements`.
 *
 * The demands are those of test/demands.json: id, and the edition that it is about where a system has several. When the
 * digests of the guides lie beside the project (../shared/facts), the list is compared with them, and `-- --write`
 * writes it anew. Ends with 1 when a demand in `required` has no test, or the list is out of date.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const listFile = join(root, 'test/demands.json')
const facts = join(dirname(root), 'shared/facts')

/** What has to be covered: every demand of the four guides. */
const required = () => true

/** Demands are numbered items: `12. STK-13 [H] Twelve destinations …`. */
function demandsOf(text) {
  return [...text.matchAll(/^\d+\. ([A-Z]+-\d+)(?: \[([^\]]+)\])?/gm)].map(([, id, edition]) =>
    edition === undefined ? { id } : { id, edition },
  )
}

function publishedDemands() {
  const files = readdirSync(facts).filter((name) => name.endsWith('.md'))
  return files.sort().flatMap((name) => demandsOf(readFileSync(join(facts, name), 'utf8')))
}

/** One demand a line, so that differences are easy to read. */
function print(demands) {
  const lines = demands.map((demand) => {
    const members = Object.entries(demand).map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`)
    return `  { ${members.join(', ')} }`
  })
  return `[\n${lines.join(',\n')}\n]\n`
}

/** Full titles of all tests, tables filled in, without running them. */
function testTitles() {
  const folder = mkdtempSync(join(tmpdir(), 'rollbook-titles-'))
  const file = join(folder, 'titles.json')
  try {
    execFileSync(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'list', `--json=${file}`], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    return JSON.parse(readFileSync(file, 'utf8')).map(({ name }) => name)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Tests by the ids in their titles. */
function titlesById(titles) {
  const found = new Map()
  for (const title of titles)
    for (const [id] of title.matchAll(/\b[A-Z]+-\d+\b/g)) found.set(id, [...(found.get(id) ?? []), title])
  return found
}

function table(demands, titles) {
  const rows = demands.filter(required).map(({ id, edition }) => {
    const tests = titles.get(id) ?? []
    return [id, edition ?? '', String(tests.length), tests[0] ?? 'NOT TESTED'].map((cell, column) =>
      column < 3 ? cell.padEnd([7, 8, 6][column]) : cell.length > 90 ? `${cell.slice(0, 89)}…` : cell,
    )
  })
  return [['Demand ', 'Edition ', 'Tests ', 'First of them'], ...rows].map((row) => row.join(' ')).join('\n')
}

if (process.argv.includes('--write')) writeFileSync(listFile, print(publishedDemands()))
const demands = JSON.parse(readFileSync(listFile, 'utf8'))
const isStale = existsSync(facts) && print(publishedDemands()) !== print(demands)
const titles = titlesById(testTitles())
const missing = demands.filter((demand) => required(demand) && !titles.has(demand.id))

console.log(table(demands, titles))
console.log()
for (const prefix of new Set(demands.map(({ id }) => id.replace(/-.*/, '')))) {
  const own = demands.filter(({ id }) => id.startsWith(`${prefix}-`))
  console.log(
    `${prefix}: ${own.filter(({ id }) => titles.has(id)).length} of ${own.length} demands stand in a test title.`,
  )
}
const wanted = demands.filter(required).length
console.log(
  missing.length === 0
    ? `All ${wanted} demands that are required now are tested.`
    : `Without a test: ${missing.map(({ id }) => id).join(', ')}.`,
)
if (isStale) console.log('test/demands.json is out of date: npm run coverage:requirements -- --write')
process.exit(missing.length > 0 || isStale ? 1 : 0)
