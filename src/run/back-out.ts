/** The way back: inverse steps in reverse order, cleanups whatever happens, then the end. */
import type { PlanAction, PlanStep } from '../plan/model.ts'
import { conclude, isEvent, type Next, type Standing } from './decided.ts'
import type { RunEvent, RunOutcome } from './events.ts'
import { leavesSomething, nextForStep, nextInOrder } from './next-step.ts'
import { undoPath } from './plan-index.ts'
import { isFinal, type StepState } from './state.ts'

const forced = { forced: true } as const

/** Why there is no way back, or `undefined` when there is one. */
export function backOutRefusal(standing: Standing): string | undefined {
  const { index, state } = standing
  if (state.backOut) return 'the back-out has begun already'
  const crossed = index.ordered.find((step) => step.point_of_no_return && begun(standing, step))
  return crossed ? `step ${crossed.number} "${crossed.title}" is the point of no return, and it was begun` : undefined
}

function begun(standing: Standing, step: PlanStep): boolean {
  const current = standing.state.steps[step.path]
  return (
    current !== undefined &&
    current.status !== 'waiting' &&
    current.status !== 'skipped' &&
    current.status !== 'backed_out'
  )
}

/** Paths of the steps that have something to undo, last one first. */
export function stepsToBackOut(standing: Standing): readonly string[] {
  return standing.index.ordered
    .filter((step) => step.cleanup_of === undefined && begun(standing, step) && hasInverse(standing, step))
    .map((step) => step.path)
    .reverse()
}

function hasInverse(standing: Standing, step: PlanStep): boolean {
  return step.back_out !== undefined || pendingCleanup(standing, step.path) !== undefined
}

function pendingCleanup(standing: Standing, owner: string): PlanStep | undefined {
  const cleanup = standing.index.cleanupOf.get(owner)
  return cleanup && !isFinal(standing.state.steps[cleanup.path]) && leavesSomething(standing, owner)
    ? cleanup
    : undefined
}

export function backOutEvent(standing: Standing, reason: string, by?: string): Next {
  return conclude(standing, 'BackOutStarted', { steps: stepsToBackOut(standing), reason, ...(by ? { by } : {}) })
}

/** What comes next while backing out. */
export function nextBackOut(standing: Standing): Next {
  const { index, state } = standing
  for (const path of state.backOut?.steps ?? []) {
    const current = state.steps[path]
    if (current?.status === 'backed_out') continue
    const step = index.byPath.get(path)?.step
    if (!step) continue
    const next = nextInOrder(standing, inverses(standing, step), forced)
    if (next !== 'final') return next
    return conclude(standing, 'StepEnded', {
      step: path,
      outcome: 'backed_out',
      ...(state.backOut?.by ? { by: state.backOut.by } : {}),
    })
  }
  return conclude(standing, 'RunEnding', { outcome: 'backed_out', reason: state.backOut?.reason ?? '' })
}

/** The cleanup, when one is due, stands for the step's own inverse: both put the same effect back. */
function inverses(standing: Standing, step: PlanStep): readonly PlanStep[] {
  const cleanup = standing.index.cleanupOf.get(step.path)
  const cleanupState = cleanup ? standing.state.steps[cleanup.path] : undefined
  if (cleanup && (cleanupState === undefined || !isFinal(cleanupState) || startedAfterBackOut(standing, cleanup)))
    return [cleanup]
  if (step.back_out === 'undo') {
    const undo = standing.index.byPath.get(undoPath(step.path))?.step as PlanAction | undefined
    return undo ? [undo] : []
  }
  return step.back_out ?? []
}

function startedAfterBackOut(standing: Standing, step: PlanStep): boolean {
  const startedAt = standing.state.steps[step.path]?.records[0] ?? 0
  return startedAt > (standing.state.backOut?.seq ?? 0)
}

/** Cleanups that are still due, last one first; then the end. */
export function nextEnding(standing: Standing): Next {
  const { index, state } = standing
  for (const step of [...index.ordered].reverse()) {
    if (step.cleanup_of === undefined || isFinal(state.steps[step.path]) || !leavesSomething(standing, step.cleanup_of))
      continue
    const next = nextForStep(standing, step, forced)
    if (isEvent(next) || next === 'blocked') return next
  }
  const { outcome, reason } = state.ending ?? { outcome: 'failed' as const }
  const left = endOfWhatWasBegun(standing, outcome, reason)
  if (left) return left
  return conclude(standing, 'RunEnded', { outcome, ...(reason ? { reason } : {}) })
}

/** No run ends while one of its steps or phases is on record as running: each gets an end with the reason, innermost first. */
function endOfWhatWasBegun(standing: Standing, outcome: RunOutcome, reason: string | undefined): RunEvent | undefined {
  const { index, state } = standing
  const step = Object.values(state.steps).findLast((each) => each.status === 'running' && !isPart(standing, each.path))
  if (step) {
    const how = outcome === 'backed_out' ? 'the run was backed out' : 'the run was ended'
    return conclude(standing, 'StepEnded', {
      step: step.path,
      outcome: waitedForPeople(index.byPath.get(step.path)?.step, step) ? 'skipped' : 'failed',
      reason: reason ? `${how}: ${reason}` : how,
    })
  }
  const phase = index.plan.phases.find(({ id }) => state.phases[id]?.status === 'running')
  return phase && conclude(standing, 'PhaseEnded', { phase: phase.id })
}

/** The calls of a rollout and of criteria keep their state under paths of their own, and end with the step around them. */
function isPart({ index }: Standing, path: string): boolean {
  const around = index.ordered.find(
    (step) => (step.form === 'rollout' || step.form === 'acceptance') && path.startsWith(`${step.path}/`),
  )
  return around !== undefined && !path.startsWith(`${around.path}/back_out/`)
}

/** Nothing went wrong with such a step: people were not done with it. */
function waitedForPeople(planned: PlanStep | undefined, step: StepState): boolean {
  if (planned?.form === 'gate') return !step.votes.some((vote) => vote.decision === 'reject')
  return planned?.form === 'manual'
}
