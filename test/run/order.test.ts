import { describe, expect, it } from 'vitest'
import { action, check, gate, group, manual, plan } from '../support/plan-builder.ts'
import { Harness } from '../support/run-harness.ts'
import { turns } from '../support/turns.ts'
import { until } from '../support/until.ts'

describe('the order of a run', () => {
  it('takes phases and steps one after the other and ends', async () => {
    const run = new Harness(plan([[action('a'), action('b')], [action('c')]]))
    const state = await run.go()
    expect(state.outcome).toBe('succeeded')
    expect(run.performed).toEqual(['phase1/a', 'phase1/b', 'phase2/c'])
    expect(run.types()).toContain('PhaseEnded')
  })

  it('runs the steps of a parallel group side by side', async () => {
    let open = 0
    let most = 0
    const run = new Harness(
      plan([[group('g', [action('a'), action('b'), action('c')], { parallel: true }), action('d')]]),
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
    expect(most).toBe(3)
    expect(run.performed.at(-1)).toBe('phase1/d')
  })

  it('works on the targets of a step in order, no more at once than allowed', async () => {
    let open = 0
    let most = 0
    const targets = ['n1', 'n2', 'n3', 'n4', 'n5']
    const run = new Harness(plan([[action('a', { targets, max_concurrency: 2 })]], { targets }), {
      far: async () => {
        most = Math.max(most, ++open)
        await turns()
        open -= 1
        return {}
      },
    })
    expect((await run.go()).outcome).toBe('succeeded')
    expect(most).toBe(2)
    expect(run.performed).toEqual(targets.map((name) => `phase1/a@${name}`))
  })

  it('leaves out what its condition does not want, as a whole or per target', async () => {
    const run = new Harness(
      plan(
        [
          [
            check('look', { outputs: { size: 'outputs.size' } }),
            action('a', { when: 'steps.look.outputs.size > 5' }),
            action('b', { when: 'target.name != "n1"', targets: ['n1', 'n2'] }),
          ],
        ],
        {
          targets: ['n1', 'n2'],
        },
      ),
      { far: (call) => (call.step.endsWith('look') ? { outputs: { size: 3 } } : {}) },
    )
    const state = await run.go()
    expect(state.outcome).toBe('succeeded')
    expect(run.performed).toEqual(['phase1/look', 'phase1/b@n2'])
    expect(state.steps['phase1/a']?.status).toBe('skipped')
    expect(state.steps['phase1/b']?.targets['n1']?.status).toBe('skipped')
  })

  it('hands outputs of earlier steps to later arguments', async () => {
    const run = new Harness(
      plan([[check('look'), action('a', { with: { text: '${{ steps.look.outputs.name }}!' } })]]),
      {
        far: (call) => (call.step.endsWith('look') ? { outputs: { name: 'core' } } : {}),
      },
    )
    await run.go()
    expect(run.calls.at(-1)?.with).toEqual({ text: 'core!' })
  })

  it('waits for manual steps and gates, and keeps what people said', async () => {
    const run = new Harness(
      plan([
        [
          manual('tell', { fields: [{ id: 'ticket', title: 'Ticket', type: 'string', required: true }] }),
          gate('go'),
          action('a'),
        ],
      ]),
    )
    await run.go()
    expect(Object.values(run.state.prompts).map((prompt) => prompt.kind)).toEqual(['manual'])
    expect(await run.answer('p1', 'done')).toEqual({ kind: 'refused', reason: 'the form lacks "Ticket"' })
    expect(await run.answer('p1', 'done', { form: { ticket: 'CHG1' } })).toEqual({ kind: 'stored' })
    expect(await run.answer('p1', 'done', { form: { ticket: 'CHG1' } })).toEqual({ kind: 'duplicate' })
    expect(await run.answer('p1', 'fail')).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('the first decision stands'),
    })
    expect(run.performed).toEqual([])
    expect(
      await run.post('VoteCast', { prompt: 'p2', by: 'karl', role: 'operator', decision: 'approve' }),
    ).toMatchObject({ kind: 'refused' })
    await run.post('VoteCast', { prompt: 'p2', by: 'karl', role: 'change_manager', decision: 'approve' })
    await run.settled()
    expect(run.state.outcome).toBe('succeeded')
    expect(run.state.steps['phase1/tell']?.outputs).toEqual({ ticket: 'CHG1' })
  })

  it('counts votes up to the quorum, not those of the initiator, and a rejection decides', async () => {
    const run = new Harness(plan([[gate('go', { min_approvals: 2, exclude_initiator: true }), action('a')]]))
    await run.go()
    const vote = (by: string, decision: 'approve' | 'reject', reason?: string): ReturnType<Harness['post']> =>
      run.post('VoteCast', { prompt: 'p1', by, role: 'change_manager', decision, ...(reason ? { reason } : {}) })
    expect(await vote('ines', 'approve')).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('started the run'),
    })
    expect(await vote('karl', 'approve')).toEqual({ kind: 'stored' })
    expect(await vote('karl', 'approve')).toEqual({ kind: 'duplicate' })
    expect(await vote('karl', 'reject', 'no')).toMatchObject({ kind: 'refused' })
    expect(run.performed).toEqual([])
    expect(await vote('lena', 'reject')).toMatchObject({ kind: 'refused', reason: 'a rejection needs a reason' })
    await vote('lena', 'reject', 'storm tonight')
    expect(Object.values(run.state.prompts)).toMatchObject([
      { kind: 'failure', choices: ['retry', 'back_out', 'abort'], message: expect.stringContaining('storm tonight') },
    ])
    expect(run.performed).toEqual([])
  })

  it('lets a gate expire into the outcome that the runbook names', async () => {
    for (const [on_expiry, status] of [
      ['no_go', 'running'],
      ['go', 'ended'],
    ] as const) {
      const run = new Harness(plan([[gate('go', { expires_after_ms: 3_600_000, on_expiry }), action('a')]]))
      const state = await run.go()
      expect(state.status, on_expiry).toBe(status)
      expect(run.performed.length, on_expiry).toBe(on_expiry === 'go' ? 1 : 0)
    }
  })

  it('asks before each step when guided; run, skip and mark done need what they need', async () => {
    const run = new Harness(
      plan([
        [action('a'), action('b'), action('c')],
        [action('d'), action('e')],
      ]),
      { mode: 'guided' },
    )
    await run.go()
    await run.answer('p1', 'run')
    await run.settled()
    expect(run.performed).toEqual(['phase1/a'])
    expect(await run.answer('p2', 'skip')).toEqual({ kind: 'refused', reason: '"skip" needs a reason' })
    await run.answer('p2', 'skip', { reason: 'not today' })
    await run.answer('p3', 'mark_done', { reason: 'done by hand' })
    await run.answer('p4', 'run_phase')
    await run.settled()
    expect(run.performed).toEqual(['phase1/a', 'phase2/d', 'phase2/e'])
    expect(run.state.deviations.map((deviation) => [deviation.kind, deviation.reason])).toEqual([
      ['skipped', 'not today'],
      ['marked_done', 'done by hand'],
    ])
    expect(run.state.outcome).toBe('succeeded')
  })

  it('pauses at the next safe point and goes on', async () => {
    let release: () => void = () => undefined
    const run = new Harness(plan([[action('a'), action('b')]]), {
      far: (call) =>
        call.step.endsWith('a')
          ? new Promise((resolve) => {
              release = () => resolve({})
            })
          : {},
    })
    const going = run.go()
    await until(() => run.calls.length > 0)
    await run.post('PauseRequested', { by: 'olga' })
    expect(run.state.status).toBe('pausing')
    release()
    await going
    expect(run.state.status).toBe('paused')
    expect(run.performed).toEqual(['phase1/a'])
    await run.post('ResumeRequested', { by: 'olga' })
    await run.settled()
    expect(run.state.outcome).toBe('succeeded')
  })
})

describe('steps that stand behind others of a parallel group', () => {
  it('begin when those have ended, while the rest goes on', async () => {
    const finish = new Map<string, () => void>()
    const side = group('g', [action('a'), action('b'), { ...action('c'), after: ['phase1/g/a'] }], { parallel: true })
    const run = new Harness(plan([[side]]), {
      far: (call) => new Promise((resolve) => finish.set(call.step, () => resolve({}))),
    })
    const going = run.go()
    const begun = (step: string): Promise<void> => until(() => finish.has(step))
    await begun('phase1/g/b')
    expect([...finish.keys()]).toEqual(['phase1/g/a', 'phase1/g/b'])
    finish.get('phase1/g/a')!()
    await begun('phase1/g/c')
    finish.get('phase1/g/b')!()
    finish.get('phase1/g/c')!()
    await going
    expect(run.state.outcome).toBe('succeeded')
  })
})
