/** Plans of the shipped Aviatrix runbooks, as the tests of both look at them. */
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { loadPlan } from '../../src/app/load.ts'
import type { Json } from '../../src/base/json.ts'
import type { Plan, PlanAction, PlanRollout, PlanStep } from '../../src/plan/model.ts'

export const root: string = fileURLToPath(new URL('../..', import.meta.url))

export type Loaded = Awaited<ReturnType<typeof loadPlan>>

export function load(
  name: string,
  set: readonly string[] = [],
  more: { readonly inventory?: string } = {},
): Promise<Loaded> {
  return loadPlan({
    runbook: `runbooks/${name}.yaml`,
    inventory: more.inventory ?? `runbooks/${name}.inventory.yaml`,
    values: `runbooks/${name}.values.yaml`,
    cwd: root,
    set,
  })
}

/** Steps, and the actions inside of rollouts. */
export function stepsOf(plan: Plan): readonly PlanStep[] {
  const inside = (step: PlanStep): readonly PlanStep[] => {
    if (step.form === 'group') return [step, ...step.steps.flatMap(inside)]
    if (step.form !== 'rollout') return [step]
    const checks = step.health?.checks ?? []
    return [step, ...step.preflight, ...step.each, ...step.post_checks, ...checks, ...step.rollback.steps]
  }
  return plan.phases.flatMap((phase) => phase.steps.flatMap(inside))
}

/** The first of them: of a loop the one of its first round. */
export function stepNamed(plan: Plan, id: string): PlanStep {
  const step = stepsOf(plan).find((candidate) => candidate.id === id)
  expect(step, id).toBeDefined()
  return step!
}

export function rolloutNamed(plan: Plan, id: string): PlanRollout {
  const step = stepNamed(plan, id)
  if (step.form !== 'rollout') throw new Error(`${id} is no rollout`)
  return step
}

export type Shows = (step: PlanStep) => Json

export const action = (name: string, more: (step: PlanAction) => boolean = () => true): Shows => {
  return (step) => step.form === 'action' && step.action === `aviatrix.${name}` && more(step)
}
export const says = (...words: readonly string[]): Shows => {
  return (step) => step.form === 'manual' && words.every((word) => step.instructions.includes(word))
}
export const rollout = (more: (step: PlanRollout) => boolean): Shows => {
  return (step) => step.form === 'rollout' && more(step)
}
/** An argument as the action will get it. */
export const sent = (step: PlanAction, name: string): Json | undefined =>
  step.previews[0]?.with[name] ?? step.with[name]
/** Regions with the members of each, in the order in which their first ones begin. */
export function orderOf(step: PlanRollout): readonly string[] {
  return step.lanes.flatMap((lane) => lane.waves.flatMap((wave) => wave.targets.map(({ name }) => name)))
}
