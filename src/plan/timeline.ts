/**
 * When things happen in a plan, as the simulator plays it: as expected, and at worst. Nothing else says how long a run, a
 * phase or a step takes. All times are milliseconds from the start of the run, so that a plan without a start is the same
 * on every day.
 */
import type { Plan, PlanPhase, PlanStep } from './model.ts'

export type PlanWayName = 'expected' | 'worst'

export interface PlanTimeline {
  /** Milliseconds since the epoch. Absent: for no day in particular; windows and freezes are left out of account. */
  readonly start?: number
  readonly expected: PlanWay
  readonly worst: PlanWay
  /** By path of the step; those that a way does not reach have no span on it. */
  readonly steps: Readonly<Record<string, PlanStepTimes>>
  readonly lanes: readonly PlanLaneTimes[]
  readonly unfit: readonly PlanUnfit[]
  /** The way back from the last place from which there is one. Absent: nothing can be undone. */
  readonly back_out?: PlanWayBack
  /** What the simulator could not know and made up, in words. */
  readonly assumptions: readonly string[]
  /** Health was looked at less often than the plan says, because of the size of the fleet; ends differ by a look at most. */
  readonly coarse: boolean
}

/** One of the two runs as a whole. */
export interface PlanWay {
  readonly outcome: string
  /** Why it ends otherwise than well. */
  readonly reason?: string
  readonly ms: number
}

export interface PlanSpan {
  readonly from_ms: number
  readonly to_ms: number
}

export type PlanStepTimes = { readonly [way in PlanWayName]?: PlanSpan }

export interface PlanLaneTimes {
  /** Path of the rollout. */
  readonly step: string
  readonly id: string
  readonly title: string
  readonly time_zone?: string
  readonly expected: PlanLaneSpan
  readonly worst: PlanLaneSpan
  /** On the expected way, those that open, in order. */
  readonly waves: readonly PlanWaveSpan[]
  /** On the expected way, while it works. */
  readonly windows: readonly PlanSpan[]
}

/** Absent members: never. */
export interface PlanLaneSpan {
  readonly opens_ms?: number
  readonly ends_ms?: number
  /** When the window that it used last closes. */
  readonly closes_ms?: number
  /** Last moment at which the way back can begin and still end before that. */
  readonly turn_back_ms?: number
}

export interface PlanWaveSpan extends PlanSpan {
  readonly id: string
  readonly canary: boolean
  readonly targets: number
  /** End of its soak, or of the slots of a canary. */
  readonly next_ms?: number
}

/** Targets that are not brought to the version on one of the two ways, and why. */
export interface PlanUnfit {
  /** What cannot fit at worst is only told when it fits as expected. */
  readonly way: PlanWayName
  readonly lane?: string
  readonly wave?: string
  readonly reason: string
  readonly targets: readonly string[]
}

export interface PlanWayBack {
  /** Path of the last step that is undone. */
  readonly after: string
  readonly ms: number
  /** How long each step's own part of the way takes, by path, in the order in which they are undone. */
  readonly steps: readonly { readonly path: string; readonly ms: number }[]
}

/**
 * From the beginning of a step to its end, on one of the ways; undefined when it is not known or not reached. Never shorter
 * at worst than expected: what is late for one window may wait less for the next.
 */
export function stepMs(plan: Plan, path: string, way: PlanWayName): number | undefined {
  const spans = plan.timeline?.steps[path]
  return longest(way, (each) => spans?.[each] && spans[each].to_ms - spans[each].from_ms)
}

function longest(way: PlanWayName, took: (way: PlanWayName) => number | undefined): number | undefined {
  const ms = took(way)
  return way === 'expected' || ms === undefined ? ms : Math.max(ms, took('expected') ?? 0)
}

/** The way back as far as a step, that step included. */
export function backOutMs(timeline: PlanTimeline, path: string): number | undefined {
  const { back_out } = timeline
  const from = back_out?.steps.findIndex((step) => step.path === path) ?? -1
  return back_out && from >= 0 ? back_out.steps.slice(from).reduce((sum, { ms }) => sum + ms, 0) : undefined
}

/** From the beginning of its first step to the end of its last one; at worst never shorter than expected. */
export function phaseMs(plan: Plan, phase: PlanPhase, way: PlanWayName): number | undefined {
  return longest(way, (each) => {
    const spans = phase.steps.flatMap((step) => plan.timeline?.steps[step.path]?.[each] ?? [])
    if (spans.length === 0) return undefined
    return Math.max(...spans.map(({ to_ms }) => to_ms)) - Math.min(...spans.map(({ from_ms }) => from_ms))
  })
}

/** Targets of rollouts above which nobody waits for a timeline that was not asked for. */
export const timelineTargetsMax = 5000

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
