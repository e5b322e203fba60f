import { afterAll, describe, expect, it, vi } from 'vitest'
import { type ConformanceDescription, testExecutor } from '../../src/conformance/index.ts'
import { executors } from '../../src/executors/index.ts'
import type { Executor } from '../../src/ports/executor.ts'
import { impossible, longOnes, notExercised, pointsMax, shipped } from './shipped/index.ts'

const isLong = process.env['ROLLBOOK_LONG'] === '1'

const copies = new Map<string, Promise<Executor>>()

/** A copy of all modules, as another process has it; made once for each executor, because it takes a second. */
function copyOf(name: string): Promise<Executor> {
  const copy = copies.get(name) ?? makeCopy(name)
  copies.set(name, copy)
  return copy
}

async function makeCopy(name: string): Promise<Executor> {
  vi.resetModules()
  const all = (await import('../../src/executors/index.ts')) as typeof import('../../src/executors/index.ts')
  return all.executors.find((executor) => executor.name === name)!
}

afterAll(() => vi.resetModules())

describe.each(Object.entries(shipped))('the executor %s keeps the contract', (name, description) => {
  const executor = executors.find((each) => each.name === name)!
  const named = [...new Set(description.cases.map(({ action }) => action))]
  const why = impossible[name] ?? ''
  it.skipIf(why !== '').each(named.filter((action) => isLong || !longOnes.has(action)))(
    why === '' ? '%s' : `%s (passed over: ${why})`,
    async (action) => {
      const report = await testExecutor(executor, description, {
        actions: [action],
        again: () => copyOf(name),
        pointsMax: isLong ? 6 : (pointsMax[name] ?? 3),
        graceMs: 15_000,
      })
      expect(report.findings).toEqual([])
      expect(report.actions.flatMap(({ checks }) => checks).some(({ outcome }) => outcome === 'passed')).toBe(true)
    },
    3_600_000,
  )
})

const nothing: ConformanceDescription = { systems: { none: async () => ({ close: async () => undefined }) }, cases: [] }

describe('every executor that ships', () => {
  it.each(executors.map((executor) => [executor.name, executor] as const))(
    '%s breaks nothing that can be told without a call',
    async (_, executor) => {
      const { findings } = await testExecutor(executor, nothing)
      expect(findings.filter(({ check }) => check !== 'is_exercised')).toEqual([])
    },
  )

  it('is exercised, action by action, or named as one that is not yet', () => {
    const exercised = new Set(Object.values(shipped).flatMap(({ cases }) => cases.map(({ action }) => action)))
    const isNamed = (executor: string, action: string): boolean => {
      const listed = notExercised[executor]
      return listed === 'all' || (listed?.some((each) => `${executor}.${each}` === action) ?? false)
    }
    const all = executors.flatMap(({ name, actions }) => actions.map((action) => [name, action.name] as const))
    expect(
      all.filter(([name, action]) => exercised.has(action) === isNamed(name, action)).map(([, action]) => action),
    ).toEqual([])
  })
})
