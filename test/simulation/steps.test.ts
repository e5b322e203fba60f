import { describe, expect, it } from 'vitest'
import { renderSimulation } from '../../src/cli/simulation-text.ts'
import type { Plan } from '../../src/plan/model.ts'
import type { KnownAction } from '../../src/simulation/far-side.ts'
import { calmScenario, type ScenarioModel } from '../../src/simulation/scenario-model.ts'
import { simulateRun } from '../../src/simulation/simulate-run.ts'
import type { SimulatedRun } from '../../src/simulation/simulated-run.ts'
import {
  acceptance,
  action,
  changes,
  check,
  criterion,
  gate,
  group,
  manual,
  plan,
  rollout,
} from '../support/plan-builder.ts'
import { scenarioFrom } from '../support/rehearsal.ts'

const minute = 60_000
const takes = (minutes: number): { duration: { expected_ms: number; worst_ms: number } } => ({
  duration: { expected_ms: minutes * minute, worst_ms: 2 * minutes * minute },
})

const known: Record<string, KnownAction> = {
  'test.measure': {
    outputs: {
      type: 'object',
      properties: {
        free: { type: 'integer', examples: [3] },
        state: { type: 'string', enum: ['stopped', 'running'] },
        clean: { type: 'boolean' },
      },
    },
    duration: { expected_ms: 1000, worst_ms: 5000 },
  },
}

function play(made: Plan, scenario: ScenarioModel | string = calmScenario): SimulatedRun {
  return simulateRun(made, {
    scenario: typeof scenario === 'string' ? scenarioFrom(scenario) : scenario,
    start: 0,
    findAction: (name) => known[name],
  })
}

const when = (run: SimulatedRun): Record<string, readonly [number, number | undefined, string]> =>
  Object.fromEntries(
    run.steps.map((step) => [
      step.path.replace('phase1/', ''),
      [step.startedAt / minute, step.endedAt === undefined ? undefined : step.endedAt / minute, step.outcome],
    ]),
  )

