/** The fold of a cell: one event changes the state. No decision is taken here, so old records read the same for ever. */
import { assertNever } from '../base/assert.ts'
import { type FailureClass, failureClasses } from '../base/failure.ts'
import { schedule } from './agenda.ts'
import {
  count,
  markEnd,
  markStart,
  occupyUnit,
  queueUndo,
  refreshReady,
  releaseUnit,
  risk,
  runningWave,
  takeFromQueue,
  turnUnit,
} from './cell-count.ts'
import {
  blankCell,
  type CellState,
  counters,
  endStates,
  extraWaves,
  flags,
  hasFlag,
  isActive,
  phases,
  rowOf,
  stages,
} from './cell-state.ts'
import { endReasons } from './end-reason.ts'
import type { CellEvent, EndReason, Order, TargetFlag } from './events.ts'
import type { CellPlan } from './fleet-plan.ts'
import { put } from './queue.ts'

type EventOf<Type extends CellEvent['type']> = Extract<CellEvent, { type: Type }>

/** Nothing has happened yet; what may begin stands in the queues. */
export function initialCell(plan: CellPlan): CellState {
  const state = blankCell(plan)
  const wave = plan.waves + extraWaves.stage
  for (let target = 0; target < plan.size; target += 1) {
    if (plan.staged[target] === 1) {
      state.flags[target] = flags.stageQueued
      count(state, wave, target, 'ready', 1)
      put(state.queues[rowOf(plan, wave, plan.domain[target]!)]!, target)
    } else {
      refreshReady(state, target)
    }
  }
  return state
}

/** Changes the state in place. */
export function evolveCell(state: CellState, event: CellEvent): void {
  state.lastAt = event.at
  switch (event.type) {
    case 'CallRequested':
      return callRequested(state, event)
    case 'CallSettled':
      state.flight[event.target] = 0
      state.outcome[event.target] = event.outcome === 'ok' ? 1 : 2 + failureClasses.indexOf(event.outcome)
      return remind(state, event.target)
    case 'HealthJudged':
      return healthJudged(state, event)
    case 'TargetStarted':
      return targetStarted(state, event)
    case 'VerifyingStarted':
      state.phase[event.target] = phases.verifying
      state.since[event.target] = event.at
      state.outcome[event.target] = 0
      state.judged[event.target] = 0
      state.unhealthy[event.target] = 0
      state.next[event.target] = -1
      return remind(state, event.target)
    case 'TargetEnded':
      return targetEnded(state, event)
    case 'OrderTaken':
      state.orderNumber = event.number
      state.delta.dirty = true
      return takeOrder(state, event.order)
    case 'Reported':
      return reported(state, event)
    case 'GrantsReturned':
      state.used[event.wave]! += event.count
      count(state, event.wave, -1, 'returned', event.count)
      return count(state, event.wave, -1, 'used', event.count)
    case 'RetryPlanned':
      state.phase[event.target] = phases.retryWait
      state.flight[event.target] = 0
      state.next[event.target] = event.next
      note(state, event.target, event.class, undefined)
      return remind(state, event.target)
    case 'RollbackStarted':
      return rollbackStarted(state, event)
    case 'TargetProven':
      leaveProgress(state, event.target)
      state.phase[event.target] = phases.proven
      risk(state, event.target, -1)
      count(state, state.home[event.target]!, event.target, 'proven', 1)
      markEnd(state, event.target, event.at)
      remind(state, event.target)
      return turnUnit(state, event.target)
    case 'UndoPlanned':
      return undoPlanned(state, event)
    case 'StagingStarted':
      return stagingStarted(state, event)
    case 'StagingEnded':
      count(state, runningWave(state, event.target), event.target, 'running', -1)
      state.phase[event.target] = phases.idle
      state.flight[event.target] = 0
      state.flags[event.target]! |= flags.stageTried | (event.ok ? flags.staged : 0)
      remind(state, event.target)
      return refreshReady(state, event.target)
    case 'TargetDeferred':
      takeFromQueue(state, event.target)
      state.phase[event.target] = phases.deferred
      state.next[event.target] = event.until
      return remind(state, event.target)
    case 'TargetResumed':
      state.phase[event.target] = phases.idle
      remind(state, event.target)
      return refreshReady(state, event.target)
    case 'TargetReopened':
      return targetReopened(state, event)
    case 'TargetFlagged':
      return setFlag(state, event.target, event.flag, event.value)
    case 'StopWanted':
      state.delta.stops.push({
        scope: event.scope,
        wave: state.home[event.target]!,
        target: state.plan.targets[event.target]!,
        class: event.class,
        undo: event.undo,
      })
      state.delta.dirty = true
      return
    default:
      return assertNever(event)
  }
}

