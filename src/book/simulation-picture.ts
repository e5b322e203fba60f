/** Pictures of a simulated run: its steps over time, when its lanes work, and what happens inside of them. */
import type { Plan } from '../plan/model.ts'
import {
  finalStates,
  type SimulatedLane,
  type SimulatedRun,
  type SimulatedTarget,
} from '../simulation/simulated-run.ts'
import { barKind } from './plan-timeline.ts'
import { count, durationText } from './text.ts'
import type { BarKind, Timeline, TimelineBar, TimelineMark, TimelineRow } from './view.ts'

export interface PictureOptions {
  /** Rows of one picture at most; what does not fit is counted in the last row. */
  readonly rowsMax: number
}

/** Up to so many targets a rollout has a row per target. */
const targetRowsMax = 30
/** Up to so many rows a lane shows its waves one by one. */
const waveRowsMax = 24

/** In the order in which they are read; a run without any time in it has none. */
export function simulationPictures(plan: Plan, run: SimulatedRun, options: PictureOptions): readonly Timeline[] {
  const steps = stepsPicture(plan, run)
  const rollouts = [...new Set(run.lanes.map((lane) => lane.step))].flatMap((step) => {
    const lanes = run.lanes.filter((lane) => lane.step === step)
    return rolloutPictures(plan, run, step, lanes, options)
  })
  return [...(steps ? [steps] : []), ...rollouts]
}

function stepsPicture(plan: Plan, run: SimulatedRun): Timeline | undefined {
  const total = run.end - run.start
  const byPath = new Map(run.steps.map((step) => [step.path, step]))
  const rows = plan.phases.flatMap((phase): readonly TimelineRow[] => {
    const done = phase.steps.flatMap((step): readonly TimelineRow[] => {
      const at = byPath.get(step.path)
      if (!at || (at.outcome === 'skipped' && at.startedAt === at.endedAt)) return []
      const from_ms = at.startedAt - run.start
      const to_ms = (at.endedAt ?? run.end) - run.start
      const failed = at.outcome === 'failed'
      const bars: readonly TimelineBar[] = [{ from_ms, to_ms, kind: failed ? 'failed' : barKind(step) }]
      const marks: readonly TimelineMark[] =
        step.form === 'gate' || step.form === 'manual' ? [{ at_ms: from_ms, kind: step.form }] : []
      const note = at.endedAt === undefined ? 'not ended' : durationText(to_ms - from_ms)
      return [{ number: step.number, label: step.title, level: 1, bars, marks, note }]
    })
    if (done.length === 0) return []
    const bars = done.flatMap((row) => row.bars)
    const from_ms = Math.min(...bars.map((bar) => bar.from_ms))
    const to_ms = Math.max(...bars.map((bar) => bar.to_ms))
    const head: TimelineRow = {
      number: phase.number,
      label: phase.title,
      level: 0,
      bars: [{ from_ms, to_ms, kind: 'phase' }],
      marks: [],
      note: durationText(to_ms - from_ms),
    }
    return [head, ...done]
  })
  // One step in one phase tells nothing that the lanes do not tell better.
  if (total <= 0 || rows.length === 0 || (rows.length === 2 && run.lanes.length > 0)) return undefined
  return { kind: 'timeline', id: 'steps', title: `Steps: ${durationText(total)}`, rows, lines: [], end_ms: total }
}

function rolloutPictures(
  plan: Plan,
  run: SimulatedRun,
  step: string,
  lanes: readonly SimulatedLane[],
  options: PictureOptions,
): readonly Timeline[] {
  const title = titleOf(plan, step)
  const members = membersByLane(run, lanes)
  const worked = lanes.filter((lane) => lane.openedAt !== undefined)
  if (worked.length === 0) return []
  const first = Math.min(...worked.map((lane) => lane.openedAt!))
  const together = worked.every((lane) => lane.openedAt === worked[0]!.openedAt)
  const inside = insidePicture(`${title}, lane by lane from its opening`, run, worked, members, options)
  if (together || worked.length === 1) return [{ ...inside, title: `${title}, from its beginning` }]
  return [overview(`${title}, when the lanes work`, run, worked, members, first, options), inside]
}