describe('steps without a rollout', () => {
  it('take their expected times: one after another, side by side in a parallel group, targets as many at once as they may', () => {
    const made = plan(
      [
        [
          action('one', takes(3)),
          group('both', [action('a', takes(4)), action('b', takes(6))], { parallel: true }),
          action('many', { ...takes(10), targets: ['x', 'y', 'z'], max_concurrency: 2 }),
        ],
      ],
      { targets: ['x', 'y', 'z'] },
    )
    const run = play(made)
    expect(when(run)).toEqual({
      one: [0, 3, 'succeeded'],
      both: [3, 9, 'succeeded'],
      'both/a': [3, 7, 'succeeded'],
      'both/b': [3, 9, 'succeeded'],
      // Two rounds of ten minutes each.
      many: [9, 29, 'succeeded'],
    })
    expect([...run.targets.values()].map(({ state }) => state)).toEqual(['succeeded', 'succeeded', 'succeeded'])
    expect(run.outcome).toBe('succeeded')
  })

  it('people do manual steps and decide gates after their expected time, with as many approvals as are needed', () => {
    const made = plan([
      [
        manual('tell', {
          ...takes(15),
          fields: [{ id: 'ticket', title: 'Ticket', type: 'text', required: true }],
          evidence: [{ id: 'mail', title: 'Mail', required: true }],
        }),
        { ...gate('go', { min_approvals: 2, exclude_initiator: true }), ...takes(10) },
      ],
    ])
    const run = play(made)
    expect(when(run)).toEqual({ tell: [0, 15, 'succeeded'], go: [15, 25, 'succeeded'] })
    expect(run.events.filter(({ type }) => type === 'voted')).toHaveLength(2)
    expect(run.assumptions).toEqual(['step 1.1: "Ticket" is filled in with "simulated"'])
  })

  it('a scenario says how long, who answers what, and with what', () => {
    const made = plan([[manual('tell', takes(15)), { ...gate('go'), ...takes(10) }, action('work', takes(5))]])
    const run = play(
      made,
      `durations:
  - {step: tell, fixed: 2m}
  - {step: work, range: {min: 7m, max: 7m}}
operator:
  - {step: go, do: no_go, by: Ines, after: 1m, reason: Not tonight}
  - {at: 30m, step: go, do: retry}
`,
    )
    expect(when(run)).toEqual({ tell: [0, 2, 'succeeded'], go: [2, 40, 'succeeded'], work: [40, 47, 'succeeded'] })
    expect(run.events.filter(({ type }) => type === 'voted').map(({ by, outcome }) => [by, outcome])).toEqual([
      ['Ines', 'reject'],
      ['simulated change_manager', 'approve'],
    ])
  })

  it('after a failure nobody decides unless the scenario says so: the run waits, and it is said for what', () => {
    const made = plan([[action('work', takes(5)), action('next', takes(1))]])
    const fault =
      'faults:\n  - {id: full, kind: fail, class: refused, step: work, after: 2m, message: The disk is full}\n'
    const waiting = play(made, fault)
    expect([waiting.outcome, waiting.end / minute]).toEqual(['waiting', 2])
    expect(waiting.reason).toContain('The disk is full')
    const skipped = play(made, `${fault}operator:\n  - {step: work, do: skip, after: 10m, reason: Not needed}\n`)
    expect([skipped.outcome, when(skipped)['next']]).toEqual(['succeeded', [12, 13, 'succeeded']])
    const twice = play(
      made,
      'faults:\n  - {id: full, kind: fail, class: refused, step: work, times: 1}\noperator:\n  - {step: work, do: retry}\n',
    )
    expect([twice.outcome, [...twice.strikes]]).toEqual(['succeeded', [['full', 1]]])
  })

  it('silence is an outcome: what hangs ends at its deadline', () => {
    const made = plan([[check('look', { ...takes(1), deadline_ms: 4 * minute, on_failure: 'continue' })]])
    const run = play(made, 'faults:\n  - {id: silence, kind: hang, step: look}\n')
    expect(when(run)).toEqual({ look: [0, 4, 'failed'] })
    expect(run.events.find(({ type }) => type === 'call_failed')).toMatchObject({ class: 'timeout' })
  })

  it('what disappears breaks off what runs on it, and can be reached again when it comes back', () => {
    const made = plan(
      [
        [
          check('look', {
            ...takes(10),
            targets: ['x', 'y'],
            max_concurrency: 2,
            retry: { max_attempts: 5, delay_ms: 4 * minute, backoff: 1, max_delay_ms: 4 * minute, classes: [] },
            duration: { expected_ms: 10 * minute, worst_ms: 100 * minute },
          }),
        ],
      ],
      { targets: ['x', 'y'] },
    )
    const run = play(
      made,
      'faults:\n  - {id: cut, kind: disappear, select: target.name == "x", from: 6m, until: 12m}\n',
    )
    // Breaks off at 6, is away at 10, works from 14 on.
    expect(when(run)).toEqual({ look: [0, 24, 'succeeded'] })
    expect(run.targets.get('x')).toMatchObject({ attempts: 3, state: 'succeeded' })
    expect(run.targets.get('y')).toMatchObject({ attempts: 1 })
  })

  it('operators pause, resume and abort at a time', () => {
    const made = plan([[action('a', takes(5)), action('b', takes(5)), action('c', takes(5))]])
    const run = play(made, 'operator:\n  - {at: 7m, do: pause}\n  - {at: 20m, do: resume}\n  - {at: 22m, do: abort}\n')
    expect(when(run)).toMatchObject({ a: [0, 5, 'succeeded'], b: [5, 20, 'succeeded'], c: [20, 25, 'failed'] })
    expect(run.outcome).toBe('aborted')
    expect(play(made, 'operator:\n  - {at: 7m, do: pause}\n').outcome).toBe('paused')
  })
})

