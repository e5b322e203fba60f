import type { Plan, PlanStep } from '../app/load.ts'
import type { Forecast, SimulatedLane, SimulatedPlan, SimulatedRun, SimulatedTarget } from '../app/simulate.ts'
import { instantText, minutesBetween } from '../app/simulate.ts'
import { picturesOf } from '../app/simulation-view.ts'
import { formatDurationForPeople } from '../base/duration.ts'
import { eventLines } from './simulation-events.ts'
import { makeStyle, type Style } from './style.ts'
import { renderTable, renderTableOrBlocks } from './table.ts'
import { counted, fitLine, flow } from './terminal-text.ts'
import { timelinePicture } from './timeline-picture.ts'
import { wrapText } from './wrap.ts'

export interface SimulationLayout {
  readonly columns: number
  readonly colour: boolean
  /** Offset from UTC in which instants of no lane are shown, milliseconds. */
  readonly offsetMs: number
  /** Every event and every target, however many there are. */
  readonly all: boolean
}

/** Rows of one picture at most on a terminal. */
const pictureRowsMax = 48
/** Up to so many lanes the names of their canaries are shown. */
const canaryLanesMax = 12
/** Lines of a list at most, unless all are wanted. */
const listMax = 20

/** What happened, as a picture, in figures and in words. */
export function renderSimulation(plan: Plan, made: SimulatedPlan, layout: SimulationLayout): string {
  const style = makeStyle(layout.colour)
  const { run, forecast } = made
  const parts = [
    headText(plan, run, layout, style),
    sectionText('What happened', eventLines(run, stepNames(plan), { ...layout, style }), style),
    ...picturesOf(plan, run, pictureRowsMax).map((picture) => timelinePicture(picture, layout.columns, style)),
    ...(run.lanes.length < 2 ? [] : [lanesText(run, layout, style)]),
    targetsText(run, layout, style),
    ...(forecast ? [forecastText(forecast, run, layout, style)] : []),
    ...faultsText(run, style),
    ...assumptionsText(run, layout, style),
    endText(run, layout, style),
  ]
  return parts.filter((part) => part !== '').join('\n')
}

function headText(plan: Plan, run: SimulatedRun, layout: SimulationLayout, style: Style): string {
  const { title, name, version } = plan.runbook
  const byline = [
    `${name} ${version}`,
    counted(plan.totals.targets, 'target'),
    `scenario ${run.scenario}`,
    `seed ${run.seed}`,
    `start ${dayText(run.start, undefined, layout)}`,
  ]
  return `${style.bold(title)} ${style.dim('simulated')}\n${flow(byline, layout.columns).map(style.dim).join('\n')}\n`
}

function sectionText(title: string, lines: readonly string[], style: Style): string {
  return lines.length === 0 ? '' : `${style.bold(title)}\n${lines.join('\n')}\n`
}

const states = ['succeeded', 'rolled_back', 'failed', 'held', 'skipped'] as const

function lanesText(run: SimulatedRun, layout: SimulationLayout, style: Style): string {
  const roomy = run.lanes.length <= canaryLanesMax
  const several = new Set(run.lanes.map((lane) => lane.step)).size > 1
  // A rollout that a condition left out has no lanes that could have opened.
  const begun = new Set(run.steps.flatMap(({ path, outcome }) => (outcome === 'skipped' ? [] : [path])))
  const troubled = (lane: SimulatedLane): boolean =>
    lane.stoppedBy !== undefined || (lane.openedAt === undefined && begun.has(lane.step))
  const shown = layout.all || run.lanes.length <= 60 ? run.lanes : run.lanes.filter(troubled).slice(0, 60)
  const rows = shown.map((lane) => {
    const counts = states.map((state) => lane.ends.get(state) ?? 0)
    return [
      several ? `${lane.step} ${lane.title}` : lane.title,
      ...(roomy ? [namesText(lane.canary, 3)] : []),
      lane.openedAt === undefined
        ? begun.has(lane.step)
          ? 'never'
          : '–'
        : dayText(lane.openedAt, lane.timeZone, layout),
      lane.endedAt === undefined || lane.openedAt === undefined
        ? '–'
        : formatDurationForPeople(lane.endedAt - lane.openedAt),
      ...counts.map((many) => (many === 0 ? style.dim('0') : `${many}`)),
      lane.stoppedBy === undefined ? '' : style.red(lane.stoppedBy),
    ]
  })
  const columns = [
    { title: 'Lane' },
    ...(roomy ? [{ title: 'Canary', wraps: true }] : []),
    { title: 'Opened' },
    { title: 'Took', align: 'right' as const },
    ...['✓', '↶', '✗', 'Held', 'Skipped'].map((title) => ({ title, align: 'right' as const })),
    { title: 'Stopped by', wraps: true },
  ]
  const rest = shown.length < run.lanes.length ? `${run.lanes.length - shown.length} lanes without trouble\n` : ''
  return `${style.bold('Lanes')} ${style.dim('✓ succeeded, ↶ rolled back, ✗ failed')}\n${renderTableOrBlocks(columns, rows, layout)}${rest}`
}

