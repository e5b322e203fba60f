/** The timeline of a plan, made by the simulator and put into it. */
import type { Plan } from '../plan/model.ts'
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

export { rolloutTargets, timelineTargetsMax } from '../plan/timeline.ts'

/** @param start - milliseconds since the epoch; absent: windows and freezes are left out of account */
export function playPlan(plan: Plan, actions: readonly Action[], start?: number): PlanTimeline {
  const byName = new Map(actions.map((action) => [action.name, action]))
  return timelineOf(plan, { start, findAction: (name) => byName.get(name) })
}
