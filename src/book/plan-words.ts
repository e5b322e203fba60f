import { canonicalJson } from '../base/json.ts'
import type { Plan, PlanStep } from '../plan/model.ts'
import { listText, wordsOf } from './text.ts'
import { type Ref, stepRef } from './view.ts'

/** Title of a role; the id in words when the plan does not describe it. */
export function roleTitle(plan: Plan, role: string): string {
  return plan.roles[role]?.title ?? wordsOf(role)
}

/** Who carries a step out. */
export function whoText(plan: Plan, step: PlanStep): string {
  if (step.form === 'gate') {
    const { roles } = step.gate
    return roles.length === 0
      ? 'Anyone'
      : listText(
          roles.map((role) => roleTitle(plan, role)),
          'or',
        )
  }
  if (step.role !== undefined) return roleTitle(plan, step.role)
  return step.form === 'manual' ? 'Operator' : 'Automatic'
}

/** Every step of the phases in the order of the document: groups, then what they hold. */
export function walkSteps(plan: Plan): readonly PlanStep[] {
  const walk = (steps: readonly PlanStep[]): readonly PlanStep[] =>
    steps.flatMap((step) => (step.form === 'group' ? [step, ...walk(step.steps)] : [step]))
  return plan.phases.flatMap((phase) => walk(phase.steps))
}

/** Steps that do something themselves: everything but groups. */
export function leafSteps(plan: Plan): readonly PlanStep[] {
  return walkSteps(plan).filter((step) => step.form !== 'group')
}

/** Whether a step alters a target. */
export function isChange(step: PlanStep): boolean {
  return step.form === 'rollout' || (step.form === 'action' && step.capabilities.effect !== 'none')
}

/** What covers a requirement: steps by number, criteria and rules by id. */
export function coverRef(plan: Plan, id: string): Ref {
  if (plan.acceptance_criteria.some((criterion) => criterion.id === id))
    return { label: `criterion ${id}`, anchor: criterionAnchor(id) }
  if (plan.rules.some((rule) => rule.id === id)) return { label: `rule ${id}`, anchor: 'rules' }
  return stepRef(id)
}

export function criterionAnchor(id: string): string {
  return `criterion-${id.replaceAll(/[^0-9A-Za-z_-]/g, '-')}`
}

/** Whether a step only repeats the responsibilities of its phase. */
export function inheritsRaci(plan: Plan, step: PlanStep): boolean {
  const phase = plan.phases.find((candidate) => step.path.startsWith(`${candidate.id}/`))
  return canonicalJson(phase?.raci) === canonicalJson(step.raci)
}
