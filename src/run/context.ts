import type { JsonObject } from '../base/json.ts'
import { type EvaluationContext, lazyMap } from '../expression/index.ts'
import { componentValues } from '../plan/component-values.ts'
import type { Plan, PlanStep, PlanTarget } from '../plan/model.ts'
import type { PlanIndex } from './plan-index.ts'
import { rolloutOutputs } from './rollout-outputs.ts'
import { isFinal, type RolloutState, type RunState, type StepState } from './state.ts'

/**
 * What expressions of a step see while the run goes on. The planner's previews use the same names.
 *
 * @param more - further variables. Spreading a context to add them would have all worked out that nobody asks for.
 */
export function contextOf(
  index: PlanIndex,
  state: RunState,
  step: PlanStep,
  target?: string,
  more?: EvaluationContext,
): EvaluationContext {
  const { plan } = index
  const known = target ? plan.targets[target] : undefined
  return {
    inputs: inputValues(plan),
    targets: targetList(plan),
    systems: plan.systems as unknown as JsonObject,
    get components() {
      return componentList(plan)
    },
    ...(plan.catalog ? { catalog: plan.catalog } : {}),
    // With a fleet this is large, and few expressions ask for it.
    get steps() {
      return stepValues(index, state, step)
    },
    run: { id: state.run, mode: state.mode, initiator: state.initiator, operator: state.operator },
    bindings: step.bindings,
    ...(known ? { target: known } : {}),
    ...more,
  }
}

const inputs = new WeakMap<Plan, JsonObject>()

/** Worked out once per plan, so that they are converted only once. */
function inputValues(plan: Plan): JsonObject {
  const known =
    inputs.get(plan) ?? Object.fromEntries(Object.entries(plan.inputs).map(([name, input]) => [name, input.value]))
  inputs.set(plan, known)
  return known
}

const components = new WeakMap<Plan, ReturnType<typeof componentValues>>()

/** Worked out once per plan: they tell what the inventory says. */
function componentList(plan: Plan): ReturnType<typeof componentValues> {
  const known = components.get(plan) ?? componentValues(plan.components, plan.targets)
  components.set(plan, known)
  return known
}

const lists = new WeakMap<Plan, readonly PlanTarget[]>()

/** One list per plan, so that the expression engine need not convert it at each evaluation. */
function targetList(plan: Plan): readonly PlanTarget[] {
  const known = lists.get(plan) ?? Object.values(plan.targets)
  lists.set(plan, known)
  return known
}

/**
 * Steps by id: of several with the same id (a `for_each`), the one nearest to the asking step, else the last one begun.
 * What a step tells is worked out when it is asked for: a rollout may have 100,000 targets.
 */
function stepValues(index: PlanIndex, state: RunState, asking: PlanStep): JsonObject {
  const values: Record<string, () => JsonObject> = {}
  const nearest: Record<string, number> = {}
  for (const { step } of index.byPath.values()) {
    const at = state.steps[step.path]
    if (!at) continue
    const distance = sharedLength(step.path, asking.path)
    if ((nearest[step.id] ?? -1) > distance) continue
    nearest[step.id] = distance
    values[step.id] = () => stepValue(at)
  }
  return lazyMap(values)
}

/** How many parts of two paths are the same, from the beginning. */
export function sharedLength(a: string, b: string): number {
  const left = a.split('/')
  const right = b.split('/')
  let count = 0
  while (count < left.length && left[count] === right[count]) count += 1
  return count
}

/** What a step tells at a moment; asked once per target of a fleet, and most of the times nothing has changed since. */
const told = new WeakMap<StepState, { readonly at: string; readonly of: RolloutState | undefined; value: JsonObject }>()

function stepValue(step: StepState): JsonObject {
  // Of a rollout only its turns change what it tells, of a step that is over only its records.
  const { rollout } = step
  if (!rollout && !isFinal(step)) return freshValue(step)
  const at = `${step.status} ${step.round} ${rollout ? rollout.turn : step.records.length}`
  const known = told.get(step)
  if (known && known.at === at && known.of === rollout) return known.value
  const value = freshValue(step)
  told.set(step, { at, of: rollout, value })
  return value
}

function freshValue(step: StepState): JsonObject {
  if (step.rollout) return rolloutValue(step, step.rollout)
  const targets = (): readonly (readonly [string, StepState['targets'][string]])[] => Object.entries(step.targets)
  return lazyMap({
    outcome: () => step.status,
    outputs: () => {
      if (Object.keys(step.outputs).length > 0) return step.outputs
      const [only, ...more] = targets()
      return only && more.length === 0 ? lastOutputs(only[1]) : {}
    },
    form: () => step.form ?? {},
    targets: () =>
      Object.fromEntries(
        targets().map(([name, target]) => [name, { outcome: target.status, outputs: lastOutputs(target) }]),
      ),
  })
}

function rolloutValue(step: StepState, rollout: RolloutState): JsonObject {
  return lazyMap({
    outcome: () => step.status,
    outputs: () => rolloutOutputs(rollout),
    form: () => ({}),
    targets: () =>
      lazyMap(
        Object.fromEntries(
          Object.entries(rollout.targets).map(([name, target]) => [
            name,
            () => ({ outcome: target.state, outputs: {} }),
          ]),
        ),
      ),
  })
}

/** Outputs of the last call that counts, empty before it. */
export function lastOutputs(target: StepState['targets'][string]): JsonObject {
  return target.attempts.filter((attempt) => attempt.outcome === 'succeeded').at(-1)?.outputs ?? {}
}
