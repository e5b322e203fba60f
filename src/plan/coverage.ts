import type { Requirement } from '../runbook/runbook.generated.ts'
import type { PlanAction, PlanCriterion, PlanPhase, PlanRequirement, PlanRule, PlanStep } from './model.ts'
import { withChildren } from './place-cleanups.ts'

/** Tells for every requirement which steps, criteria and rules cover it. */
export function planCoverage(
  requirements: readonly Requirement[],
  phases: readonly PlanPhase[],
  criteria: readonly PlanCriterion[],
  rules: readonly PlanRule[],
): readonly PlanRequirement[] {
  const places = [
    ...phases.flatMap((phase) => phase.steps.flatMap(placesOf)),
    ...criteria.map(({ id, covers }) => ({ name: id, covers })),
    ...rules.map(({ id, covers }) => ({ name: id, covers })),
  ]
  return requirements.map(({ id, text, source, note }) => ({
    id,
    text,
    ...(source === undefined ? {} : { source }),
    ...(note === undefined ? {} : { note }),
    covered_by: [...new Set(places.filter(({ covers }) => covers.includes(id)).map(({ name }) => name))],
  }))
}

function placesOf(step: PlanStep): readonly { readonly name: string; readonly covers: readonly string[] }[] {
  return withChildren(step).flatMap((inner) => [
    { name: inner.number, covers: inner.covers },
    ...actionsOf(inner).map(({ number, covers }) => ({ name: number, covers })),
    ...(inner.form === 'rollout' ? inner.gates.map(({ number, covers }) => ({ name: number, covers })) : []),
    ...(Array.isArray(inner.back_out) ? (inner.back_out as readonly PlanStep[]).flatMap(placesOf) : []),
  ])
}

function actionsOf(step: PlanStep): readonly PlanAction[] {
  if (step.form !== 'rollout') return []
  const checks = step.health?.checks ?? []
  return [...step.stage, ...step.preflight, ...step.each, ...step.post_checks, ...checks, ...step.rollback.steps]
}
