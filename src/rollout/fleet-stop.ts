/** Stops reach exactly their scope: a wave of a lane, a lane, all lanes. */
import type { EndReason, Order, StopCause, StopWish } from './events.ts'
import { laneOf } from './fleet-evolve.ts'
import { failuresOf, type LaneState, laneFailures, type StopNote } from './fleet-state.ts'
import { emitFleet, type FleetTurn, orderLane, sendOrder } from './fleet-turn.ts'

export function stopWave(turn: FleetTurn, lane: LaneState, wave: number, cause: StopCause, undo: boolean): void {
  if (lane.ended || !isStronger(lane.waveStopped[wave], undo) || !isStronger(lane.stopped, undo)) return
  // A held target that was taken up again belongs to no wave of the plan any more.
  if (wave >= lane.plan.waves.length) return stopLane(turn, lane, cause, undo)
  emitFleet(turn, { type: 'WaveStopped', at: turn.now, lane: lane.lane, wave, cause, undo })
  orderLane(turn, lane, stopOrder(turn, wave, { cause, undo }))
}

export function stopLane(turn: FleetTurn, lane: LaneState, cause: StopCause, undo: boolean): void {
  if (lane.ended || !isStronger(lane.stopped, undo)) return
  emitFleet(turn, { type: 'LaneStopped', at: turn.now, lane: lane.lane, cause, undo })
  orderLane(turn, lane, stopOrder(turn, -1, { cause, undo }))
}

export function stopRollout(turn: FleetTurn, scope: 'rollout' | 'run', cause: StopCause, undo: boolean): void {
  const { state } = turn
  const widens = state.stopped !== undefined && state.stopped.scope === 'rollout' && scope === 'run'
  if (state.ended || (!isStronger(state.stopped, undo) && !widens)) return
  emitFleet(turn, { type: 'RolloutStopped', at: turn.now, scope, cause, undo: undo || state.stopped?.undo === true })
  for (const lane of state.lanes) stopLane(turn, lane, cause, undo)
}

/** A later stop counts only when it also takes back what is proven. */
function isStronger(before: StopNote | undefined, undo: boolean): boolean {
  return before === undefined || (undo && !before.undo)
}

function stopOrder(turn: FleetTurn, wave: number, note: StopNote): Order {
  const reason: EndReason = note.cause === 'window_ended' ? 'window_ended' : 'stopped'
  const finishes = note.cause === 'window_ended' ? 'finish' : turn.state.layout.plan.policy.inFlight
  return { kind: 'stop', wave, in_flight: note.undo ? 'rollback' : finishes, undo: note.undo, reason }
}

/** What the cells asked for. */
export function fulfil(turn: FleetTurn, wish: StopWish): void {
  const lane = laneOf(turn.state, turn.state.layout.cellOf[wish.target]!)
  switch (wish.scope) {
    case 'ask':
      return emitFleet(turn, { type: 'RolloutAsked', at: turn.now, target: wish.target })
    case 'wave':
      return stopWave(turn, lane, wish.wave, 'rule', wish.undo)
    case 'lane':
      return stopLane(turn, lane, 'rule', wish.undo)
    case 'rollout':
    case 'run':
      return stopRollout(turn, wish.scope, 'rule', wish.undo)
  }
}

/** Failure budgets: so many are tolerated, the next one stops. A wave that is over its budget opens no later one. */
export function checkBudgets(turn: FleetTurn, lane: LaneState): void {
  const { policy } = turn.state.layout.plan
  if (policy.maxFailures !== undefined && turn.state.failures > policy.maxFailures) {
    stopRollout(turn, 'rollout', 'rollout_failures', false)
  }
  if (lane.stopped || lane.ended) return
  if (lane.plan.maxFailures !== undefined && laneFailures(lane) > lane.plan.maxFailures) {
    return stopLane(turn, lane, 'lane_failures', false)
  }
  lane.plan.waves.forEach((wave, index) => {
    const most = wave.maxFailures ?? (wave.canary ? 0 : undefined)
    if (most !== undefined && failuresOf(lane, index) > most) stopLane(turn, lane, 'wave_failures', false)
  })
  const open = lane.plan.waves[lane.wave]
  if (open?.batchMaxFailures !== undefined && !lane.waveEnded) {
    if (failuresOf(lane, lane.wave) - lane.batchFailures > open.batchMaxFailures) {
      stopLane(turn, lane, 'batch_failures', false)
    }
  }
}

/** After a crash: what was decided and did not reach every cell is sent again; taking it twice changes nothing. */
export function repeatStops(turn: FleetTurn): void {
  const { state } = turn
  if (state.stopped) {
    for (const lane of state.lanes) stopLane(turn, lane, state.stopped.cause, state.stopped.undo)
  }
  for (const lane of state.lanes) {
    if (lane.ended) continue
    const cells = state.layout.laneCells[lane.lane]!
    lane.waveStopped.forEach((note, wave) => {
      for (const cell of note ? cells : []) {
        const told = state.waveTold.get(cell * 256 + wave) ?? 0
        if (told < (note!.undo ? 2 : 1)) sendOrder(turn, cell, stopOrder(turn, wave, note!))
      }
    })
    const note = lane.stopped
    for (const cell of note ? cells : []) {
      if (state.cellStopped[cell]! < (note!.undo ? 2 : 1)) sendOrder(turn, cell, stopOrder(turn, -1, note!))
    }
  }
}
