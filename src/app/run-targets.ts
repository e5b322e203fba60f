import type { Plan, PlanStep } from '../plan/model.ts'

/** Every target that some step names, sorted: those are locked for the run. */
export function targetsOf(plan: Plan): readonly string[] {
  const names = new Set<string>()
  const add = (step: PlanStep): void => {
    for (const name of step.targets) names.add(name)
    if (step.form === 'group') step.steps.forEach(add)
  }
  for (const phase of plan.phases) phase.steps.forEach(add)
  return [...names].sort()
}
