/**
 * The parent and its cells in one process. A host answers each input with one turn: begin it, say what happened, end it;
 * append the events, then start the calls, and come back at `wakeAt` at the latest.
 *
 * Where cells run apart, the host sends reports and orders itself; the deciders are the same.
 */
import { type FailureClass, failureClasses } from '../base/failure.ts'
import { type Agenda, earliest, firstDue, makeAgenda, schedule } from './agenda.ts'
import { type CellInput, cellWakeAt, decideCell, refusesTarget, reportCell, type TargetCommand } from './cell-decide.ts'
import { evolveCell, initialCell } from './cell-evolve.ts'
import { type CellState, phases, targetState } from './cell-state.ts'
import { type CallWanted, wanted } from './cell-turn.ts'
import { endReasons } from './end-reason.ts'
import type { CellEvent, EndReason, FleetEvent, Outcome, RolloutEvent, TargetFlag } from './events.ts'
import {
  decideFleet,
  type FleetCommand,
  type FleetInput,
  fleetWakeAt,
  refusesFleet,
  type SentReport,
} from './fleet-decide.ts'
import { evolveFleet } from './fleet-evolve.ts'
import { type FleetLayout, type FleetPlan, layOut } from './fleet-plan.ts'
import { type FleetState, initialFleet } from './fleet-state.ts'
import type { SentOrder } from './fleet-turn.ts'
import type { TargetState } from './policy.ts'

export interface Rollout {
  readonly layout: FleetLayout
  readonly cells: readonly CellState[]
  readonly fleet: FleetState
  /** By cell: when it must be asked again. */
  readonly agenda: Agenda
}

export interface RolloutTurn {
  readonly rollout: Rollout
  readonly now: number
  /** In the order in which they were decided; to be recorded together. */
  readonly events: RolloutEvent[]
  readonly calls: CallWanted[]
  readonly cancels: CallWanted[]
  readonly orders: SentOrder[]
  /** Cells that have something to report. */
  readonly touched: number[]
  /** Lanes that the parent looks at again once all reports are in. */
  readonly later: Set<number>
}

/** Targets are numbers of the rollout. */
export type RolloutCommand = FleetCommand | { readonly do: TargetCommand; readonly target: number }

/** @param cellSize - targets per cell at most, except for the unit that begins last in it */
export function makeRollout(plan: FleetPlan, cellSize?: number): Rollout {
  const layout = layOut(plan, cellSize)
  return {
    layout,
    cells: layout.cells.map(initialCell),
    fleet: initialFleet(layout),
    agenda: makeAgenda(layout.cells.length),
  }
}

/** Rebuilds the state; the first turn after it must be `recoverRollout`. */
export function evolveRollout(rollout: Rollout, event: RolloutEvent): void {
  if (isFleetEvent(event)) evolveFleet(rollout.fleet, event)
  else evolveCell(rollout.cells[event.cell]!, event)
}

const fleetTypes: ReadonlySet<string> = new Set<FleetEvent['type']>(['ReportTaken', 'CellOrdered'])

function isFleetEvent(event: RolloutEvent): event is FleetEvent {
  return !('cell' in event) || fleetTypes.has(event.type)
}

/** @param now - milliseconds since the epoch, never less than in the turn before */
export function beginTurn(rollout: Rollout, now: number): RolloutTurn {
  return { rollout, now, events: [], calls: [], cancels: [], orders: [], touched: [], later: new Set() }
}

export function startRollout(turn: RolloutTurn): void {
  for (const cell of turn.rollout.cells) touch(turn, cell.plan.cell)
  tellFleet(turn, { kind: 'start' })
}

/** A call was answered. An answer that nothing waits for any more changes nothing. */
export function settleCall(turn: RolloutTurn, target: number, call: number, outcome: Outcome): void {
  const { cellOf, placeOf } = turn.rollout.layout
  tellCell(turn, cellOf[target]!, { kind: 'settled', target: placeOf[target]!, call, outcome })
}

/**
 * Looks at what is due, one cell at a time so that a turn stays small: `wakeAt` of its result is an instant that has come
 * as long as there is more.
 */
export function takeDue(turn: RolloutTurn): void {
  const { agenda, fleet } = turn.rollout
  if (earliest(agenda) <= turn.now) return tellCell(turn, firstDue(agenda), { kind: 'due' })
  if (fleetWakeAt(fleet) <= turn.now) tellFleet(turn, { kind: 'due' })
}

export function flagTarget(turn: RolloutTurn, target: number, flag: TargetFlag, value: boolean): void {
  const { cellOf, placeOf } = turn.rollout.layout
  tellCell(turn, cellOf[target]!, { kind: 'flag', target: placeOf[target]!, flag, value })
}

/** @returns why it is refused; undefined when it was done */
export function giveCommand(turn: RolloutTurn, command: RolloutCommand): string | undefined {
  const { cells, fleet, layout } = turn.rollout
  if (!('target' in command)) {
    const refusal = refusesFleet(fleet, command)
    if (refusal === undefined) tellFleet(turn, { kind: 'command', command })
    return refusal
  }
  if (fleet.ended) return 'the rollout has ended'
  if (command.target >= layout.count || command.target < 0) return 'there is no such target'
  const cell = layout.cellOf[command.target]!
  const target = layout.placeOf[command.target]!
  if (fleet.lanes[layout.cells[cell]!.lane]!.ended) return 'its lane has ended'
  const refusal = refusesTarget(cells[cell]!, target, command.do, turn.now)
  if (refusal === undefined) tellCell(turn, cell, { kind: 'command', target, command: command.do })
  return refusal
}

