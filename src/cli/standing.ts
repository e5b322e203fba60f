/** Where are we, how long is left, can we still turn back: the lines that stand on every screen of a run. */
import type { PlanIndex, Progress, RunState } from '../app/run-door.ts'
import { assertNever } from '../base/assert.ts'
import { formatDurationForPeople } from '../base/duration.ts'
import type { Style } from './style.ts'
import { clockTime, counted, flow, stopwatch } from './terminal-text.ts'
import { wrapText } from './wrap.ts'

export interface StandingView {
  readonly index: PlanIndex
  readonly state: RunState
  readonly progress: Progress
  /** Milliseconds since the epoch. */
  readonly now: number
}

export function standingLines(view: StandingView, style: Style, columns: number): readonly string[] {
  const { state, progress, now } = view
  const { phase, steps } = progress
  const where = [
    modeWord(state, style),
    statusWord(state, style),
    phase
      ? style.bold(`Phase ${phase.number}/${phase.count} ${phase.title}`)
      : style.bold(view.index.plan.runbook.title),
    `${steps.done + steps.failed} of ${counted(steps.total, 'step')}`,
    steps.failed > 0 ? style.red(`${steps.failed} failed`) : '',
    state.startedAt === 0 ? '' : `${stopwatch(progress.elapsedMs)} elapsed`,
    endText(progress, now),
  ]
  return [...flow(where, columns), ...flow(wayBack(view, style, columns), columns)]
}

/** By the forecast when there is one; a run that comes to a stop first ends when people let it. */
function endText({ remainingMs, expectedEndAt, forecast }: Progress, now: number): string {
  if (remainingMs === undefined || expectedEndAt === undefined) return ''
  const at = clockTime(expectedEndAt, now)
  if (forecast?.outcome === 'waiting')
    return remainingMs === 0 ? 'waits for people' : `goes on by itself until about ${at}, then waits for people`
  return `${formatDurationForPeople(remainingMs)} left, ends about ${at}`
}

function modeWord(state: RunState, style: Style): string {
  return state.mode === 'dry_run' ? style.yellow('DRY RUN') : ''
}

function statusWord(state: RunState, style: Style): string {
  switch (state.status) {
    case 'new':
    case 'running':
      return ''
    case 'pausing':
      return style.yellow('PAUSING')
    case 'paused':
      return style.yellow('PAUSED')
    case 'backing_out':
      return style.yellow('BACKING OUT')
    case 'ending':
      return style.yellow('ENDING')
    case 'ended':
      // What failed in a rehearsal is judged by its coverage: a check of what was only rehearsed says nothing.
      if (state.mode === 'dry_run' && state.outcome !== 'aborted') return 'ENDED'
      return state.outcome === 'succeeded' ? style.green('SUCCEEDED') : style.red(outcomeWord(state).toUpperCase())
    default:
      return assertNever(state.status)
  }
}

export function outcomeWord(state: RunState): string {
  return (state.outcome ?? state.status).replaceAll('_', ' ')
}

/** The last safe moment, in steps rather than on the clock: what can be undone now, and where that ends. */
function wayBack({ state, progress }: StandingView, style: Style, columns: number): readonly string[] {
  if (state.status === 'ended' || state.mode === 'dry_run') return []
  const { backOut, pointOfNoReturn } = progress
  if (state.backOut) return []
  if (backOut.refusal) return wrapText(`No way back: ${backOut.refusal}`, columns).map((line) => style.yellow(line))
  const undo =
    backOut.steps === 0
      ? 'nothing to undo yet'
      : `${counted(backOut.steps, 'step')} to undo, about ${formatDurationForPeople(backOut.expectedMs)}`
  const last = pointOfNoReturn ? `last safe moment: before ${pointOfNoReturn.number} ${pointOfNoReturn.title}` : ''
  return [`Way back: ${undo}`, last].flatMap((part) => wrapText(part, columns).map((line) => style.dim(line)))
}
