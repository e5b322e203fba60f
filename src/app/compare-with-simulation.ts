/** Holds a run that is over against what the simulator foretells of the same plan: target by target. */
import type { Plan } from '../plan/model.ts'
import type { Action } from '../ports/executor.ts'
import type { RolloutTargetState, RunState } from '../run/state.ts'
import type { ScenarioModel } from '../simulation/scenario-model.ts'
import type { SimulatedRun, SimulatedTarget } from '../simulation/simulated-run.ts'
import { simulatePlan } from './simulate.ts'

/** What became of a target. */
export interface TargetFate {
  readonly state: string
  /** Tries that were begun. */
  readonly attempts: number
  /** Class of the failure that decided; absent for a target that succeeded, or that none of its own kept back. */
  readonly class?: string
  /** In words; words are told, not compared. */
  readonly reason: string
}

export interface TargetDifference {
  readonly target: string
  readonly differs: readonly ('state' | 'attempts' | 'class')[]
  readonly foretold: TargetFate
  readonly happened: TargetFate
}

export interface SimulationComparison {
  /** Number of targets of all rollouts. */
  readonly targets: number
  /** In the order of the plan; empty when all went as foretold. */
  readonly differences: readonly TargetDifference[]
  /** Ids of the faults of the scenario that never struck: what they foretell says nothing. */
  readonly idle: readonly string[]
  readonly simulated: SimulatedRun
}

export interface ComparedRun {
  readonly plan: Plan
  /** As the run left it. */
  readonly state: RunState
  /** Absent: nothing was to go wrong. */
  readonly scenario?: ScenarioModel
  /** When the run began, milliseconds since the epoch. Absent: as the state says. */
  readonly start?: number
  readonly actions: readonly Action[]
}

export function compareWithSimulation(compared: ComparedRun): SimulationComparison {
  const { plan, state, scenario, actions } = compared
  const { run } = simulatePlan(plan, {
    ...(scenario === undefined ? {} : { scenario }),
    start: compared.start ?? state.startedAt,
    runs: 1,
    actions,
  })
  const happened = fatesOf(state)
  const names = rolloutTargets(plan)
  const differences = names.flatMap((target) => {
    const difference = differenceOf(target, foretoldFate(run.targets.get(target)), happened.get(target) ?? untouched)
    return difference ? [difference] : []
  })
  const idle = [...run.strikes].filter(([, count]) => count === 0).map(([id]) => id)
  return { targets: names.length, differences, idle, simulated: run }
}

const untouched: TargetFate = { state: 'pending', attempts: 0, reason: 'no rollout came to it' }

function rolloutTargets(plan: Plan): readonly string[] {
  const names = new Set<string>()
  const visit = (steps: Plan['phases'][number]['steps']): void => {
    for (const step of steps) {
      if (step.form === 'rollout') for (const name of step.targets) names.add(name)
      if (step.form === 'group') visit(step.steps)
    }
  }
  for (const phase of plan.phases) visit(phase.steps)
  return [...names]
}

/** Of a target in several rollouts the last one tells. */
function fatesOf(state: RunState): ReadonlyMap<string, TargetFate> {
  const fates = new Map<string, TargetFate>()
  for (const { rollout } of Object.values(state.steps)) {
    for (const [name, target] of Object.entries(rollout?.targets ?? {})) fates.set(name, happenedFate(target))
  }
  return fates
}

function happenedFate({ state, attempt, class: failure, reason }: RolloutTargetState): TargetFate {
  return fate(state, attempt, failure, reason)
}

function foretoldFate(target: SimulatedTarget | undefined): TargetFate {
  return target ? fate(target.state, target.attempts, target.class, target.reason) : untouched
}

function fate(state: string, attempts: number, failure: string | undefined, reason: string | undefined): TargetFate {
  // A try that failed before the one that succeeded decided nothing.
  const isPast = failure === undefined || state === 'succeeded'
  return { state, attempts, ...(isPast ? {} : { class: failure }), reason: reason ?? '' }
}

function differenceOf(target: string, foretold: TargetFate, happened: TargetFate): TargetDifference | undefined {
  const differs = (['state', 'attempts', 'class'] as const).filter((key) => foretold[key] !== happened[key])
  return differs.length === 0 ? undefined : { target, differs, foretold, happened }
}
