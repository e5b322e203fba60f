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
  /** By the forecast, else what the plan's timeline leaves. Absent: nobody has played the run. */
  readonly remainingMs?: number
  readonly expectedEndAt?: number
  /** The run as it would go on from here; absent: it was not played from here. */
  readonly forecast?: RunForecast
  readonly prompts: readonly PromptState[]
  /** Steps that a back-out would undo now, and how long that is expected to take. */
  readonly backOut: { readonly steps: number; readonly expectedMs: number; readonly refusal?: string }
  /** The next step from which there is no way back. */
  readonly pointOfNoReturn?: PlanStep
}

/** How a run goes on from where it stands, as the simulator plays it. Instants in milliseconds since the epoch. */
export interface RunForecast {
  /** When it was made. */
  readonly madeAt: number
  /** When the run ends, or comes to a stop that only people can end. */
  readonly endAt: number
  /** As in a simulation: how it ends, or `waiting`. */
  readonly outcome: string
  readonly reason?: string
  /** End of each lane that is not over, by path of the rollout and id of the lane. */
  readonly lanes: Readonly<Record<string, Readonly<Record<string, number>>>>
  /** End of each rollout that is not over, by its path. */
  readonly rollouts: Readonly<Record<string, number>>
}

/**
 * @param now - milliseconds since the epoch; for an ended run its end counts
 * @param made - forecast of this run, not older than a few seconds
 */
export function progressOf(index: PlanIndex, state: RunState, now: number, made?: RunForecast): Progress {
  const at = state.endedAt ?? now
  const forecast = state.status === 'running' ? made : undefined
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
  const remainingMs = state.status === 'ended' ? 0 : remaining(index.plan, state, pending, active, at, forecast)
  const isOpen = state.status !== 'ended' && state.status !== 'new'
  const undo = stepsToBackOut({ index, state })
  const refusal = backOutRefusal({ index, state })
  return {
    ...currentPhase(index.plan, state),
    active,
    ...(pending[0] ? { next: pending[0] } : {}),
    steps: stepCounts(leaves, state),
    elapsedMs: state.startedAt === 0 ? 0 : at - state.startedAt,
    ...(remainingMs === undefined ? {} : { remainingMs }),
    ...(isOpen && remainingMs !== undefined ? { expectedEndAt: at + remainingMs } : {}),
    ...(isOpen && forecast ? { forecast } : {}),
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

/** The way that is left on the timeline: from where the step is that the run has come to furthest. */
function remaining(
  plan: Plan,
  state: RunState,
  pending: readonly PlanStep[],
  active: readonly ActiveStep[],
  at: number,
  forecast: RunForecast | undefined,
): number | undefined {
  if (forecast) return Math.max(0, forecast.endAt - at)
  const { timeline } = plan
  if (!timeline || state.backOut || state.ending) return undefined
  const spans = active.flatMap(({ step, elapsedMs }) => {
    const span = timeline.steps[step.path]?.expected
    return span ? [Math.min(span.to_ms, span.from_ms + elapsedMs)] : []
  })
  const next = pending.flatMap((step) => timeline.steps[step.path]?.expected?.from_ms ?? [])[0]
  if (spans.length === 0 && next === undefined) return 0
  const place = spans.length === 0 ? next! : Math.max(...spans)
  return Math.max(0, timeline.expected.ms - place)
}

/** By the timeline; what it does not know of takes the step's own time. */
function backOutMs(index: PlanIndex, path: string): number {
  const known = index.plan.timeline?.back_out?.steps.find((step) => step.path === path)
  if (known) return known.ms
  const step = index.cleanupOf.get(path) ?? index.byPath.get(path)?.step
  if (!step) return 0
  return Array.isArray(step.back_out)
    ? (step.back_out as readonly PlanStep[]).reduce((sum, inverse) => sum + inverse.duration.expected_ms, 0)
    : step.duration.expected_ms
}

function nextPointOfNoReturn(leaves: readonly PlanStep[], state: RunState): Pick<Progress, 'pointOfNoReturn'> {
  const step = leaves.find(
    (leaf) => leaf.point_of_no_return && leaf.skip === undefined && !isFinal(state.steps[leaf.path]),
  )
  return step ? { pointOfNoReturn: step } : {}
}
