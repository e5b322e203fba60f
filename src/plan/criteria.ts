import type { AcceptanceCriterion } from '../runbook/runbook.generated.ts'
import type { PlanCriterion } from './model.ts'
import { planCall } from './plan-call.ts'
import type { Planning } from './planning.ts'
import { selectPlace } from './select-targets.ts'

export function planCriteria(criteria: readonly AcceptanceCriterion[], planning: Planning): readonly PlanCriterion[] {
  return criteria.flatMap((criterion, index) => {
    const planned = planCriterion(criterion, ['acceptance_criteria', index], planning)
    return planned ? [planned] : []
  })
}

function planCriterion(
  criterion: AcceptanceCriterion,
  path: readonly (string | number)[],
  planning: Planning,
): PlanCriterion | undefined {
  const common = {
    id: criterion.id,
    title: criterion.title,
    severity: criterion.severity ?? ('must' as const),
    baseline: criterion.baseline ?? false,
    covers: criterion.covers ?? [],
  }
  if ('manual' in criterion) {
    const instructions = planning.text(criterion.manual, {}, [...path, 'manual'])
    const role = criterion.role ?? planning.defaultRole
    const check = { kind: 'manual' as const, instructions, ...(role === undefined ? {} : { role }) }
    return { ...common, targets: [], check }
  }
  const place = selectPlace(criterion.on, {}, [...path, 'on'], planning)
  const call = place && planCall(criterion, place, {}, path, planning)
  if (!call) return undefined
  if (call.nobody)
    planning.reporter.error(
      'PLAN_NO_TARGETS',
      [...path, 'on'],
      `the criterion "${criterion.id}" has no targets, so nothing would be accepted`,
    )
  return {
    ...common,
    targets: call.targets.map((target) => target.name),
    check: {
      kind: 'action',
      action: call.action.name,
      capabilities: call.capabilities,
      with: call.with,
      ...(criterion.pass_when === undefined ? {} : { pass_when: criterion.pass_when }),
      previews: call.previews,
    },
  }
}
