import { describe, expect, it } from 'vitest'
import type { PlanAction } from '../../src/plan/model.ts'
import type { Capabilities } from '../../src/ports/executor.ts'
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
  reads,
} from '../support/plan-builder.ts'
import { type FarCall, Harness } from '../support/run-harness.ts'
import { turns } from '../support/turns.ts'

const once =
  (id: string, failure: 'process' | 'unreachable' | 'timeout' = 'process') =>
  (call: FarCall) =>
    call.step.endsWith(id) && call.attempt === 1 ? { fail: failure, message: `${id} broke` } : {}

describe('failures', () => {
  it('by silence need a deadline, or a day, or twice the longest time that was expected', async () => {
    const day = 86_400_000
    const list = [
      check('short'),
      check('due', { deadline_ms: 5000 }),
      check('week', { duration: { expected_ms: 7 * day, worst_ms: 7 * day } }),
    ]
    const run = new Harness(plan([list]))
    await run.go()
    const asked = run.journals.records.flatMap(({ type, data }) => (type === 'CallRequested' ? [data] : []))
    expect(asked).toMatchObject([{ timeout_ms: day }, { timeout_ms: 5000 }, { timeout_ms: 14 * day }])
  })

  it('are retried by policy with growing pauses, in the classes that can heal', async () => {
    const retry = { max_attempts: 3, delay_ms: 10_000, backoff: 2, max_delay_ms: 60_000, classes: [] }
    const run = new Harness(plan([[check('a', { retry })]]), { far: () => ({ fail: 'not_ready' }) })
    const start = run.clock.now()
    await run.go()
    expect(run.calls.map((call) => call.attempt)).toEqual([1, 2, 3])
    const asked = run.journals.records
      .filter((record) => record.type === 'CallRequested')
      .map((record) => record.at - start)
    expect(asked).toEqual([0, 10_000, 30_000])
    expect(Object.values(run.state.prompts)).toMatchObject([{ kind: 'failure' }])
    const refused = new Harness(plan([[check('a', { retry })]]), { far: () => ({ fail: 'refused' }) })
    await refused.go()
    expect(refused.calls).toHaveLength(1)
  })

  it('hold an unattended run with a clear question, and nothing later starts', async () => {
    const run = new Harness(plan([[action('a'), action('b')]]), { far: once('a') })
    await run.go()
    expect(Object.values(run.state.prompts)).toMatchObject([
      {
        kind: 'failure',
        message: 'Step 1.1 "Do a" failed on control: a broke',
        choices: ['retry', 'retry_all', 'skip', 'mark_done', 'back_out', 'abort'],
      },
    ])
    expect(run.performed).toEqual(['phase1/a'])
    await run.answer('p1', 'retry')
    await run.settled()
    expect(run.state.outcome).toBe('succeeded')
    expect(run.performed).toEqual(['phase1/a', 'phase1/a', 'phase1/b'])
  })

  it('on some targets retry only those, or all when the operator says so', async () => {
    const targets = ['n1', 'n2', 'n3']
    for (const [choice, again] of [
      ['retry', ['n2']],
      ['retry_all', targets],
    ] as const) {
      const run = new Harness(plan([[action('a', { targets, max_concurrency: 3 })]], { targets }), {
        far: (call) => (call.target === 'n2' && call.attempt === 1 ? { fail: 'process' } : {}),
      })
      await run.go()
      await run.answer('p1', choice)
      await run.settled()
      expect(run.performed.slice(3).map((path) => path.split('@')[1])).toEqual(again)
      expect(run.state.outcome).toBe('succeeded')
    }
  })

  it('stop further targets of the step, but let those in flight finish', async () => {
    const targets = ['n1', 'n2', 'n3', 'n4']
    const run = new Harness(plan([[action('a', { targets, max_concurrency: 2 })]], { targets }), {
      far: async (call) => {
        if (call.target === 'n1') return { fail: 'process' }
        await turns()
        return {}
      },
    })
    const state = await run.go()
    expect(run.performed).toEqual(['phase1/a@n1', 'phase1/a@n2'])
    expect(state.steps['phase1/a']?.targets['n2']?.status).toBe('succeeded')
  })

  it('are passed over with `continue`, and the outcome says so', async () => {
    const run = new Harness(plan([[action('a', { on_failure: 'continue' }), action('b')]]), { far: once('a') })
    const state = await run.go()
    expect(state.outcome).toBe('succeeded_with_failures')
    expect(state.steps['phase1/a']).toMatchObject({ status: 'failed', reason: 'failed on control: a broke' })
  })

  it('count as cured when a step kept for this very failure succeeds', async () => {
    const steps = () => [
      action('a', { on_failure: 'continue' }),
      action('recover', { when: 'steps.a.outcome == "failed"', on_failure: 'continue' }),
    ]
    const cured = new Harness(plan([steps()]), { far: once('a') })
    expect((await cured.go()).outcome).toBe('succeeded')
    expect(cured.state.steps['phase1/a']?.status).toBe('failed')
    const worse = new Harness(plan([steps()]), { far: () => ({ fail: 'process' }) })
    expect((await worse.go()).outcome).toBe('succeeded_with_failures')
  })

  it.each([false, true])('cures its group as well (side by side: %s)', async (parallel) => {
    const inner = (): readonly [PlanAction, PlanAction] => [
      action('a', { on_failure: 'continue' }),
      action('recover', { when: 'steps.a.outcome == "failed"', ...(parallel ? { after: ['phase1/g/a'] } : {}) }),
    ]
    const cured = new Harness(plan([[group('g', inner(), { parallel })]]), { far: once('a') })
    expect((await cured.go()).outcome).toBe('succeeded')
    expect(cured.state.steps['phase1/g']?.status).toBe('succeeded')
    const lost = new Harness(plan([[group('g', [inner()[0], action('b')], { parallel })]]), { far: once('a') })
    expect((await lost.go()).outcome).toBe('succeeded_with_failures')
    expect(lost.state.steps['phase1/g']).toMatchObject({ status: 'failed', reason: '1.1.1 failed' })
  })

  it('in one branch of a parallel group do not hold the others', async () => {
    const run = new Harness(
      plan([[group('g', [action('a'), group('h', [action('b'), action('c')])], { parallel: true })]]),
      { far: once('a') },
    )
    await run.go()
    expect(run.performed).toEqual(['phase1/g/a', 'phase1/g/h/b', 'phase1/g/h/c'])
    expect(Object.values(run.state.prompts)).toHaveLength(1)
  })

  it('of which nobody knows the effect are never repeated blindly', async () => {
    const probing: Capabilities = { ...changes, probe: true }
    const safe: Capabilities = { ...changes, idempotent: true }
    const retry = { max_attempts: 2, delay_ms: 0, backoff: 1, max_delay_ms: 0, classes: [] }
    const lost = (state?: string) => (call: FarCall) =>
      call.op === 'probe'
        ? { state: state ?? 'unknown' }
        : call.attempt === 1 && call.op === 'perform'
          ? { fail: 'unreachable' as const }
          : {}
    const applied = new Harness(plan([[action('a', { capabilities: probing, retry })]]), { far: lost('applied') })
    expect((await applied.go()).outcome).toBe('succeeded')
    expect(applied.performed).toHaveLength(1)
    let calls = 0
    const not = new Harness(plan([[action('a', { capabilities: probing })]]), {
      far: (call) => (call.op === 'probe' ? { state: 'not_applied' } : ++calls === 1 ? { fail: 'timeout' } : {}),
    })
    expect((await not.go()).outcome).toBe('succeeded')
    expect(not.performed).toHaveLength(2)
    const again = new Harness(plan([[action('a', { capabilities: safe, retry })]]), { far: lost() })
    expect((await again.go()).outcome).toBe('succeeded')
    expect(again.performed).toHaveLength(2)
    const asked = new Harness(plan([[action('a', { retry })]]), { far: lost() })
    await asked.go()
    expect(asked.performed).toHaveLength(1)
    expect(Object.values(asked.state.prompts)).toMatchObject([
      { kind: 'unknown', choices: ['mark_done', 'retry', 'skip', 'fail', 'back_out', 'abort'] },
    ])
    await asked.answer('p1', 'mark_done', { reason: 'looked there' })
    await asked.settled()
    expect(asked.state.outcome).toBe('succeeded')
    expect(asked.state.deviations).toMatchObject([{ kind: 'marked_done', by: 'olga' }])
    const certain = new Harness(plan([[action('a', { retry })]]), {
      far: (call) => (call.attempt === 1 ? { fail: 'unreachable', notApplied: true } : {}),
    })
    expect((await certain.go()).outcome).toBe('succeeded')
    expect(certain.performed).toHaveLength(2)
  })

  it('a probe that finds the work still running is asked again later', async () => {
    let probes = 0
    const run = new Harness(plan([[action('a', { capabilities: { ...changes, probe: true } })]]), {
      far: (call) => (call.op === 'probe' ? { state: ++probes < 3 ? 'running' : 'applied' } : { fail: 'timeout' }),
    })
    expect((await run.go()).outcome).toBe('succeeded')
    expect([probes, run.performed.length]).toEqual([3, 1])
  })

  it('a safety rule refuses an effect before it happens', async () => {
    const rules = [{ id: 'not-n2', title: 'Never touch n2', check: 'target.name != "n2"', covers: [] }]
    const targets = ['n1', 'n2']
    const run = new Harness(plan([[check('look', { targets }), action('a', { targets })]], { targets, rules }))
    await run.go()
    expect(run.performed).toEqual(['phase1/look@n1', 'phase1/look@n2', 'phase1/a@n1'])
    expect(run.state.rulesBroken).toMatchObject([{ rule: 'not-n2', target: 'n2' }])
    expect(Object.values(run.state.prompts)[0]?.message).toContain('rule "not-n2" would be broken')
  })
})

