import { afterAll, describe, expect, it, vi } from 'vitest'
import { testExecutor } from '../../src/conformance/index.ts'
import { executors } from '../../src/executors/index.ts'
import type { Executor } from '../../src/ports/executor.ts'
import { shipped } from './shipped/index.ts'

/** A copy of all modules, as another process has it. */
async function copyOf(name: string): Promise<Executor> {
  vi.resetModules()
  const all = (await import('../../src/executors/index.ts')) as typeof import('../../src/executors/index.ts')
  return all.executors.find((executor) => executor.name === name)!
}

afterAll(() => vi.resetModules())

describe.each(Object.entries(shipped))('the executor %s keeps the contract', (name, description) => {
  const executor = executors.find((each) => each.name === name)!
  it.each(executor.actions.map((action) => action.name))(
    '%s',
    async (action) => {
      const report = await testExecutor(executor, description, {
        actions: [action],
        again: async () => await copyOf(name),
        pointsMax: 4,
        graceMs: 5000,
      })
      expect(report.findings).toEqual([])
      expect(report.actions.flatMap(({ checks }) => checks).some(({ outcome }) => outcome === 'passed')).toBe(true)
    },
    120_000,
  )
})

it('every executor that ships is held to the contract', () => {
  expect(Object.keys(shipped).sort()).toEqual(executors.map(({ name }) => name).sort())
})