describe('several rollouts', () => {
  it('count the ends of their own targets, and one that is left out never opened', () => {
    const made = plan(
      [
        [
          rollout('one', ['x', 'y'], { each: [action('a', takes(1))], max_failures: 9 }),
          rollout('two', ['x'], { each: [action('b', takes(1))] }),
          rollout('none', ['y'], { each: [action('c', takes(1))], when: '1 > 2' }),
        ],
      ],
      { targets: ['x', 'y'] },
    )
    const run = play(made, 'faults: [{id: bad, kind: fail, step: one, targets: [y]}]\n')
    expect(run.lanes.map((lane) => [lane.step, Object.fromEntries(lane.ends)])).toEqual([
      ['phase1/one', { succeeded: 1, failed: 1 }],
      ['phase1/two', { succeeded: 1 }],
      ['phase1/none', {}],
    ])
    const layout = { columns: 140, colour: false, offsetMs: 0, all: false }
    const text = renderSimulation(made, { run } as never, layout as never)
    expect(text).toMatch(/phase1\/one .* 1 +0 +1 +0 +0/)
    expect(text).toMatch(/phase1\/none Lane all +.*– +–/)
    expect(text).not.toContain('never')
  })
})

describe('a step behind a rollout', () => {
  it('counts its own attempts, whatever the rollout needed', () => {
    const fail = '{id: a, kind: fail, step: restart, attempts: [1]}, {id: b, kind: fail, step: look, attempts: [2]}'
    const retry = { max_attempts: 2, delay_ms: 0, backoff: 1, max_delay_ms: 0, classes: [] }
    const made = plan(
      [
        [
          rollout('restart', ['x'], {
            each: [action('boot', takes(5))],
            target_retry: { ...retry, at: 'failure' },
          }),
          check('look', { ...takes(1), targets: ['x'], retry }),
        ],
      ],
      { targets: ['x'] },
    )
    const run = play(made, `faults: [${fail}]\n`)
    expect(run.targets.get('x')).toMatchObject({ state: 'succeeded', attempts: 2 })
    expect([...run.strikes]).toEqual([
      ['a', 1],
      ['b', 0],
    ])
  })
})

describe('a fault of the first attempt', () => {
  const kinds = {
    plain: changes,
    idempotent: { ...changes, idempotent: true },
    resumable: { ...changes, resumable: true },
    'with a probe': { ...changes, probe: true },
  } as const
  /** Outcome, end of the target, its attempts, minutes: the same attempt goes on once somebody has looked, or the next one begins. */
  const afterSilence = {
    plain: ['succeeded', 'succeeded', 1, 12],
    idempotent: ['succeeded', 'succeeded', 2, 8],
    resumable: ['succeeded', 'succeeded', 2, 8],
    'with a probe': ['succeeded', 'succeeded', 1, 7],
  } as const
  it.each(
    (Object.keys(kinds) as (keyof typeof kinds)[]).flatMap((kind) =>
      (['unreachable', 'timeout', 'process'] as const).flatMap((failure) =>
        (['rollout', 'step'] as const).map((form) => ({ kind, failure, form })),
      ),
    ),
  )('leaves the second one alone: $failure, $kind, $form', ({ kind, failure, form }) => {
    const retry = { max_attempts: 2, delay_ms: minute, backoff: 1, max_delay_ms: minute, classes: [] }
    const boot = action('boot', { ...takes(5), targets: ['x'], capabilities: kinds[kind] })
    const made = plan(
      [
        [
          form === 'step'
            ? { ...boot, retry }
            : rollout('restart', ['x'], {
                each: [boot],
                target_retry: { ...retry, at: 'failure' },
                target_deadline_ms: 17 * minute,
              }),
        ],
      ],
      { targets: ['x'] },
    )
    const run = play(made, `faults: [{id: a, kind: fail, step: boot, class: ${failure}, after: 2m, attempts: [1]}]\n`)
    const { state, attempts } = run.targets.get('x')!
    expect([run.outcome, state, attempts, Math.floor(run.end / minute)]).toEqual(
      failure === 'process' ? ['succeeded', 'succeeded', 2, 8] : afterSilence[kind],
    )
    expect(run.strikes.get('a')).toBe(1)
  })
})

