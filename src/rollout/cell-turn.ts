import { evolveCell } from './cell-evolve.ts'
import { type CellState, stages } from './cell-state.ts'
import type { CellEvent } from './events.ts'
import type { Stage } from './policy.ts'

/** Work that the host is asked for, once; `call` tells a late answer from the one that is waited for. */
export interface CallWanted {
  /** Number in the whole rollout. */
  readonly target: number
  readonly stage: Stage
  readonly index: number
  readonly attempt: number
  readonly call: number
}

/** One input being answered: events are applied as they are decided, so every decision sees those before it. */
export interface CellTurn {
  readonly state: CellState
  readonly now: number
  readonly events: CellEvent[]
  readonly calls: CallWanted[]
  /** Calls whose answer no longer matters. */
  readonly cancels: CallWanted[]
}

export function emit(turn: CellTurn, event: CellEvent): void {
  turn.events.push(event)
  evolveCell(turn.state, event)
}

export function requestCall(turn: CellTurn, target: number, stage: Stage, index: number): void {
  const { state, now } = turn
  const call = (state.call[target]! + 1) & 0xffff
  emit(turn, { type: 'CallRequested', at: now, cell: state.plan.cell, target, stage, index, call })
  turn.calls.push(wanted(state, target))
}

/** The call that is under way. */
export function wanted(state: CellState, target: number): CallWanted {
  return {
    target: state.plan.targets[target]!,
    stage: stages[state.stage[target]!]!,
    index: state.index[target]!,
    attempt: Math.max(1, state.attempt[target]!),
    call: state.call[target]!,
  }
}

/** To be called before the event that takes the target out of its work. */
export function cancelCall(turn: CellTurn, target: number): void {
  if (turn.state.flight[target] === 1) turn.cancels.push(wanted(turn.state, target))
}
