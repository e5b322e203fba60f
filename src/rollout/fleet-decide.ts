/**
 * Decides for what spans cells: waves, windows of lanes, limits, budgets, stops. Pure; it sees reports, never targets.
 *
 * Invariants:
 * 1. A target begins only under a grant, and what is granted never exceeds a limit, however late a cell uses it.
 * 2. A wave opens only when the one before it ended and its soak, slot and gate are over, or a person promotes it.
 * 3. Orders are numbered by cell and kept until a report confirms them, so none is lost and none counts twice.
 */
import { assertNever } from '../base/assert.ts'
import { earliest, firstDue, schedule } from './agenda.ts'
import type { Report } from './events.ts'
import { laneOf } from './fleet-evolve.ts'
import { type FleetState, type LaneState, openOf, overOf, sumOf } from './fleet-state.ts'
import { checkBudgets, fulfil, repeatStops, stopLane, stopRollout, stopWave } from './fleet-stop.ts'
import { emitFleet, type FleetTurn, orderLane } from './fleet-turn.ts'
import { grantLane, moveLane, nextWave } from './lane-advance.ts'

/** What a person may say to the rollout; `lane` absent: all lanes. */
export type FleetCommand =
  | { readonly do: 'pause' }
  /** Also the answer to a question: go on. */
  | { readonly do: 'resume' }
  | { readonly do: 'open_gate'; readonly lane?: number; readonly wave: number }
  /** Opens the next wave as soon as this one has ended, without its soak, slot and gate. */
  | { readonly do: 'promote'; readonly lane: number }
  | { readonly do: 'stop_wave'; readonly lane: number; readonly wave: number }
  | { readonly do: 'stop_lane'; readonly lane: number }
  | { readonly do: 'stop_rollout' }
  | { readonly do: 'change_concurrency'; readonly to: number }
  /** Until then windows do not count; an instant that is over takes it back. */
  | { readonly do: 'break_glass'; readonly until: number }

export interface SentReport {
  readonly cell: number
  readonly number: number
  readonly report: Report
}

export type FleetInput =
  | { readonly kind: 'start' }
  /** All that have come: together, so that no failure is overlooked when the next start is granted. */
  | { readonly kind: 'reports'; readonly reports: readonly SentReport[] }
  | { readonly kind: 'again'; readonly lanes: readonly number[] }
  | { readonly kind: 'due' }
  | { readonly kind: 'command'; readonly command: FleetCommand }
  | { readonly kind: 'recover' }

export function decideFleet(turn: FleetTurn, input: FleetInput): void {
  const { state, now } = turn
  if (state.ended) return
  switch (input.kind) {
    case 'start':
      if (state.started) return
      emitFleet(turn, { type: 'RolloutStarted', at: now })
      return settle(turn, state.lanes)
    case 'reports':
      if (input.reports.length > 0) settle(turn, takeReports(turn, input.reports))
      return
    case 'again':
      return settle(
        turn,
        input.lanes.map((lane) => state.lanes[lane]!),
      )
    case 'due':
      return due(turn)
    case 'command':
      command(turn, input.command)
      return settle(turn, state.lanes)
    case 'recover':
      repeatStops(turn)
      for (const lane of state.lanes) repeatSeal(turn, lane)
      for (const lane of state.lanes) repeatGlass(turn, lane)
      // Due at once, and not decided at once: answers that have come meanwhile are told first, as always.
      for (let item = 0; item <= state.lanes.length; item += 1) schedule(state.agenda, item, now)
      return
    default:
      return assertNever(input)
  }
}

export function fleetWakeAt(state: FleetState): number {
  return earliest(state.agenda)
}

/** @returns the lanes that they came from */
function takeReports(turn: FleetTurn, reports: readonly SentReport[]): readonly LaneState[] {
  const lanes = new Set<LaneState>()
  for (const { cell, number, report } of reports) {
    if (number <= turn.state.reportNumber[cell]!) continue
    emitFleet(turn, { type: 'ReportTaken', at: turn.now, cell, number, report })
    lanes.add(laneOf(turn.state, cell))
  }
  return [...lanes]
}

