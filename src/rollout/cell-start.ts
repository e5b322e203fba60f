/** Begins what the parent granted, lowest target first, and gives back what cannot be used now. */
import { failureClasses } from '../base/failure.ts'
import { endTarget, startRollback } from './cell-end.ts'
import { type CellState, extraWaves, flags, hasFlag, phases, rowOf } from './cell-state.ts'
import { proceed, startAttempt } from './cell-target.ts'
import { type CellTurn, emit } from './cell-turn.ts'
import { endReasons } from './end-reason.ts'
import { fitsAt, nextFit } from './openings.ts'
import { fitAttempts, needMs } from './policy.ts'
import { drop, peek } from './queue.ts'

export function useGrants(turn: CellTurn, wave: number): void {
  const { state } = turn
  while (state.granted[wave]! > state.used[wave]!) {
    const target = state.stopped[wave] === undefined ? takeNext(state, wave) : -1
    if (target === -1) {
      const count = state.granted[wave]! - state.used[wave]!
      return emit(turn, { type: 'GrantsReturned', at: turn.now, cell: state.plan.cell, wave, count })
    }
    begin(turn, wave, target)
  }
}

function begin(turn: CellTurn, wave: number, target: number): void {
  const { state, now } = turn
  const { plan } = state
  if (wave === plan.waves + extraWaves.stage) {
    const time = plan.policy.stageDeadlineMs ?? plan.policy.deadlineMs
    const deadline = time === undefined ? -1 : now + time
    emit(turn, { type: 'StagingStarted', at: now, cell: plan.cell, target, deadline })
    return proceed(turn, target)
  }
  if (wave === plan.waves + extraWaves.undo) {
    const failure = failureClasses[state.failure[target]! - 1] ?? 'cancelled'
    return startRollback(turn, target, failure, endReasons[state.reason[target]!] ?? 'taken_back')
  }
  if (hasFlag(state, target, flags.skipWhen)) return endTarget(turn, target, 'skipped', undefined, 'skip_when')
  const need = needWith(state, target)
  if (fitsAt(plan.openings, state.glassUntil, now, need)) return startAttempt(turn, target, 1)
  const until = nextFit(plan.openings, state.glassUntil, now, need)
  if (until === undefined) return endTarget(turn, target, 'skipped', undefined, 'window_ended')
  emit(turn, { type: 'TargetDeferred', at: now, cell: plan.cell, target, until })
}

/** Time that must be left, with the members behind it where the unit must fit as a whole. */
function needWith(state: CellState, target: number): number {
  const { policy, behind } = state.plan
  const own = needMs(policy, fitAttempts(policy))
  const more = behind[target]!
  return more === 0 ? own : own + more * (own - policy.reserveMs)
}

/** @returns the lowest target that may begin; -1 when there is none */
function takeNext(state: CellState, wave: number): number {
  const { plan } = state
  let best = -1
  let bestRow = -1
  for (let domain = 0; domain <= plan.domains.length; domain += 1) {
    if (state.allowed !== undefined && state.allowed[domain] === 0) continue
    const row = rowOf(plan, wave, domain)
    if (state.readyNow[row] === 0) continue
    const item = lowestReady(state, wave, row)
    if (item !== -1 && (best === -1 || item < best)) {
      best = item
      bestRow = row
    }
  }
  if (best === -1) return -1
  drop(state.queues[bestRow]!)
  return targetOf(state, wave, best)
}

function lowestReady(state: CellState, wave: number, row: number): number {
  const queue = state.queues[row]!
  for (;;) {
    const item = peek(queue)
    if (item === -1 || isQueued(state, wave, targetOf(state, wave, item))) return item
    drop(queue)
  }
}

/** Proven targets are taken back in the reverse order. */
function targetOf(state: CellState, wave: number, item: number): number {
  return wave === state.plan.waves + extraWaves.undo ? state.plan.size - 1 - item : item
}

function isQueued(state: CellState, wave: number, target: number): boolean {
  const { plan } = state
  if (wave === plan.waves + extraWaves.stage) return hasFlag(state, target, flags.stageQueued)
  if (!hasFlag(state, target, flags.queued)) return false
  if (wave === plan.waves + extraWaves.undo) return state.phase[target] === phases.undo
  return state.phase[target] === phases.idle && state.home[target] === wave
}
