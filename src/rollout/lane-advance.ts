/** The waves of one lane: which is open, when the next one may open, what ends the lane. */
import { schedule } from './agenda.ts'
import { extraWaves } from './cell-state.ts'
import { type LaneState, laneInProgress, openOf, overOf, sumOf, takesBack } from './fleet-state.ts'
import { stopLane, stopRollout } from './fleet-stop.ts'
import { emitFleet, type FleetTurn, orderLane, wakeLane } from './fleet-turn.ts'
import { grantWave } from './lane-grant.ts'
import { closingAt } from './openings.ts'

/**
 * Waves that end and open now, and the stops that come of it: for all lanes before any of them grants a start, because
 * one lane may stop all. Everything follows from the state, so that it may be asked at any time.
 */
export function moveLane(turn: FleetTurn, lane: LaneState): void {
  if (lane.ended) return
  schedule(turn.state.agenda, lane.lane, Number.POSITIVE_INFINITY)
  closeWindow(turn, lane)
  while (openNextWave(turn, lane)) {
    // As many waves as can follow one another at this instant.
  }
}

export function grantLane(turn: FleetTurn, lane: LaneState): void {
  if (lane.ended) return
  const first = lane.plan.waves.length
  if (!lane.waveEnded) grantWave(turn, lane, lane.wave)
  grantWave(turn, lane, first + extraWaves.again)
  grantWave(turn, lane, first + extraWaves.undo)
  grantWave(turn, lane, first + extraWaves.stage)
  sealLane(turn, lane)
  // As long as people think about a target it can be taken up again or put back.
  if (turn.state.asked) return
  if (openOf(lane) === 0 && (lane.stopped !== undefined || isLastWaveOver(turn, lane))) {
    emitFleet(turn, { type: 'LaneEnded', at: turn.now, lane: lane.lane })
  }
}

function closeWindow(turn: FleetTurn, lane: LaneState): void {
  const { state, now } = turn
  if (state.layout.plan.policy.overrun === 'finish_unit' || laneInProgress(lane) === 0) return
  // Worked out anew: glass may have been broken or made whole since the lane was opened.
  const closes = closingAt(lane.plan.openings, state.glassUntil, now)
  if (now < closes) return wakeLane(turn, lane, closes)
  if (lane.closesAt === Number.NEGATIVE_INFINITY) return
  emitFleet(turn, { type: 'LaneClosed', at: now, lane: lane.lane })
  orderLane(turn, lane, { kind: 'close' })
}

/** @returns whether something changed, so that it is worth asking again */
function openNextWave(turn: FleetTurn, lane: LaneState): boolean {
  if (!lane.waveEnded) return endWave(turn, lane)
  const next = nextWave(lane)
  if (next === -1 || lane.stopped || turn.state.stopped) return false
  const policy = lane.plan.waves[next]!
  if (policy.canary && lane.total[next] === 0) {
    stopUnproven(turn, lane, next, 'canary_empty')
    return false
  }
  if (!lane.promoted && turn.now < lane.nextWaveAt) {
    wakeLane(turn, lane, lane.nextWaveAt)
    return false
  }
  if (!lane.promoted && !lane.gateOpen[next]) {
    if (!lane.gateAwaited) emitFleet(turn, { type: 'GateAwaited', at: turn.now, lane: lane.lane, wave: next })
    return false
  }
  emitFleet(turn, { type: 'WaveOpened', at: turn.now, lane: lane.lane, wave: next })
  return true
}

/** Waves without targets are passed over; a canary is not. */
export function nextWave(lane: LaneState): number {
  for (let wave = lane.wave + 1; wave < lane.plan.waves.length; wave += 1) {
    if (lane.total[wave]! > 0 || lane.plan.waves[wave]!.canary) return wave
  }
  return -1
}

function endWave(turn: FleetTurn, lane: LaneState): boolean {
  const { wave } = lane
  if (overOf(lane, wave) < lane.total[wave]! || takesBack(lane)) return false
  const policy = lane.plan.waves[wave]!
  const proven = sumOf(lane, wave, 'succeeded') + sumOf(lane, wave, 'proven')
  if (policy.canary && proven === 0 && !lane.stopped) stopUnproven(turn, lane, wave, 'canary_unproven')
  const next = Math.max(lane.marks[wave * 4 + 1]! + policy.soakMs, slotEnd(turn, lane, wave))
  emitFleet(turn, { type: 'WaveEnded', at: turn.now, lane: lane.lane, wave, next })
  if (turn.state.layout.plan.policy.rollback.scope === 'wave' && sumOf(lane, wave, 'proven') > 0) {
    orderLane(turn, lane, { kind: 'seal', wave })
  }
  return true
}

function stopUnproven(turn: FleetTurn, lane: LaneState, wave: number, cause: 'canary_empty' | 'canary_unproven'): void {
  if (lane.plan.waves[wave]!.canary!.onUnproven === 'stop_run') stopRollout(turn, 'run', cause, false)
  else stopLane(turn, lane, cause, false)
}

/** When the time of a canary's slots is used up; `-Infinity` when nothing waits for it. */
function slotEnd(turn: FleetTurn, lane: LaneState, wave: number): number {
  const policy = lane.plan.waves[wave]!
  const { deadlineMs } = turn.state.layout.plan.policy
  const first = lane.marks[wave * 4]!
  if (!policy.canary || policy.canary.next === 'when_done' || deadlineMs === undefined || first === -1) {
    return Number.NEGATIVE_INFINITY
  }
  if (policy.canary.next === 'at_slot_per_target') return lane.marks[wave * 4 + 3]!
  const attempts = lane.marks[wave * 4 + 2]!
  return first + (lane.total[wave]! - 1) * policy.staggerMs + attempts * deadlineMs
}

/** Held targets that were taken up again are counted in a wave of their own, which ends with the lane. */
function sealLane(turn: FleetTurn, lane: LaneState): void {
  if (turn.state.layout.plan.policy.rollback.scope !== 'wave') return
  const again = lane.plan.waves.length + extraWaves.again
  const waiting = sumOf(lane, again, 'proven') - sumOf(lane, lane.plan.waves.length + extraWaves.undo, 'ready')
  if (waiting > 0 && laneInProgress(lane) === 0 && lane.waveEnded && nextWave(lane) === -1) {
    orderLane(turn, lane, { kind: 'seal', wave: again })
  }
}

function isLastWaveOver(turn: FleetTurn, lane: LaneState): boolean {
  if (!lane.waveEnded || nextWave(lane) !== -1) return false
  if (turn.now >= lane.nextWaveAt || lane.promoted || lane.wave === -1) return true
  wakeLane(turn, lane, lane.nextWaveAt)
  return false
}
