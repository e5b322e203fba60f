import { describe, expect, it } from 'vitest'
import { conformance } from '../../docs/examples/shelf/src/conformance.ts'
import { executor } from '../../docs/examples/shelf/src/index.ts'
import { type CheckId, checks, testExecutor } from '../../src/conformance/index.ts'
import { type Liar, liars } from './liars.ts'

/** On a machine that is busy with other things two seconds are soon over, and what is cut off then is no lie. */
const unhurried = { ...conformance, cases: conformance.cases.map((each) => ({ ...each, deadlineMs: 20_000 })) }

async function findingsOn({ action, make, test }: Liar): Promise<readonly CheckId[]> {
  const cases = unhurried.cases.map((each) => ({ ...each, ...test }))
  const report = await testExecutor(
    make(),
    { ...conformance, cases },
    { actions: [action], again: async () => make(), graceMs: 3000, pointsMax: 4 },
  )
  expect(report.passed).toBe(report.findings.length === 0)
  return [...new Set(report.findings.map(({ check }) => check))]
}

describe('an executor that lies about', () => {
  it.each(liars.map((liar) => [liar.lie, liar] as const))('%s', async (_, liar) => {
    expect(await findingsOn(liar)).toEqual([liar.caught])
  })
})

describe('the honest one', () => {
  it.each(executor.actions.map(({ name }) => name))('%s is caught at nothing', async (action) => {
    const report = await testExecutor(executor, unhurried, { actions: [action], again: async () => executor })
    expect(report.findings).toEqual([])
    expect(report.passed).toBe(true)
    expect(report.actions.map((each) => each.action)).toEqual([action])
  })
})

it('every check has a liar that it catches', () => {
  const caught = new Set(liars.map((liar) => liar.caught))
  // Held by test/app/executor-command.test.ts, because it is about the files of a package.
  caught.add('manifest_fresh')
  expect(Object.keys(checks).filter((check) => !caught.has(check as CheckId))).toEqual([])
})
