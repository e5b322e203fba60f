/** The parts of a run's state that several folds reach for. */
import type { PlanIndex } from './plan-index.ts'
import type { RolloutMachine } from './rollout-machine.ts'
import type { AttemptState, CallState, Deviation, RunState, StepState, StepTargetState } from './state.ts'

/** The state of a step, made when first touched. */
export function stepOf(state: RunState, path: string): StepState {
  return (state.steps[path] ??= {
    path,
    status: 'waiting',
    round: 1,
    outputs: {},
    targets: {},
    prompts: [],
    votes: [],
    evidence: [],
    records: [],
  })
}

export function targetOf(state: RunState, step: string, target: string): StepTargetState {
  return (stepOf(state, step).targets[target] ??= {
    status: 'retry_due',
    attempts: [],
    deliveries: 0,
    attemptsBefore: 0,
  })
}

export function attemptOf(state: RunState, call: CallState): AttemptState | undefined {
  return state.steps[call.step]?.targets[call.target]?.attempts.find((attempt) => attempt.call === call.call)
}

export function record(state: RunState, step: string): void {
  stepOf(state, step).records.push(state.seq)
}

export function deviate(state: RunState, deviation: Deviation): void {
  state.deviations.push(deviation)
}

export function reopenTarget(target: StepTargetState): void {
  target.status = 'retry_due'
  target.attemptsBefore = target.attempts.filter((attempt) => attempt.op !== 'probe').length
  delete target.resolution
  delete target.reason
  delete target.class
}

/** The rollout that an action belongs to, when its calls are under way. */
export function machineOf(index: PlanIndex, state: RunState, path: string): RolloutMachine | undefined {
  const owner = index.rolloutOf.get(path)
  return owner === undefined ? undefined : state.steps[owner]?.rollout?.machine
}
