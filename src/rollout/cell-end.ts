/** How a target ends, what its failure means by the table, and what that does to the rest of its unit. */
import type { FailureClass } from '../base/failure.ts'
import { failureClasses } from '../base/failure.ts'
import { type CellState, endStates, flags, hasFlag, isActive, phases } from './cell-state.ts'
import { proceed } from './cell-target.ts'
import { type CellTurn, cancelCall, emit } from './cell-turn.ts'
import type { EndReason, StopScope } from './events.ts'
import { fitsAt } from './openings.ts'
import { type EndState, type FailureRule, needMs, type RollbackScope, retryDelayMs, type Then } from './policy.ts'

export function endTarget(
  turn: CellTurn,
  target: number,
  end: EndState,
  failure: FailureClass | undefined,
  reason: EndReason,
): void {
  const { plan } = turn.state
  const event = { type: 'TargetEnded', at: turn.now, cell: plan.cell, target, state: end, reason } as const
  emit(turn, failure === undefined ? event : { ...event, class: failure })
  settleUnit(turn, plan.unit[target]!)
}

/** What must follow from where the members of a unit stand; nothing when it has been done. */
export function settleUnit(turn: CellTurn, unit: number): void {
  if (unit === -1) return
  const { plan } = turn.state
  const members = plan.members.subarray(plan.unitStart[unit]!, plan.unitStart[unit + 1]!)
  const { skipRestWhen } = plan.policy.unit
  const goesBack = plan.policy.rollback.scope === 'unit' && members.some((member) => goesBackNow(turn.state, member))
  if (goesBack || (skipRestWhen.length > 0 && members.some((member) => hasEndedAs(turn.state, member, skipRestWhen)))) {
    skipRest(turn, members)
  }
  if (goesBack) takeBackUnit(turn, members)
  if (plan.policy.rollback.scope === 'unit') sealUnit(turn, members)
}

function skipRest(turn: CellTurn, members: Int32Array): void {
  const { plan, phase, home } = turn.state
  for (const member of members) {
    if (phase[member]! >= phases.working || home[member]! >= plan.waves) continue
    cancelCall(turn, member)
    emit(turn, { type: 'TargetEnded', at: turn.now, cell: plan.cell, target: member, state: 'skipped', reason: 'unit' })
  }
}

function hasEndedAs(state: CellState, target: number, ends: readonly EndState[]): boolean {
  return state.phase[target] === phases.ended && ends.includes(endStates[state.end[target]!]!)
}

function goesBackNow(state: CellState, target: number): boolean {
  return state.phase[target] === phases.rollingBack || hasEndedAs(state, target, ['rolled_back'])
}

/** A unit goes back together. */
function takeBackUnit(turn: CellTurn, members: Int32Array): void {
  const { state } = turn
  for (const member of members) {
    if (state.phase[member] === phases.proven) planUndo(turn, member, 'cancelled')
    else if (isActive(state, member) && state.phase[member] !== phases.rollingBack) breakOff(turn, member, 'taken_back')
  }
}

function sealUnit(turn: CellTurn, members: Int32Array): void {
  const { phase } = turn.state
  if (!members.every((member) => phase[member] === phases.proven || phase[member] === phases.ended)) return
  for (const member of members) if (phase[member] === phases.proven) seal(turn, member)
}

/** A proven target that nothing can take back any more. */
export function seal(turn: CellTurn, target: number): void {
  const { cell } = turn.state.plan
  emit(turn, { type: 'TargetEnded', at: turn.now, cell, target, state: 'succeeded', reason: 'done' })
}

export function succeed(turn: CellTurn, target: number): void {
  const { plan } = turn.state
  if (!staysOpen(turn.state, target)) return endTarget(turn, target, 'succeeded', undefined, 'done')
  emit(turn, { type: 'TargetProven', at: turn.now, cell: plan.cell, target })
  settleUnit(turn, plan.unit[target]!)
}

function staysOpen(state: CellState, target: number): boolean {
  const { rollback } = state.plan.policy
  if (rollback.steps === 0 || rollback.mode !== 'auto' || rollback.scope === 'target') return false
  return rollback.scope !== 'unit' || state.plan.unit[target] !== -1
}

/** Looks the failure up in the table; the first row that matches counts. */
export function failTarget(turn: CellTurn, target: number, failure: FailureClass, reason: EndReason): void {
  const { state, now } = turn
  const { policy } = state.plan
  const retryAt = retryInstant(state, target, now)
  const rule = policy.failureTable.find(
    (row) => (row.class === undefined || row.class === failure) && (row.do !== 'retry' || retryAt !== undefined),
  )
  if (rule) wantStop(turn, target, failure, scopeOfThen[rule.then], false)
  const action = rule?.do ?? withoutRule(state, failure, retryAt !== undefined)
  carryOut(turn, target, action, failure, reason, retryAt)
}

function withoutRule(state: CellState, failure: FailureClass, canRetry: boolean): FailureRule['do'] {
  const { retry } = state.plan.policy
  return canRetry && (retry.classes.length === 0 || retry.classes.includes(failure)) ? 'retry' : 'rollback'
}

