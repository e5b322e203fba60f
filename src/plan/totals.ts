import { ofBackOut, ofSteps, sum } from './estimate.ts'
import type { PlanPhase, PlanStep, PlanTotals } from './model.ts'
import { withChildren } from './place-cleanups.ts'

/** Adds up a plan. Skipped steps count as steps and take no time. */
export function planTotals(phases: readonly PlanPhase[], targets: number): PlanTotals {
  const leaves = phases.flatMap((phase) => phase.steps.flatMap(withChildren)).filter((step) => step.form !== 'group')
  const duration = sum(phases.map((phase) => ofSteps(phase.steps, false)))
  const turning = leaves.find((step) => step.point_of_no_return && step.skip === undefined)
  return {
    phases: phases.length,
    steps: leaves.length,
    targets,
    ...duration,
    manual_steps: leaves.filter((step) => step.form === 'manual').length,
    gates: leaves.reduce((total, step) => total + gatesOf(step), 0),
    changes: leaves.filter(isChange).length,
    ...(turning ? { point_of_no_return: turning.number } : {}),
    back_out_ms: backOutMs(phases, leaves),
  }
}

/** Inverse steps of everything that can be undone, and the cleanups that are still owed then. */
function backOutMs(phases: readonly PlanPhase[], leaves: readonly PlanStep[]): number {
  const undone = undoable(phases)
  const paths = new Set(undone.flatMap(withChildren).map((step) => step.path))
  const owed = leaves.filter(
    ({ path, cleanup_of }) => cleanup_of !== undefined && paths.has(cleanup_of) && !paths.has(path),
  )
  return sum([...undone.map(ofBackOut), ...owed.map((step) => step.duration)]).expected_ms
}

/** A rollout asks at its gates, too. */
function gatesOf(step: PlanStep): number {
  if (step.form === 'rollout') return step.gates.length
  return step.form === 'gate' ? 1 : 0
}

function isChange(step: PlanStep): boolean {
  return step.form === 'rollout' || (step.form === 'action' && step.capabilities.effect !== 'none')
}

/** Top-level steps before the first from which there is no way back. */
function undoable(phases: readonly PlanPhase[]): readonly PlanStep[] {
  const steps = phases.flatMap((phase) => phase.steps)
  const turning = steps.findIndex((step) =>
    withChildren(step).some((inner) => inner.point_of_no_return && inner.skip === undefined),
  )
  return turning < 0 ? steps : steps.slice(0, turning)
}
