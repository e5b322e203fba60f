/** When the lanes of a rollout work, wave by wave, by the timeline of the plan. */
import type { Plan, PlanRollout } from '../plan/model.ts'
import type { PlanLaneTimes, PlanTimeline } from '../plan/timeline.ts'
import type { LaneRow, UnfitRow, WaveRow } from './book-view.ts'
import { makeInstantFormat } from './instant.ts'
import { namesText } from './name-list.ts'
import { count, durationText } from './text.ts'
import { stepAnchor, type Timeline, type TimelineBar, type TimelineRow } from './view.ts'

/** Lanes that a picture shows one by one. */
const rowsMax = 48

/** @returns `null` without lanes or waves worth a picture */
export function lanePicture(plan: Plan, step: PlanRollout): Timeline | null {
  const { timeline } = plan
  const lanes = worked(timeline, step)
  if (!timeline || lanes.length === 0 || (lanes.length === 1 && lanes[0]!.waves.length < 2)) return null
  const zero = Math.min(...lanes.map((lane) => lane.expected.opens_ms ?? 0))
  const end = Math.max(...lanes.map((lane) => endOf(lane, timeline)))
  const shown = lanes.slice(0, rowsMax)
  const left = lanes.length - shown.length
  return {
    kind: 'timeline',
    id: `lanes-${stepAnchor(step.number)}`.replaceAll('.', '-'),
    title: `Lanes of step ${step.number} ${step.title}, from the opening of the first one`,
    rows: [
      ...shown.map((lane) => laneBars(lane, timeline, zero, end)),
      ...(left === 0
        ? []
        : [{ number: '', label: `and ${count(left, 'lane')} more`, level: 0 as const, bars: [], marks: [], note: '' }]),
    ],
    lines: [],
    end_ms: Math.max(1, end - zero),
  }
}

function worked(timeline: PlanTimeline | undefined, step: PlanRollout): readonly PlanLaneTimes[] {
  return (timeline?.lanes ?? [])
    .filter((lane) => lane.step === step.path && lane.expected.opens_ms !== undefined)
    .toSorted((a, b) => a.expected.opens_ms! - b.expected.opens_ms!)
}

function endOf(lane: PlanLaneTimes, timeline: PlanTimeline): number {
  return lane.expected.ends_ms ?? timeline.expected.ms
}

function laneBars(lane: PlanLaneTimes, timeline: PlanTimeline, zero: number, end: number): TimelineRow {
  const bar = (from: number, to: number, kind: TimelineBar['kind']): TimelineBar => ({
    from_ms: from - zero,
    to_ms: Math.min(to, end) - zero,
    kind,
  })
  let waves = 0
  return {
    number: '',
    label: lane.title,
    level: 0,
    bars: [
      ...lane.windows.flatMap(({ from_ms, to_ms }) => (to_ms > from_ms ? [bar(from_ms, to_ms, 'window')] : [])),
      ...lane.waves.flatMap((wave) => {
        if (!wave.canary) waves += 1
        const kind = wave.canary ? 'canary' : waves % 2 === 1 ? 'wave' : 'wave_even'
        const soak = wave.next_ms === undefined ? [] : [bar(wave.to_ms, wave.next_ms, 'soak')]
        return [...soak, bar(wave.from_ms, wave.to_ms, kind)]
      }),
    ],
    marks: [],
    note: durationText(endOf(lane, timeline) - lane.expected.opens_ms!),
  }
}

/** One row per lane: instants on its own clock when the plan has a start, else times since the start. */
export function laneRows(plan: Plan, step: PlanRollout, timeZone: string | undefined): readonly LaneRow[] {
  const { timeline } = plan
  if (!timeline) return []
  return timeline.lanes
    .filter((lane) => lane.step === step.path && timeline.steps[step.path] !== undefined)
    .map((lane) => {
      const { expected, worst } = lane
      const closes_ms = expected.closes_ms ?? worst.closes_ms
      const all = [expected.opens_ms, expected.ends_ms, worst.ends_ms, closes_ms, expected.turn_back_ms]
      const { clock, text } = laneClock(timeline, lane.time_zone ?? timeZone, all)
      return {
        title: lane.title,
        clock,
        opens: text(expected.opens_ms, 'never'),
        expected: text(expected.ends_ms, 'never'),
        worst: text(worst.ends_ms, 'never'),
        closes: text(closes_ms),
        turn_back: text(expected.turn_back_ms),
      }
    })
}

/**
 * Minutes on the lane's own clock, whose offset stands with the lane unless it changes on the way.
 *
 * @param moments - the opening first; what lies on its day is told without the day
 */
function laneClock(
  timeline: PlanTimeline,
  timeZone: string | undefined,
  moments: readonly (number | undefined)[],
): { readonly clock: string; readonly text: (ms: number | undefined, none?: string) => string } {
  const { start } = timeline
  const long = (ms: number | undefined, none = ''): string =>
    ms === undefined ? none : momentText(timeline, ms, timeZone)
  if (start === undefined) return { clock: '', text: long }
  const format = makeInstantFormat(timeZone)
  const offsets = new Set(moments.flatMap((ms) => (ms === undefined ? [] : format.full(start + ms).slice(20))))
  const [clock = ''] = offsets
  if (offsets.size > 1) return { clock: '', text: long }
  return {
    clock,
    text: (ms, none = '') => {
      if (ms === undefined) return none
      const [first] = moments
      const isSameDay = first !== undefined && ms !== first && format.day(start + ms) === format.day(start + first)
      const minute = format.time(start + ms).slice(0, 5)
      return isSameDay ? minute : `${format.day(start + ms)} ${minute}`
    },
  }
}

/** `2026-12-06 01:00:00 +01:00`; without a start `after 1 h 30 min`. */
export function momentText(timeline: PlanTimeline, ms: number, timeZone: string | undefined): string {
  if (timeline.start !== undefined) return makeInstantFormat(timeZone).full(timeline.start + ms)
  return ms === 0 ? 'at once' : `after ${durationText(ms)}`
}

/** The targets of each wave by name, lane by lane. */
export function waveRows(step: PlanRollout): readonly WaveRow[] {
  return step.lanes.flatMap((lane) =>
    lane.waves.flatMap((wave) =>
      wave.targets.length === 0
        ? []
        : [
            {
              lane: step.lanes.length === 1 ? '' : lane.title,
              wave: wave.title,
              count: String(wave.targets.length),
              targets: namesText(wave.targets.map(({ name }) => name)),
            },
          ],
    ),
  )
}

export function unfitRows(plan: Plan, step: PlanRollout): readonly UnfitRow[] {
  const own = new Set(step.targets)
  return (plan.timeline?.unfit ?? [])
    .filter(({ targets }) => targets.some((name) => own.has(name)))
    .map(({ way, lane, wave, reason, targets }) => ({
      when: way === 'expected' ? 'even when all goes as expected' : 'at worst',
      place: [step.lanes.length > 1 ? lane : undefined, wave].filter((part) => part !== undefined).join(', '),
      count: count(targets.length, 'target'),
      targets: namesText(targets),
      reason,
    }))
}
