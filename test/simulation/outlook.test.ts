import { describe, expect, it } from 'vitest'
import { outlookOf } from '../../src/simulation/outlook.ts'
import { action, check, plan, rollout } from '../support/plan-builder.ts'
import { findAction } from '../support/rehearsal.ts'
import { berlinOpens, catoPlan } from './cato-account.ts'

const minute = 60_000

describe('the outlook of a plan', () => {
  it('is what the simulator makes of it: as expected, and at worst with every attempt but the last failing', () => {
    const retry = { max_attempts: 3, delay_ms: minute, backoff: 2, max_delay_ms: 60 * minute, classes: [] }
    const made = plan([
      [
        // One call: expected 5, at worst 10; at worst three attempts with pauses of 1 and 2 between.
        action('one', { duration: { expected_ms: 5 * minute, worst_ms: 10 * minute }, retry }),
        check('two', { duration: { expected_ms: 2 * minute, worst_ms: 4 * minute } }),
      ],
    ])
    const outlook = outlookOf(made, { start: 0, findAction })
    expect([outlook.expected.end / minute, outlook.worst.end / minute]).toEqual([7, 37])
    expect([outlook.expected.outcome, outlook.worst.outcome]).toEqual(['succeeded', 'succeeded'])
  })

  it('a rollout at worst: each target takes all attempts, each attempt as long as its deadline leaves', () => {
    const made = plan(
      [
        [
          rollout('r', ['a', 'b'], {
            each: [action('install', { duration: { expected_ms: 7 * minute, worst_ms: 30 * minute } })],
            health: {
              checks: [check('kpi', { duration: { expected_ms: 0, worst_ms: 0 } })],
              interval_ms: minute,
              min_healthy_time_ms: 10 * minute,
              failures_allowed: 0,
              on_unknown: 'fail',
            },
            target_deadline_ms: 20 * minute,
            target_retry: { max_attempts: 2, delay_ms: 0, backoff: 1, max_delay_ms: 0, classes: [], at: 'failure' },
          }),
        ],
      ],
      { targets: ['a', 'b'] },
    )
    const outlook = outlookOf(made, { start: 0, findAction })
    // One after the other: 17 each; at worst 10 for the attempt that fails and 20 for the one that does not.
    expect([outlook.expected.end / minute, outlook.worst.end / minute]).toEqual([34, 60])
    expect([...outlook.worst.targets.values()].map(({ attempts, state }) => [attempts, state])).toEqual([
      [2, 'succeeded'],
      [2, 'succeeded'],
    ])
    expect(outlook.unfit).toEqual([])
  })

  it('names the targets that cannot fit, on which way, and why', () => {
    const made = catoPlan(
      { 'Europe/Berlin': 'hsssssss' },
      { window: '40m', fit: 'first_attempt', rollback: false, deadline: '18m' },
    )
    const { unfit, lanes } = outlookOf(made, { start: berlinOpens, findAction })
    expect(unfit).toContainEqual({
      way: 'expected',
      lane: 'Europe/Berlin',
      wave: 'primaries',
      reason: 'no opening of its window was left that is long enough',
      targets: ['berlin-6', 'berlin-7', 'berlin-8'],
    })
    expect(lanes[0]!.expected.closesAt).toBe(berlinOpens + 40 * minute)
  })

  it('thins out the looks at health of a large fleet, and says so; a lane ends when it did before', () => {
    const made = catoPlan({ 'Europe/Berlin': 's'.repeat(20) }, { deadline: '20m' })
    const whole = outlookOf(made, { start: berlinOpens, findAction })
    const thin = outlookOf(made, { start: berlinOpens, findAction, looksMax: 100 })
    expect([whole.coarse, thin.coarse]).toEqual([false, true])
    expect(thin.expected.records).toBeLessThan(whole.expected.records / 4)
    const differenceMs = thin.lanes[0]!.expected.endedAt! - whole.lanes[0]!.expected.endedAt!
    expect(Math.abs(differenceMs)).toBeLessThan(minute)
  })
})
