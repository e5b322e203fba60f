import { expect, test } from 'vitest'
import type { Plan, PlanPhase } from '../../src/plan/model.ts'
import { phaseMs, stepMs } from '../../src/plan/timeline.ts'

test('at worst nothing is shorter than expected, though what is late for one window may wait less for the next', () => {
  const phase = { steps: [{ path: 'night/roll' }] } as unknown as PlanPhase
  const plan = {
    timeline: {
      steps: {
        'night/roll': { expected: { from_ms: 20, to_ms: 9000 }, worst: { from_ms: 4000, to_ms: 9500 } },
        'night/once': { expected: { from_ms: 0, to_ms: 5 } },
        'night/slow': { expected: { from_ms: 0, to_ms: 5 }, worst: { from_ms: 0, to_ms: 7 } },
      },
    },
  } as unknown as Plan
  expect(stepMs(plan, 'night/roll', 'expected')).toBe(8980)
  expect(stepMs(plan, 'night/roll', 'worst')).toBe(8980)
  expect(stepMs(plan, 'night/once', 'worst')).toBeUndefined()
  expect(stepMs(plan, 'night/slow', 'worst')).toBe(7)
  expect(phaseMs(plan, phase, 'worst')).toBe(8980)
})