describe('back-out and cleanup', () => {
  const steps = () => [
    action('on', { back_out: [action('off')] }),
    action('maintenance'),
    action('work', { back_out: 'undo', targets: ['n1', 'n2'], capabilities: { ...changes, reversible: true } }),
    action('maintenance_off', { cleanup_of: 'maintenance' }),
    action('last'),
  ]
  const targets = ['n1', 'n2']
  const tags = (run: Harness): string[] =>
    run.calls.map(
      (call) =>
        `${call.op === 'undo' ? 'undo ' : ''}${call.step.replace('phase1/', '')}${call.target ? `@${call.target}` : ''}`,
    )

  it('a cleanup runs after its step in the ordinary course', async () => {
    const run = new Harness(plan([steps()], { targets }))
    expect((await run.go()).outcome).toBe('succeeded')
    expect(tags(run)).toEqual(['on', 'maintenance', 'work@n1', 'work@n2', 'maintenance_off', 'last'])
  })

  it('back-out goes in reverse order, by inverse steps, undo and cleanups', async () => {
    const run = new Harness(plan([steps()], { targets }), { far: once('last') })
    await run.go()
    await run.answer('p1', 'back_out', { reason: 'too late' })
    await run.settled()
    expect(run.state.outcome).toBe('backed_out')
    expect(tags(run).slice(6)).toEqual(['undo work/back_out@n2', 'undo work/back_out@n1', 'on/back_out/off'])
    expect(run.state.steps['phase1/on']?.status).toBe('backed_out')
  })

  it('a failure before the cleanup puts the effect back on the way', async () => {
    const run = new Harness(plan([steps()], { targets }), {
      far: (call) => (call.step.endsWith('work') && call.target === 'n2' ? { fail: 'process' } : {}),
    })
    await run.go()
    await run.post('AbortRequested', { by: 'olga', back_out: true, now: false, reason: 'window closes' })
    await run.settled()
    expect(run.state.outcome).toBe('backed_out')
    expect(tags(run)).toEqual([
      'on',
      'maintenance',
      'work@n1',
      'work@n2',
      'undo work/back_out@n2',
      'undo work/back_out@n1',
      'maintenance_off',
      'on/back_out/off',
    ])
  })

  it('an abort without back-out still puts back what must not stay', async () => {
    const run = new Harness(plan([steps()], { targets }), { far: once('work') })
    await run.go()
    await run.post('AbortRequested', { by: 'olga', back_out: false, now: false, reason: 'enough' })
    await run.settled()
    expect(run.state.outcome).toBe('aborted')
    expect(tags(run)).toEqual(['on', 'maintenance', 'work@n1', 'maintenance_off'])
  })

  it('starts by itself when the runbook says so and nobody is there', async () => {
    const list = steps()
    const run = new Harness(
      plan([[...list.slice(0, 3), action('bad', { on_failure: 'back_out' }), ...list.slice(3)]], { targets }),
      { far: once('bad') },
    )
    expect((await run.go()).outcome).toBe('backed_out')
    expect(tags(run).slice(4)).toEqual([
      'bad',
      'undo work/back_out@n2',
      'undo work/back_out@n1',
      'maintenance_off',
      'on/back_out/off',
    ])
  })

  it.each([
    ['a failed step, on the way back', action('open'), true, 'failed', 'backed out'],
    ['a failed step, at an abort', action('open'), false, 'failed', 'ended'],
    ['a manual step that nobody did', manual('open'), false, 'skipped', 'ended'],
    ['a gate that nobody decided', gate('open'), false, 'skipped', 'ended'],
    ['a group with a failed step', group('open', [action('open')]), false, 'failed', 'ended'],
  ] as const)('leaves nothing on record as running: %s', async (_, open, backOut, outcome, how) => {
    const run = new Harness(plan([[action('a', { back_out: [action('b')] }), open]]), { far: once('open') })
    await run.go()
    await run.post('AbortRequested', { by: 'olga', back_out: backOut, now: false, reason: 'late' })
    await run.settled()
    expect(run.state.status).toBe('ended')
    expect(run.state.steps['phase1/open']).toMatchObject({ status: outcome, reason: `the run was ${how}: late` })
    expect(Object.values(run.state.steps).map((step) => step.status)).not.toContain('running')
    expect(Object.values(run.state.phases).map((phase) => phase.status)).toEqual(['ended'])
  })

  it('is refused past the point of no return, with the step that was it', async () => {
    const run = new Harness(
      plan([[action('a', { back_out: [action('b')] }), action('c', { point_of_no_return: true }), action('d')]]),
      { far: once('d') },
    )
    await run.go()
    const refusal = { kind: 'refused', reason: 'step 1.2 "Do c" is the point of no return, and it was begun' }
    expect(await run.post('AbortRequested', { by: 'olga', back_out: true, now: false, reason: 'x' })).toEqual(refusal)
    expect(await run.answer('p1', 'back_out', { reason: 'x' })).toEqual(refusal)
  })

  it('a failure while backing out asks, and goes on after the answer', async () => {
    let offs = 0
    const run = new Harness(plan([steps()], { targets }), {
      far: (call) =>
        call.step.endsWith('last') || (call.step.endsWith('/off') && ++offs === 1) ? { fail: 'process' } : {},
    })
    await run.go()
    await run.answer('p1', 'back_out', { reason: 'x' })
    await run.settled()
    expect(Object.values(run.state.prompts)).toMatchObject([{ kind: 'failure', step: 'phase1/on/back_out/off' }])
    await run.answer('p2', 'retry')
    await run.settled()
    expect(run.state.outcome).toBe('backed_out')
  })
})

