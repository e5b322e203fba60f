/** The live picture of a rollout: one line per lane with its waves, then the targets at work with their time in state. */
import type { PlanStep, RolloutLaneState, RolloutState, RunForecast } from '../app/run-door.ts'
import type { Style } from './style.ts'
import { clockTime, counted, stopwatch } from './terminal-text.ts'

type PlanRollout = Extract<PlanStep, { form: 'rollout' }>
type PlanLane = PlanRollout['lanes'][number]
type TargetState = RolloutState['targets'][string]

export interface RolloutPicture {
  readonly lanes: readonly string[]
  readonly targets: readonly string[]
  readonly summary: string
}

/**
 * @param now - milliseconds since the epoch
 * @param forecast - of the run; its lanes end when it says
 */
export function rolloutPicture(
  step: PlanRollout,
  rollout: RolloutState,
  now: number,
  style: Style,
  forecast?: RunForecast,
): RolloutPicture {
  const ends = forecast?.lanes[step.path] ?? {}
  const lanes = [...step.lanes].sort((a, b) => urgency(rollout, a) - urgency(rollout, b))
  const width = Math.min(24, Math.max(...lanes.map((lane) => lane.title.length), 0))
  const isOne =
    lanes.length === 1 && step.lanes[0]!.waves.length === 1 && rollout.lanes[lanes[0]!.id]?.windowUntil === undefined
  return {
    lanes: isOne ? [] : lanes.map((lane) => laneLine(step, lane, rollout, now, style, width, ends[lane.id])),
    targets: targetLines(rollout, now, style),
    summary: summaryLine(step, rollout, now, style, forecast?.rollouts[step.path]),
  }
}

/** What is at work first, then what opens next, then what is over. */
function urgency(rollout: RolloutState, lane: PlanLane): number {
  const state = rollout.lanes[lane.id]
  if (!state || state.endedAt !== undefined) return Number.MAX_SAFE_INTEGER
  return state.window === 'open' ? 0 : (state.windowUntil ?? Number.MAX_SAFE_INTEGER - 1)
}

const signs = { pending: '·', waiting: '◷', running: '▸', stopped: '■', ended: '✓' } as const

function laneLine(
  step: PlanRollout,
  lane: PlanLane,
  rollout: RolloutState,
  now: number,
  style: Style,
  width: number,
  endsAt: number | undefined,
): string {
  const state = rollout.lanes[lane.id]!
  const status = state.status === 'running' && state.window === 'closed' ? 'waiting' : state.status
  const paint = { pending: style.dim, waiting: style.dim, running: style.cyan, stopped: style.red, ended: style.green }[
    status
  ]
  const waves = lane.waves.flatMap((wave) => {
    if (wave.targets.length === 0) return []
    const states = wave.targets.map(({ name }) => rollout.targets[name]!)
    return [waveText(wave.id, states, state.wave === wave.id && state.endedAt === undefined, style)]
  })
  const name = lane.title.length > width ? `${lane.title.slice(0, width - 1)}…` : lane.title.padEnd(width)
  const note = [laneNote(step, lane, state, now, style), endNote(state, endsAt, now, style)]
    .filter((part) => part !== '')
    .join(style.dim(', '))
  return `  ${paint(signs[status])} ${name}  ${waves.join(style.dim(' → '))}${note === '' ? '' : `  ${note}`}`
}

function waveText(id: string, states: readonly TargetState[], isOpen: boolean, style: Style): string {
  const count = (...wanted: readonly TargetState['state'][]): number =>
    states.filter(({ state }) => wanted.includes(state)).length
  const bad = count('failed', 'rolled_back', 'held')
  const left = count('skipped')
  const text = `${id} ${count('succeeded', 'proven')}/${states.length}`
  const more = [bad > 0 ? style.red(`✗${bad}`) : '', left > 0 ? style.yellow(`–${left}`) : ''].filter(
    (part) => part !== '',
  )
  return [isOpen ? style.bold(text) : text, ...more].join(' ')
}

