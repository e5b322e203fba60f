/**
 * Properties draw the same cases in every ordinary run, so that a change is judged by what it changed and not by luck. New cases are
 * sought by `npm run test:long`, which draws anew each time, prints the seed of what it finds, and counts the cases.
 */
import { appendFileSync } from 'node:fs'
import fc from 'fast-check'
import { afterAll } from 'vitest'

if (process.env['ROLLBOOK_LONG'] === undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: 20_261_121 })

const counts = process.env['ROLLBOOK_COUNT_CASES']
if (counts !== undefined) {
  let cases = 0
  fc.configureGlobal({
    ...fc.readConfigureGlobal(),
    reporter: (details) => {
      cases += details.numRuns
      if (!details.failed) return
      const found = details.errorInstance
      throw new Error(fc.defaultReportMessage(details), found === null ? {} : { cause: found })
    },
  })
  afterAll(() => {
    if (cases > 0) appendFileSync(counts, `${cases}\n`)
    cases = 0
  })
}
