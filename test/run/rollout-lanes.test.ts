import { describe, expect, it } from 'vitest'
import { waitsForClock, waitsForPeople } from '../../src/app/run-waiting.ts'
import { rolloutLines } from '../../src/cli/rollout-lines.ts'
import type { Plan, PlanCalendar, PlanRollout } from '../../src/plan/model.ts'
import type { Capabilities } from '../../src/ports/executor.ts'
import type { RunEvent } from '../../src/run/events.ts'
import { makeRunProgram } from '../../src/run/program.ts'
import type { OperatorCommand, RolloutMove } from '../../src/run/rollout-moves.ts'
import { stateJson } from '../../src/run/state.ts'
import { MemoryJournals } from '../support/memory-journals.ts'
import { action, changes, check, gate, laneOf, plan, rollout, wave } from '../support/plan-builder.ts'
import { type FarAnswer, type FarCall, Harness, type HarnessOptions } from '../support/run-harness.ts'
import { turns } from '../support/turns.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

const minute = 60_000
const safe: Capabilities = { ...changes, idempotent: true }
const install = action('install', { capabilities: safe })
const sundays: PlanCalendar = {
  windows: [{ id: 'night', days: ['sun'], start: '01:00', duration: '2h', time_zone: 'target' }],
  freezes: [],
  files: {},
  break_glass: { roles: ['change_manager'], max_ms: 4 * 3_600_000 },
}
const night: PlanRollout['window'] = { ids: ['night'], overrun: 'finish_unit', fit: 'worst_case', reserve_ms: 0 }

function planOf(step: PlanRollout, calendar?: PlanCalendar): Plan {
  const made = plan([[step]], { targets: step.targets })
  return calendar ? { ...made, calendar } : made
}

/** Answers after so many minutes of virtual time. */
class Slow {
  readonly starts: Record<string, number[]> = {}
  readonly #minutes: number
  readonly #answer: (call: FarCall) => FarAnswer
  readonly begin: number
  clock: VirtualClock

  constructor(minutes: number, answer: (call: FarCall) => FarAnswer = () => ({})) {
    this.#minutes = minutes
    this.#answer = answer
    this.clock = new VirtualClock()
    this.begin = this.clock.now()
  }