type Members = ReadonlyMap<string, readonly SimulatedTarget[]>

function membersByLane(run: SimulatedRun, lanes: readonly SimulatedLane[]): Members {
  const members = new Map<string, SimulatedTarget[]>(lanes.map((lane) => [lane.id, []]))
  for (const target of run.targets.values()) if (target.lane !== undefined) members.get(target.lane)?.push(target)
  return members
}

/** All lanes on the clock of the run: what works when. */
function overview(
  title: string,
  run: SimulatedRun,
  lanes: readonly SimulatedLane[],
  members: Members,
  first: number,
  options: PictureOptions,
): Timeline {
  const ordered = [...lanes].sort((a, b) => a.openedAt! - b.openedAt! || (a.id < b.id ? -1 : 1))
  const end = Math.max(...ordered.map((lane) => laneEnd(run, lane)))
  const row = (lane: SimulatedLane): TimelineRow => {
    const from_ms = lane.openedAt! - first
    const to_ms = laneEnd(run, lane) - first
    return {
      number: '',
      label: lane.title,
      level: 0,
      bars: [
        ...windowBars(lane, first, end),
        { from_ms, to_ms, kind: lane.stoppedBy === undefined ? 'wave' : 'failed' },
      ],
      marks: [],
      note: summary(members.get(lane.id) ?? []),
    }
  }
  const { shown, left } = fitting(ordered, options.rowsMax, members)
  const rows = [...shown.map(row), ...(left === 0 ? [] : [restRow(left)])]
  return { kind: 'timeline', id: `overview-${idOf(lanes)}`, title, rows, lines: [], end_ms: Math.max(1, end - first) }
}

/** Each lane on a clock of its own that begins when it opens, so that lanes can be compared. */
function insidePicture(
  title: string,
  run: SimulatedRun,
  lanes: readonly SimulatedLane[],
  members: Members,
  options: PictureOptions,
): Timeline {
  const targets = lanes.reduce((sum, lane) => sum + (members.get(lane.id)?.length ?? 0), 0)
  const waves = lanes.reduce((sum, lane) => sum + lane.waves.filter((wave) => wave.openedAt !== undefined).length, 0)
  const { shown, left } = fitting(lanes, options.rowsMax, members)
  const rows = shown.flatMap((lane): readonly TimelineRow[] => {
    const own = members.get(lane.id) ?? []
    if (targets <= targetRowsMax) return [laneRow(run, lane, own), ...targetRows(run, lane, own)]
    if (waves <= waveRowsMax) return [laneRow(run, lane, own), ...waveRows(run, lane, own)]
    return [laneRow(run, lane, own)]
  })
  const end = Math.max(1, ...lanes.map((lane) => laneEnd(run, lane) - lane.openedAt!))
  return {
    kind: 'timeline',
    id: `inside-${idOf(lanes)}`,
    title,
    rows: left === 0 ? rows : [...rows, restRow(left)],
    lines: [],
    end_ms: end,
  }
}

function laneRow(run: SimulatedRun, lane: SimulatedLane, members: readonly SimulatedTarget[]): TimelineRow {
  const zero = lane.openedAt!
  const waves = lane.waves.flatMap((wave) => {
    const own = members.filter((target) => target.wave === wave.id && target.startedAt !== undefined)
    if (own.length === 0) return []
    const kind = waveKind(lane, wave)
    const from = Math.min(...minOf(own, (target) => target.startedAt))
    const to = Math.max(...minOf(own, (target) => target.endedAt ?? run.end))
    const soak: readonly TimelineBar[] =
      wave.endedAt !== undefined && wave.nextAt !== undefined && wave.nextAt > wave.endedAt
        ? [{ from_ms: wave.endedAt - zero, to_ms: wave.nextAt - zero, kind: 'soak' }]
        : []
    return [...soak, { from_ms: from - zero, to_ms: to - zero, kind }]
  })
  return {
    number: '',
    label: lane.title,
    level: 0,
    bars: [...windowBars(lane, zero, laneEnd(run, lane)), ...waves],
    marks: troubleMarks(members, zero),
    note: summary(members),
  }
}

