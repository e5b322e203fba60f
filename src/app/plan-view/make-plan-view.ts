import { makeInstantFormat } from '../../book/instant.ts'
import { placeSteps, planTimeline } from '../../book/plan-timeline.ts'
import { rolloutPicture } from '../../book/rollout-waves.ts'
import { count, durationText } from '../../book/text.ts'
import type { Timeline } from '../../book/view.ts'
import { describeOpening } from '../../calendar/index.ts'
import { freezeWords, windowWords } from '../../plan/calendar-words.ts'
import type { Plan, PlanRollout, PlanStep } from '../../plan/model.ts'
import { type PlanTimeline, type PlanWayName, phaseMs, stepMs } from '../../plan/timeline.ts'
import { makeAxis } from './axis.ts'
import type { PlanVerdict, PlanView, PlanViewFact, PlanViewRollout, PlanViewRow } from './model.ts'

/**
 * @param plan - with a timeline when it was played from a start
 * @param unhurried - the same plan played on no day in particular: how long things take without waiting for windows
 */
export function makePlanView(plan: Plan, unhurried: PlanTimeline | undefined): PlanView {
  const { runbook, calendar, timeline } = plan
  const calm: Plan = { ...plan, ...(unhurried ? { timeline: unhurried } : {}) }
  const rows = timelineRows(plan, calm)
  return {
    title: runbook.title,
    runbook: `${runbook.name} ${runbook.version}`,
    digest: plan.digest,
    facts: factsOf(plan, calm),
    verdict: verdictOf(plan),
    ...(rows && timeline ? { timeline: { ...rows, start: startText(timeline.start) } } : {}),
    rollouts: rolloutsIn(plan.phases.flatMap(({ steps }) => steps)).map((step) => rolloutView(plan, step)),
    windows: (calendar?.windows ?? []).map((window) => ({ id: String(window['id']), text: windowWords(window) })),
    freezes: (calendar?.freezes ?? []).map(freezeWords),
    assumptions: timeline?.assumptions ?? [],
  }
}

/** The path of a step without the numbers of repetitions, as the text knows it. */
export function placeOfPath(path: string): string {
  return path.replaceAll(/\[\d+\]/g, '')
}

function startText(start: number | undefined): string {
  return start === undefined ? 'no day in particular' : makeInstantFormat(undefined).full(start)
}

/** `2026-12-06 00:00`, in UTC. */
function minuteText(at: number): string {
  return makeInstantFormat(undefined).full(at).slice(0, 16)
}

function factsOf(plan: Plan, calm: Plan): readonly PlanViewFact[] {
  const { totals, timeline, calendar } = plan
  const people = totals.manual_steps + totals.gates
  return [
    { label: 'Targets', value: String(totals.targets) },
    { label: 'Steps', value: String(totals.steps) },
    { label: 'Changes', value: String(totals.changes) },
    { label: 'For people', value: String(people) },
    ...(timeline
      ? [
          { label: 'Expected', value: durationText(calm.timeline!.expected.ms) },
          { label: 'Worst case', value: durationText(calm.timeline!.worst.ms) },
        ]
      : []),
    ...(timeline?.start === undefined || !calendar?.windows?.length
      ? []
      : [
          { label: 'Ends', value: minuteText(timeline.start + timeline.expected.ms) },
          { label: 'Ends at worst', value: minuteText(timeline.start + timeline.worst.ms) },
        ]),
    ...(timeline?.back_out ? [{ label: 'Way back', value: durationText(timeline.back_out.ms) }] : []),
    ...(totals.point_of_no_return === undefined ? [] : [{ label: 'No return from', value: totals.point_of_no_return }]),
  ]
}

function verdictOf({ timeline, calendar }: Plan): PlanVerdict {
  if (!timeline) return { kind: 'not_played', text: 'The fleet is so large that its timeline is not worked out here.' }
  const left = (way: 'expected' | 'worst'): number =>
    timeline.unfit.filter((unfit) => unfit.way === way).reduce((sum, { targets }) => sum + targets.length, 0)
  const expected = left('expected')
  if (expected > 0)
    return {
      kind: 'does_not_fit',
      text: `${count(expected, 'target')} would be left behind even when all goes as expected.`,
    }
  if (timeline.expected.outcome !== 'succeeded') {
    const why = timeline.expected.reason === undefined ? '' : `: ${timeline.expected.reason}`
    return {
      kind: 'does_not_fit',
      text: `The run would end as ${timeline.expected.outcome.replaceAll('_', ' ')}${why}.`,
    }
  }
  const worst = left('worst')
  if (worst > 0) {
    const text = `It fits as expected; at worst ${count(worst, 'target')} would be left behind.`
    return { kind: 'fits_unless_worst', text }
  }
  if (!calendar?.windows?.length) return { kind: 'no_window', text: 'No window limits the work.' }
  const later = timeline.start === undefined ? undefined : laterOpening(timeline.lanes, timeline.start)
  const text =
    later === undefined
      ? 'It fits its windows, at worst too.'
      : `It fits its windows; at worst it waits for a later opening, the one of ${later}.`
  return { kind: 'fits', text }
}