describe('acceptance', () => {
  const criteria = [
    criterion('apps', { pass_when: 'outputs.count >= baseline.count' }),
    criterion('up', { targets: ['n1', 'n2'] }),
  ]
  const steps = () => [
    acceptance('before', 'baseline', ['apps', 'up']),
    action('work'),
    acceptance('after', 'final', ['apps', 'up']),
  ]

  it('compares with the baseline and passes', async () => {
    const run = new Harness(plan([steps()], { criteria, targets: ['n1', 'n2'] }), {
      far: () => ({ outputs: { count: 7 } }),
    })
    const state = await run.go()
    expect(state.outcome).toBe('succeeded')
    expect(
      state.acceptance.map((result) => `${result.moment} ${result.criterion}@${result.target} ${result.verdict}`),
    ).toEqual([
      'baseline apps@ pass',
      'baseline up@n1 pass',
      'baseline up@n2 pass',
      'final apps@ pass',
      'final up@n1 pass',
      'final up@n2 pass',
    ])
  })

  it('measures again on a retry wherever it did not hold, also when the last target passed', async () => {
    const away = new Set(['n1'])
    const held = [criterion('up', { targets: ['n1', 'n2'], pass_when: 'outputs.ok' })]
    const run = new Harness(plan([[acceptance('after', 'final', ['up'])]], { criteria: held, targets: ['n1', 'n2'] }), {
      far: (call) => ({ outputs: { ok: !away.has(call.target) } }),
    })
    await run.go()
    expect(run.state.prompts['p1']).toMatchObject({ kind: 'failure' })
    away.clear()
    await run.answer('p1', 'retry')
    await run.settled()
    expect(run.state.acceptance.map((result) => `${result.target} ${result.verdict}`)).toEqual([
      'n1 fail',
      'n2 pass',
      'n1 pass',
    ])
    expect(run.state.outcome).toBe('succeeded')
  })

  it('holds the run when a must does not hold; a retry measures again; a waiver is a deviation', async () => {
    let count = 7
    const run = new Harness(plan([steps()], { criteria, targets: ['n1', 'n2'] }), {
      far: (call) => {
        if (call.step.endsWith('work')) count = 5
        return { outputs: { count } }
      },
    })
    await run.go()
    expect(Object.values(run.state.prompts)).toMatchObject([
      { kind: 'failure', choices: ['retry', 'waive', 'back_out', 'abort'] },
    ])
    count = 6
    await run.answer('p1', 'retry')
    await run.settled()
    expect(run.state.acceptance.at(-1)).toMatchObject({ criterion: 'apps', verdict: 'fail', outputs: { count: 6 } })
    await run.answer('p2', 'waive', { reason: 'two apps were retired' })
    await run.settled()
    expect(run.state.outcome).toBe('succeeded')
    expect(run.state.deviations).toMatchObject([{ kind: 'waived', reason: 'two apps were retired' }])
  })
})

