/**
 * Decides for one cell: an input comes in with its instant, events and calls come out. Pure; the state given is used up.
 *
 * Invariants:
 * 1. A target has at most one call under way; an answer with another number changes nothing.
 * 2. A target that ended is not touched again; a held one only by a command of a person while its lane is open.
 * 3. Everything is worked out from the state, so that `recover` after a crash anywhere finds what is missing.
 */
import { assertNever } from '../base/assert.ts'
import { earliest, firstDue } from './agenda.ts'
import { breakOff, canGoBack, cutOff, endTarget, giveUp, planUndo, seal, settleUnit } from './cell-end.ts'
import { reportOf } from './cell-report.ts'
import { useGrants } from './cell-start.ts'
import { type CellState, cellWaves, extraWaves, flags, hasFlag, isActive, phases } from './cell-state.ts'
import { proceed, retry, targetDue } from './cell-target.ts'
import { type CellTurn, cancelCall, emit } from './cell-turn.ts'
import type { Order, Outcome, TargetFlag } from './events.ts'
import { closingAt, fitsAt } from './openings.ts'
import { needMs } from './policy.ts'

export type TargetCommand = 'skip_target' | 'retry_target' | 'rollback_target'

/** Targets are counted within the cell. */
export type CellInput =
  | { readonly kind: 'order'; readonly number: number; readonly order: Order }
  | { readonly kind: 'settled'; readonly target: number; readonly call: number; readonly outcome: Outcome }
  | { readonly kind: 'due' }
  | { readonly kind: 'flag'; readonly target: number; readonly flag: TargetFlag; readonly value: boolean }
  | { readonly kind: 'command'; readonly target: number; readonly command: TargetCommand }
  /** After the state was rebuilt from its events. */
  | { readonly kind: 'recover' }

/** Whether a person may say this now; otherwise why not. */
export function refusesTarget(
  state: CellState,
  target: number,
  command: TargetCommand,
  now: number,
): string | undefined {
  const phase = state.phase[target]!
  const isHeld = phase === phases.ended && state.end[target] === heldEnd
  switch (command) {
    case 'skip_target':
      if (phase === phases.idle || phase === phases.deferred || phase === phases.staging || isHeld) return undefined
      return phase === phases.ended ? 'its rollout has ended' : 'it is in progress'
    case 'retry_target':
      if (phase === phases.retryWait) {
        const need = needMs(state.plan.policy, 1)
        return fitsAt(state.plan.openings, state.glassUntil, now, need)
          ? undefined
          : 'it does not fit into its window now'
      }
      if (!isHeld) return phase === phases.ended ? 'its rollout has ended' : 'it is not held'
      return state.stopped[state.plan.waves + extraWaves.again] === undefined ? undefined : 'its lane has stopped'
    case 'rollback_target':
      if (!isHeld) return phase === phases.ended ? 'its rollout has ended' : 'it is not held'
      return canGoBack(state, target) ? undefined : 'there is nothing to take back'
  }
}

const heldEnd = 4

export function decideCell(turn: CellTurn, input: CellInput): void {
  switch (input.kind) {
    case 'settled':
      return settled(turn, input.target, input.call, input.outcome)
    case 'due':
      return due(turn)
    case 'order':
      return takeOrder(turn, input.number, input.order)
    case 'flag':
      return takeFlag(turn, input.target, input.flag, input.value)
    case 'command':
      return takeCommand(turn, input.target, input.command)
    case 'recover':
      return recover(turn)
    default:
      return assertNever(input)
  }
}

/** The earliest instant at which something is due; `Infinity` when nothing is. */
export function cellWakeAt(state: CellState): number {
  return earliest(state.agenda)
}

/** Tells the parent what changed; nothing when nothing did. */
export function reportCell(turn: CellTurn): void {
  const { state, now } = turn
  if (!state.delta.dirty) return
  const number = state.reportNumber + 1
  emit(turn, { type: 'Reported', at: now, cell: state.plan.cell, number, report: reportOf(state) })
}

