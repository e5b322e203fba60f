import { describe, expect, it } from 'vitest'
import type { Plan } from '../../src/plan/model.ts'
import { coverageOf } from '../../src/run/coverage.ts'
import { indexPlan } from '../../src/run/plan-index.ts'
import { acceptance, action, changes, check, criterion, gate, manual, plan, rollout } from '../support/plan-builder.ts'
import { type FarSide, Harness } from '../support/run-harness.ts'

const targets = ['n1', 'n2']
const rehearsing = { ...changes, dry_run: true }

async function rehearse(made: Plan, far: FarSide = () => ({ coverage: 'simulated' })) {
  const harness = new Harness(made, { mode: 'dry_run', far })
  const state = await harness.go()
  return { coverage: coverageOf(indexPlan(made), state), harness, state }
}

describe('the coverage of a dry run', () => {
  it('counts steps by their weakest call, and calls one by one', async () => {
    const made = plan(
      [
        [
          check('look', { targets }),
          action('rehearsed', { targets, capabilities: rehearsing }),
          action('blind'),
          manual('tell'),
          gate('go'),
          check('not_wanted', { when: 'false' }),
          rollout('nodes', targets, { each: [action('install', { capabilities: rehearsing }), action('restart')] }),
        ],
      ],
      { targets },
    )
    const far: FarSide = (call) =>
      call.op === 'dry_run' ? { coverage: call.target === 'n1' ? 'checked' : 'simulated' } : {}
    const { coverage, harness, state } = await rehearse(made, far)
    expect(state.outcome).toBe('succeeded')
    expect(harness.performed).toEqual(['phase1/look@n1', 'phase1/look@n2'])
    expect(coverage.counts).toEqual({
      checked: { steps: 1, items: 4 },
      simulated: { steps: 1, items: 2 },
      assumed: { steps: 2, items: 3 },
      not_covered: { steps: 2, items: 2 },
      left_out: { steps: 1, items: 1 },
    })
    expect(coverage.findings).toEqual([])
  })

  it('tells what would stop the real run, with place and advice', async () => {
    const made = plan([[check('look', { targets }), check('look_again')]], { targets })
    const far: FarSide = (call) => (call.target === 'n2' ? { fail: 'refused', message: 'disk is full' } : {})
    const { coverage } = await rehearse(made, far)
    expect(coverage.findings).toEqual([{ number: '1.1', title: 'Do look', target: 'n2', message: 'disk is full' }])
    expect(coverage.inconclusive).toEqual([])
    expect(coverage.counts.checked).toEqual({ steps: 2, items: 3 })
  })

  it('does not hold a check against the run that follows a change which was only rehearsed', async () => {
    const made = plan([[action('maintenance', { targets: ['n1'] }), check('closed', { targets })]], { targets })
    const far: FarSide = (call) => (call.step.endsWith('closed') ? { fail: 'unhealthy', message: 'still open' } : {})
    const { coverage } = await rehearse(made, far)
    expect(coverage.findings.map((finding) => finding.target)).toEqual(['n2'])
    expect(coverage.inconclusive.map((finding) => finding.target)).toEqual(['n1'])
    expect(coverage.items.find((item) => item.title === 'Do closed' && item.target === 'n1')?.kind).toBe('not_covered')
  })

  it('measures criteria for the baseline and judges none for the end', async () => {
    const made = plan(
      [[acceptance('before', 'baseline', ['apps']), action('change')], [acceptance('after', 'final', ['apps'])]],
      {
        criteria: [criterion('apps', { pass_when: 'outputs.count > 1' })],
      },
    )
    const { coverage } = await rehearse(made, () => ({ outputs: { count: 1 } }))
    expect(coverage.findings.map((finding) => `${finding.number} ${finding.title}`)).toEqual(['1.1 Criterion apps'])
    expect(coverage.items.find((item) => item.number === '2.1')?.kind).toBe('simulated')
  })
})