function due(turn: FleetTurn): void {
  const { agenda, lanes } = turn.state
  const awake: LaneState[] = []
  while (earliest(agenda) <= turn.now) {
    const item = firstDue(agenda)
    schedule(agenda, item, Number.POSITIVE_INFINITY)
    const lane = lanes[item]
    if (lane) awake.push(lane)
  }
  settle(turn, awake)
}

/** Stops come first, then waves and grants; in other lanes too when the room above them may have grown. */
function settle(turn: FleetTurn, lanes: readonly LaneState[]): void {
  const { state } = turn
  if (!state.started) return
  for (const wish of state.wishes) fulfil(turn, wish)
  for (const lane of lanes) checkBudgets(turn, lane)
  watchProgress(turn)
  const all = isLimited(state) ? inTurn(state) : lanes
  for (const lane of all) moveLane(turn, lane)
  if (turn.orders.some((sent) => sent.order.kind === 'stop')) {
    // What they end may use up a budget that the next start depends on.
    for (const lane of all) turn.later.add(lane.lane)
    return
  }
  for (const lane of all) grantLane(turn, lane)
  sealAll(turn)
  if (state.openLanes === 0) emitFleet(turn, { type: 'RolloutEnded', at: turn.now })
}

/** All lanes, beginning behind the one that was granted something last. */
function inTurn(state: FleetState): readonly LaneState[] {
  const { lanes, lastLane } = state
  return lanes.map((_, step) => lanes[(lastLane + 1 + step) % lanes.length]!).filter((lane) => !lane.ended)
}

function isLimited(state: FleetState): boolean {
  const { policy } = state.layout.plan
  if (state.layout.hasDomains || policy.blastRadius !== undefined || policy.stageConcurrency !== undefined) return true
  return state.maxConcurrency !== Number.POSITIVE_INFINITY
}

/** Work is in progress and nothing ends: silence of the whole rollout is an outcome too. */
function watchProgress(turn: FleetTurn): void {
  const { state, now } = turn
  const limit = state.layout.plan.policy.progressDeadlineMs
  if (limit === undefined) return
  const at = state.running > 0 && !state.stopped ? state.progressAt + limit : Number.POSITIVE_INFINITY
  if (at <= now) return stopRollout(turn, 'rollout', 'no_progress', false)
  schedule(state.agenda, state.lanes.length, at)
}

/** Where a rollback could reach everything, targets end only when nothing is left that could fail. */
function sealAll(turn: FleetTurn): void {
  const { state } = turn
  const { scope } = state.layout.plan.policy.rollback
  if ((scope !== 'component' && scope !== 'run') || state.sealed || state.running > 0 || state.outstanding > 0) return
  for (const lane of state.lanes) if (!lane.ended && !isWorkedThrough(lane)) return
  for (const lane of state.lanes) if (!lane.ended) orderLane(turn, lane, { kind: 'seal', wave: -1 })
}

/** Nothing is left in the lane but proven targets. */
function isWorkedThrough(lane: LaneState): boolean {
  let proven = 0
  let undo = 0
  for (let wave = 0; wave < lane.waves; wave += 1) proven += sumOf(lane, wave, 'proven')
  undo = sumOf(lane, lane.waves - 1, 'ready')
  return (
    undo === 0 && openOf(lane) === proven && (lane.stopped !== undefined || (lane.waveEnded && nextWave(lane) === -1))
  )
}

function provenOf(lane: LaneState): number {
  let proven = 0
  for (let wave = 0; wave < lane.waves; wave += 1) proven += sumOf(lane, wave, 'proven')
  return proven
}

function repeatGlass(turn: FleetTurn, lane: LaneState): void {
  const { state } = turn
  const isTold = state.layout.laneCells[lane.lane]!.every((cell) => state.cellGlass[cell] === state.glassUntil)
  if (!isTold) tellGlass(turn, lane)
}