  run(made: Plan, options: HarnessOptions = {}): Harness {
    return new Harness(made, {
      ...options,
      clock: this.clock,
      far: async (call) => {
        const starts = this.starts[call.target] ?? []
        this.starts[call.target] = starts
        if (call.step.endsWith('install')) starts.push((this.clock.now() - this.begin) / minute)
        await this.clock.sleep(this.#minutes * minute)
        return this.#answer(call)
      },
    })
  }
}

const rolled = (run: Harness): NonNullable<Harness['state']['steps'][string]['rollout']> =>
  run.state.steps['phase1/r']!.rollout!
const ends = (run: Harness): Record<string, string> =>
  Object.fromEntries(Object.entries(rolled(run).targets).map(([name, target]) => [name, target.state]))
const say = (run: Harness, command: OperatorCommand, more: object = {}): ReturnType<Harness['post']> =>
  run.post('RolloutCommanded', { by: 'olga', step: 'phase1/r', command, ...more })

/** Lets the run go on until something holds. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await turns(1)
}

describe('a rollout in lanes', () => {
  const lanes = (['Europe/Paris', 'America/New_York'] as const).map((zone, index) =>
    laneOf(
      zone,
      [
        wave('canary', [`a${index}`, `b${index}`], {
          stagger_ms: 5 * minute,
          canary: { next: 'at_slot', on_unproven: 'stop_lane' },
        }),
        wave('rest', [`c${index}`]),
      ],
      { time_zone: zone },
    ),
  )
  const targets = lanes.flatMap((lane) => lane.waves.flatMap((each) => each.targets.map(({ name }) => name)))
  const step = rollout('r', targets, {
    lanes,
    max_concurrency: 10,
    max_failures: 10,
    each: [install],
    target_deadline_ms: 17 * minute,
    window: night,
  })

  it('begins in each lane when its own window opens, staggered, and the next wave when the slots are used up', async () => {
    const slow = new Slow(10)
    const run = slow.run(planOf(step, sundays))
    expect((await run.go()).outcome).toBe('succeeded')
    // Monday 01:00 UTC; Sunday 01:00 is midnight UTC in Paris and 06:00 UTC in New York.
    const paris = (6 * 24 - 1) * 60
    const newYork = paris + 6 * 60
    expect(slow.starts).toEqual({
      a0: [paris],
      b0: [paris + 5],
      c0: [paris + 22],
      a1: [newYork],
      b1: [newYork + 5],
      c1: [newYork + 22],
    })
    expect(rolled(run).lanes['Europe/Paris']).toMatchObject({
      status: 'ended',
      wave: 'rest',
      openedAt: slow.begin + paris * minute,
    })
  })

  it('leaves out what no opening is left for, which is no failure', async () => {
    const slow = new Slow(10)
    const run = slow.run(
      planOf(
        {
          ...step,
          target_deadline_ms: 59 * minute,
          window: { ...night, openings: 1 },
        },
        sundays,
      ),
    )
    expect((await run.go()).outcome).toBe('succeeded')
    expect(ends(run)).toMatchObject({ a0: 'succeeded', b0: 'succeeded', c0: 'skipped' })
    expect(rolled(run).targets['c0']?.reason).toBe('no opening of its window was left that is long enough')
    expect(run.state.steps['phase1/r']?.outputs).toMatchObject({ succeeded: 4, skipped: 2 })
    // A success that says what it leaves out.
    const told = '2 of 6 targets were not reached: no opening of the window was left that is long enough'
    expect(run.state.steps['phase1/r']?.reason).toBe(told)
    expect(run.state.reason).toBe(`step 1.1: ${told}`)
  })

  it.each([
    { left: 'enough for a target', minutes: 60, paris: 60, reached: ['succeeded', 'skipped'] },
    { left: 'too little for a target', minutes: 90, paris: 7 * 1440, reached: ['succeeded', 'succeeded'] },
  ])('one opening, begun late in it with $left: it $reached', async ({ minutes, paris, reached }) => {
    const only = rollout('r', ['n1', 'n2'], {
      each: [install],
      target_deadline_ms: 40 * minute,
      window: { ...night, openings: 1 },
      lanes: [laneOf('Europe/Paris', [wave('all', ['n1', 'n2'])], { time_zone: 'Europe/Paris' })],
    })
    const slow = new Slow(30)
    // Midnight UTC on a Sunday is 01:00 in Paris.
    const sunday = Date.parse('2026-03-08T00:00:00Z')
    slow.clock = new VirtualClock(sunday + minutes * minute)
    const run = slow.run(planOf(only, sundays))
    await run.go()
    expect([ends(run)['n1'], ends(run)['n2']]).toEqual(reached)
    expect((rolled(run).targets['n1']!.startedAt! - sunday) / minute).toBe(paris)
  })

  it('stops one lane by its canary and goes on in the other', async () => {
    const run = new Slow(10, (call) => (['a0', 'b0'].includes(call.target) ? { fail: 'refused' } : {})).run(
      planOf(step, sundays),
    )
    await run.go()
    expect(ends(run)).toEqual({
      a0: 'failed',
      b0: 'failed',
      c0: 'skipped',
      a1: 'succeeded',
      b1: 'succeeded',
      c1: 'succeeded',
    })
    expect(Object.values(run.state.prompts)[0]?.message).toMatch(/lane Lane Europe\/Paris stopped/)
  })

  it('lets the right person break the glass, and nobody else', async () => {
    const slow = new Slow(10)
    const run = slow.run(planOf(step, sundays))
    const gone = run.go()
    await until(() => run.state.steps['phase1/r']?.rollout?.lanes['Europe/Paris']?.window === 'closed')
    const at = run.clock.now()
    const glass = { do: 'break_glass', until: at + 2 * 3_600_000 } as const
    const reason = 'CAB 4711'
    expect(await say(run, glass, { reason })).toMatchObject({
      kind: 'refused',
      reason: 'only change_manager may override the windows; say in which role you do',
    })
    expect(await say(run, glass, { role: 'change_manager' })).toMatchObject({ kind: 'refused' })
    expect(
      await say(run, { do: 'break_glass', until: at + 9 * 3_600_000 }, { role: 'change_manager', reason }),
    ).toMatchObject({ kind: 'refused', reason: 'the windows may be overridden for 4h at most' })
    expect(await say(run, glass, { role: 'change_manager', reason })).toMatchObject({ kind: 'stored' })
    await gone
    expect(run.state.outcome).toBe('succeeded')
    expect(slow.starts['a0']?.[0]).toBeLessThan(24 * 60)
  })
})

/** What a screen says of the lanes, line by line. */
const lines = (run: Harness): readonly string[] =>
  run.journals.records.flatMap((record) =>
    record.type === 'RolloutAdvanced'
      ? rolloutLines(
          (record.data as unknown as { readonly moves: readonly RolloutMove[] }).moves,
          record.at,
          'r',
          false,
        )
          .filter(({ text }) => text.startsWith('r: ') || text.startsWith('r stops'))
          .filter(({ weight }) => weight === 'main')
          .map(({ text }) => text)
      : [],
  )

describe('what is told of windows and waves', () => {
  const lane = laneOf('all', [wave('first', ['a', 'b'], { soak_ms: 5 * minute }), wave('rest', ['c'])], {})
  const step = rollout('r', ['a', 'b', 'c'], {
    lanes: [lane],
    max_failures: 9,
    each: [install],
    target_deadline_ms: 17 * minute,
  })

  it('a window that is open yet too short for the next one is not called closed', async () => {
    const slow = new Slow(50)
    const run = slow.run(planOf({ ...step, target_deadline_ms: 59 * minute, window: night }, sundays))
    expect((await run.go()).outcome).toBe('succeeded')
    expect(lines(run)).toEqual([
      'r: wave first begins',
      expect.stringMatching(/^r: the window is closed until \w/),
      expect.stringMatching(/^r: the window is open until \d/),
      'r: wave first has ended; the lane goes on in 5 min',
      'r: wave rest begins',
      expect.stringMatching(/^r: what is left of its window is too short, it waits until \d/),
      expect.stringMatching(/^r: the window is open until \d/),
    ])
  })

  it('a lane that has stopped does not go on after its wave', async () => {
    const broken = new Slow(10, (call) => (call.target === 'a' ? { fail: 'refused' } : {}))
    const stopped = broken.run(planOf({ ...step, failure_rules: [{ do: 'fail', then: 'stop_lane' }] }))
    expect((await stopped.go()).outcome).not.toBe('succeeded')
    expect(lines(stopped).join('\n')).toContain('stops')
    expect(lines(stopped).join('\n')).not.toContain('goes on')

    const failing = new Slow(10, (call) => (call.target === 'a' ? { fail: 'refused' } : {}))
    const ended = failing.run(planOf({ ...step, max_failures: 0 }))
    await ended.go()
    expect(lines(ended).filter((line) => line.startsWith('r stops'))).toEqual(['r stops: 1 failed: a; 0 tolerated'])

    const sound = new Slow(10).run(planOf(step))
    await sound.go()
    expect(lines(sound)).toContain('r: wave first has ended; the lane goes on in 5 min')
  })
})

describe('what people say to a rollout', () => {
  const names = ['n1', 'n2', 'n3', 'n4']
  const step = rollout('r', names, { max_failures: 9, each: [install] })

  it('pause holds starts, resume lets them go; what is in progress goes on', async () => {
    const slow = new Slow(10)
    const run = slow.run(planOf(step))
    const gone = run.go()
    await until(() => slow.starts['n1'] !== undefined)
    await say(run, { do: 'pause' })
    await until(() => rolled(run).targets['n1']?.state === 'succeeded')
    await turns(50)
    expect(slow.starts['n2']).toBeUndefined()
    expect(rolled(run).paused).toBe('operator')
    await gone
    await say(run, { do: 'resume' })
    await run.settled()
    expect(run.state.outcome).toBe('succeeded')
  })

  it('skips a target with a reason, tries a held one again, changes how many go at once', async () => {
    let broken = true
    const slow = new Slow(10, (call) => (call.target === 'n1' && broken ? { fail: 'refused' } : {}))
    const run = slow.run(planOf({ ...step, failure_rules: [{ do: 'hold', then: 'continue' }] }))
    const gone = run.go()
    await until(() => run.state.steps['phase1/r']?.rollout?.targets['n1']?.state === 'held')
    expect(await say(run, { do: 'skip_target', target: 'n3' })).toMatchObject({ kind: 'refused' })
    await say(run, { do: 'skip_target', target: 'n3' }, { reason: 'building works' })
    expect(await say(run, { do: 'skip_target', target: 'n9' }, { reason: 'x' })).toMatchObject({
      reason: 'there is no target "n9" in this rollout',
    })
    await say(run, { do: 'change_concurrency', to: 3 })
    broken = false
    await say(run, { do: 'retry_target', target: 'n1' })
    await gone
    expect(ends(run)).toEqual({ n1: 'succeeded', n2: 'succeeded', n3: 'skipped', n4: 'succeeded' })
    expect(rolled(run).targets['n3']?.reason).toBe('by olga: building works')
    expect(rolled(run).concurrency).toBe(3)
  })

  it('stops: what is in progress finishes, the rest is skipped and says why', async () => {
    const slow = new Slow(10)
    const run = slow.run(planOf(step))
    const gone = run.go()
    await until(() => slow.starts['n1'] !== undefined)
    await say(run, { do: 'stop_rollout' }, { reason: 'enough' })
    await gone
    expect(ends(run)).toEqual({ n1: 'succeeded', n2: 'skipped', n3: 'skipped', n4: 'skipped' })
    expect(Object.values(run.state.prompts)[0]?.message).toContain('stopped: by olga: enough')
  })

  it('answers when a failure makes the rollout ask', async () => {
    for (const [choice, end] of [
      ['go_on', 'succeeded'],
      ['stop', 'skipped'],
    ] as const) {
      const run = new Slow(1, (call) => (call.target === 'n1' ? { fail: 'refused' } : {})).run(
        planOf({ ...step, failure_rules: [{ do: 'fail', then: 'ask' }] }),
      )
      await run.go()
      expect(Object.values(run.state.prompts)).toMatchObject([
        { kind: 'rollout', choices: ['go_on', 'stop', 'back_out', 'abort'] },
      ])
      await run.answer('p1', choice)
      await run.settled()
      expect(ends(run)['n4']).toBe(end)
    }
  })
})

describe('rollback.mode: ask', () => {
  const names = ['n1', 'n2', 'n3']
  const asking = (more: Partial<PlanRollout>): PlanRollout =>
    rollout('r', names, {
      max_failures: 9,
      each: [install],
      rollback: { mode: 'ask', scope: 'target', steps: [action('back', { capabilities: safe })] },
      failure_rules: [{ do: 'rollback', then: 'continue' }],
      ...more,
    })
  const broken = (step: PlanRollout): Harness =>
    new Slow(1, (call) => (call.target === 'n1' && call.step.endsWith('install') ? { fail: 'refused' } : {})).run(
      planOf(step),
    )

  it.each([
    ['rollback', 'rolled_back'],
    ['go_on', 'held'],
  ] as const)('asks before a row of the table rolls back: %s', async (choice, end) => {
    const run = broken(asking({}))
    await run.go()
    expect(Object.values(run.state.prompts)).toMatchObject([
      { kind: 'rollout', target: 'n1', choices: ['rollback', 'go_on', 'stop', 'back_out', 'abort'] },
    ])
    expect(ends(run)).toEqual({ n1: 'held', n2: 'pending', n3: 'pending' })
    await run.answer('p1', choice)
    await run.settled()
    expect(ends(run)).toEqual({ n1: end, n2: 'succeeded', n3: 'succeeded' })
    expect(Object.values(run.state.prompts)).toEqual([])
  })

  it('asks also when the failure is more than is tolerated, and does not offer to go on with the rest', async () => {
    const run = broken(asking({ max_failures: 0 }))
    await run.go()
    expect(Object.values(run.state.prompts)).toMatchObject([
      { kind: 'rollout', target: 'n1', choices: ['rollback', 'go_on', 'back_out', 'abort'] },
    ])
    await run.answer('p1', 'rollback')
    await run.settled()
    expect(ends(run)).toEqual({ n1: 'rolled_back', n2: 'skipped', n3: 'skipped' })
  })

  it('a question that an operator settles by a command is closed', async () => {
    const run = broken(asking({}))
    await run.go()
    await say(run, { do: 'rollback_target', target: 'n1' })
    await run.settled()
    expect(ends(run)).toEqual({ n1: 'rolled_back', n2: 'succeeded', n3: 'succeeded' })
    expect(run.state.answered).toMatchObject([{ prompt: 'p1', closed: 'it was decided elsewhere' }])
  })
})

describe('an unattended run whose rollout asks', () => {
  it('waits for people and for no window once what was in progress has ended', async () => {
    const zones = ['Europe/Paris', 'America/New_York']
    const step = rollout('r', ['n1', 'n2', 'n3', 'm1'], {
      max_failures: 9,
      max_concurrency: 2,
      each: [install, action('start', { capabilities: safe })],
      target_deadline_ms: 30 * minute,
      window: night,
      failure_rules: [{ do: 'fail', then: 'ask' }],
      lanes: zones.map((zone, index) =>
        laneOf(zone, [wave('all', index === 0 ? ['n1', 'n2', 'n3'] : ['m1'])], { time_zone: zone }),
      ),
    })
    const run = new Slow(10, (call) => (call.target === 'n1' ? { fail: 'refused' } : {})).run(planOf(step, sundays))
    const gone = run.go()
    await until(() => Object.keys(run.state.prompts).length > 0)
    // n2 is still in progress, so something goes on.
    expect([ends(run)['n2'], waitsForPeople(run.state)]).toEqual(['in_progress', false])
    await until(() => ends(run)['n2'] === 'succeeded')
    expect(ends(run)).toEqual({ n1: 'failed', n2: 'succeeded', n3: 'pending', m1: 'pending' })
    expect(Object.keys(run.state.timers)).not.toEqual([])
    expect([waitsForClock(run.state), waitsForPeople(run.state)]).toEqual([false, true])
    await run.answer('p1', 'go_on')
    expect(waitsForClock(run.state)).toBe(true)
    await gone
    await until(() => run.state.status === 'ended')
    expect(ends(run)).toEqual({ n1: 'failed', n2: 'succeeded', n3: 'succeeded', m1: 'succeeded' })
  })
})

describe('a failure of the last target that people are asked about', () => {
  const step = rollout('r', ['n1'], {
    max_failures: 9,
    each: [install],
    failure_rules: [{ do: 'fail', then: 'ask' }],
  })
  it.each([
    ['go_on', 'succeeded'],
    ['stop', undefined],
  ] as const)('is asked about before the step ends: %s', async (choice, outcome) => {
    const run = new Slow(1, () => ({ fail: 'refused' })).run(planOf(step))
    await run.go()
    expect(Object.values(run.state.prompts)).toMatchObject([{ kind: 'rollout' }])
    await run.answer('p1', choice)
    await run.settled()
    expect(run.state.outcome).toBe(outcome)
    if (outcome === undefined)
      expect(Object.values(run.state.prompts)).toMatchObject([
        { kind: 'failure', message: expect.stringContaining('stopped: by olga') },
      ])
  })
})

describe('a run around a rollout', () => {
  const names = ['n1', 'n2', 'n3']
  const step = rollout('r', names, {
    max_failures: 9,
    each: [install, action('start', { capabilities: safe })],
  })

  it('pauses when what is in progress has come to its end, and goes on from there', async () => {
    const slow = new Slow(10)
    const run = slow.run(planOf(step))
    void run.go()
    await until(() => slow.starts['n1'] !== undefined)
    await run.post('PauseRequested', { by: 'olga' })
    await until(() => run.state.status === 'paused')
    expect(ends(run)).toEqual({ n1: 'succeeded', n2: 'pending', n3: 'pending' })
    await run.post('ResumeRequested', { by: 'olga' })
    await until(() => run.state.status === 'ended')
    expect(run.state.outcome).toBe('succeeded')
  })

  it('aborts the same way, and at once when told so', async () => {
    for (const [now, end] of [
      [false, 'succeeded'],
      [true, 'in_progress'],
    ] as const) {
      const slow = new Slow(10)
      const run = slow.run(planOf(step))
      void run.go()
      await until(() => slow.starts['n1'] !== undefined)
      await run.post('AbortRequested', { by: 'olga', back_out: false, now, reason: 'storm' })
      await until(() => run.state.status === 'ended')
      expect(run.state.outcome).toBe('aborted')
      expect(ends(run)['n1']).toBe(end)
      expect(slow.starts['n2']).toBeUndefined()
    }
  })
})

describe('gates between waves', () => {
  const gated = (): PlanRollout => {
    const gates = [{ ...gate('rest'), path: 'phase1/r/gate/rest' }]
    const lanes = ['x', 'y'].map((id) =>
      laneOf(id, [wave('first', [`${id}1`]), wave('rest', [`${id}2`], { gate: 'phase1/r/gate/rest' })]),
    )
    const targets = ['x1', 'x2', 'y1', 'y2']
    return rollout('r', targets, { lanes, gates, max_concurrency: 4, each: [install] })
  }
  const vote = (run: Harness, decision: 'approve' | 'reject'): ReturnType<Harness['post']> =>
    run.post('VoteCast', { by: 'carla', role: 'change_manager', prompt: 'p1', decision, reason: 'as agreed' })

  it('are asked once for all lanes', async () => {
    const run = new Slow(1).run(planOf(gated()))
    await run.go()
    expect(Object.values(run.state.prompts)).toMatchObject([{ kind: 'gate', step: 'phase1/r/gate/rest' }])
    expect(ends(run)).toMatchObject({ x1: 'succeeded', x2: 'pending', y1: 'succeeded', y2: 'pending' })
    await vote(run, 'approve')
    await run.settled()
    expect(run.state.outcome).toBe('succeeded')
    expect(run.state.promptCount).toBe(1)
  })

  it('leave the rest as it is when decided against', async () => {
    const step = gated()
    const run = new Slow(1).run(
      planOf({ ...step, gates: step.gates.map((each) => ({ ...each, on_failure: 'continue' as const })) }),
    )
    await run.go()
    await vote(run, 'reject')
    await run.settled()
    expect(ends(run)).toMatchObject({ x2: 'skipped', y2: 'skipped' })
    expect(Object.values(run.state.prompts)[0]?.message).toContain('gate 1.1.1 was decided against')
  })
})

/** Two sites with a pair each: the secondary goes last, and not at all when its primary has handed over to it. */
function pairs(): PlanRollout {
  const member = (site: string, name: string): { name: string; unit: string } => ({
    name: `${site}-${name}`,
    unit: site,
  })
  return rollout('r', ['x-p', 'y-p', 'x-s', 'y-s'], {
    max_concurrency: 4,
    max_failures: 4,
    each: [install],
    health: {
      checks: [check('kpi')],
      interval_ms: 30_000,
      min_healthy_time_ms: 2 * minute,
      failures_allowed: 0,
      on_unknown: 'hold',
    },
    target_deadline_ms: 17 * minute,
    target_retry: { max_attempts: 2, delay_ms: 0, backoff: 1, max_delay_ms: 0, classes: ['not_ready'], at: 'deadline' },
    rollback: { mode: 'auto', scope: 'target', steps: [action('back', { capabilities: safe })] },
    unit: { one_at_a_time: true, skip_rest_when: [], fit_whole: false },
    lanes: [
      laneOf('all', [
        wave('primaries', [member('x', 'p'), member('y', 'p')]),
        wave('secondaries', [member('x', 's'), member('y', 's')], {
          skip_when: 'unit.outputs[unit.members[0].name].kpi.failed_over == true',
        }),
      ]),
    ],
  })
}

describe('conditions about the unit', () => {
  it('leave out a member whose unit gave a reason meanwhile', async () => {
    const run = new Slow(1, (call): FarAnswer => {
      return call.step.endsWith('kpi') ? { outputs: { failed_over: call.target === 'x-p' } } : {}
    }).run(planOf(pairs()))
    expect((await run.go()).outcome).toBe('succeeded')
    expect(ends(run)).toEqual({ 'x-p': 'succeeded', 'y-p': 'succeeded', 'x-s': 'skipped', 'y-s': 'succeeded' })
    expect(rolled(run).targets['x-s']?.reason).toMatch(/^left out: unit\.outputs/)
  })
})

describe('a rollout whose engine dies', () => {
  /** One bad hash at the first try on `y-p`, one trouble on `x-p`, and a failover known from it. */
  class World {
    readonly effects: string[] = []
    #tried = false

    answer = (call: FarCall): FarAnswer => {
      const key = `${call.step.split('/').at(-1)}@${call.target}`
      if (call.target === 'y-p' && call.step.endsWith('install') && !this.#tried) {
        this.#tried = true
        return { fail: 'not_ready' }
      }
      if (call.step.endsWith('kpi') && call.target === 'x-p') return { fail: 'unhealthy' }
      if (!call.step.endsWith('kpi') && !this.effects.includes(key)) this.effects.push(key)
      return { outputs: call.step.endsWith('kpi') ? { failed_over: false } : {} }
    }
  }

  it('at any append ends as if nothing had happened', async () => {
    const made = planOf(pairs())
    const calm = new World()
    const whole = new Slow(1, calm.answer).run(made)
    await whole.go()
    const expected = ends(whole)
    expect(expected).toEqual({ 'x-p': 'rolled_back', 'y-p': 'succeeded', 'x-s': 'succeeded', 'y-s': 'succeeded' })
    const length = whole.journals.records.length
    expect(length).toBeGreaterThan(60)
    for (let seq = 3; seq <= length; seq += 1) {
      const world = new World()
      const journals = new MemoryJournals()
      journals.dieAt = seq
      const slow = new Slow(1, world.answer)
      await slow.run(made, { journals }).go()
      await new Promise((resolve) => setImmediate(resolve))
      journals.dieAt = Number.POSITIVE_INFINITY
      const later = new Slow(1, world.answer)
      later.clock = new VirtualClock(slow.clock.now() + 1000)
      const second = later.run(made, { journals })
      await second.go()
      expect(ends(second), `died before record ${seq}`).toEqual(expected)
      expect([...world.effects].sort(), `died before record ${seq}`).toEqual([...calm.effects].sort())
    }
  })

  it('is on record so that reading the journal gives the very state that was', async () => {
    const made = planOf(pairs())
    const run = new Slow(1, new World().answer).run(made)
    await run.go()
    const program = makeRunProgram(made)
    let state = program.init('r1')
    for (const record of run.journals.records) state = program.evolve(state, record as unknown as RunEvent, record.seq)
    expect(stateJson(state)).toEqual(stateJson(run.state))
  })
})
