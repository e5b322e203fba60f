/** Where are we, what is next, how long is left, can we still turn back: the same answers for every screen. */
import type { Plan, PlanStep } from '../plan/model.ts'
import { backOutRefusal, stepsToBackOut } from './back-out.ts'
import type { PlanIndex } from './plan-index.ts'
import { isFinal, type PromptState, type RunState, type StepState } from './state.ts'

export interface StepCounts {
  readonly total: number
  readonly done: number
  readonly failed: number
  readonly running: number
}

export interface ActiveStep {
  readonly step: PlanStep
  readonly state: StepState
  /** Since the step was begun. */
  readonly elapsedMs: number
  /** Targets of the step; all zero for a step without targets. */
  readonly targets: StepCounts
}

export interface Progress {
  readonly phase?: { readonly number: string; readonly title: string; readonly index: number; readonly count: number }
  readonly active: readonly ActiveStep[]
  readonly next?: PlanStep
  readonly steps: StepCounts
  readonly elapsedMs: number
  /** Expected durations of what is not done; less what is running already has taken. */
  readonly remainingMs: number
  readonly expectedEndAt?: number
  readonly prompts: readonly PromptState[]
  /** Steps that a back-out would undo now, and how long that is expected to take. */
  readonly backOut: { readonly steps: number; readonly expectedMs: number; readonly refusal?: string }
  /** The next step from which there is no way back. */
  readonly pointOfNoReturn?: PlanStep
}

/** @param now - milliseconds since the epoch; for an ended run its end counts */
export function progressOf(index: PlanIndex, state: RunState, now: number): Progress {
  const at = state.endedAt ?? now
  const leaves = index.ordered
  const active = leaves.flatMap((step): ActiveStep[] => {
    const current = state.steps[step.path]
    if (!current || isFinal(current)) return []
    return [
      {
        step,
        state: current,
        elapsedMs: Math.max(0, at - (current.startedAt ?? at)),
        targets: targetCounts(step, current),
      },
    ]
  })
  const pending = leaves.filter((step) => state.steps[step.path] === undefined && step.skip === undefined)
  const remainingMs = state.status === 'ended' ? 0 : remaining(pending, active)
  const undo = stepsToBackOut({ index, state })
  const refusal = backOutRefusal({ index, state })
  return {
    ...currentPhase(index.plan, state),
    active,
    ...(pending[0] ? { next: pending[0] } : {}),
    steps: stepCounts(leaves, state),
    elapsedMs: state.startedAt === 0 ? 0 : at - state.startedAt,
    remainingMs,
    ...(state.status === 'ended' || state.status === 'new' ? {} : { expectedEndAt: at + remainingMs }),
    prompts: Object.values(state.prompts),
    backOut: {
      steps: undo.length,
      expectedMs: undo.reduce((sum, path) => sum + backOutMs(index, path), 0),
      ...(refusal ? { refusal } : {}),
    },
    ...nextPointOfNoReturn(leaves, state),
  }
}

function currentPhase(plan: Plan, state: RunState): Pick<Progress, 'phase'> {
  const at = plan.phases.findLastIndex((phase) => state.phases[phase.id] !== undefined)
  const phase = plan.phases[at]
  return phase ? { phase: { number: phase.number, title: phase.title, index: at, count: plan.phases.length } } : {}
}

function stepCounts(leaves: readonly PlanStep[], state: RunState): StepCounts {
  const statuses = leaves.map((step) => state.steps[step.path]?.status)
  return {
    total: leaves.length,
    done: statuses.filter((status) => status === 'succeeded' || status === 'skipped' || status === 'marked_done')
      .length,
    failed: statuses.filter((status) => status === 'failed').length,
    running: statuses.filter((status) => status === 'running').length,
  }
}

/** How the targets of a step stand; a rollout counts its targets, not its calls. */
export function targetCounts(step: PlanStep, current: StepState): StepCounts {
  const states = current.rollout
    ? Object.values(current.rollout.targets).map((target) => target.state)
    : step.targets.map((name) => current.targets[name]?.status ?? 'pending')
  const count = (...wanted: readonly string[]): number => states.filter((state) => wanted.includes(state)).length
  return {
    total: step.targets.length,
    done: count('succeeded', 'skipped'),
    failed: count('failed', 'rolled_back', 'held'),
    running: states.length - count('succeeded', 'skipped', 'failed', 'rolled_back', 'held', 'pending'),
  }
}

function remaining(pending: readonly PlanStep[], active: readonly ActiveStep[]): number {
  const ahead = pending.reduce((sum, step) => sum + step.duration.expected_ms, 0)
  return active.reduce((sum, { step, elapsedMs }) => sum + Math.max(0, step.duration.expected_ms - elapsedMs), ahead)
}

function backOutMs(index: PlanIndex, path: string): number {
  const step = index.byPath.get(path)?.step
  if (!step) return 0
  const cleanup = index.cleanupOf.get(path)
  if (cleanup) return cleanup.duration.expected_ms
  return Array.isArray(step.back_out)
    ? (step.back_out as readonly PlanStep[]).reduce((sum, inverse) => sum + inverse.duration.expected_ms, 0)
    : step.duration.expected_ms
}

function nextPointOfNoReturn(leaves: readonly PlanStep[], state: RunState): Pick<Progress, 'pointOfNoReturn'> {
  const step = leaves.find((leaf) => leaf.point_of_no_return && !isFinal(state.steps[leaf.path]))
  return step ? { pointOfNoReturn: step } : {}
}
