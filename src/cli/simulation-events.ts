import type { SimulatedEvent, SimulatedRun } from '../app/simulate.ts'
import { minuteText, type SimulationLayout } from './simulation-text.ts'
import type { Style } from './style.ts'
import { counted, fitLine } from './terminal-text.ts'

export interface EventLayout extends SimulationLayout {
  readonly style: Style
}

/** Lines of the list at most; beyond that only what matters is shown, and then the first of it. */
const linesMax = 120

/** What happened in order: minute since the start, lane, words. Targets that do the same at the same time share a line. */
export function eventLines(
  run: SimulatedRun,
  names: ReadonlyMap<string, string>,
  layout: EventLayout,
): readonly string[] {
  const groups = grouped(run.events)
  // Good health is told with --all only: it is looked at every few seconds.
  const telling = groups.filter(({ event }) => !(event.type === 'health_judged' && event.healthy))
  const short = telling.length <= linesMax ? telling : groups.filter((group) => matters(group))
  const chosen = layout.all ? groups : short
  const shown = layout.all ? chosen : chosen.slice(0, linesMax)
  const laneWidth = Math.min(22, Math.max(0, ...shown.map((group) => laneText(group).length)))
  const minutes = shown.map(({ event }) => minuteText(run.start, event.at))
  const minuteWidth = Math.max(4, ...minutes.map((text) => text.length))
  const lines = shown.map((group, index) => {
    const lane = laneWidth === 0 ? '' : `${fitLine(laneText(group), Math.max(1, laneWidth)).padEnd(laneWidth)}  `
    const text = wordsOf(group, names, layout.style)
    return fitLine(`${layout.style.dim(minutes[index]!.padStart(minuteWidth))}  ${lane}${text}`, layout.columns)
  })
  const left = groups.length - shown.length
  return left > 0 ? [...lines, layout.style.dim(`… ${counted(left, 'line')} more; --all shows them`)] : lines
}

interface Group {
  readonly event: SimulatedEvent
  readonly targets: readonly string[]
  /** Lanes in which it happened, when it is not about targets. */
  readonly lanes: readonly string[]
}

/** Events of one kind at one instant become one: of targets in one wave, of lanes in one rollout. */
function grouped(events: readonly SimulatedEvent[]): readonly Group[] {
  const groups: { event: SimulatedEvent; targets: string[]; lanes: string[] }[] = []
  let open = new Map<string, (typeof groups)[number]>()
  const struck = new Set<string>()
  let at = Number.NaN
  for (const event of events) {
    if (event.at !== at) {
      open = new Map()
      struck.clear()
      at = event.at
    }
    if (event.type === 'fault_struck') struck.add(`${event.step}@${event.target}`)
    // The fault has been told, and what follows from it is told next.
    if (event.type === 'call_failed' && struck.has(`${event.step}@${event.target}`)) continue
    if (quietTypes.has(event.type) || (event.type === 'engine_started' && groups.length === 0)) continue
    const key = groupKey(event)
    const known = event.target === undefined && event.lane === undefined ? undefined : open.get(key)
    if (known) {
      if (event.target !== undefined) known.targets.push(event.target)
      else if (event.lane !== undefined) known.lanes.push(event.lane)
      continue
    }
    const { target, lane } = event
    const lanes = target === undefined && lane !== undefined ? [lane] : []
    const group = { event, targets: target === undefined ? [] : [target], lanes }
    groups.push(group)
    open.set(key, group)
  }
  return groups
}

function groupKey(event: SimulatedEvent): string {
  const { type, step, wave, attempt, outcome, fault, healthy, target } = event
  const lane = target === undefined ? undefined : event.lane
  return JSON.stringify([type, step, lane, wave, attempt, outcome, fault, healthy, event.class, reasonKey(event)])
}

function laneText({ event, lanes }: Group): string {
  return lanes.length > 1 ? counted(lanes.length, 'lane') : (event.lane ?? '')
}

function reasonKey(event: SimulatedEvent): string {
  return event.target === undefined ? (event.reason ?? '') : (event.reason ?? '').replaceAll(event.target, '*')
}

/** Said by others as well, or of no interest when things go well. */
const quietTypes: ReadonlySet<string> = new Set([
  'run_started',
  'phase_ended',
  'rollout_started',
  'rollout_ended',
  'target_proven',
  'target_pending',
])

