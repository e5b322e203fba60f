/** The timeline of a plan, made by the simulator and put into it. */
import type { Plan, PlanStep } from '../plan/model.ts'
import type { PlanTimeline } from '../plan/timeline.ts'
import type { Action } from '../ports/executor.ts'
import { timelineOf } from '../simulation/timeline.ts'

export type {
  PlanLaneSpan,
  PlanLaneTimes,
  PlanTimeline,
  PlanUnfit,
  PlanWay,
} from '../plan/timeline.ts'

/** Targets of rollouts above which nobody waits for a timeline that was not asked for. */
export const timelineTargetsMax = 5000

/** @param start - milliseconds since the epoch; absent: windows and freezes are left out of account */
export function playPlan(plan: Plan, actions: readonly Action[], start?: number): PlanTimeline {
  const byName = new Map(actions.map((action) => [action.name, action]))
  return timelineOf(plan, { start, findAction: (name) => byName.get(name) })
}

/** How many targets the rollouts of a plan have. */
export function rolloutTargets(plan: Plan): number {
  const count = (steps: readonly PlanStep[]): number =>
    steps.reduce(
      (sum, step) =>
        sum + (step.form === 'rollout' ? step.targets.length : step.form === 'group' ? count(step.steps) : 0),
      0,
    )
  return plan.phases.reduce((sum, phase) => sum + count(phase.steps), 0)
}
