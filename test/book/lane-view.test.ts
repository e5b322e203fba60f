import { describe, expect, it } from 'vitest'
import { laneRows } from '../../src/book/lane-view.ts'
import type { Plan, PlanRollout } from '../../src/plan/model.ts'
import type { PlanLaneTimes } from '../../src/plan/timeline.ts'
import { plan, rollout } from '../support/plan-builder.ts'

const hour = 3_600_000

/** One lane that opens at 01:00 in Paris after a start at `start`, in hours from there. */
function rowOf(start: number | undefined, lane: Partial<PlanLaneTimes>, begun = true): readonly object[] {
  const made = plan([[rollout('r', ['n'])]], { targets: ['n'] })
  const step = made.phases[0]!.steps[0] as PlanRollout
  const span = { from_ms: 0, to_ms: hour }
  const timeline = {
    ...(start === undefined ? {} : { start }),
    steps: begun ? { [step.path]: { expected: span, worst: span } } : {},
    lanes: [
      { step: step.path, id: 'paris', title: 'Paris', time_zone: 'Europe/Paris', waves: [], windows: [], ...lane },
    ],
  }
  return laneRows({ ...made, timeline: timeline as unknown as NonNullable<Plan['timeline']> }, step, 'UTC')
}

const times = (ends: number): Partial<PlanLaneTimes> => ({
  expected: { opens_ms: hour, ends_ms: 2 * hour, closes_ms: 3 * hour, turn_back_ms: 2.5 * hour },
  worst: { opens_ms: hour, ends_ms: ends * hour, closes_ms: 3 * hour },
})

describe('when a lane works', () => {
  it('is told on its own clock, the offset once, the day where it is another one', () => {
    // Midnight in Paris.
    expect(rowOf(Date.parse('2026-12-05T23:00:00Z'), times(26))).toEqual([
      {
        title: 'Paris',
        clock: '+01:00',
        opens: '2026-12-06 01:00',
        expected: '02:00',
        worst: '2026-12-07 02:00',
        closes: '03:00',
        turn_back: '02:30',
      },
    ])
  })

  it('is told in full when its clock changes on the way', () => {
    // In the night to 28 March 2027 clocks go from 02:00 to 03:00.
    expect(rowOf(Date.parse('2027-03-27T23:00:00Z'), times(4))).toMatchObject([
      { clock: '', opens: '2027-03-28 01:00:00 +01:00', expected: '2027-03-28 03:00:00 +02:00' },
    ])
  })

  it('is told as time since the start when there is no day', () => {
    expect(rowOf(undefined, times(4))).toMatchObject([{ clock: '', opens: 'after 1\u00a0h', closes: 'after 3\u00a0h' }])
  })

  it('is not told of a rollout that is left out', () => {
    expect(rowOf(0, times(4), false)).toEqual([])
  })
})