describe('an engine that dies', () => {
  const resumable = { ...changes, resumable: true }
  const asked = { ...changes, probe: true }

  it('finds work that goes on by itself again, probes what can be probed, and repeats what only reads', () => {
    const made = plan([
      [
        action('long', { ...takes(30), capabilities: resumable }),
        action('probed', { ...takes(30), capabilities: asked }),
        check('read', takes(30)),
      ],
    ])
    const run = play(
      made,
      `faults:
  - {id: k1, kind: engine_killed, from: 10m, down_for: 5m}
  - {id: k2, kind: engine_killed, from: 40m, down_for: 5m}
  - {id: k3, kind: engine_killed, step: read, after: 10m, down_for: 5m}
`,
    )
    const steps = when(run)
    expect(steps['long']).toEqual([0, 30, 'succeeded'])
    // Seen within one round of asking after its end.
    expect(steps['probed']![1]! - 60).toBeLessThan(0.2)
    // Ten minutes lost, five without an engine, thirty again.
    expect(steps['read']![1]! - steps['read']![0]).toBeCloseTo(45)
    expect(run.events.filter(({ type }) => type === 'engine_killed').map(({ fault }) => fault)).toEqual([
      'k1',
      'k2',
      'k3',
    ])
  })

  it('asks a person where nothing else can tell; the person looks, and sees what really happened', () => {
    const made = plan([[action('switch', { ...takes(10) }), action('next', takes(1))]])
    const applied = play(made, 'faults:\n  - {id: k, kind: engine_killed, from: 9m, down_for: 1m}\n')
    expect(applied.events.map(({ type, outcome }) => [type, outcome])).toContainEqual(['answered', 'mark_done'])
    expect(applied.outcome).toBe('succeeded')
    expect(when(applied)['switch']).toEqual([0, 15, 'succeeded'])
  })

  it('people answer when it is back', () => {
    const made = plan([[manual('tell', takes(15))]])
    const run = play(made, 'faults:\n  - {id: k, kind: engine_killed, from: 10m, down_for: 20m}\n')
    expect(when(run)['tell']![1]).toBeCloseTo(30)
    expect(run.outcome).toBe('succeeded')
  })
})

describe('outputs that nobody knows', () => {
  it('are made up so that criteria hold when all goes well, and compare with the baseline', () => {
    const condition =
      'outputs.free > 100 && outputs.state == "running" && outputs.clean && outputs.free >= baseline.free'
    const made = plan([[acceptance('before', 'baseline', ['room']), acceptance('after', 'final', ['room'])]], {
      criteria: [criterion('room', { pass_when: condition })],
    })
    const run = play(made)
    expect(run.outcome).toBe('succeeded')
    expect(run.events.filter(({ type }) => type === 'criterion_judged').map(({ outcome }) => outcome)).toEqual([
      'pass',
      'pass',
    ])
    expect(run.assumptions).toEqual([])
  })

  it('are named when none can be found, and a scenario gives them', () => {
    const made = plan([[acceptance('after', 'final', ['room'])]], {
      criteria: [criterion('room', { pass_when: 'outputs.free * 7 == 294' })],
    })
    const run = play(made)
    expect(run.outcome).toBe('waiting')
    expect(run.assumptions[0]).toMatch(/^criterion "room": no outputs were found/)
    expect(play(made, 'outputs:\n  - {action: test.measure, give: {free: 42}}\n').outcome).toBe('succeeded')
  })

  it('are told when a condition depends on them', () => {
    const made = plan([
      [check('inspect', { action: 'test.measure' }), action('clean', { when: 'steps.inspect.outputs.free < 2' })],
    ])
    const run = play(made)
    expect(when(run)['clean']![2]).toBe('skipped')
    expect(run.assumptions).toEqual([
      'step 1.2: its condition was judged with made-up outputs of step 1.1; name them under `outputs` in the scenario',
    ])
    const given = play(made, 'outputs:\n  - {step: inspect, give: {free: 1}}\n')
    expect([when(given)['clean']![2], given.assumptions]).toEqual(['succeeded', []])
  })
})
