import type { Plan, PlanStep } from '../plan/model.ts'
import { backOutMs } from '../plan/timeline.ts'
import type { BackOutRow, BackOutView } from './book-view.ts'
import { momentText } from './lane-view.ts'
import { isChange, leafSteps } from './plan-words.ts'
import { stepViews } from './step-view.ts'
import { durationText } from './text.ts'
import { refs, stepRef } from './view.ts'

/** The way back in the order in which it is gone: the last step that left something comes first. */
export function backOutPlan(plan: Plan, timeZone?: string): BackOutView {
  const steps = leafSteps(plan)
  const crossing = steps.findIndex((step) => step.point_of_no_return && step.skip === undefined)
  const undoable = crossing < 0 ? steps : steps.slice(0, crossing)
  const cleanupBy = new Map(steps.flatMap((step) => (step.cleanup_of === undefined ? [] : [[step.cleanup_of, step]])))
  const own = undoable.filter((step) => step.cleanup_of === undefined && step.skip === undefined)
  const hasInverse = (step: PlanStep): boolean => step.back_out !== undefined || cleanupBy.has(step.path)
  const rows = own
    .filter(hasInverse)
    .reverse()
    .map((step, index) => backOutRow(plan, step, index + 1, cleanupBy.get(step.path)))
  const moments = momentsOf(plan, steps, timeZone)
  return {
    possible: rows.length > 0,
    duration: backOutText(plan),
    intro: introOf(plan, rows, crossing < 0 ? undefined : steps[crossing]),
    moments,
    has_deadlines: moments.some(({ by }) => by !== ''),
    steps: rows,
    kept: own
      .filter((step) => isChange(step) && !hasInverse(step) && !leavesNothing(step))
      .map((step) => ({ step: refs([stepRef(step.number)]), title: step.title })),
    cleanups: steps
      .filter((step) => step.cleanup_of !== undefined)
      .map((step) =>
        cleanupRow(
          step,
          steps.find((owner) => owner.path === step.cleanup_of),
        ),
      ),
  }
}

/** Of the whole way back; empty when nothing can be undone, or nobody played it. */
export function backOutText({ timeline }: Plan): string {
  return timeline?.back_out ? durationText(timeline.back_out.ms) : ''
}

/**
 * From behind each step that can be undone: how long the way back takes, and the last moment at which it can begin and
 * still end before the next window closes of those that the run uses from there on.
 */
function momentsOf(plan: Plan, steps: readonly PlanStep[], timeZone: string | undefined): BackOutView['moments'] {
  const { timeline } = plan
  if (!timeline?.back_out) return []
  return steps.flatMap((step) => {
    const ms = backOutMs(timeline, step.path)
    const end = timeline.steps[step.path]?.expected?.to_ms
    if (ms === undefined || end === undefined) return []
    const closings = timeline.lanes.flatMap(({ expected }) => expected.closes_ms ?? [])
    const closes = Math.min(...closings.filter((at) => at >= end))
    return [
      {
        step: refs([stepRef(step.number)]),
        title: step.title,
        takes: durationText(ms),
        by: timeline.start === undefined || !Number.isFinite(closes) ? '' : momentText(timeline, closes - ms, timeZone),
      },
    ]
  })
}

function leavesNothing(step: PlanStep): boolean {
  return step.form === 'action' && step.capabilities.leaves_nothing_to_undo === true
}

function introOf(plan: Plan, rows: readonly BackOutRow[], crossing: PlanStep | undefined): readonly string[] {
  const lines: string[] = []
  if (rows.length > 0) {
    lines.push('The way back goes through these steps from top to bottom. Steps that were not begun are passed over.')
    if (plan.timeline?.back_out)
      lines.push(`The whole back-out takes ${durationText(plan.timeline.back_out.ms)} when all goes as expected.`)
  } else lines.push('No step of this plan has an inverse: there is nothing to back out.')
  if (crossing !== undefined)
    lines.push(
      `Once step ${crossing.number} "${crossing.title}" has begun there is no way back. The last moment to turn back is the decision before it.`,
    )
  return lines
}

function backOutRow(plan: Plan, step: PlanStep, order: number, cleanup: PlanStep | undefined): BackOutRow {
  const own = cleanup !== undefined ? [] : Array.isArray(step.back_out) ? (step.back_out as readonly PlanStep[]) : []
  return {
    order: String(order),
    of: refs([stepRef(step.number)]),
    of_title: step.title,
    steps: own.flatMap((inverse) => stepViews(plan, inverse)),
    text:
      cleanup !== undefined ? `Its clean-up, step ${cleanup.number} "${cleanup.title}", puts it back.` : undoText(step),
  }
}

function undoText(step: PlanStep): string {
  return step.back_out === 'undo' && step.form === 'action'
    ? `Step ${step.number}b: the inverse that ${step.action} itself has, on the same targets.`
    : ''
}

function cleanupRow(step: PlanStep, owner: PlanStep | undefined): BackOutView['cleanups'][number] {
  return {
    step: refs([stepRef(step.number)]),
    title: step.title,
    of: refs(owner === undefined ? [] : [stepRef(owner.number)]),
    of_title: owner?.title ?? '',
  }
}