/** `Sun 2026-12-13`: in which opening the last lane ends at worst, when it misses the one that it ends in as expected. */
function laterOpening(lanes: PlanTimeline['lanes'], start: number): string | undefined {
  const missing = lanes.filter(
    ({ expected, worst }) =>
      expected.closes_ms !== undefined && worst.ends_ms !== undefined && worst.ends_ms > expected.closes_ms,
  )
  const [last] = missing.toSorted((a, b) => b.worst.ends_ms! - a.worst.ends_ms!)
  if (!last) return undefined
  const { expected, worst, time_zone } = last
  const isWhole = worst.opens_ms !== undefined && worst.opens_ms >= expected.closes_ms!
  const at = start + (isWhole ? worst.opens_ms : worst.ends_ms!)
  const words = describeOpening({ start: at, end: at, windows: [], closing: undefined }, time_zone ?? 'UTC')
  return words.slice(0, 'Sun 2026-12-13'.length)
}

function timelineRows(
  plan: Plan,
  calm: Plan,
): Pick<NonNullable<PlanView['timeline']>, 'axis' | 'rows' | 'lines'> | undefined {
  const drawn = planTimeline(plan)
  if (!drawn) return undefined
  const known = plan.phases.flatMap((phase): readonly RowFacts[] => {
    const steps = placeSteps(plan).filter((item) => item.phase === phase.id)
    if (steps.length === 0) return []
    const own = { path: phase.id, takes: (way: PlanWayName) => phaseMs(calm, phase, way) }
    return [
      own,
      ...steps.map(({ step }) => ({ path: step.path, takes: (way: PlanWayName) => stepMs(calm, step.path, way) })),
    ]
  })
  const rows = drawn.rows.map(({ number, label, level, bars, marks, note }, index): PlanViewRow => {
    const { path, takes } = known[index]!
    const place = placeOfPath(path)
    const figure = (way: PlanWayName): string => {
      const ms = bars.length === 0 ? undefined : takes(way)
      return ms === undefined ? '' : durationText(ms)
    }
    const expected = figure('expected')
    return {
      path,
      place,
      number,
      label,
      level,
      bars,
      marks,
      expected: expected === '' ? note : expected,
      worst: figure('worst'),
    }
  })
  // What may last longer at worst makes no room; lanes open and end inside of their step.
  const lanes = plan.timeline?.lanes.flatMap(({ expected }) => [expected.opens_ms ?? 0, expected.ends_ms ?? 0]) ?? []
  return { axis: makeAxis([...momentsIn(drawn.rows), ...lanes], drawn.end_ms), rows, lines: drawn.lines }
}

/** When something begins or ends as expected. */
function momentsIn(rows: Timeline['rows']): readonly number[] {
  return rows.flatMap(({ bars }) =>
    bars.flatMap(({ kind, from_ms, to_ms }) => (kind === 'worst' ? [] : [from_ms, to_ms])),
  )
}

interface RowFacts {
  readonly path: string
  readonly takes: (way: PlanWayName) => number | undefined
}

function rolloutsIn(steps: readonly PlanStep[]): readonly PlanRollout[] {
  return steps.flatMap((step) =>
    step.form === 'rollout' ? [step] : step.form === 'group' ? rolloutsIn(step.steps) : [],
  )
}

function rolloutView(plan: Plan, step: PlanRollout): PlanViewRollout {
  const { sentence, picture, lanes, lane_rows, unfit } = rolloutPicture(plan, step)
  return {
    path: step.path,
    place: placeOfPath(step.path),
    number: step.number,
    title: step.title,
    sentence,
    waves: picture.boxes,
    lanes: lane_rows.map(({ title, clock, opens, expected, worst, closes, turn_back }) => ({
      title: clock === '' ? title : `${title} ${clock}`,
      opens,
      expected,
      worst,
      closes,
      turn_back,
    })),
    ...(lanes
      ? {
          picture: {
            axis: makeAxis(momentsIn(lanes.rows), lanes.end_ms),
            rows: lanes.rows.map(({ label, bars, note }) => ({ label, bars, note })),
          },
        }
      : {}),
    unfit: unfit.map(({ when, place, count: targets, targets: names, reason }) =>
      [`${targets} (${names})`, ...(place === '' ? [] : [place]), `${when}: ${reason}`].join(', '),
    ),
  }
}
