import type { Plan } from './model.ts'
import { nameSome } from './name-some.ts'
import type { RunbookPath } from './places.ts'
import type { PlanReporter } from './reporter.ts'
import type { PlanTimeline } from './timeline.ts'

/** Plays a plan from a start on, in milliseconds since the epoch; undefined when it is too large to be played for a check. */
export type PlayPlan = (plan: Plan, start: number) => PlanTimeline | undefined

/**
 * With a limited number of openings a lane may not get through even when nothing goes wrong; only playing it tells.
 *
 * @param limited - where the windows of such rollouts stand, by path of the rollout
 */
export function reportLongLanes(
  timeline: PlanTimeline,
  limited: ReadonlyMap<string, RunbookPath>,
  reporter: PlanReporter,
): void {
  for (const [step, path] of limited) {
    const own = new Map(timeline.lanes.filter((lane) => lane.step === step).map(({ id, title }) => [id, title]))
    const left = timeline.unfit.filter(({ way, lane }) => way === 'expected' && lane !== undefined && own.has(lane))
    if (left.length === 0) continue
    const lanes = [...new Set(left.flatMap(({ lane }) => lane ?? []))]
    const targets = left.reduce((sum, each) => sum + each.targets.length, 0)
    const message = `${nameSome(lanes, 'lane')} cannot get through: even when all goes well ${targets === 1 ? 'one target is' : `${targets} targets are`} left when no opening is long enough any more, and skipped`
    const hint = 'Allow more at once, more openings, or a longer window.'
    reporter.warning('PLAN_LANE_LONG', path, message, hint)
  }
}