function waveRows(run: SimulatedRun, lane: SimulatedLane, members: readonly SimulatedTarget[]): readonly TimelineRow[] {
  const zero = lane.openedAt!
  return lane.waves.flatMap((wave): readonly TimelineRow[] => {
    const own = members.filter((target) => target.wave === wave.id)
    if (own.length === 0) return []
    const begun = own.filter((target) => target.startedAt !== undefined)
    const bars: TimelineBar[] = []
    if (begun.length > 0) {
      const from = Math.min(...minOf(begun, (target) => target.startedAt))
      const to = Math.max(...minOf(begun, (target) => target.endedAt ?? run.end))
      bars.push({ from_ms: from - zero, to_ms: to - zero, kind: waveKind(lane, wave) })
    }
    if (wave.endedAt !== undefined && wave.nextAt !== undefined && wave.nextAt > wave.endedAt)
      bars.unshift({ from_ms: wave.endedAt - zero, to_ms: wave.nextAt - zero, kind: 'soak' })
    const gate: readonly TimelineMark[] =
      wave.gateAwaitedAt === undefined ? [] : [{ at_ms: wave.gateAwaitedAt - zero, kind: 'gate' }]
    const marks = [...gate, ...troubleMarks(own, zero)]
    return [{ number: '', label: wave.id, level: 1, bars, marks, note: summary(own) }]
  })
}

/** Neighbouring waves look different. */
function waveKind(lane: SimulatedLane, wave: SimulatedLane['waves'][number]): BarKind {
  if (wave.isCanary) return 'canary'
  return lane.waves.filter(({ isCanary }) => !isCanary).indexOf(wave) % 2 === 0 ? 'wave' : 'wave_even'
}

function targetRows(
  run: SimulatedRun,
  lane: SimulatedLane,
  members: readonly SimulatedTarget[],
): readonly TimelineRow[] {
  const zero = lane.openedAt!
  const ordered = [...members].sort(
    (a, b) => (a.startedAt ?? Number.MAX_SAFE_INTEGER) - (b.startedAt ?? Number.MAX_SAFE_INTEGER),
  )
  return ordered.map((target) => ({
    number: '',
    label: target.name,
    level: 1,
    bars: targetBars(target, run.end).map((bar) => ({
      ...bar,
      from_ms: bar.from_ms - zero,
      to_ms: bar.to_ms - zero,
    })),
    marks: target.endedAt !== undefined && target.state === 'failed' ? [mark(target.endedAt - zero, 'failed')] : [],
    note: target.state.replaceAll('_', ' '),
  }))
}

/** Attempts, verification and the way back of one target, in instants. */
function targetBars(target: SimulatedTarget, end: number): readonly TimelineBar[] {
  if (target.startedAt === undefined) return []
  const endedAt = target.endedAt ?? end
  const starts = [target.startedAt, ...target.retriedAt]
  const workEnd = target.rollingBackAt ?? endedAt
  return [
    ...starts.map((from_ms, index): TimelineBar => {
      const to_ms = starts[index + 1] ?? workEnd
      return { from_ms, to_ms, kind: index === 0 ? 'change' : 'retry' }
    }),
    ...(target.verifyingAt === undefined
      ? []
      : [{ from_ms: target.verifyingAt, to_ms: workEnd, kind: 'verify' as const }]),
    ...(target.rollingBackAt === undefined
      ? []
      : [{ from_ms: target.rollingBackAt, to_ms: endedAt, kind: 'backed_out' as const }]),
  ]
}