/** Who did not get the new version, and why; those that did are counted. */
function targetsText(run: SimulatedRun, layout: SimulationLayout, style: Style): string {
  const all = [...run.targets.values()]
  if (all.length === 0) return ''
  const others = all.filter((target) => target.state !== 'succeeded')
  const counts = new Map<string, number>()
  for (const target of all) counts.set(target.state, (counts.get(target.state) ?? 0) + 1)
  const totals = [...counts].map(([state, many]) => `${many} ${state.replaceAll('_', ' ')}`).join(', ')
  const title = `${style.bold('Targets')}: ${totals}\n`
  if (!layout.all && others.length > listMax) return `${title}${groupedText(others, layout, style)}`
  const listed = layout.all || all.length <= listMax ? all : others
  const rows = listed.map((target) => [
    target.name,
    stateText(target, style),
    target.version ?? '',
    target.attempts === 0 ? '' : `${target.attempts}`,
    target.startedAt === undefined ? '' : minuteText(run.start, target.startedAt),
    target.endedAt === undefined ? '' : minuteText(run.start, target.endedAt),
    target.reason,
  ])
  const columns = [
    { title: 'Target' },
    { title: 'State' },
    { title: 'Version' },
    { title: 'Attempts', align: 'right' as const },
    { title: 'Start', align: 'right' as const },
    { title: 'End', align: 'right' as const },
    { title: 'Why', wraps: true },
  ]
  return `${title}${listed.length === 0 ? '' : renderTableOrBlocks(columns, rows, layout)}`
}

/** Many targets that ended for the same reason share a line. */
function groupedText(targets: readonly SimulatedTarget[], layout: SimulationLayout, style: Style): string {
  const groups = new Map<string, SimulatedTarget[]>()
  for (const target of targets) {
    const key = JSON.stringify([target.state, target.lane, target.reason.replaceAll(target.name, '*')])
    const known = groups.get(key)
    if (known) known.push(target)
    else groups.set(key, [target])
  }
  const ordered = [...groups.values()].sort((a, b) => b.length - a.length)
  const rows = ordered.slice(0, listMax).map((group) => [
    `${group.length}`,
    stateText(group[0]!, style),
    group[0]!.lane ?? '',
    namesText(
      group.map(({ name }) => name),
      3,
    ),
    group[0]!.reason,
  ])
  const columns = [
    { title: 'Targets', align: 'right' as const },
    { title: 'State' },
    { title: 'Lane' },
    { title: 'Which', wraps: true },
    { title: 'Why', wraps: true },
  ]
  const left = ordered.slice(listMax).reduce((sum, group) => sum + group.length, 0)
  const more = left === 0 ? '' : `and ${counted(left, 'target')} more; --all shows every one\n`
  return `${renderTable(columns, rows, layout)}${more}`
}

function stateText(target: SimulatedTarget, style: Style): string {
  const words = target.state.replaceAll('_', ' ')
  switch (target.state) {
    case 'succeeded':
      return style.green(words)
    case 'failed':
    case 'rolled_back':
      return style.red(words)
    case 'skipped':
      return style.dim(words)
    default:
      return style.yellow(words)
  }
}

