import type { LaneOutlook, LaneTimes, Outlook, Unfit } from '../app/plan-outlook.ts'
import { formatDurationForPeople } from '../base/duration.ts'
import { dayText } from './simulation-text.ts'
import type { Style } from './style.ts'
import { renderTable, type TableColumn } from './table.ts'
import { counted } from './terminal-text.ts'
import { wrapText } from './wrap.ts'

export interface OutlookLayout {
  readonly columns: number
  readonly colour: boolean
  /** Offset from UTC in which instants of no lane are shown, milliseconds. */
  readonly offsetMs: number
}

const namesMax = 5

/** When each lane works, as expected and at worst, its waves by name, and who cannot fit. Empty without lanes worth telling. */
export function outlookText(outlook: Outlook, layout: OutlookLayout, style: Style): string {
  const { lanes } = outlook
  const windows = lanes.some(({ expected, worst }) => expected.closesAt !== undefined || worst.closesAt !== undefined)
  const plain = lanes.every(({ waves }) => waves.length < 2) && lanes.length < 2 && !windows
  const unfit = outlook.unfit.flatMap((each) => unfitLines(each, layout, style))
  if (plain && unfit.length === 0) return ''
  const head = `${style.bold('When')} ${style.dim(`from ${dayText(outlook.start, undefined, layout)}, by simulation`)}`
  return [
    head,
    ...(plain ? [] : [lanesTable(lanes, windows, layout).trimEnd()]),
    ...(unfit.length === 0 ? [] : [style.yellow('Cannot fit'), ...unfit]),
    '',
  ].join('\n')
}

function lanesTable(lanes: readonly LaneOutlook[], windows: boolean, layout: OutlookLayout): string {
  const several = new Set(lanes.map(({ step }) => step)).size > 1
  const columns: readonly TableColumn[] = [
    { title: 'Lane' },
    { title: 'Waves', wraps: true },
    { title: 'Opens' },
    { title: 'Expected' },
    { title: 'Worst' },
    ...(windows ? [{ title: 'Window closes' }] : []),
  ]
  const rows = lanes.map((lane) => [
    several ? `${lane.step} ${lane.title}` : lane.title,
    lane.waves.map((wave) => `${wave.id} ${wave.targets.length}`).join(', '),
    lane.expected.openedAt === undefined ? 'never' : dayText(lane.expected.openedAt, lane.timeZone, layout),
    endText(lane.expected, lane, layout),
    endText(lane.worst, lane, layout),
    ...(windows ? [clockText(lane.expected.closesAt ?? lane.worst.closesAt, lane, layout)] : []),
  ])
  return renderTable(columns, rows, layout)
}

/** `02:24, 1 h 24 min`; with the day when the lane ends on another one than it opened on. */
function endText(times: LaneTimes, lane: LaneOutlook, layout: OutlookLayout): string {
  if (times.endedAt === undefined || times.openedAt === undefined) return 'never'
  return `${clockText(times.endedAt, lane, layout)}, ${formatDurationForPeople(times.endedAt - times.openedAt)}`
}

function clockText(at: number | undefined, lane: LaneOutlook, layout: OutlookLayout): string {
  if (at === undefined) return ''
  const text = dayText(at, lane.timeZone, layout)
  const opened = lane.expected.openedAt
  const sameDay = opened !== undefined && dayText(opened, lane.timeZone, layout).slice(0, 14) === text.slice(0, 14)
  return sameDay ? text.slice(15, 20) : text.slice(0, 20)
}

function unfitLines(
  { way, lane, wave, reason, targets }: Unfit,
  layout: OutlookLayout,
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
