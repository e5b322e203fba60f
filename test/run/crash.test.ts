import { describe, expect, it } from 'vitest'
import type { Plan } from '../../src/plan/model.ts'
import type { Capabilities } from '../../src/ports/executor.ts'
import type { RunEvent } from '../../src/run/events.ts'
import { makeRunProgram } from '../../src/run/program.ts'
import { MemoryJournals } from '../support/memory-journals.ts'
import { acceptance, action, changes, check, criterion, group, manual, plan, rollout } from '../support/plan-builder.ts'
import { type FarSide, Harness, type Operator } from '../support/run-harness.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

const probing: Capabilities = { ...changes, probe: true }
const targets = ['n1', 'n2', 'n3']

function wholeRun(): Plan {
  return plan(
    [
      [acceptance('before', 'baseline', ['apps']), manual('tell'), check('look', { targets, max_concurrency: 3 })],
      [
        action('maintenance', { capabilities: probing }),
        group(
          'both',
          [
            action('left', { capabilities: probing }),
            action('right', { capabilities: probing, targets, max_concurrency: 2 }),
          ],
          { parallel: true },
        ),
        rollout('nodes', targets, {
          max_concurrency: 2,
          each: [action('install', { capabilities: probing })],
          health: {
            checks: [check('ok')],
            interval_ms: 1000,
            min_healthy_time_ms: 2000,
            failures_allowed: 0,
            on_unknown: 'hold',
          },
        }),
        action('flaky', {
          capabilities: probing,
          retry: { max_attempts: 3, delay_ms: 5000, backoff: 1, max_delay_ms: 0, classes: [] },
        }),
        action('maintenance_off', { cleanup_of: 'maintenance', capabilities: probing }),
      ],
      [acceptance('after', 'final', ['apps'])],
    ],
    { targets, criteria: [criterion('apps')] },
  )
}

/** The far side keeps its own log of effects, as the emulators do; a probe answers from it. */
class FarWorld {
  readonly effects: string[] = []
  readonly #flaky = new Set<string>()

  readonly act: FarSide = async (call) => {
    const key = `${call.step}@${call.target}`
    if (call.op === 'probe') return { state: this.effects.includes(key) ? 'applied' : 'not_applied' }
    if (call.step.endsWith('flaky') && !this.#flaky.has(key)) {
      this.#flaky.add(key)
      return { fail: 'process' }
    }
    await new Promise((resolve) => setImmediate(resolve))
    if (call.op === 'perform' && !/look|ok$/.test(call.step)) this.effects.push(key)
    return { outputs: { count: 1 } }
  }
}

const operator: Operator = (prompt) => (prompt.kind === 'manual' ? { choice: 'done' } : undefined)

describe('a run that dies', () => {
  it('right behind its last record is told its end by whoever takes it over', async () => {
    const made = plan([[action('a')]])
    const run = new Harness(made)
    await run.go()
    const program = makeRunProgram(made)
    let state = program.init(run.state.run)
    for (const record of run.journals.records) state = program.evolve(state, record as unknown as RunEvent, record.seq)
    expect(program.outstanding(state)).toEqual([{ do: 'end', result: { outcome: 'succeeded' } }])
  })

  it('at any append is resumed with no effect lost and none done twice', async () => {
    const calm = new FarWorld()
    const whole = new Harness(wholeRun(), { far: calm.act, operator })
    expect((await whole.go()).outcome).toBe('succeeded')
    const expected = [...calm.effects].sort()
    const length = whole.journals.records.length
    expect(length).toBeGreaterThan(80)
    for (let seq = 3; seq <= length; seq += 1) {
      const world = new FarWorld()
      const journals = new MemoryJournals()
      journals.dieAt = seq
      const first = new Harness(wholeRun(), { far: world.act, operator, journals })
      await first.go()
      await new Promise((resolve) => setImmediate(resolve))
      journals.dieAt = Number.POSITIVE_INFINITY
      const second = new Harness(wholeRun(), {
        far: world.act,
        operator,
        journals,
        clock: new VirtualClock(first.clock.now() + 60_000),
      })
      const state = await second.go()
      expect(state.outcome, `died before record ${seq}`).toBe('succeeded')
      expect([...world.effects].sort(), `died before record ${seq}`).toEqual(expected)
    }
  })

  it('asks a person about an effect that can be neither probed nor repeated', async () => {
    const list = plan([[action('send'), action('next')]])
    const journals = new MemoryJournals()
    const first = new Harness(list, { journals, far: () => new Promise(() => undefined) })
    void first.go()
    while (!journals.records.some((record) => record.type === 'CallStarted'))
      await new Promise((resolve) => setImmediate(resolve))
    journals.dieAt = 0
    const after = new MemoryJournals()
    after.records.push(...journals.records)
    const second = new Harness(list, { journals: after })
    await second.go()
    expect(second.performed).toEqual([])
    expect(Object.values(second.state.prompts)).toMatchObject([{ kind: 'unknown', step: 'phase1/send' }])
    await second.answer('p1', 'mark_done', { reason: 'the mail arrived' })
    await second.settled()
    expect(second.performed).toEqual(['phase1/next'])
    expect(second.state.outcome).toBe('succeeded')
  })

  it('tells a call that is delivered again when it was begun, so that a wait goes on where it was', async () => {
    const list = plan([[check('wait')]])
    const journals = new MemoryJournals()
    const began: number[] = []
    const first = new Harness(list, { journals, far: (call) => new Promise(() => began.push(call.begun_at)) })
    void first.go()
    while (began.length === 0) await new Promise((resolve) => setImmediate(resolve))
    journals.dieAt = 0
    const after = new MemoryJournals()
    after.records.push(...journals.records)
    const clock = new VirtualClock(first.clock.now() + 3_600_000)
    const second = new Harness(list, {
      journals: after,
      clock,
      far: (call) => {
        began.push(call.begun_at)
        return {}
      },
    })
    expect((await second.go()).outcome).toBe('succeeded')
    expect(began).toHaveLength(2)
    expect(began[1]).toBe(began[0])
    expect(began[1]).toBeLessThan(clock.now())
  })

  it('replays to the same state, whatever was recorded', async () => {
    const far = new FarWorld()
    const run = new Harness(wholeRun(), { far: far.act, operator })
    await run.go()
    const program = makeRunProgram(wholeRun())
    let state = program.init('r1')
    for (const record of run.journals.records) state = program.evolve(state, record as unknown as RunEvent, record.seq)
    expect(JSON.parse(JSON.stringify(state))).toEqual(JSON.parse(JSON.stringify(run.state)))
  })
})
