import type { Plan, PlanAction, PlanStep } from '../plan/model.ts'
import { actionsOf } from './rollout-machine.ts'

/** Where a step stands: its phase and the groups around it. */
export interface IndexedStep {
  readonly step: PlanStep
  readonly phase: string
  /** Paths from the outermost group to the one that holds the step. */
  readonly groups: readonly string[]
}

/** Look-ups over a plan that the core needs at every event; made once per plan. */
export interface PlanIndex {
  readonly plan: Plan
  readonly byPath: ReadonlyMap<string, IndexedStep>
  /** Cleanup step by the path of the step whose effect it puts back. */
  readonly cleanupOf: ReadonlyMap<string, PlanStep>
  /** Path of the rollout by the path of each of its actions. */
  readonly rolloutOf: ReadonlyMap<string, string>
  /** Leaf steps in the order of the document. */
  readonly ordered: readonly PlanStep[]
}

/** Path of the call that undoes a step by the executor's own inverse. */
export function undoPath(path: string): string {
  return `${path}/back_out`
}

/** Path under which the check of a criterion is kept. */
export function criterionPath(step: string, criterion: string): string {
  return `${step}/${criterion}`
}

export function indexPlan(plan: Plan): PlanIndex {
  const byPath = new Map<string, IndexedStep>()
  const cleanupOf = new Map<string, PlanStep>()
  const rolloutOf = new Map<string, string>()
  const ordered: PlanStep[] = []

  function add(step: PlanStep, phase: string, groups: readonly string[]): void {
    byPath.set(step.path, { step, phase, groups })
    if (step.cleanup_of !== undefined) cleanupOf.set(step.cleanup_of, step)
    if (Array.isArray(step.back_out))
      for (const inverse of step.back_out as readonly PlanStep[]) addHidden(inverse, phase)
    if (step.back_out === 'undo' && step.form === 'action') addHidden(undoStep(step), phase)
    if (step.form === 'group') for (const child of step.steps) add(child, phase, [...groups, step.path])
    else ordered.push(step)
    if (step.form === 'rollout') {
      for (const action of Object.values(actionsOf(step)).flat()) {
        addHidden(action, phase)
        rolloutOf.set(action.path, step.path)
      }
      for (const gate of step.gates) addHidden(gate, phase)
    }
    if (step.form === 'acceptance')
      for (const check of criterionSteps(plan, step.path, step.criteria)) addHidden(check, phase)
  }
  function addHidden(step: PlanStep, phase: string): void {
    byPath.set(step.path, { step, phase, groups: [] })
  }

  for (const phase of plan.phases) for (const step of phase.steps) add(step, phase.id, [])
  return { plan, byPath, cleanupOf, rolloutOf, ordered }
}

/** The inverse of an action as a step of its own; its calls have the op `undo`. */
export function undoStep(step: PlanAction): PlanAction {
  const { back_out: _, when: __, cleanup_of: ___, ...rest } = step
  return {
    ...rest,
    path: undoPath(step.path),
    id: `${step.id}_undo`,
    number: `${step.number}b`,
    title: `Undo: ${step.title}`,
    on_failure: 'ask',
    point_of_no_return: false,
    covers: [],
    evidence: [],
  }
}

function criterionSteps(plan: Plan, path: string, ids: readonly string[]): PlanAction[] {
  return plan.acceptance_criteria.flatMap((criterion): PlanAction[] => {
    if (!ids.includes(criterion.id) || criterion.check.kind !== 'action') return []
    return [
      {
        form: 'action',
        path: criterionPath(path, criterion.id),
        id: criterion.id,
        number: '',
        title: criterion.title,
        targets: criterion.targets,
        retry: { max_attempts: 1, delay_ms: 0, backoff: 1, max_delay_ms: 0, classes: [] },
        on_failure: 'continue',
        on_unknown: 'ask',
        duration: { expected_ms: 0, worst_ms: 0 },
        point_of_no_return: false,
        evidence: [],
        covers: [],
        bindings: {},
        action: criterion.check.action,
        capabilities: criterion.check.capabilities,
        with: criterion.check.with,
        previews: criterion.check.previews,
        max_concurrency: 10,
      },
    ]
  })
}
