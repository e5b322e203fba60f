import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FailureClass } from '../../src/base/failure.ts'
import type { JournalRecord } from '../../src/ports/journal.ts'
import type { RolloutMove } from '../../src/run/rollout-moves.ts'
import { action, changes, check, plan, rollout } from '../support/plan-builder.ts'
import { type FarCall, Harness } from '../support/run-harness.ts'
import { turns } from '../support/turns.ts'

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `n${index + 1}`)
const rolled = (step: ReturnType<typeof rollout>, targets: readonly string[]): ReturnType<typeof plan> =>
  plan([[step]], { targets })
const ends = (run: Harness): Record<string, string> =>
  Object.fromEntries(
    Object.entries(run.state.steps['phase1/r']?.rollout?.targets ?? {}).map(([name, target]) => [name, target.state]),
  )
const movesOf = (record: JournalRecord): readonly RolloutMove[] =>
  record.type === 'RolloutAdvanced' ? (record.data as unknown as { readonly moves: readonly RolloutMove[] }).moves : []
const safe = { ...changes, idempotent: true }

describe('a rollout', () => {
  it('takes targets in order through preflight and actions, so many at once', async () => {
    const targets = names(4)
    let open = 0
    let most = 0
    const run = new Harness(
      rolled(
        rollout('r', targets, {
          max_concurrency: 2,
          preflight: [check('look')],
          each: [action('stop'), action('start')],
        }),
        targets,
      ),
      {
        far: async () => {
          most = Math.max(most, ++open)
          await turns()
          open -= 1
          return {}
        },
      },
    )
    expect((await run.go()).outcome).toBe('succeeded')
    expect(most).toBe(2)
    for (const name of targets) {
      const mine = run.calls.filter((call) => call.target === name).map((call) => call.step.split('/').at(-1))
      expect(mine).toEqual(['look', 'stop', 'start'])
    }
    expect(run.state.steps['phase1/r']?.outputs).toEqual({
      succeeded: 4,
      failed: 0,
      rolled_back: 0,
      skipped: 0,
      held: 0,
      failed_targets: [],
      rolled_back_targets: [],
      skipped_targets: [],
      held_targets: [],
    })
  })

  it('watches health for the whole time without a break', async () => {
    const health = {
      checks: [check('ok')],
      interval_ms: 30_000,
      min_healthy_time_ms: 120_000,
      failures_allowed: 1,
      on_unknown: 'hold' as const,
    }
    let round = 0
    const run = new Harness(rolled(rollout('r', ['n1'], { health }), ['n1']), {
      far: (call) => (call.step.endsWith('ok') && ++round === 3 ? { fail: 'unhealthy' } : {}),
    })
    const start = run.clock.now()
    expect((await run.go()).outcome).toBe('succeeded')
    // Healthy at 0 and 30 s, not at 60 s, so the two minutes count from there and end at 180 s.
    expect(
      run.journals.records
        .filter((record) => movesOf(record).some((move) => move.kind === 'health'))
        .map((record) => (record.at - start) / 1000),
    ).toEqual([0, 30, 60, 90, 120, 150, 180])
  })

  it('rolls back what turns unhealthy and stops within its budget of failures', async () => {
    const targets = names(5)
    const run = new Harness(
      rolled(
        rollout('r', targets, {
          max_failures: 1,
          health: {
            checks: [check('ok')],
            interval_ms: 1000,
            min_healthy_time_ms: 0,
            failures_allowed: 0,
            on_unknown: 'hold',
          },
          rollback: { mode: 'auto', scope: 'target', steps: [action('back')] },
        }),
        targets,
      ),
      {
        far: (call) =>
          call.step.endsWith('ok') && (call.target === 'n2' || call.target === 'n3') ? { fail: 'unhealthy' } : {},
      },
    )
    await run.go()
    expect(ends(run)).toEqual({ n1: 'succeeded', n2: 'rolled_back', n3: 'rolled_back', n4: 'skipped', n5: 'skipped' })
    expect(Object.values(run.state.prompts)[0]?.message).toContain(
      'stopped: 2 failed: n2, n3; 1 tolerated; 2 not begun',
    )
  })

  it('tells why a target goes back in the words of what failed', async () => {
    const back = { mode: 'auto' as const, scope: 'target' as const, steps: [action('back')] }
    const each = [action('install', { capabilities: safe })]
    const retry = {
      max_attempts: 2,
      delay_ms: 1000,
      backoff: 1,
      max_delay_ms: 1000,
      classes: [],
      at: 'failure' as const,
    }
    const run = new Harness(
      rolled(rollout('r', ['n1'], { each, rollback: back, target_retry: retry, max_failures: 1 }), ['n1']),
      { far: (call) => (call.step.endsWith('install') ? { fail: 'process', message: 'the disk is full' } : {}) },
    )
    await run.go()
    const told = run.journals.records
      .flatMap(movesOf)
      .flatMap((move) => (move.kind === 'target' && move.reason ? [[move.to, move.reason]] : []))
    expect(told).toEqual([
      ['retrying', 'the disk is full'],
      ['rolling_back', 'the disk is full'],
      ['rolled_back', expect.stringContaining('the disk is full')],
    ])
  })

  it('follows the table by failure class, first match wins', async () => {
    const classes: Record<string, FailureClass> = { n1: 'unreachable', n2: 'not_ready', n3: 'refused', n4: 'unhealthy' }
    const targets = names(5)
    const run = new Harness(
      rolled(
        rollout('r', targets, {
          max_failures: 9,
          each: [action('install', { capabilities: safe })],
          target_retry: { max_attempts: 2, delay_ms: 0, backoff: 1, max_delay_ms: 0, classes: [], at: 'failure' },
          rollback: { mode: 'auto', scope: 'target', steps: [action('back')] },
          failure_rules: [
            { class: 'unreachable', do: 'skip', then: 'continue' },
            { class: 'not_ready', do: 'retry', then: 'continue' },
            { class: 'unhealthy', do: 'rollback', then: 'continue' },
            { do: 'fail', then: 'continue' },
          ],
        }),
        targets,
      ),
      { far: (call) => (call.step.endsWith('install') && classes[call.target] ? { fail: classes[call.target]! } : {}) },
    )
    expect((await run.go()).outcome).toBe('succeeded')
    expect(ends(run)).toEqual({ n1: 'skipped', n2: 'failed', n3: 'failed', n4: 'rolled_back', n5: 'succeeded' })
    expect(run.performed.filter((path) => path.endsWith('install@n2'))).toHaveLength(2)
  })

  it('makes silence an outcome: the deadline calls the work off', async () => {
    const run: Harness = new Harness(
      rolled(
        rollout('r', ['n1'], { target_deadline_ms: 17 * 60_000, each: [action('install', { capabilities: safe })] }),
        ['n1'],
      ),
      {
        far: async () => {
          const late = run.clock.now() + 17 * 60_000
          while (run.clock.now() < late) await turns(1)
          await turns()
          return { fail: 'cancelled' }
        },
      },
    )
    await run.go()
    expect(run.state.steps['phase1/r']?.rollout?.targets['n1']).toMatchObject({ state: 'failed', class: 'timeout' })
  })

  it('begins again only the failed ones when the operator retries', async () => {
    const targets = names(3)
    let broken = true
    const run = new Harness(
      rolled(
        rollout('r', targets, { max_failures: 3, failure_rules: [{ do: 'fail', then: 'stop_rollout' }] }),
        targets,
      ),
      {
        far: (call) => (call.target === 'n2' && broken ? { fail: 'process' } : {}),
      },
    )
    await run.go()
    expect(ends(run)).toEqual({ n1: 'succeeded', n2: 'failed', n3: 'skipped' })
    broken = false
    await run.answer('p1', 'retry')
    await run.settled()
    expect(run.state.outcome).toBe('succeeded')
    expect(run.performed.filter((path) => path.endsWith('@n1'))).toHaveLength(1)
  })

  it('never exceeds its concurrency, leaves every target in one final state, and keeps to its budget', async () => {
    const fate = fc.constantFrom<FailureClass | 'ok'>(
      'ok',
      'ok',
      'ok',
      'process',
      'unreachable',
      'unhealthy',
      'refused',
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(fate, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 0, max: 4 }),
        fc.boolean(),
        async (fates, most, tolerated, auto) => {
          const targets = names(fates.length)
          const open = new Set<string>()
          let worst = 0
          const run = new Harness(
            rolled(
              rollout('r', targets, {
                max_concurrency: most,
                max_failures: tolerated,
                each: [action('install', { capabilities: safe }), action('start', { capabilities: safe })],
                rollback: {
                  mode: auto ? 'auto' : 'never',
                  scope: 'target',
                  steps: [action('back', { capabilities: safe })],
                },
              }),
              targets,
            ),
            {
              far: async (call: FarCall) => {
                open.add(call.target)
                worst = Math.max(worst, open.size)
                await new Promise((resolve) => setImmediate(resolve))
                open.delete(call.target)
                const mine = fates[Number(call.target.slice(1)) - 1]!
                return call.step.endsWith('install') && mine !== 'ok' ? { fail: mine } : {}
              },
            },
          )
          await run.go()
          const states = Object.values(ends(run))
          const bad = states.filter((state) => state === 'failed' || state === 'rolled_back').length
          expect(worst).toBeLessThanOrEqual(most)
          expect(states.every((state) => ['succeeded', 'failed', 'rolled_back', 'skipped'].includes(state))).toBe(true)
          // The next failure after the tolerated ones stops; what was in flight then may still fail.
          expect(bad).toBeLessThanOrEqual(tolerated + most)
          if (bad <= tolerated) expect(states).not.toContain('skipped')
          fates.forEach((mine, index) => {
            if (mine === 'ok') expect(['succeeded', 'skipped']).toContain(states[index])
          })
        },
      ),
      { numRuns: 60 },
    )
  })
})