function callRequested(state: CellState, event: EventOf<'CallRequested'>): void {
  const { target } = event
  state.stage[target] = stages.indexOf(event.stage)
  state.index[target] = event.index
  state.call[target] = event.call
  state.flight[target] = 1
  state.outcome[target] = 0
  state.requestedAt[target] = event.at
  if (event.stage === 'each') state.flags[target]! |= flags.changed
  if (state.phase[target] === phases.verifying) {
    state.next[target] = -1
    if (event.index === 0) state.judged[target] = 0
  }
  remind(state, target)
}

function healthJudged(state: CellState, event: EventOf<'HealthJudged'>): void {
  const { target } = event
  state.judged[target] = event.healthy ? 1 : 2
  state.next[target] = event.next
  if (!event.healthy) {
    state.unhealthy[target]! += 1
    state.since[target] = event.at
  }
  remind(state, target)
}

function targetStarted(state: CellState, event: EventOf<'TargetStarted'>): void {
  const { target } = event
  if (event.attempt === 1) {
    const wave = state.home[target]!
    takeFromQueue(state, target)
    state.used[wave]! += 1
    count(state, wave, target, 'used', 1)
    count(state, wave, target, 'running', 1)
    occupyUnit(state, target)
    risk(state, target, 1)
  }
  state.phase[target] = phases.working
  state.attempt[target] = event.attempt
  state.stage[target] = 0
  state.index[target] = 0
  state.outcome[target] = 0
  state.flight[target] = 0
  state.next[target] = -1
  state.deadline[target] = event.deadline
  markStart(state, target, event.at, event.attempt, event.deadline)
  remind(state, target)
}

function rollbackStarted(state: CellState, event: EventOf<'RollbackStarted'>): void {
  const { target } = event
  if (state.phase[target] === phases.undo) {
    const wave = state.plan.waves + extraWaves.undo
    state.flags[target]! |= flags.undoing
    state.flags[target]! &= ~flags.queued
    count(state, wave, target, 'ready', -1)
    count(state, wave, target, 'used', 1)
    count(state, wave, target, 'running', 1)
    count(state, state.home[target]!, target, 'proven', -1)
    state.used[wave]! += 1
    occupyUnit(state, target)
    risk(state, target, 1)
  }
  state.phase[target] = phases.rollingBack
  state.flight[target] = 0
  state.outcome[target] = 0
  state.deadline[target] = event.deadline
  state.next[target] = -1
  note(state, target, event.class, event.reason)
  state.stage[target] = stages.length - 1
  state.index[target] = 255
  remind(state, target)
}

function undoPlanned(state: CellState, event: EventOf<'UndoPlanned'>): void {
  const { target } = event
  if (state.phase[target] === phases.ended) {
    // It was held: for the count it is proven until it is taken back.
    count(state, state.home[target]!, target, 'held', -1)
    count(state, state.home[target]!, target, 'proven', 1)
    risk(state, target, -1)
  }
  state.phase[target] = phases.undo
  note(state, target, event.class, event.reason)
  turnUnit(state, target)
  queueUndo(state, target)
}

function stagingStarted(state: CellState, event: EventOf<'StagingStarted'>): void {
  const { target } = event
  const wave = state.plan.waves + extraWaves.stage
  takeFromQueue(state, target)
  state.phase[target] = phases.staging
  state.used[wave]! += 1
  count(state, wave, target, 'used', 1)
  count(state, wave, target, 'running', 1)
  state.deadline[target] = event.deadline
  state.outcome[target] = 0
  remind(state, target)
}

function targetEnded(state: CellState, event: EventOf<'TargetEnded'>): void {
  const { target } = event
  const home = state.home[target]!
  const before = state.phase[target]!
  const wasActive = isActive(state, target)
  if (wasActive) leaveProgress(state, target)
  else if (before === phases.staging) count(state, runningWave(state, target), target, 'running', -1)
  else if (before === phases.proven || before === phases.undo) leaveProven(state, target)
  else if (before === phases.ended) count(state, home, target, endStates[state.end[target]!]!, -1)
  else takeFromQueue(state, target)
  const known = event.state !== 'failed' && event.state !== 'held'
  if (known && (wasActive || before === phases.ended)) risk(state, target, -1)
  state.phase[target] = phases.ended
  state.end[target] = endStates.indexOf(event.state)
  state.flight[target] = 0
  note(state, target, event.class, event.reason)
  count(state, home, target, event.state, 1)
  if (before !== phases.proven) markEnd(state, target, event.at)
  remind(state, target)
  turnUnit(state, target)
}

