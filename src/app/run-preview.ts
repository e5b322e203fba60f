/** What a step is about to do, with everything that is known by now. */
import type { JsonObject } from '../base/json.ts'
import { ExpressionError, resolveTemplate } from '../expression/index.ts'
import type { PlanAction, PlanPreview, PlanStep } from '../plan/model.ts'
import { contextOf } from '../run/context.ts'
import type { PlanIndex } from '../run/plan-index.ts'
import type { RunState } from '../run/state.ts'

/** Words a call for people: see `describe` of the executor contract. */
export type DescribeCall = (action: string, args: JsonObject, target: string | undefined) => string | undefined

export interface StepPreview extends PlanPreview {
  readonly action: string
}

/** The calls of a step in order, target by target; empty for steps of people. */
export function previewsOf(
  index: PlanIndex,
  state: RunState,
  step: PlanStep,
  describe: DescribeCall,
): readonly StepPreview[] {
  if (step.form === 'action') return ofAction(index, state, step, describe)
  if (step.form === 'rollout') {
    return [...step.preflight, ...step.each].flatMap((action) =>
      ofAction(index, state, { ...action, targets: step.targets }, describe),
    )
  }
  if (step.form !== 'acceptance') return []
  return index.plan.acceptance_criteria.flatMap((criterion) => {
    const { check } = criterion
    if (!step.criteria.includes(criterion.id) || check.kind !== 'action') return []
    return check.previews.map((preview) => ({ ...preview, action: check.action }))
  })
}

function ofAction(index: PlanIndex, state: RunState, step: PlanAction, describe: DescribeCall): readonly StepPreview[] {
  const names = step.targets.length > 0 ? step.targets : [undefined]
  return names.map((target) => {
    const planned = step.previews.find((preview) => preview.target === target)
    const place = { action: step.action, ...(target === undefined ? {} : { target }) }
    try {
      const args = resolveTemplate(step.with, contextOf(index, state, step, target)) as JsonObject
      return { ...place, with: args, text: describe(step.action, args, target) ?? planned?.text ?? step.action }
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error
      return { ...place, with: planned?.with ?? step.with, text: planned?.text ?? step.action }
    }
  })
}