export interface TurnResult {
  readonly events: readonly RolloutEvent[]
  readonly calls: readonly CallWanted[]
  readonly cancels: readonly CallWanted[]
  /** `Infinity`: nothing is due. */
  readonly wakeAt: number
  readonly ended: boolean
}

/** Lets the parent and the cells talk until neither has anything to say. */
export function endTurn(turn: RolloutTurn): TurnResult {
  report(turn)
  const { events, calls, cancels, rollout } = turn
  return { events, calls, cancels, wakeAt: rolloutWakeAt(rollout), ended: rollout.fleet.ended }
}

export function rolloutWakeAt(rollout: Rollout): number {
  return Math.min(earliest(rollout.agenda), fleetWakeAt(rollout.fleet))
}

/**
 * The first turn after the state was rebuilt from events, however the last batch of them was cut off: what was decided
 * and did not arrive is delivered, what should have followed is decided now.
 *
 * @returns calls hold all work that is under way, because the host does not know what became of it
 */
export function recoverRollout(rollout: Rollout, now: number): TurnResult {
  const turn = beginTurn(rollout, now)
  const reports: SentReport[] = []
  for (const { plan, lastReport, reportNumber } of rollout.cells) {
    const { cell } = plan
    if (lastReport !== undefined && reportNumber > rollout.fleet.reportNumber[cell]!) {
      reports.push({ cell, number: reportNumber, report: lastReport })
    }
    for (const order of rollout.fleet.unconfirmed.get(cell) ?? []) turn.orders.push({ cell, ...order })
  }
  deliver(turn)
  for (const cell of rollout.cells) tellCell(turn, cell.plan.cell, { kind: 'recover' })
  tellFleet(turn, { kind: 'reports', reports: [...reports, ...gather(turn)] })
  tellFleet(turn, { kind: 'recover' })
  const result = endTurn(turn)
  return { ...result, calls: callsUnderWay(rollout) }
}

/** All calls that were asked for and not answered. */
export function callsUnderWay(rollout: Rollout): readonly CallWanted[] {
  const found: CallWanted[] = []
  for (const cell of rollout.cells) {
    for (let target = 0; target < cell.plan.size; target += 1) {
      if (cell.flight[target] === 1) found.push(wanted(cell, target))
    }
  }
  return found
}

/** How far one target of a rollout has come. */
export interface TargetStanding {
  readonly state: TargetState
  /** Index of the wave of the plan. */
  readonly wave: number
  readonly lane: number
  /** From 1; 0 before the first. */
  readonly attempt: number
  readonly class: FailureClass | undefined
  /** Why it ended as it did; undefined before. */
  readonly reason: EndReason | undefined
}

export function viewTarget(rollout: Rollout, target: number): TargetStanding {
  const cell = rollout.cells[rollout.layout.cellOf[target]!]!
  const place = rollout.layout.placeOf[target]!
  return {
    state: targetState(cell, place),
    wave: cell.plan.wave[place]!,
    lane: cell.plan.lane,
    attempt: cell.attempt[place]!,
    class: failureClasses[cell.failure[place]! - 1],
    reason: cell.phase[place] === phases.ended ? endReasons[cell.reason[place]!] : undefined,
  }
}

function tellCell(turn: RolloutTurn, cell: number, input: CellInput): void {
  const { rollout, now, calls, cancels } = turn
  const state = rollout.cells[cell]!
  const events = turn.events as CellEvent[]
  decideCell({ state, now, events, calls, cancels }, input)
  schedule(rollout.agenda, cell, cellWakeAt(state))
  if (state.delta.dirty) touch(turn, cell)
}

function touch(turn: RolloutTurn, cell: number): void {
  if (turn.touched.at(-1) !== cell) turn.touched.push(cell)
}

function tellFleet(turn: RolloutTurn, input: FleetInput): void {
  const { rollout, now, orders, later } = turn
  decideFleet({ state: rollout.fleet, now, events: turn.events as FleetEvent[], orders, later }, input)
  deliver(turn)
}

function deliver(turn: RolloutTurn): void {
  for (let sent = turn.orders.shift(); sent; sent = turn.orders.shift()) {
    tellCell(turn, sent.cell, { kind: 'order', number: sent.number, order: sent.order })
  }
}

function report(turn: RolloutTurn): void {
  for (;;) {
    const reports = gather(turn)
    if (reports.length > 0) {
      tellFleet(turn, { kind: 'reports', reports })
    } else if (turn.later.size > 0) {
      const lanes = [...turn.later]
      turn.later.clear()
      tellFleet(turn, { kind: 'again', lanes })
    } else {
      return
    }
  }
}

function gather(turn: RolloutTurn): readonly SentReport[] {
  const { rollout, now, events, calls, cancels } = turn
  const reports: SentReport[] = []
  for (const cell of turn.touched.splice(0)) {
    const state = rollout.cells[cell]!
    if (!state.delta.dirty) continue
    reportCell({ state, now, events: events as CellEvent[], calls, cancels })
    reports.push({ cell, number: state.reportNumber, report: state.lastReport! })
  }
  return reports
}