describe('a dry run', () => {
  it('reads for real, rehearses what it can, changes nothing, asks nobody', async () => {
    const rehearsed: Capabilities = { ...changes, dry_run: true }
    const run = new Harness(
      plan([
        [check('look', { capabilities: reads }), gate('go'), action('a', { capabilities: rehearsed }), action('b')],
      ]),
      {
        mode: 'dry_run',
        far: (call) => (call.op === 'dry_run' ? { coverage: 'checked' } : {}),
      },
    )
    const state = await run.go()
    expect(run.calls.map((call) => `${call.op} ${call.step}`)).toEqual(['perform phase1/look', 'dry_run phase1/a'])
    expect(state.outcome).toBe('succeeded')
    expect(state.steps['phase1/b']?.targets['']?.coverage).toBe('assumed')
    expect(state.steps['phase1/go']?.status).toBe('skipped')
  })

  it('measures the final criteria and judges none, because nothing was changed', async () => {
    const criteria = [criterion('release', { pass_when: 'outputs.version == "2"' })]
    const run = new Harness(plan([[action('a'), acceptance('after', 'final', ['release'])]], { criteria }), {
      mode: 'dry_run',
      far: () => ({ outputs: { version: '1' } }),
    })
    expect((await run.go()).outcome).toBe('succeeded')
    expect(run.state.acceptance).toMatchObject([{ verdict: 'not_tested', outputs: { version: '1' } }])
  })
})
