/** What happens in a rollout, one line per move worth reading. */

import type { RolloutMove } from '../app/run-door.ts'
import { formatDurationForPeople } from '../base/duration.ts'
import type { EventLine } from './event-line.ts'
import { clockTime } from './terminal-text.ts'

/** @param name - number and title of the rollout; `manyLanes`: whether lanes are worth naming */
export function rolloutLines(
  moves: readonly RolloutMove[],
  at: number,
  name: string,
  manyLanes: boolean,
): readonly EventLine[] {
  const said = new Set<string>()
  return moves.flatMap((move) => {
    const line = lineOf(move, at, name, manyLanes)
    // The only lane bears the name of its rollout: that both stop is said once.
    if (line === undefined || said.has(line.text)) return []
    said.add(line.text)
    return [{ at, ...line }]
  })
}

type Line = Omit<EventLine, 'at'>

const main = (tone: Line['tone'], text: string): Line => ({ tone, text, weight: 'main' })
const detail = (tone: Line['tone'], text: string): Line => ({ tone, text, weight: 'detail' })

function lineOf(move: RolloutMove, at: number, name: string, manyLanes: boolean): Line | undefined {
  switch (move.kind) {
    case 'target':
      return targetLine(move, at)
    case 'health':
      return move.healthy ? undefined : detail('warn', `${move.target}: unhealthy in round ${move.round}`)
    case 'lane':
      return laneLine(move, at, manyLanes ? `lane ${move.lane}` : name)
    case 'rollout':
      return wholeLine(move, at, name)
  }
}

function because(reason: string | undefined): string {
  return reason ? `: ${reason}` : ''
}

function inTime(until: number | undefined, at: number): string {
  return until === undefined ? '' : ` in ${formatDurationForPeople(Math.max(0, until - at))}`
}

function targetLine(move: Extract<RolloutMove, { kind: 'target' }>, at: number): Line | undefined {
  const word = move.to.replaceAll('_', ' ')
  switch (move.to) {
    case 'succeeded':
      return detail('good', `${move.target}: succeeded`)
    case 'failed':
    case 'rolled_back':
    case 'rolling_back':
    case 'held':
      return main('bad', `${move.target}: ${word}${because(move.reason)}`)
    case 'skipped':
      return main('warn', `${move.target}: skipped${because(move.reason)}`)
    case 'retrying':
      return main('warn', `${move.target}: again${inTime(move.until, at)}${because(move.reason)}`)
    case 'waiting_for_window':
      return detail('plain', `${move.target}: waits for its window${untilText(move.until, at)}`)
    case 'in_progress':
      return detail('plain', `${move.target}: in progress${move.attempt > 1 ? `, attempt ${move.attempt}` : ''}`)
    case 'pending':
      return move.reason ? detail('warn', `${move.target}: ${move.reason}`) : undefined
    default:
      return detail('plain', `${move.target}: ${word}`)
  }
}

function untilText(until: number | undefined, at: number): string {
  return until === undefined ? '' : ` until ${clockTime(until, at)}`
}

function laneLine(move: Extract<RolloutMove, { kind: 'lane' }>, at: number, who: string): Line | undefined {
  switch (move.to) {
    case 'wave_opened':
      return main('plain', `${who}: wave ${move.wave} begins`)
    case 'wave_ended':
      return move.until !== undefined && move.until > at
        ? main('plain', `${who}: wave ${move.wave} has ended; the lane goes on${inTime(move.until, at)}`)
        : detail('plain', `${who}: wave ${move.wave} has ended`)
    case 'wave_promoted':
      return main('people', `${who}: wave ${move.wave} is promoted${because(move.reason)}`)
    case 'wave_stopped':
      return main('bad', `${who}: wave ${move.wave} stops${because(move.reason)}`)
    case 'window_closed':
      return main(
        'plain',
        move.reason === undefined
          ? `${who}: the window is closed${untilText(move.until, at)}`
          : `${who}: ${move.reason}, it waits${untilText(move.until, at)}`,
      )
    case 'window_opened':
      // Without a window everything is open, always.
      if (move.until === undefined) return undefined
      return main('plain', `${who}: the window is open${untilText(move.until, at)}`)
    case 'gate_awaited':
      return main('people', `${who}: wave ${move.wave} waits for its gate`)
    case 'stopped':
      return main('bad', `${who} stops${because(move.reason)}`)
    case 'ended':
      return detail('plain', `${who} has ended`)
    case 'gate_opened':
    case 'batch_ended':
      return undefined
  }
}

function wholeLine(move: Extract<RolloutMove, { kind: 'rollout' }>, at: number, name: string): Line | undefined {
  switch (move.to) {
    case 'paused':
      return main('people', `${name} is paused, nothing more begins${because(move.reason)}`)
    case 'resumed':
      return main('people', `${name} goes on${because(move.reason)}`)
    case 'asked':
      return main('bad', `${name} begins nothing more until people have decided about ${move.target}`)
    case 'concurrency_changed':
      return main('people', `${name}: ${move.count} targets at once from now on${because(move.reason)}`)
    case 'glass_broken':
      return main(
        'warn',
        `${name}: windows and freezes do not count${untilText(move.until, at)}${because(move.reason)}`,
      )
    case 'stopped':
      return main('bad', `${name} stops: ${move.reason ?? ''}`)
    case 'started':
    case 'ended':
      return undefined
  }
}