function forecastText(forecast: Forecast, run: SimulatedRun, layout: SimulationLayout, style: Style): string {
  const share = (many: number): string => `${Math.round((1000 * many) / forecast.runs) / 10} %`
  const outcomes = [...forecast.outcomes].map(
    ([outcome, many]) => `  ${share(many).padStart(7)}  ${outcome.replaceAll('_', ' ')}`,
  )
  const total = [...forecast.targetEnds.values()].reduce((sum, many) => sum + many, 0)
  const ends = [...forecast.targetEnds].map(
    ([state, many]) =>
      `  ${`${Math.round((10_000 * many) / Math.max(1, total)) / 100} %`.padStart(7)}  ${state.replaceAll('_', ' ')}`,
  )
  const row = (title: string, zone: string | undefined, of: Forecast['end'], more: readonly string[]): string[] => [
    title,
    of === undefined ? 'never' : dayText(of.p50, zone, layout),
    of === undefined ? 'never' : dayText(of.p95, zone, layout),
    of === undefined ? '' : minuteText(run.start, of.p50),
    of === undefined ? '' : minuteText(run.start, of.p95),
    ...more,
  ]
  const lanes = forecast.lanes.length > 1 || forecast.lanes[0]?.id !== 'all' ? forecast.lanes : []
  const rows = [
    row('run', undefined, forecast.end, ['']),
    ...lanes.map((lane) => row(lane.id, lane.timeZone, lane.end, [lane.stopped === 0 ? '' : share(lane.stopped)])),
  ]
  const columns = [
    { title: 'End of' },
    { title: 'P50' },
    { title: 'P95' },
    { title: 'P50 min', align: 'right' as const },
    { title: 'P95 min', align: 'right' as const },
    { title: 'Stopped', align: 'right' as const },
  ]
  return [
    style.bold(
      `Forecast from ${counted(forecast.runs, 'run')}, seeds ${forecast.firstSeed} to ${forecast.firstSeed + forecast.runs - 1}`,
    ),
    renderTable(columns, rows, layout),
    style.bold('How often a run ends as'),
    ...outcomes,
    ...(total === 0 ? [] : [style.bold('How often a target ends as'), ...ends]),
    '',
  ].join('\n')
}

function faultsText(run: SimulatedRun, style: Style): readonly string[] {
  if (run.strikes.size === 0) return []
  const lines = [...run.strikes].map(([id, many]) =>
    many === 0 ? `  ${id}: ${style.yellow('never struck')}` : `  ${id}: struck ${counted(many, 'time')}`,
  )
  return [sectionText('Faults', lines, style)]
}

function assumptionsText(run: SimulatedRun, layout: SimulationLayout, style: Style): readonly string[] {
  if (run.assumptions.length === 0) return []
  const lines = run.assumptions.slice(0, layout.all ? undefined : listMax).flatMap((words) => {
    const [first, ...rest] = wrapText(words, layout.columns - 4)
    return [`  ${first ?? ''}`, ...rest.map((line) => `    ${line}`)]
  })
  return [sectionText('Made up, because only the real run knows', lines, style)]
}

function endText(run: SimulatedRun, layout: SimulationLayout, style: Style): string {
  const words = run.outcome.replaceAll('_', ' ')
  const good = run.outcome === 'succeeded'
  const took = formatDurationForPeople(run.end - run.start)
  const reason = run.reason === undefined ? '' : `: ${run.reason}`
  const line = `${words} after ${took}, ${dayText(run.end, undefined, layout)}${reason}`
  return `${fitLine(good ? style.green(line) : style.yellow(line), Math.max(layout.columns, 40))}\n`
}

/** `Sun 2026-12-06 01:00 +01:00`, in the zone of the lane when there is one. */
export function dayText(at: number, zone: string | undefined, layout: Pick<SimulationLayout, 'offsetMs'>): string {
  const text = instantText(at, zone, layout.offsetMs)
  const day = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][new Date(`${text.slice(0, 10)}T00:00:00Z`).getUTCDay()]
  return `${day} ${text.slice(0, 10)} ${text.slice(11, 16)} ${text.slice(-6)}`
}

/** Minutes since the start, with a decimal when it is no whole minute. */
export function minuteText(start: number, at: number): string {
  const minutes = minutesBetween(start, at)
  return Number.isInteger(minutes) ? `${minutes}` : minutes.toFixed(1)
}

function namesText(names: readonly string[], most: number): string {
  return names.length <= most
    ? names.join(', ')
    : `${names.slice(0, most - 1).join(', ')} and ${names.length - most + 1} more`
}

function stepNames(plan: Plan): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  const visit = (steps: readonly PlanStep[]): void => {
    for (const step of steps) {
      names.set(step.path, `${step.number} ${step.title}`)
      if (step.form === 'group') visit(step.steps)
      if (step.form !== 'rollout') continue
      const { stage, preflight, each, post_checks, health, rollback } = step
      for (const action of [
        ...stage,
        ...preflight,
        ...each,
        ...post_checks,
        ...(health?.checks ?? []),
        ...rollback.steps,
      ])
        names.set(action.path, `${step.number} ${action.title}`)
    }
  }
  for (const phase of plan.phases) {
    names.set(phase.id, `${phase.number} ${phase.title}`)
    visit(phase.steps)
  }
  return names
}
