import { schedule } from './agenda.ts'
import type { FleetEvent, Order } from './events.ts'
import { evolveFleet } from './fleet-evolve.ts'
import type { FleetState, LaneState } from './fleet-state.ts'

export interface SentOrder {
  readonly cell: number
  readonly number: number
  readonly order: Order
}

/** One input being answered by the parent. */
export interface FleetTurn {
  readonly state: FleetState
  readonly now: number
  readonly events: FleetEvent[]
  readonly orders: SentOrder[]
  /** Lanes that may be granted something only after the cells have answered the stops of this turn. */
  readonly later: Set<number>
}

export function emitFleet(turn: FleetTurn, event: FleetEvent): void {
  turn.events.push(event)
  evolveFleet(turn.state, event)
}

export function sendOrder(turn: FleetTurn, cell: number, order: Order): void {
  const number = turn.state.orderNumber[cell]! + 1
  emitFleet(turn, { type: 'CellOrdered', at: turn.now, cell, number, order })
  turn.orders.push({ cell, number, order })
}

export function orderLane(turn: FleetTurn, lane: LaneState, order: Order): void {
  for (const cell of turn.state.layout.laneCells[lane.lane]!) sendOrder(turn, cell, order)
}

/** Looks at the lane again at that instant at the latest. */
export function wakeLane(turn: FleetTurn, lane: LaneState, at: number): void {
  const { agenda } = turn.state
  if (at < agenda.due[lane.lane]!) schedule(agenda, lane.lane, at)
}