function laneNote(step: PlanRollout, lane: PlanLane, state: RolloutLaneState, now: number, style: Style): string {
  if (state.stoppedBy !== undefined) return style.red(`stopped: ${state.stoppedBy}`)
  if (state.endedAt !== undefined) return ''
  if (state.gate !== undefined) return style.yellow(`${state.gate} waits for its gate`)
  const until = state.windowUntil
  if (state.window === 'closed')
    return style.dim(
      until === undefined ? 'its window is closed' : `opens ${clockTime(until, now)}, in ${stopwatch(until - now)}`,
    )
  const hasNext = lane.waves.findIndex(({ id }) => id === state.wave) < lane.waves.length - 1
  const parts = [
    state.nextWaveAt !== undefined && state.nextWaveAt > now
      ? `${hasNext ? 'next wave in' : 'soaks for'} ${stopwatch(state.nextWaveAt - now)}`
      : '',
    until === undefined ? '' : `closes ${clockTime(until, now)}`,
    until === undefined ? '' : turnBackText(step, until, now),
  ]
  return style.dim(parts.filter((part) => part !== '').join(', '))
}

/** When the lane comes to its end, as it stands now. */
function endNote(state: RolloutLaneState, endsAt: number | undefined, now: number, style: Style): string {
  if (endsAt === undefined || state.endedAt !== undefined || state.stoppedBy !== undefined) return ''
  return style.dim(`ends about ${clockTime(Math.max(endsAt, now), now)}`)
}

/** Until when a rollback that begins still ends inside the window. */
function turnBackText(step: PlanRollout, closes: number, now: number): string {
  if (step.rollback.steps.length === 0) return ''
  const needs = step.rollback.deadline_ms ?? step.target_deadline_ms
  if (needs === undefined) return ''
  const last = closes - needs
  return last <= now ? 'too late to turn back inside it' : `last moment to turn back ${clockTime(last, now)}`
}

const atWork: readonly TargetState['state'][] = ['in_progress', 'verifying', 'rolling_back', 'retrying', 'staging']

function targetLines(rollout: RolloutState, now: number, style: Style): readonly string[] {
  return Object.entries(rollout.targets)
    .filter(([, target]) => atWork.includes(target.state))
    .sort(([, a], [, b]) => (a.attemptStartedAt ?? 0) - (b.attemptStartedAt ?? 0))
    .map(([name, target]) => {
      const again = target.attempt > 1 ? style.yellow(` attempt ${target.attempt}`) : ''
      const since = target.attemptStartedAt === undefined ? '' : stopwatch(now - target.attemptStartedAt)
      const due =
        target.until === undefined || target.until < now
          ? ''
          : style.dim(
              target.state === 'retrying'
                ? ` again in ${stopwatch(target.until - now)}`
                : ` of ${stopwatch(target.until - (target.attemptStartedAt ?? now))}`,
            )
      const sign =
        target.state === 'rolling_back'
          ? style.red('↩')
          : target.state === 'retrying'
            ? style.yellow('↻')
            : style.cyan('▸')
      const health = target.health ? style.dim(` ${counted(target.health.rounds, 'round')} of health`) : ''
      return `    ${sign} ${name.padEnd(16)} ${since.padStart(7)}${due} ${target.state.replaceAll('_', ' ')}${again}${health}`
    })
}

function summaryLine(
  step: PlanRollout,
  rollout: RolloutState,
  now: number,
  style: Style,
  endsAt: number | undefined,
): string {
  const { counts } = rollout
  const sum = (...states: readonly TargetState['state'][]): number =>
    states.reduce((total, state) => total + (counts[state] ?? 0), 0)
  const bad = sum('failed', 'rolled_back', 'held')
  return [
    `${sum(...atWork)} in progress`,
    `${sum('succeeded', 'proven')} of ${step.targets.length} succeeded`,
    bad > 0 ? style.red(`${bad} failed, rolled back or held`) : '',
    sum('skipped') > 0 ? style.yellow(`${sum('skipped')} skipped`) : '',
    sum('waiting_for_window') > 0 ? `${sum('waiting_for_window')} wait for their window` : '',
    sum('pending', 'staged') > 0 ? style.dim(`${sum('pending', 'staged')} to come`) : '',
    rollout.paused === undefined ? '' : style.yellow('PAUSED'),
    rollout.asked?.[0] === undefined ? '' : style.yellow(`asks about ${rollout.asked[0]}`),
    rollout.glassUntil !== undefined && rollout.glassUntil > now
      ? style.yellow(`glass broken until ${clockTime(rollout.glassUntil, now)}`)
      : '',
    endsAt === undefined || rollout.ended ? '' : `ends about ${clockTime(Math.max(endsAt, now), now)}`,
  ]
    .filter((part) => part !== '')
    .join(', ')
}