function matters({ event }: Group): boolean {
  if (event.type === 'health_judged') return event.healthy === false
  if (event.type === 'criterion_judged') return event.outcome !== 'pass'
  return !goingWell.has(event.type)
}

const goingWell: ReadonlySet<string> = new Set([
  'target_staging',
  'target_staged',
  'target_waiting_for_window',
  'target_in_progress',
  'target_verifying',
  'target_succeeded',
  'batch_ended',
])

function wordsOf({ event, targets }: Group, names: ReadonlyMap<string, string>, style: Style): string {
  const who = namesText(targets)
  const where = names.get(event.step ?? '') ?? event.step ?? ''
  const because = event.reason === undefined || event.reason === '' ? '' : `: ${event.reason}`
  const wave = event.wave === undefined ? '' : ` ${event.wave}`
  switch (event.type) {
    case 'phase_started':
      return style.bold(where)
    case 'step_started':
      return `${where} begins`
    case 'step_ended':
      return `${where} ${outcomeText(event.outcome ?? '', style)}${because}`
    case 'step_reopened':
      return `${where} is tried again by ${event.by ?? ''}`
    case 'call_failed':
      return style.red(`${where}${who === '' ? '' : ` on ${who}`} fails as ${event.class ?? ''}${because}`)
    case 'call_unsettled':
      return style.yellow(
        `${where}${who === '' ? '' : ` on ${who}`}: nobody can tell how it ended; ${event.outcome ?? ''}`,
      )
    case 'asked':
      return `${where} asks${because}`
    case 'answered':
    case 'voted':
      return `${event.by ?? ''} says ${(event.outcome ?? '').replaceAll('_', ' ')}`
    case 'criterion_judged':
      return `criterion ${event.action ?? ''}${who === '' ? '' : ` on ${who}`}: ${(event.outcome ?? '').replaceAll('_', ' ')}`
    case 'fault_struck':
      return style.red(`fault ${event.fault ?? ''} strikes${who === '' ? '' : ` ${who}`}${because}`)
    case 'engine_killed':
      return style.red(`fault ${event.fault ?? ''}: the engine is killed${because}`)
    case 'engine_started':
      return 'the engine is back and goes on'
    case 'health_judged':
      return event.healthy ? `${who} healthy` : style.red(`${who} not healthy`)
    case 'target_in_progress':
      return `${who} ${targets.length > 1 ? 'start' : 'starts'}${event.attempt !== undefined && event.attempt > 1 ? style.yellow(` attempt ${event.attempt}`) : ''}`
    case 'target_verifying':
      return `${who} changed, now verified`
    case 'target_succeeded':
      return `${who} ${style.green('succeeded')}`
    case 'target_retrying':
      return style.yellow(`${who} will be tried again${because}`)
    case 'target_rolling_back':
      return style.red(`${who} rolls back${because}`)
    case 'target_rolled_back':
    case 'target_failed':
    case 'target_held':
      return style.red(`${who} ${event.type.slice(7).replaceAll('_', ' ')}${because}`)
    case 'target_skipped':
      return style.yellow(`${who} skipped${because}`)
    case 'wave_opened':
      return `wave${wave} opens`
    case 'wave_ended':
      return `wave${wave} has ended`
    case 'wave_stopped':
      return style.red(`wave${wave} stops${because}`)
    case 'lane_stopped':
      return style.red(`the lane stops${because}`)
    case 'lane_ended':
      return 'the lane has ended'
    case 'rollout_stopped':
      return style.red(`${where} stops${because}`)
    case 'run_ended':
      return style.bold(`the run ends: ${(event.outcome ?? '').replaceAll('_', ' ')}${because}`)
    default:
      return `${event.type.replaceAll('_', ' ')}${wave}${who === '' ? '' : ` ${who}`}${event.outcome === undefined ? '' : ` ${event.outcome.replaceAll('_', ' ')}`}${because}`
  }
}

function outcomeText(outcome: string, style: Style): string {
  const words = outcome.replaceAll('_', ' ')
  if (outcome === 'succeeded') return style.green(words)
  return outcome === 'failed' ? style.red(words) : style.dim(words)
}

function namesText(names: readonly string[]): string {
  if (names.length <= 4) return names.join(', ')
  return `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`
}