function windowBars(lane: SimulatedLane, zero: number, end: number): readonly TimelineBar[] {
  return lane.windows.flatMap((window): readonly TimelineBar[] => {
    if (window.to === undefined) return []
    const from_ms = Math.max(0, window.from - zero)
    const to_ms = Math.min(window.to, Math.max(end, window.from)) - zero
    return to_ms > from_ms ? [{ from_ms, to_ms, kind: 'window' }] : []
  })
}

function troubleMarks(members: readonly SimulatedTarget[], zero: number): readonly TimelineMark[] {
  return members.flatMap((target) => [
    ...target.retriedAt.map((at) => mark(at - zero, 'retry')),
    ...(target.rollingBackAt === undefined ? [] : [mark(target.rollingBackAt - zero, 'rollback')]),
    ...(target.state === 'failed' && target.endedAt !== undefined ? [mark(target.endedAt - zero, 'failed')] : []),
  ])
}

function mark(at_ms: number, kind: TimelineMark['kind']): TimelineMark {
  return { at_ms, kind }
}

function minOf(
  targets: readonly SimulatedTarget[],
  of: (target: SimulatedTarget) => number | undefined,
): readonly [number, number] {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const target of targets) {
    const value = of(target)
    if (value === undefined) continue
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  return [low, high]
}

function laneEnd(run: SimulatedRun, lane: SimulatedLane): number {
  return lane.endedAt ?? run.end
}

const signs: readonly (readonly [SimulatedTarget['state'], string])[] = [
  ['succeeded', '✓'],
  ['rolled_back', '↶'],
  ['failed', '✗'],
  ['held', 'held'],
  ['skipped', 'skipped'],
]

/** `44 ✓ 1 ↶`: ends of targets, short enough for the end of a row. */
function summary(targets: readonly SimulatedTarget[]): string {
  const parts = signs.flatMap(([state, sign]) => {
    const many = targets.filter((target) => target.state === state).length
    return many === 0 ? [] : [`${many} ${sign}`]
  })
  const open = targets.filter((target) => !finalStates.has(target.state)).length
  return [...parts, ...(open === 0 ? [] : [`${open} open`])].join(' ')
}

/** Lanes in trouble are never left out for lanes without. */
function fitting(
  lanes: readonly SimulatedLane[],
  rowsMax: number,
  members: Members,
): { readonly shown: readonly SimulatedLane[]; readonly left: number } {
  if (lanes.length <= rowsMax) return { shown: lanes, left: 0 }
  const isTroubled = (lane: SimulatedLane): boolean =>
    lane.stoppedBy !== undefined || (members.get(lane.id) ?? []).some((target) => target.state !== 'succeeded')
  const chosen = new Set([...lanes.filter(isTroubled), ...lanes].slice(0, rowsMax))
  return { shown: lanes.filter((lane) => chosen.has(lane)), left: lanes.length - chosen.size }
}

function restRow(left: number): TimelineRow {
  return { number: '', label: `and ${count(left, 'lane')} more`, level: 0, bars: [], marks: [], note: '' }
}

function idOf(lanes: readonly SimulatedLane[]): string {
  return (lanes[0]?.step ?? '').replaceAll(/[^A-Za-z0-9]+/g, '-')
}

function titleOf(plan: Plan, path: string): string {
  const visit = (steps: Plan['phases'][number]['steps']): string | undefined => {
    for (const step of steps) {
      if (step.path === path) return `${step.number} ${step.title}`
      const inner = step.form === 'group' ? visit(step.steps) : undefined
      if (inner !== undefined) return inner
    }
    return undefined
  }
  for (const phase of plan.phases) {
    const found = visit(phase.steps)
    if (found !== undefined) return found
  }
  return path
}
