import type { PlanStep } from '../plan/model.ts'
import type { PlanIndex } from '../run/plan-index.ts'
import type { RunState } from '../run/state.ts'
import type { ScenarioModel } from './scenario-model.ts'
import { isWithin } from './selection.ts'

/** Conditions that were judged with outputs which nobody knows before the real run, in words. */
export function conditionAssumptions(index: PlanIndex, state: RunState, scenario: ScenarioModel): readonly string[] {
  const actions = new Map<string, PlanStep>()
  for (const step of index.ordered) if (step.form === 'action') actions.set(step.id, step)
  return index.ordered.flatMap((step) => {
    if (step.when === undefined || state.steps[step.path] === undefined) return []
    return [...new Set([...step.when.matchAll(/\bsteps\.(\w+)[\w."'[\]-]*\.outputs\b/g)].map((match) => match[1]!))]
      .flatMap((id) => actions.get(id) ?? [])
      .filter((source) => !scenario.outputs.some((rule) => isWithin(source.path, rule.step ?? source.path)))
      .map(
        (source) =>
          `step ${step.number}: its condition was judged with made-up outputs of step ${source.number}; name them under \`outputs\` in the scenario`,
      )
  })
}
