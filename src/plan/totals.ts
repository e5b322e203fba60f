import type { PlanPhase, PlanStep, PlanTotals } from './model.ts'
import { withChildren } from './place-cleanups.ts'

/** Counts what a plan holds. Skipped steps count as steps. */
export function planTotals(phases: readonly PlanPhase[], targets: number): PlanTotals {
  const leaves = phases.flatMap((phase) => phase.steps.flatMap(withChildren)).filter((step) => step.form !== 'group')
  const turning = leaves.find((step) => step.point_of_no_return && step.skip === undefined)
  return {
    phases: phases.length,
    steps: leaves.length,
    targets,
    manual_steps: leaves.filter((step) => step.form === 'manual').length,
    gates: leaves.reduce((total, step) => total + gatesOf(step), 0),
    changes: leaves.filter(isChange).length,
    ...(turning ? { point_of_no_return: turning.number } : {}),
  }
}

/** A rollout asks at its gates, too. */
function gatesOf(step: PlanStep): number {
  if (step.form === 'rollout') return step.gates.length
  return step.form === 'gate' ? 1 : 0
}

function isChange(step: PlanStep): boolean {
  return step.form === 'rollout' || (step.form === 'action' && step.capabilities.effect !== 'none')
}
