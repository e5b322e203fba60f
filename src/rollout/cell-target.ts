/** The way of one target: its calls one after another, its health, its end. Everything is worked out from the state. */
import { failureClasses } from '../base/failure.ts'
import { endTarget, failTarget, giveUp, succeed } from './cell-end.ts'
import { type CellState, flags, hasFlag, phases, stages } from './cell-state.ts'
import { type CellTurn, cancelCall, emit, requestCall } from './cell-turn.ts'
import { endReasons } from './end-reason.ts'
import type { Outcome } from './events.ts'
import { fitsAt } from './openings.ts'
import { needMs, type RolloutPolicy, type Stage } from './policy.ts'

/** Goes on with a target as far as it can go now. */
export function proceed(turn: CellTurn, target: number): void {
  const { state } = turn
  if (state.flight[target] === 1) return
  switch (state.phase[target]) {
    case phases.staging:
      return proceedStaging(turn, target)
    case phases.working:
      return proceedWork(turn, target)
    case phases.verifying:
      return proceedHealth(turn, target)
    case phases.rollingBack:
      return proceedRollback(turn, target)
  }
}

/** A first attempt uses up a grant; the later ones belong to the same start. */
export function startAttempt(turn: CellTurn, target: number, attempt: number): void {
  const { state, now } = turn
  const { deadlineMs } = state.plan.policy
  const deadline = deadlineMs === undefined ? -1 : now + deadlineMs
  emit(turn, { type: 'TargetStarted', at: now, cell: state.plan.cell, target, attempt, deadline })
  proceed(turn, target)
}

/**
 * Begins the attempt that was planned, unless the window was closed meanwhile.
 *
 * @param at - for which it is judged: a clock that strikes late uses up the reserve, not the right to begin
 */
export function retry(turn: CellTurn, target: number, at: number): void {
  const { state } = turn
  const { policy, openings } = state.plan
  if (!fitsAt(openings, state.glassUntil, at, needMs(policy, 1))) return giveUp(turn, target)
  startAttempt(turn, target, state.attempt[target]! + 1)
}

/** Something is due for the target: a deadline, a health round, a retry, an opening. */
export function targetDue(turn: CellTurn, target: number): void {
  const { state, now } = turn
  switch (state.phase[target]) {
    case phases.staging:
      cancelCall(turn, target)
      return emit(turn, { type: 'StagingEnded', at: now, cell: state.plan.cell, target, ok: false })
    case phases.deferred:
      return emit(turn, { type: 'TargetResumed', at: now, cell: state.plan.cell, target })
    case phases.retryWait:
      return retry(turn, target, state.next[target]!)
    case phases.verifying:
      if (state.next[target] !== -1 && state.next[target]! <= now) return requestCall(turn, target, 'health', 0)
      cancelCall(turn, target)
      return failTarget(turn, target, 'timeout', 'deadline')
    case phases.working:
      cancelCall(turn, target)
      return failTarget(turn, target, 'timeout', 'deadline')
    case phases.rollingBack:
      cancelCall(turn, target)
      return endTarget(turn, target, 'failed', 'timeout', 'rollback_deadline')
  }
}

function lastOutcome(state: CellState, target: number): Outcome | undefined {
  const code = state.outcome[target]!
  if (code === 0) return undefined
  return code === 1 ? 'ok' : failureClasses[code - 2]!
}

function proceedStaging(turn: CellTurn, target: number): void {
  const { state, now } = turn
  const outcome = lastOutcome(state, target)
  const index = outcome === undefined ? 0 : state.index[target]! + 1
  if ((outcome ?? 'ok') === 'ok' && index < state.plan.policy.stage) return requestCall(turn, target, 'stage', index)
  emit(turn, { type: 'StagingEnded', at: now, cell: state.plan.cell, target, ok: outcome === 'ok' })
}

function proceedWork(turn: CellTurn, target: number): void {
  const { state, now } = turn
  const outcome = lastOutcome(state, target)
  if (outcome !== undefined && outcome !== 'ok') return failTarget(turn, target, outcome, 'failed')
  const { policy } = state.plan
  let stage = outcome === undefined ? 0 : state.stage[target]!
  let index = outcome === undefined ? 0 : state.index[target]! + 1
  while (stage <= lastWorkStage) {
    if (index < workCount(state, policy, target, stage)) return requestCall(turn, target, stages[stage]!, index)
    stage += 1
    index = 0
  }
  if (policy.health === undefined) return succeed(turn, target)
  emit(turn, { type: 'VerifyingStarted', at: now, cell: state.plan.cell, target })
  proceedHealth(turn, target)
}

const lastWorkStage = stages.indexOf('post_checks')

function workCount(state: CellState, policy: RolloutPolicy, target: number, stage: number): number {
  const name: Stage = stages[stage]!
  switch (name) {
    case 'stage':
      // What could not be fetched ahead is fetched now.
      return state.plan.staged[target] === 1 && !hasFlag(state, target, flags.staged) ? policy.stage : 0
    case 'preflight':
      return policy.preflight
    case 'each':
      return policy.each
    case 'post_checks':
      return policy.postChecks
    default:
      return 0
  }
}

function proceedHealth(turn: CellTurn, target: number): void {
  const { state } = turn
  const health = state.plan.policy.health!
  if (state.judged[target] !== 0) {
    if (state.next[target] !== -1) return
    if (state.judged[target] === 1) return succeed(turn, target)
    return failTarget(turn, target, 'unhealthy', 'unhealthy')
  }
  const outcome = lastOutcome(state, target)
  if (outcome === undefined || state.stage[target] !== healthStage) return requestCall(turn, target, 'health', 0)
  if (outcome === 'ok') {
    if (state.index[target]! + 1 < health.checks) return requestCall(turn, target, 'health', state.index[target]! + 1)
    return judge(turn, target, true)
  }
  if (outcome === 'unknown' && health.onUnknown !== 'fail') {
    if (health.onUnknown === 'ask') {
      const { cell } = state.plan
      emit(turn, { type: 'StopWanted', at: turn.now, cell, target, scope: 'ask', class: 'unknown', undo: false })
    }
    return endTarget(turn, target, 'held', 'unknown', 'health_unknown')
  }
  judge(turn, target, false)
}

const healthStage = stages.indexOf('health')

function judge(turn: CellTurn, target: number, healthy: boolean): void {
  const { state, now } = turn
  const health = state.plan.policy.health!
  const interval = Math.max(1, health.intervalMs)
  const proof = state.since[target]! + health.minHealthyMs
  const isOver = healthy ? now >= proof : state.unhealthy[target]! >= health.failuresAllowed
  const next = healthy && proof > now ? Math.min(now + interval, proof) : now + interval
  emit(turn, {
    type: 'HealthJudged',
    at: now,
    cell: state.plan.cell,
    target,
    healthy,
    next: isOver ? -1 : next,
  })
  if (isOver) proceedHealth(turn, target)
}

function proceedRollback(turn: CellTurn, target: number): void {
  const { state } = turn
  const outcome = lastOutcome(state, target)
  if (outcome !== undefined && outcome !== 'ok') return endTarget(turn, target, 'failed', outcome, 'rollback_failed')
  const index = outcome === undefined ? 0 : state.index[target]! + 1
  if (index < state.plan.policy.rollback.steps) return requestCall(turn, target, 'rollback', index)
  endTarget(turn, target, 'rolled_back', undefined, endReasons[state.reason[target]!] ?? 'taken_back')
}
