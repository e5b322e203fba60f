/** What a plan leads to, as two simulations: all goes as expected, and at worst; nothing else estimates a whole run. */
import type { Plan, PlanRollout, PlanStep } from '../plan/model.ts'
import type { KnownAction } from './far-side.ts'
import { simulateInSteps } from './simulate-run.ts'
import type { SimulatedLane, SimulatedRun, SimulatedTarget } from './simulated-run.ts'

export interface OutlookOptions {
  /** Milliseconds since the epoch. */
  readonly start: number
  findAction(name: string): KnownAction | undefined
  /** Looks at the health of targets, over the whole run, above which they are thinned out. Default: 60,000. */
  readonly looksMax?: number
}

export interface LaneOutlook {
  readonly id: string
  readonly title: string
  /** Path of the rollout. */
  readonly step: string
  readonly timeZone: string | undefined
  readonly waves: readonly { readonly id: string; readonly targets: readonly string[]; readonly isCanary: boolean }[]
  readonly expected: LaneTimes
  readonly worst: LaneTimes
}

/** Instants; undefined: never. */
export interface LaneTimes {
  readonly openedAt: number | undefined
  readonly endedAt: number | undefined
  /** When the window that it used last closes. */
  readonly closesAt: number | undefined
}

/** Targets that are not brought to the version on one of the two ways, and why. */
export interface Unfit {
  readonly way: 'expected' | 'worst'
  readonly lane: string | undefined
  readonly wave: string | undefined
  readonly reason: string
  readonly targets: readonly string[]
}

export interface Outlook {
  readonly start: number
  readonly expected: SimulatedRun
  readonly worst: SimulatedRun
  readonly lanes: readonly LaneOutlook[]
  /** What cannot fit at worst is only told when it fits as expected. */
  readonly unfit: readonly Unfit[]
  /** Health was looked at less often than the plan says, because of the size of the fleet; ends differ by a look at most. */
  readonly coarse: boolean
}

const looksMaxDefault = 60_000

export function outlookOf(plan: Plan, options: OutlookOptions): Outlook {
  const steps = outlookInSteps(plan, options, Number.POSITIVE_INFINITY)
  for (let step = steps.next(); ; step = steps.next()) if (step.done === true) return step.value
}

/**
 * {@link outlookOf} in pieces.
 *
 * @param pieceMax - records handled between two pauses
 */
export function* outlookInSteps(plan: Plan, options: OutlookOptions, pieceMax: number): Generator<void, Outlook> {
  const coarse = looksOf(plan) > (options.looksMax ?? looksMaxDefault)
  const played = coarse ? thinned(plan) : plan
  const common = { start: options.start, findAction: options.findAction, keepEvents: false }
  const expected = yield* simulateInSteps(played, common, pieceMax)
  const worst = yield* simulateInSteps(played, { ...common, pace: 'worst' }, pieceMax)
  return {
    start: options.start,
    expected,
    worst,
    lanes: expected.lanes.map((lane, index) => laneOutlook(lane, worst.lanes[index] ?? lane)),
    unfit: unfitOf(expected, worst),
    coarse,
  }
}

function laneOutlook(expected: SimulatedLane, worst: SimulatedLane): LaneOutlook {
  return {
    id: expected.id,
    title: expected.title,
    step: expected.step,
    timeZone: expected.timeZone,
    waves: expected.waves.filter(({ targets }) => targets.length > 0),
    expected: timesOf(expected),
    worst: timesOf(worst),
  }
}

function timesOf(lane: SimulatedLane): LaneTimes {
  const windows = lane.windows.filter((window) => lane.endedAt === undefined || window.from <= lane.endedAt)
  return { openedAt: lane.openedAt, endedAt: lane.endedAt, closesAt: windows.at(-1)?.to }
}

function unfitOf(expected: SimulatedRun, worst: SimulatedRun): readonly Unfit[] {
  const never = grouped('expected', leftOf(expected))
  const late = leftOf(worst).filter((target) => expected.targets.get(target.name)?.state === 'succeeded')
  return [...never, ...grouped('worst', late)]
}

/**
 * Only targets of rollouts move to a version; those that have it already are fine. In a run that got through, targets still
 * pending belong to a rollout that a condition leaves out.
 */
function leftOf({ targets, outcome }: SimulatedRun): readonly SimulatedTarget[] {
  const gotThrough = outcome === 'succeeded' || outcome === 'succeeded_with_failures'
  return [...targets.values()].filter(
    ({ lane, state }) => lane !== undefined && state !== 'succeeded' && !(gotThrough && state === 'pending'),
  )
}

function grouped(way: Unfit['way'], targets: readonly SimulatedTarget[]): readonly Unfit[] {
  const groups = new Map<
    string,
    { lane: string | undefined; wave: string | undefined; reason: string; targets: string[] }
  >()
  for (const { name, lane, wave, reason, state } of targets) {
    const words = reason === '' ? state.replaceAll('_', ' ') : reason
    const key = JSON.stringify([lane, wave, words.replaceAll(name, '*')])
    const known = groups.get(key)
    if (known) known.targets.push(name)
    else groups.set(key, { lane, wave, reason: words, targets: [name] })
  }
  return [...groups.values()].map((group) => ({ way, ...group }))
}

function rolloutsIn(steps: readonly PlanStep[]): readonly PlanRollout[] {
  return steps.flatMap((step) =>
    step.form === 'rollout' ? [step] : step.form === 'group' ? rolloutsIn(step.steps) : [],
  )
}

function looksOf(plan: Plan): number {
  return plan.phases
    .flatMap((phase) => rolloutsIn(phase.steps))
    .reduce((sum, { health, targets }) => {
      if (!health) return sum
      return sum + targets.length * (1 + Math.ceil(health.min_healthy_time_ms / Math.max(1000, health.interval_ms)))
    }, 0)
}

/** The same plan with two looks at the health of each target: at the beginning and at the end of its time. */
function thinned(plan: Plan): Plan {
  const thin = (steps: readonly PlanStep[]): readonly PlanStep[] =>
    steps.map((step) => {
      if (step.form === 'group') return { ...step, steps: thin(step.steps) }
      if (step.form !== 'rollout' || !step.health) return step
      const { health } = step
      const interval_ms = Math.max(health.interval_ms, health.min_healthy_time_ms)
      return { ...step, health: { ...health, interval_ms } }
    })
  return { ...plan, phases: plan.phases.map((phase) => ({ ...phase, steps: thin(phase.steps) })) }
}