function leaveProgress(state: CellState, target: number): void {
  count(state, runningWave(state, target), target, 'running', -1)
  state.flags[target]! &= ~flags.undoing
  state.flight[target] = 0
  releaseUnit(state, target)
}

function leaveProven(state: CellState, target: number): void {
  count(state, state.home[target]!, target, 'proven', -1)
  if (!hasFlag(state, target, flags.queued)) return
  state.flags[target]! &= ~flags.queued
  count(state, state.plan.waves + extraWaves.undo, target, 'ready', -1)
}

function targetReopened(state: CellState, event: EventOf<'TargetReopened'>): void {
  const { target } = event
  const home = state.home[target]!
  count(state, home, target, 'held', -1)
  if (home < state.plan.waves) count(state, home, target, 'moved', 1)
  state.home[target] = state.plan.waves + extraWaves.again
  state.phase[target] = phases.idle
  state.flags[target]! &= ~flags.noRetry
  risk(state, target, -1)
  refreshReady(state, target)
}

function setFlag(state: CellState, target: number, flag: TargetFlag, value: boolean): void {
  const bit = flag === 'skip_when' ? flags.skipWhen : flags.noRetry
  const isSet = flag === 'skip_when' ? value : !value
  if (isSet) state.flags[target]! |= bit
  else state.flags[target]! &= ~bit
}

function takeOrder(state: CellState, order: Order): void {
  switch (order.kind) {
    case 'grant':
      state.granted[order.wave]! += order.count
      state.allowed = allowedDomains(state, order.domains)
      return
    case 'stop':
      state.stops.push(order)
      for (let wave = 0; wave < state.stopped.length; wave += 1) {
        const reaches = order.wave === -1 ? wave !== state.plan.waves + extraWaves.undo : wave === order.wave
        if (reaches) state.stopped[wave] = order.in_flight
      }
      return
    case 'window':
      state.openWave = order.wave
      state.shutUntil = order.until
      return
    case 'glass':
      state.glassUntil = order.until
      return
    case 'seal':
    case 'close':
      return
    default:
      return assertNever(order)
  }
}

function allowedDomains(state: CellState, domains: readonly number[] | undefined): Uint8Array | undefined {
  if (domains === undefined) return undefined
  const allowed = new Uint8Array(state.plan.domains.length + 1)
  allowed[0] = 1
  for (const domain of domains) {
    const place = state.plan.domains.indexOf(domain)
    if (place !== -1) allowed[place + 1] = 1
  }
  return allowed
}

function reported(state: CellState, event: EventOf<'Reported'>): void {
  const { delta } = state
  state.reportNumber = event.number
  state.lastReport = event.report
  for (const row of delta.rows) {
    delta.rowDirty[row] = 0
    delta.counts.fill(0, row * counters.length, (row + 1) * counters.length)
  }
  delta.rows.length = 0
  delta.marks.fill(-1)
  delta.marked.fill(0)
  delta.units = 0
  delta.stops = []
  delta.dirty = false
}

function note(
  state: CellState,
  target: number,
  failure: FailureClass | undefined,
  reason: EndReason | undefined,
): void {
  if (failure !== undefined) state.failure[target] = 1 + failureClasses.indexOf(failure)
  if (reason !== undefined) state.reason[target] = endReasons.indexOf(reason)
}

/** When the target must be looked at again if nothing happens before. */
function remind(state: CellState, target: number): void {
  schedule(state.agenda, target, dueAt(state, target))
}

function dueAt(state: CellState, target: number): number {
  const next = state.next[target]!
  switch (state.phase[target]) {
    case phases.retryWait:
    case phases.deferred:
      return next
    case phases.staging:
    case phases.working:
    case phases.rollingBack:
      return strikesAt(state, target)
    case phases.verifying: {
      const strikes = strikesAt(state, target)
      return next !== -1 && next <= strikes ? next : strikes
    }
    default:
      return Number.POSITIVE_INFINITY
  }
}

/**
 * When the deadline counts. Work that was asked for in the very instant of the deadline gets a millisecond to answer:
 * the last health round of a target that needs exactly its whole time must not lose against the clock.
 */
export function strikesAt(state: CellState, target: number): number {
  const deadline = state.deadline[target]!
  if (deadline === -1) return Number.POSITIVE_INFINITY
  return state.flight[target] === 1 && state.requestedAt[target]! >= deadline ? deadline + 1 : deadline
}
