import type { Plan, PlanStep } from '../plan/model.ts'
import { indexPlan } from '../run/plan-index.ts'
import type { ScenarioModel, Selection } from './scenario-model.ts'
import { isWithin } from './selection.ts'

/** A place that a rule names and the plan does not have. */
export interface UnknownPlace {
  readonly kind: 'step' | 'action' | 'lane' | 'wave'
  readonly id: string
  /** Where it stands in the scenario. */
  readonly path: readonly (string | number)[]
  readonly known: readonly string[]
}

/** Rules that can never count, because what they are about is not in the plan. */
export function unknownPlaces(scenario: ScenarioModel, plan: Plan): readonly UnknownPlace[] {
  const { byPath, ordered } = indexPlan(plan)
  const paths = [...byPath.keys()]
  const steps = [...byPath.values()].map(({ step }) => step)
  const ids = [...new Set([...ordered.map((step) => step.id), ...paths])]
  const actions = [...new Set([...steps.flatMap(actionOf), ...criterionActions(plan)])]
  const lanes = ordered.flatMap((step) => (step.form === 'rollout' ? step.lanes : []))
  const laneIds = [...new Set(lanes.map((lane) => lane.id))]
  const waveIds = [...new Set(lanes.flatMap((lane) => lane.waves.map((wave) => wave.id)))]
  const found: UnknownPlace[] = []
  const step = (id: string | undefined, at: readonly (string | number)[]): void => {
    if (id !== undefined && !paths.some((path) => isWithin(path, id)))
      found.push({ kind: 'step', id, path: [...at, 'step'], known: ids })
  }
  const lane = (id: string | undefined, at: readonly (string | number)[]): void => {
    if (id !== undefined && !laneIds.includes(id)) found.push({ kind: 'lane', id, path: at, known: laneIds })
  }
  const selection = (rule: Selection, at: readonly (string | number)[]): void => {
    step(rule.step, at)
    if (rule.action !== undefined && !actions.includes(rule.action))
      found.push({ kind: 'action', id: rule.action, path: [...at, 'action'], known: actions })
    for (const [index, id] of [...(rule.lanes ?? [])].entries()) lane(id, [...at, 'lanes', index])
  }
  for (const [index, rule] of scenario.durations.entries()) selection(rule, ['durations', index])
  for (const [index, rule] of scenario.outputs.entries()) selection(rule, ['outputs', index])
  for (const [index, rule] of scenario.faults.entries()) selection(rule, ['faults', index])
  for (const [index, rule] of scenario.operator.entries()) {
    step(rule.step, ['operator', index])
    lane(rule.lane, ['operator', index, 'lane'])
    if (rule.wave !== undefined && !waveIds.includes(rule.wave))
      found.push({ kind: 'wave', id: rule.wave, path: ['operator', index, 'wave'], known: waveIds })
  }
  return found
}

function actionOf(step: PlanStep): readonly string[] {
  return step.form === 'action' ? [step.action] : []
}

function criterionActions(plan: Plan): readonly string[] {
  return plan.acceptance_criteria.flatMap(({ check }) => (check.kind === 'action' ? [check.action] : []))
}
