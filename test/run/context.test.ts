import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/base/json.ts'
import { evaluateCondition } from '../../src/expression/index.ts'
import { contextOf } from '../../src/run/context.ts'
import { indexPlan } from '../../src/run/plan-index.ts'
import { action, changes, plan, rollout } from '../support/plan-builder.ts'
import { Harness } from '../support/run-harness.ts'

const install = action('install', { capabilities: { ...changes, idempotent: true } })

describe('what steps tell expressions', () => {
  const names = ['n1', 'n2', 'n3']
  const made = plan(
    [
      [
        action('look', { targets: names, max_concurrency: 3 }),
        rollout('r', names, { each: [install], max_failures: 9, failure_rules: [{ do: 'fail', then: 'ask' }] }),
        action('after', { targets: names, when: 'steps.r.targets[target.name].outcome == "succeeded"' }),
      ],
    ],
    { targets: names },
  )
  const index = indexPlan(made)
  const after = made.phases[0]!.steps[2]!

  it('is worked out once for as long as nothing changes, however many targets ask', async () => {
    const run = new Harness(made, {
      far: async (call) => (call.target === 'n2' && call.step.endsWith('install') ? { fail: 'refused' } : {}),
    })
    await run.go()
    const told = (step: string): JsonObject => contextOf(index, run.state, after, 'n1').steps![step] as JsonObject
    const before = told('r')
    const look = told('look')
    const again = { r: told('r'), look: told('look') }
    expect([again.r === before, again.look === look]).toEqual([true, true])
    expect([again.r['targets'] === before['targets'], again.look['targets'] === look['targets']]).toEqual([true, true])
    expect(before['targets']).toMatchObject({ n2: { outcome: 'failed' }, n3: { outcome: 'pending' } })
    const holds = (condition: string): boolean => evaluateCondition(condition, contextOf(index, run.state, after, 'n3'))
    expect(holds('steps.r.targets["n3"].outcome == "pending" && steps.r.outputs.failed == 1')).toBe(true)
    await run.answer('p1', 'go_on')
    await run.settled()
    // The rollout went on, so it tells something else now.
    expect(told('r') === before).toBe(false)
    expect(holds('steps.r.targets["n3"].outcome == "succeeded" && steps.r.outcome == "succeeded"')).toBe(true)
    expect(run.state.steps['phase1/after']?.targets['n2']?.status).toBe('skipped')
    expect(run.state.steps['phase1/after']?.targets['n3']?.status).toBe('succeeded')
  })
})
