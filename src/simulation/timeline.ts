/** The timeline of a plan: its two ways and its way back as the simulator plays them. Nothing else estimates a whole run. */
import type { Plan, PlanRollout, PlanStep } from '../plan/model.ts'
import type { PlanLaneSpan, PlanLaneTimes, PlanStepTimes, PlanTimeline, PlanWay } from '../plan/timeline.ts'
import { backOutMs } from '../plan/timeline.ts'
import type { KnownAction } from './far-side.ts'
import { type LaneTimes, type Outlook, outlookInSteps } from './outlook.ts'
import type { SimulatedLane, SimulatedRun } from './simulated-run.ts'
import { wayBackInSteps } from './way-back.ts'

export interface TimelineOptions {
  /** Milliseconds since the epoch. Absent: no day in particular, so that windows and freezes are left out of account. */
  readonly start?: number | undefined
  findAction(name: string): KnownAction | undefined
}

export function timelineOf(plan: Plan, options: TimelineOptions): PlanTimeline {
  const steps = timelineInSteps(plan, options, Number.POSITIVE_INFINITY)
  for (let step = steps.next(); ; step = steps.next()) if (step.done === true) return step.value
}

/**
 * {@link timelineOf} in pieces: between two of them the caller may do something else, or give up.
 *
 * @param pieceMax - records of a simulated run handled between two pauses
 */
export function* timelineInSteps(
  plan: Plan,
  options: TimelineOptions,
  pieceMax: number,
): Generator<void, PlanTimeline> {
  const { start, findAction } = options
  const played = withCriteriaMet(start === undefined ? withoutWindows(plan) : plan)
  const outlook = yield* outlookInSteps(played, { start: start ?? 0, findAction }, pieceMax)
  yield
  const back_out = yield* wayBackInSteps(played, { start: start ?? 0, findAction }, pieceMax)
  const whole: PlanTimeline = {
    ...(start === undefined ? {} : { start }),
    expected: wayOf(outlook.expected),
    worst: wayOf(outlook.worst),
    steps: stepTimes(outlook),
    lanes: [],
    unfit: outlook.unfit.map(({ way, lane, wave, reason, targets }) => ({
      way,
      ...(lane === undefined ? {} : { lane }),
      ...(wave === undefined ? {} : { wave }),
      reason,
      targets,
    })),
    ...(back_out ? { back_out } : {}),
    assumptions: outlook.expected.assumptions,
    coarse: outlook.coarse,
  }
  return { ...whole, lanes: laneTimes(plan, outlook, whole) }
}

/** What is measured at the end of a good night is good, also where no outputs can be made up that say so. */
function withCriteriaMet(plan: Plan): Plan {
  const acceptance_criteria = plan.acceptance_criteria.map((criterion) => {
    if (criterion.check.kind !== 'action') return criterion
    const { pass_when: _, ...check } = criterion.check
    return { ...criterion, check }
  })
  return { ...plan, acceptance_criteria }
}

/** The plan as if everything were allowed at any time. */
function withoutWindows(plan: Plan): Plan {
  const open = (steps: readonly PlanStep[]): readonly PlanStep[] =>
    steps.map((step): PlanStep => {
      if (step.form === 'group') return { ...step, steps: open(step.steps) }
      if (step.form !== 'rollout') return step
      const { window: _, ...rest } = step
      return rest
    })
  const { calendar, ...rest } = plan
  const phases = plan.phases.map((phase) => ({ ...phase, steps: open(phase.steps) }))
  if (!calendar) return { ...rest, phases }
  const { windows: _, freezes: __, ...kept } = calendar
  return { ...rest, calendar: kept, phases }
}

function wayOf({ outcome, reason, start, end }: SimulatedRun): PlanWay {
  const told = outcome === 'succeeded' || reason === undefined ? {} : { reason }
  return { outcome, ...told, ms: end - start }
}

function stepTimes({ expected, worst }: Outlook): Readonly<Record<string, PlanStepTimes>> {
  const times: Record<string, { -readonly [way in keyof PlanStepTimes]: PlanStepTimes[way] }> = {}
  for (const [way, run] of [
    ['expected', expected],
    ['worst', worst],
  ] as const) {
    for (const { path, startedAt, endedAt } of run.steps) {
      times[path] ??= {}
      times[path][way] = { from_ms: startedAt - run.start, to_ms: (endedAt ?? run.end) - run.start }
    }
  }
  return times
}

function laneTimes(plan: Plan, { expected, worst, lanes }: Outlook, timeline: PlanTimeline): readonly PlanLaneTimes[] {
  const rollouts = new Map(plan.phases.flatMap((phase) => rolloutsIn(phase.steps)).map((step) => [step.path, step]))
  const needs = new Map([...rollouts].map(([path, step]) => [path, wayBackMs(step, timeline)]))
  return expected.lanes.map((lane, index): PlanLaneTimes => {
    const times = lanes[index]!
    const need = needs.get(lane.step)
    return {
      step: lane.step,
      id: lane.id,
      title: lane.title,
      ...(lane.timeZone === undefined ? {} : { time_zone: lane.timeZone }),
      expected: spanOf(times.expected, expected.start, need),
      worst: spanOf(times.worst, worst.start, need),
      waves: wavesOf(lane, expected),
      windows: lane.windows.flatMap(({ from, to }) => {
        const isUsed = to !== undefined && (lane.endedAt === undefined || from <= lane.endedAt)
        return isUsed ? [{ from_ms: from - expected.start, to_ms: to - expected.start }] : []
      }),
    }
  })
}

function spanOf(times: LaneTimes, start: number, needMs: number | undefined): PlanLaneSpan {
  const { openedAt, endedAt, closesAt } = times
  const lastMoment = closesAt === undefined || needMs === undefined ? undefined : closesAt - needMs - start
  return {
    ...(openedAt === undefined ? {} : { opens_ms: openedAt - start }),
    ...(endedAt === undefined ? {} : { ends_ms: endedAt - start }),
    ...(closesAt === undefined ? {} : { closes_ms: closesAt - start }),
    ...(lastMoment === undefined ? {} : { turn_back_ms: lastMoment }),
  }
}

/** What has to be left of a window for the way back: that of the run as far as the rollout, else the rollback of a target. */
function wayBackMs(step: PlanRollout, timeline: PlanTimeline): number | undefined {
  const whole = backOutMs(timeline, step.path)
  if (whole !== undefined) return whole
  return step.rollback.steps.length === 0 ? undefined : (step.rollback.deadline_ms ?? step.target_deadline_ms)
}

function wavesOf(lane: SimulatedLane, { start, end }: SimulatedRun): PlanLaneTimes['waves'] {
  return lane.waves.flatMap(({ id, isCanary, targets, openedAt, endedAt, nextAt }) => {
    if (openedAt === undefined || lane.openedAt === undefined || targets.length === 0) return []
    // The first wave is opened with the lane, whose window may open much later.
    const from = Math.max(openedAt, lane.openedAt)
    const to = Math.max(from, endedAt ?? end)
    return [
      {
        id,
        canary: isCanary,
        targets: targets.length,
        from_ms: from - start,
        to_ms: to - start,
        ...(nextAt !== undefined && nextAt > to ? { next_ms: nextAt - start } : {}),
      },
    ]
  })
}

function rolloutsIn(steps: readonly PlanStep[]): readonly PlanRollout[] {
  return steps.flatMap((step) =>
    step.form === 'rollout' ? [step] : step.form === 'group' ? rolloutsIn(step.steps) : [],
  )
}
