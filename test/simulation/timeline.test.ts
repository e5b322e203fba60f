import { describe, expect, it } from 'vitest'
import { backOutMs, stepMs } from '../../src/plan/timeline.ts'
import { timelineOf } from '../../src/simulation/timeline.ts'
import { acceptance, action, changes, check, criterion, gate, manual, plan, rollout } from '../support/plan-builder.ts'
import { findAction } from '../support/rehearsal.ts'
import { berlinOpens, catoPlan } from './cato-account.ts'

const minute = 60_000
const takes = (minutes: number): { duration: { expected_ms: number; worst_ms: number } } => ({
  duration: { expected_ms: minutes * minute, worst_ms: 2 * minutes * minute },
})
const undone = (id: string, minutes: number) =>
  action(id, { ...takes(10), capabilities: changes, back_out: [action(`${id}_back`, takes(minutes))] })

describe('the timeline of a plan', () => {
  it('tells when each step begins and ends on both ways, from the start of the run', () => {
    const made = plan([[manual('tell', takes(15)), action('one', takes(3))], [check('two', takes(1))]])
    const timeline = timelineOf(made, { findAction })
    expect(timeline.expected).toEqual({ outcome: 'succeeded', ms: 19 * minute })
    expect(timeline.worst).toEqual({ outcome: 'succeeded', ms: 38 * minute })
    expect(timeline.steps['phase1/one']).toEqual({
      expected: { from_ms: 15 * minute, to_ms: 18 * minute },
      worst: { from_ms: 30 * minute, to_ms: 36 * minute },
    })
    expect(stepMs({ ...made, timeline }, 'phase2/two', 'worst')).toBe(2 * minute)
    expect(stepMs(made, 'phase2/two', 'worst')).toBeUndefined()
  })

  it('is the same on every day without a start: windows are left out of account then', () => {
    const made = catoPlan({ 'Europe/Berlin': 'hss', 'Asia/Kathmandu': 'ss' }, { deadline: '20m' })
    const timeline = timelineOf(made, { findAction })
    expect(timeline.start).toBeUndefined()
    expect(timeline.unfit).toEqual([])
    expect(timeline.lanes.map(({ id, expected, windows }) => [id, expected.opens_ms, windows])).toEqual([
      ['Europe/Berlin', 0, []],
      ['Asia/Kathmandu', 0, []],
    ])
    expect(JSON.stringify(timelineOf(made, { findAction }))).toBe(JSON.stringify(timeline))
  })

  it('with a start names the opening and the closing of the window, and the last moment to turn back, lane by lane', () => {
    const made = catoPlan({ 'Europe/Berlin': 'hss', 'Asia/Kathmandu': 'ss' }, { deadline: '20m' })
    const start = berlinOpens - 60 * minute
    const { lanes } = timelineOf(made, { start, findAction })
    const berlin = lanes.find(({ id }) => id === 'Europe/Berlin')!
    // One o'clock for two hours; a rollback may take as long as an attempt.
    expect(berlin.expected).toMatchObject({
      opens_ms: 60 * minute,
      closes_ms: 180 * minute,
      turn_back_ms: 160 * minute,
    })
    expect(berlin.waves.map(({ id, canary, targets, from_ms }) => [id, canary, targets, from_ms / minute])).toEqual([
      ['canary', true, 3, 60],
      ['secondaries', false, 1, expect.any(Number)],
    ])
    const kathmandu = lanes.find(({ id }) => id === 'Asia/Kathmandu')!
    // Four hours and three quarters ahead of Berlin: its window is over, and the next one is a week later.
    expect(kathmandu.expected.opens_ms).toBe(7 * 24 * 60 * minute - (4 * 60 + 45 - 60) * minute)
  })

  it('has the way back played: how long it takes from behind each step, up to the point of no return', () => {
    const made = plan([
      [
        undone('a', 3),
        undone('b', 5),
        action('final', { ...takes(10), capabilities: changes, point_of_no_return: true }),
        undone('late', 60),
      ],
    ])
    const timeline = timelineOf(made, { findAction })
    expect(timeline.back_out).toEqual({
      after: 'phase1/b',
      ms: 8 * minute,
      steps: [
        { path: 'phase1/b', ms: 5 * minute },
        { path: 'phase1/a', ms: 3 * minute },
      ],
    })
    expect(backOutMs(timeline, 'phase1/b')).toBe(8 * minute)
    expect(backOutMs(timeline, 'phase1/a')).toBe(3 * minute)
    expect(backOutMs(timeline, 'phase1/late')).toBeUndefined()
    expect(timelineOf(plan([[check('look')]]), { findAction }).back_out).toBeUndefined()
  })

  it('takes it for granted that what is measured is good, whatever its condition asks for', () => {
    const odd = criterion('odd', { targets: ['a'], pass_when: 'outputs.free == "what nobody can guess"' })
    const steps = [
      gate('go'),
      rollout('r', ['a'], { each: [action('install', takes(7))] }),
      acceptance('end', 'final', ['odd']),
    ]
    const made = plan([steps], { targets: ['a'], criteria: [odd] })
    expect(timelineOf(made, { findAction }).expected.outcome).toBe('succeeded')
  })
})