/** As `rollback.mode` says, whoever wants it back: a row of the table overrides nobody's right to be asked. */
function goBack(turn: CellTurn, target: number, failure: FailureClass, reason: EndReason): void {
  const { mode } = turn.state.plan.policy.rollback
  if (mode === 'never' || !canGoBack(turn.state, target)) return endTarget(turn, target, 'failed', failure, reason)
  if (mode === 'auto') return rollBackScope(turn, target, failure, reason)
  wantStop(turn, target, failure, 'ask', false)
  endTarget(turn, target, 'held', failure, 'asked')
}

function carryOut(
  turn: CellTurn,
  target: number,
  action: FailureRule['do'],
  failure: FailureClass,
  reason: EndReason,
  retryAt: number | undefined,
): void {
  const { cell } = turn.state.plan
  switch (action) {
    case 'retry':
      return emit(turn, { type: 'RetryPlanned', at: turn.now, cell, target, next: retryAt!, class: failure })
    case 'skip':
      return endTarget(turn, target, 'skipped', failure, reason)
    case 'hold':
      return endTarget(turn, target, 'held', failure, reason)
    case 'fail':
      return endTarget(turn, target, 'failed', failure, reason)
    case 'rollback':
      return goBack(turn, target, failure, reason)
  }
}

const scopeOfThen: Readonly<Record<Then, StopScope | undefined>> = {
  continue: undefined,
  stop_wave: 'wave',
  stop_lane: 'lane',
  stop_rollout: 'rollout',
  stop_run: 'run',
  ask: 'ask',
}

const scopeOfRollback: Readonly<Record<RollbackScope, StopScope | undefined>> = {
  target: undefined,
  unit: undefined,
  wave: 'wave',
  component: 'rollout',
  run: 'run',
}

/** Before the event that it follows from: after a crash between the two it is said once more, never left out. */
function wantStop(
  turn: CellTurn,
  target: number,
  failure: FailureClass,
  scope: StopScope | undefined,
  undo: boolean,
): void {
  if (scope === undefined) return
  const { cell } = turn.state.plan
  emit(turn, { type: 'StopWanted', at: turn.now, cell, target, scope, class: failure, undo })
}

/** @returns when the next attempt begins; undefined when there is none */
function retryInstant(state: CellState, target: number, now: number): number | undefined {
  const { policy, openings } = state.plan
  const attempt = state.attempt[target]!
  if (attempt >= policy.retry.maxAttempts || hasFlag(state, target, flags.noRetry)) return undefined
  if (state.stopped[state.home[target]!] !== undefined) return undefined
  const at = now + retryDelayMs(policy.retry, attempt)
  const start = policy.retry.at === 'deadline' ? Math.max(at, state.deadline[target]!) : at
  return fitsAt(openings, state.glassUntil, start, needMs(policy, 1)) ? start : undefined
}

/** There are rollback actions, and something was done that they could take back. */
export function canGoBack(state: CellState, target: number): boolean {
  return state.plan.policy.rollback.steps > 0 && hasFlag(state, target, flags.changed)
}

function rollBackScope(turn: CellTurn, target: number, failure: FailureClass, reason: EndReason): void {
  const { scope } = turn.state.plan.policy.rollback
  wantStop(turn, target, failure, scopeOfRollback[scope], true)
  startRollback(turn, target, failure, reason)
}

export function startRollback(turn: CellTurn, target: number, failure: FailureClass, reason: EndReason): void {
  const { plan } = turn.state
  const time = plan.policy.rollback.deadlineMs ?? plan.policy.deadlineMs
  const deadline = time === undefined ? -1 : turn.now + time
  emit(turn, { type: 'RollbackStarted', at: turn.now, cell: plan.cell, target, class: failure, reason, deadline })
  proceed(turn, target)
  if (plan.policy.rollback.scope === 'unit') settleUnit(turn, plan.unit[target]!)
}

export function planUndo(
  turn: CellTurn,
  target: number,
  failure: FailureClass,
  reason: EndReason = 'taken_back',
): void {
  const { cell } = turn.state.plan
  emit(turn, { type: 'UndoPlanned', at: turn.now, cell, target, class: failure, reason })
}

/** Takes back what is in flight; what has changed nothing yet is left out, what has no way back goes on. */
export function breakOff(turn: CellTurn, target: number, reason: EndReason): void {
  const { state } = turn
  if (!hasFlag(state, target, flags.changed)) {
    cancelCall(turn, target)
    return endTarget(turn, target, 'skipped', 'cancelled', reason)
  }
  if (!canGoBack(state, target)) {
    if (state.phase[target] === phases.retryWait) giveUp(turn, target)
    return
  }
  cancelCall(turn, target)
  startRollback(turn, target, 'cancelled', reason)
}

/** Ends what is in flight where it stands. */
export function cutOff(turn: CellTurn, target: number, reason: EndReason): void {
  const isTouched = hasFlag(turn.state, target, flags.changed)
  cancelCall(turn, target)
  endTarget(turn, target, isTouched ? 'failed' : 'skipped', 'cancelled', reason)
}

/** The attempt that was planned does not come: the failure counts as if there were no try left. */
export function giveUp(turn: CellTurn, target: number): void {
  const failure = failureClasses[turn.state.failure[target]! - 1] ?? 'unknown'
  failTarget(
    turn,
    target,
    failure,
    failure === 'unhealthy' ? 'unhealthy' : failure === 'timeout' ? 'deadline' : 'failed',
  )
}
