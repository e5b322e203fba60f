import type { PlanLaneSpan, PlanLaneTimes, PlanTimeline, PlanUnfit } from '../app/plan-timeline.ts'
import { formatDurationForPeople } from '../base/duration.ts'
import { dayText } from './simulation-text.ts'
import type { Style } from './style.ts'
import { renderTableOrBlocks, type TableColumn } from './table.ts'
import { counted } from './terminal-text.ts'
import { wrapText } from './wrap.ts'

export interface LanesLayout {
  readonly columns: number
  readonly colour: boolean
  /** Offset from UTC in which instants of no lane are shown, milliseconds. */
  readonly offsetMs: number
}

const namesMax = 5

/**
 * When each lane works, as expected and at worst, its waves by name, until when it can be turned back inside its window,
 * and who cannot fit. Empty without lanes worth telling.
 */
export function lanesText(timeline: PlanTimeline, layout: LanesLayout, style: Style): string {
  const { start } = timeline
  // A rollout that a condition leaves out has nothing to tell; that it never opens would be something else.
  const lanes = timeline.lanes.filter(({ step }) => timeline.steps[step] !== undefined)
  const plain = lanes.every(({ waves }) => waves.length < 2) && lanes.length < 2 && !lanes.some(hasWindow)
  const unfit = timeline.unfit.flatMap((each) => unfitLines(each, layout, style))
  if (plain && unfit.length === 0) return ''
  const from = start === undefined ? 'from the start, without windows' : `from ${dayText(start, undefined, layout)}`
  return [
    `${style.bold('When')} ${style.dim(`${from}, by simulation`)}`,
    ...(plain ? [] : [lanesTable({ ...timeline, lanes }, layout).trimEnd()]),
    ...(unfit.length === 0 ? [] : [style.yellow('Cannot fit'), ...unfit]),
    '',
  ].join('\n')
}

function hasWindow({ expected, worst }: PlanLaneTimes): boolean {
  return (expected.closes_ms ?? worst.closes_ms) !== undefined
}

function lanesTable({ lanes, start }: PlanTimeline, layout: LanesLayout): string {
  const several = new Set(lanes.map(({ step }) => step)).size > 1
  const windows = lanes.some(hasWindow)
  const ways = lanes.some(({ expected }) => expected.turn_back_ms !== undefined)
  const columns: readonly TableColumn[] = [
    { title: 'Lane' },
    { title: 'Waves', wraps: true },
    { title: 'Opens' },
    { title: 'Expected' },
    { title: 'Worst' },
    ...(windows ? [{ title: 'Window closes' }] : []),
    ...(ways ? [{ title: 'Turn back by' }] : []),
  ]
  const rows = lanes.map((lane) => {
    const clock = new LaneClock(lane, start, layout)
    return [
      several ? `${lane.step} ${lane.title}` : lane.title,
      lane.waves.map((wave) => `${wave.id} ${wave.targets}`).join(', '),
      clock.opens(),
      clock.end(lane.expected),
      clock.end(lane.worst),
      ...(windows ? [clock.text(lane.expected.closes_ms ?? lane.worst.closes_ms)] : []),
      ...(ways ? [clock.text(lane.expected.turn_back_ms)] : []),
    ]
  })
  return renderTableOrBlocks(columns, rows, layout)
}

/** Instants of one lane in its own zone; without a start, the time since then. */
class LaneClock {
  readonly #lane: PlanLaneTimes
  readonly #start: number | undefined
  readonly #layout: LanesLayout

  constructor(lane: PlanLaneTimes, start: number | undefined, layout: LanesLayout) {
    this.#lane = lane
    this.#start = start
    this.#layout = layout
  }

  opens(): string {
    const { opens_ms } = this.#lane.expected
    if (opens_ms === undefined) return 'never'
    return this.#start === undefined ? this.text(opens_ms) : this.#day(this.#start + opens_ms)
  }

  /** `02:24, 1 h 24 min`; with the day when the lane ends on another one than it opened on. */
  end({ opens_ms, ends_ms }: PlanLaneSpan): string {
    if (ends_ms === undefined || opens_ms === undefined) return 'never'
    const took = formatDurationForPeople(ends_ms - opens_ms)
    return this.#start === undefined ? took : `${this.text(ends_ms)}, ${took}`
  }

  text(ms: number | undefined): string {
    if (ms === undefined) return ''
    if (this.#start === undefined) return ms === 0 ? 'at once' : `after ${formatDurationForPeople(ms)}`
    const text = this.#day(this.#start + ms)
    const { opens_ms } = this.#lane.expected
    const sameDay = opens_ms !== undefined && this.#day(this.#start + opens_ms).slice(0, 14) === text.slice(0, 14)
    return sameDay ? text.slice(15, 20) : text.slice(0, 20)
  }

  #day(at: number): string {
    return dayText(at, this.#lane.time_zone, this.#layout)
  }
}

function unfitLines(
  { way, lane, wave, reason, targets }: PlanUnfit,
  layout: LanesLayout,
  style: Style,
): readonly string[] {
  const place = [lane, wave].filter((part) => part !== undefined && part !== 'all').join(' ')
  const when = way === 'expected' ? 'as expected' : 'at worst'
  const words = `${when}, ${place === '' ? '' : `${place}: `}${counted(targets.length, 'target')} (${namesText(targets)}): ${reason}`
  const lines = wrapText(words, layout.columns - 4).map((line, index) => `${index === 0 ? '  ' : '    '}${line}`)
  return way === 'expected' ? lines.map((line) => style.red(line)) : lines
}

function namesText(names: readonly string[]): string {
  if (names.length <= namesMax) return names.join(', ')
  return `${names.slice(0, namesMax - 1).join(', ')} and ${names.length - namesMax + 1} more`
}
