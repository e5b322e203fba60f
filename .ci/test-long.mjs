/**
 * Runs the properties with many more cases than an ordinary test run and says how many cases there were:
 * `node .ci/test-long.mjs FOLDER…`. Ends with 1 when a test failed or there were fewer than 100,000 cases.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const least = 100_000
const folder = mkdtempSync(join(tmpdir(), 'rollbook-long-'))
const counts = join(folder, 'counts')
const { status } = spawnSync('vitest', ['run', ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, ROLLBOOK_LONG: '1', ROLLBOOK_COUNT_CASES: counts },
})
const cases = existsSync(counts)
  ? readFileSync(counts, 'utf8')
      .split('\n')
      .reduce((sum, line) => sum + Number(line), 0)
  : 0
rmSync(folder, { recursive: true, force: true })
const enough = cases >= least
console.log(
  `${cases.toLocaleString('en-US')} cases of properties${enough ? '' : `, and at least ${least.toLocaleString('en-US')} are wanted`}`,
)
process.exitCode = status === 0 && enough ? 0 : 1