function repeatSeal(turn: FleetTurn, lane: LaneState): void {
  const { scope } = turn.state.layout.plan.policy.rollback
  if (lane.ended) return
  if (turn.state.sealed && provenOf(lane) > 0) return orderLane(turn, lane, { kind: 'seal', wave: -1 })
  if (scope !== 'wave') return
  for (let wave = 0; wave < lane.plan.waves.length; wave += 1) {
    const isOver = wave < lane.wave || (wave === lane.wave && lane.waveEnded)
    if (isOver && sumOf(lane, wave, 'proven') > 0 && overOf(lane, wave) >= lane.total[wave]!) {
      orderLane(turn, lane, { kind: 'seal', wave })
    }
  }
}

/** Why a person may not say this now; undefined when it is accepted. */
export function refusesFleet(state: FleetState, said: FleetCommand): string | undefined {
  if (state.ended) return 'the rollout has ended'
  switch (said.do) {
    case 'pause':
      return state.paused ? 'it is paused already' : undefined
    case 'resume':
      return state.paused || state.asked ? undefined : 'it is not paused'
    case 'open_gate':
      return gatesOf(state, said).length > 0 ? undefined : 'there is no closed gate'
    case 'promote':
    case 'stop_lane':
      return refusesLane(state, said.lane)
    case 'stop_wave': {
      const isWave = state.lanes[said.lane]?.plan.waves[said.wave] !== undefined
      return isWave ? refusesLane(state, said.lane) : 'there is no such wave'
    }
    case 'stop_rollout':
      return state.stopped ? 'it has stopped already' : undefined
    case 'change_concurrency':
      return Number.isInteger(said.to) && said.to >= 1 ? undefined : 'it must be a whole number from 1'
    case 'break_glass':
      return undefined
    default:
      return assertNever(said)
  }
}

function refusesLane(state: FleetState, lane: number): string | undefined {
  const found = state.lanes[lane]
  if (!found) return 'there is no such lane'
  if (found.ended) return 'the lane has ended'
  return found.stopped ? 'the lane has stopped' : undefined
}

function gatesOf(state: FleetState, said: { readonly lane?: number; readonly wave: number }): readonly LaneState[] {
  return state.lanes.filter(
    (lane) =>
      (said.lane === undefined || said.lane === lane.lane) &&
      lane.gateOpen[said.wave] === false &&
      !lane.ended &&
      !lane.stopped,
  )
}

function command(turn: FleetTurn, said: FleetCommand): void {
  const { state, now } = turn
  if (refusesFleet(state, said) !== undefined) return
  switch (said.do) {
    case 'pause':
      return emitFleet(turn, { type: 'RolloutPaused', at: now })
    case 'resume':
      return emitFleet(turn, { type: 'RolloutResumed', at: now })
    case 'open_gate':
      for (const lane of gatesOf(state, said)) {
        emitFleet(turn, { type: 'GateOpened', at: now, lane: lane.lane, wave: said.wave })
      }
      return
    case 'promote':
      return emitFleet(turn, { type: 'WavePromoted', at: now, lane: said.lane, wave: state.lanes[said.lane]!.wave })
    case 'stop_wave':
      return stopWave(turn, state.lanes[said.lane]!, said.wave, 'operator', false)
    case 'stop_lane':
      return stopLane(turn, state.lanes[said.lane]!, 'operator', false)
    case 'stop_rollout':
      return stopRollout(turn, 'rollout', 'operator', false)
    case 'change_concurrency':
      return emitFleet(turn, { type: 'ConcurrencyChanged', at: now, to: said.to })
    case 'break_glass':
      emitFleet(turn, { type: 'GlassBroken', at: now, until: said.until })
      for (const lane of state.lanes) tellGlass(turn, lane)
      return
    default:
      return assertNever(said)
  }
}

function tellGlass(turn: FleetTurn, lane: LaneState): void {
  if (lane.ended) return
  const { glassUntil } = turn.state
  orderLane(turn, lane, { kind: 'glass', until: glassUntil })
  if (glassUntil <= turn.now) orderLane(turn, lane, { kind: 'close' })
}