function settled(turn: CellTurn, target: number, call: number, outcome: Outcome): void {
  const { state, now } = turn
  if (state.flight[target] !== 1 || state.call[target] !== call) return
  emit(turn, { type: 'CallSettled', at: now, cell: state.plan.cell, target, call, outcome })
  proceed(turn, target)
}

function due(turn: CellTurn): void {
  const { agenda } = turn.state
  while (earliest(agenda) <= turn.now) targetDue(turn, firstDue(agenda))
}

function takeFlag(turn: CellTurn, target: number, flag: TargetFlag, value: boolean): void {
  const { state, now } = turn
  const isSet = hasFlag(state, target, flag === 'skip_when' ? flags.skipWhen : flags.noRetry)
  if (isSet === (flag === 'skip_when' ? value : !value)) return
  emit(turn, { type: 'TargetFlagged', at: now, cell: state.plan.cell, target, flag, value })
}

function takeCommand(turn: CellTurn, target: number, command: TargetCommand): void {
  const { state, now } = turn
  if (refusesTarget(state, target, command, now) !== undefined) return
  switch (command) {
    case 'skip_target':
      cancelCall(turn, target)
      return endTarget(turn, target, 'skipped', undefined, 'operator')
    case 'retry_target':
      if (state.phase[target] === phases.retryWait) return retry(turn, target, now)
      return emit(turn, { type: 'TargetReopened', at: now, cell: state.plan.cell, target })
    case 'rollback_target':
      return planUndo(turn, target, 'cancelled', 'operator')
  }
}

function takeOrder(turn: CellTurn, number: number, order: Order): void {
  const { state, now } = turn
  if (number <= state.orderNumber) return
  emit(turn, { type: 'OrderTaken', at: now, cell: state.plan.cell, number, order })
  switch (order.kind) {
    case 'grant':
      return useGrants(turn, order.wave)
    case 'stop':
      return stop(turn, order)
    case 'seal':
      return eachTarget(state, (target) => {
        const isMeant = order.wave === -1 || state.home[target] === order.wave
        if (isMeant && state.phase[target] === phases.proven) seal(turn, target)
      })
    case 'close':
      return close(turn)
    case 'window':
    case 'glass':
      return
    default:
      return assertNever(order)
  }
}

function stop(turn: CellTurn, order: Extract<Order, { kind: 'stop' }>): void {
  const { state } = turn
  eachTarget(state, (target) => {
    if (order.wave !== -1 && state.home[target] !== order.wave) return
    switch (state.phase[target]) {
      case phases.idle:
      case phases.deferred:
      case phases.staging:
        cancelCall(turn, target)
        return endTarget(turn, target, 'skipped', undefined, order.reason)
      case phases.working:
      case phases.verifying:
      case phases.retryWait:
        if (order.in_flight === 'rollback') return breakOff(turn, target, 'stopped')
        if (order.in_flight === 'cancel') return cutOff(turn, target, 'stopped')
        if (state.phase[target] === phases.retryWait) giveUp(turn, target)
        return
      case phases.proven:
        if (order.undo) planUndo(turn, target, 'cancelled')
        return
    }
  })
}

/** The window closes on what is in flight. */
function close(turn: CellTurn): void {
  const { state, now } = turn
  const { plan } = state
  if (closingAt(plan.openings, state.glassUntil, now) > now || plan.policy.overrun === 'finish_unit') return
  eachTarget(state, (target) => {
    if (!isActive(state, target) || state.phase[target] === phases.rollingBack) return
    if (plan.policy.overrun === 'rollback') breakOff(turn, target, 'window_closed')
    else cutOff(turn, target, 'window_closed')
  })
}

function recover(turn: CellTurn): void {
  const { state } = turn
  eachTarget(state, (target) => proceed(turn, target))
  for (let unit = 0; unit < state.plan.unitStart.length - 1; unit += 1) settleUnit(turn, unit)
  for (const order of state.stops) stop(turn, order)
  for (let wave = 0; wave < cellWaves(state.plan); wave += 1) useGrants(turn, wave)
}

function eachTarget(state: CellState, visit: (target: number) => void): void {
  for (let target = 0; target < state.plan.size; target += 1) visit(target)
}
