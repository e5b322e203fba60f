/**
 * Prints the closing line of a test run, `N passed, N failed`, from the runner's JSON: `node .ci/count-tests.mjs FILE`.
 * A test file that could not be loaded counts as one failed test. Ends with 1 when anything failed or nothing ran.
 */
import { readFileSync } from 'node:fs'

const text = readFileSync(process.argv[2] ?? '', 'utf8')
if (text === '') {
  console.error('The tests ended without results.')
  process.exit(1)
}
const { testResults } = JSON.parse(text)
const states = testResults.flatMap((file) => file.assertionResults.map((one) => one.status))
const unloaded = testResults.filter(
  (file) => file.status === 'failed' && !file.assertionResults.some((one) => one.status === 'failed'),
)
const passed = states.filter((state) => state === 'passed').length
const failed = states.filter((state) => state === 'failed').length + unloaded.length
const left = states.length - states.filter((state) => state === 'passed' || state === 'failed').length
if (left > 0) console.error(`${left} tests did not run.`)
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed > 0 || passed === 0 ? 1 : 0)
