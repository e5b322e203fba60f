/** The timeline and the worst case of a plan, made by the simulator. */
import type { JsonObject } from '../base/json.ts'
import type { Plan, PlanStep } from '../plan/model.ts'
import type { Action } from '../ports/executor.ts'
import { type LaneTimes, type Outlook, outlookOf } from '../simulation/outlook.ts'
import { instantText } from '../simulation/simulation-json.ts'

export type { LaneOutlook, LaneTimes, Outlook, Unfit } from '../simulation/outlook.ts'

/** Targets of rollouts above which nobody waits for a timeline that was not asked for. */
export const outlookTargetsMax = 5000

export function makeOutlook(plan: Plan, actions: readonly Action[], start: number): Outlook {
  const byName = new Map(actions.map((action) => [action.name, action]))
  return outlookOf(plan, { start, findAction: (name) => byName.get(name) })
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

/** @param offsetMs - offset from UTC in which instants of no lane are written */
export function outlookJson(outlook: Outlook, offsetMs: number): JsonObject {
  const { start, expected, worst } = outlook
  const at = (instant: number | undefined, zone: string | undefined): string | null =>
    instant === undefined ? null : instantText(instant, zone, offsetMs)
  const times = (of: LaneTimes, zone: string | undefined): JsonObject => ({
    opened_at: at(of.openedAt, zone),
    ended_at: at(of.endedAt, zone),
    closes_at: at(of.closesAt, zone),
  })
  return {
    start: at(start, undefined),
    expected: { outcome: expected.outcome, end: at(expected.end, undefined), ms: expected.end - start },
    worst: { outcome: worst.outcome, end: at(worst.end, undefined), ms: worst.end - start },
    lanes: outlook.lanes.map((lane) => ({
      step: lane.step,
      id: lane.id,
      time_zone: lane.timeZone ?? null,
      waves: lane.waves.map(({ id, targets }) => ({ id, targets })),
      expected: times(lane.expected, lane.timeZone),
      worst: times(lane.worst, lane.timeZone),
    })),
    unfit: outlook.unfit.map(({ way, lane, wave, reason, targets }) => ({
      way,
      lane: lane ?? null,
      wave: wave ?? null,
      reason,
      targets,
    })),
    coarse: outlook.coarse,
  }
}
