/** How many targets of a wave may begin now: the lowest of all limits, and when to look again if it is none. */
import { extraWaves } from './cell-state.ts'
import { grantByDomain } from './domain-grant.ts'
import { demandOf } from './fleet-evolve.ts'
import { type LaneState, laneInProgress, outstandingOf, sumOf, takesBack } from './fleet-state.ts'
import { stopLane, stopRollout } from './fleet-stop.ts'
import { emitFleet, type FleetTurn, orderLane, sendOrder, wakeLane } from './fleet-turn.ts'
import { closingAt, nextFit } from './openings.ts'
import { fitAttempts, needMs, type WavePolicy } from './policy.ts'

/** Grants what may begin in one wave, also in one of the extra ones. */
export function grantWave(turn: FleetTurn, lane: LaneState, wave: number): void {
  const { state } = turn
  const demand = sumOf(lane, wave, 'ready') - outstandingOf(lane, wave)
  if (demand <= 0) return
  const extra = wave - lane.plan.waves.length
  if (extra === extraWaves.undo) return grant(turn, lane, wave, Math.min(demand, roomAbove(turn, lane)))
  if (lane.stopped || lane.waveStopped[wave]) return
  const isPaused = state.paused || state.asked
  if (extra === extraWaves.stage) {
    if (isPaused) return
    const room = (state.layout.plan.policy.stageConcurrency ?? Number.POSITIVE_INFINITY) - state.staging
    return share(turn, lane, wave, Math.min(demand, room))
  }
  // Windows come and go while people think.
  if (!isOpenFor(turn, lane, wave) || isPaused || takesBack(lane)) return
  const policy = lane.plan.waves[wave]
  const inWave = policy ? roomInWave(turn, lane, wave, policy) : Number.POSITIVE_INFINITY
  if (inWave <= 0) return
  const count = Math.min(demand, inWave, roomAbove(turn, lane), roomInBlastRadius(turn))
  grant(turn, lane, wave, count)
}

function grant(turn: FleetTurn, lane: LaneState, wave: number, count: number): void {
  if (turn.state.layout.hasDomains) grantByDomain(turn, lane, wave, count)
  else share(turn, lane, wave, count)
}

/** Whether the window is open and long enough; otherwise the lane is shut until it is, or for good. */
function isOpenFor(turn: FleetTurn, lane: LaneState, wave: number): boolean {
  const { state, now } = turn
  const { policy } = state.layout.plan
  const need = needMs(policy, fitAttempts(policy))
  const closes = closingAt(lane.plan.openings, state.glassUntil, now)
  if (now + need <= closes) {
    // What has not begun by then never will in this opening, and must not wait for something else to happen.
    if (closes !== Number.POSITIVE_INFINITY) wakeLane(turn, lane, closes - need + 1)
    if (lane.shutUntil === -1 && lane.closesAt === closes) return true
    const wasShut = lane.shutUntil !== -1
    emitFleet(turn, {
      type: 'LaneUnshut',
      at: now,
      lane: lane.lane,
      closes: closes === Number.POSITIVE_INFINITY ? -1 : closes,
    })
    if (wasShut) orderLane(turn, lane, { kind: 'window', wave, until: -1 })
    return true
  }
  const until = nextFit(lane.plan.openings, state.glassUntil, now, need)
  if (until === undefined) {
    stopLane(turn, lane, 'window_ended', false)
    return false
  }
  wakeLane(turn, lane, until)
  if (lane.shutUntil === until) return false
  const short = closes > now ? { short: true as const } : {}
  emitFleet(turn, { type: 'LaneShut', at: now, lane: lane.lane, until, ...short })
  orderLane(turn, lane, { kind: 'window', wave, until })
  return false
}

function roomInWave(turn: FleetTurn, lane: LaneState, wave: number, policy: WavePolicy): number {
  const { now } = turn
  const away = sumOf(lane, wave, 'running') + outstandingOf(lane, wave)
  let room = Number.POSITIVE_INFINITY
  if (policy.staggerMs > 0) {
    const at = lane.lastGrantAt[wave]! + policy.staggerMs
    if (now < at) return later(turn, lane, at)
    room = 1
  }
  const lastEnd = lane.marks[wave * 4 + 1]!
  if (policy.cooldownMs > 0 && lastEnd !== -1 && now < lastEnd + policy.cooldownMs) {
    return later(turn, lane, lastEnd + policy.cooldownMs)
  }
  if (policy.batchSize !== undefined) room = Math.min(room, roomInBatch(turn, lane, wave, policy.batchSize, away))
  if (policy.maxConcurrency !== undefined) room = Math.min(room, policy.maxConcurrency - away)
  if (policy.maxUnavailable !== undefined) {
    const bad = sumOf(lane, wave, 'failed') + sumOf(lane, wave, 'held')
    if (bad >= policy.maxUnavailable && away === 0) stopLane(turn, lane, 'max_unavailable', false)
    room = Math.min(room, policy.maxUnavailable - bad - away)
  }
  return room
}

function later(turn: FleetTurn, lane: LaneState, at: number): number {
  wakeLane(turn, lane, at)
  return 0
}

function roomInBatch(turn: FleetTurn, lane: LaneState, wave: number, size: number, away: number): number {
  const begun = lane.granted[wave]! - sumOf(lane, wave, 'returned') - lane.batchStart
  if (begun < size) return size - begun
  if (away > 0) return 0
  emitFleet(turn, { type: 'BatchEnded', at: turn.now, lane: lane.lane, wave })
  return size
}

/** What the lane and the rollout leave. */
function roomAbove(turn: FleetTurn, lane: LaneState): number {
  const { state } = turn
  const inLane = lane.plan.maxConcurrency
  const room = state.maxConcurrency - state.running - state.outstanding
  return inLane === undefined ? room : Math.min(room, inLane - laneInProgress(lane))
}

function roomInBlastRadius(turn: FleetTurn): number {
  const { state } = turn
  const limit = state.layout.plan.policy.blastRadius
  if (!limit) return Number.POSITIVE_INFINITY
  const targets = (limit.maxTargets ?? Number.POSITIVE_INFINITY) - state.atRisk - state.outstanding
  const units = (limit.maxUnits ?? Number.POSITIVE_INFINITY) - state.unitsAtRisk - state.outstanding
  const room = Math.min(targets, units)
  // Nothing is in progress that could leave it: only people can help now.
  if (room <= 0 && state.running === 0 && state.outstanding === 0) stopRollout(turn, 'rollout', 'blast_radius', false)
  return room
}

/** Hands a number of starts to the cells in turn. */
function share(turn: FleetTurn, lane: LaneState, wave: number, count: number): void {
  let left = count
  while (left > 0) {
    const cell = lane.hungry[wave]!.find((each) => demandOf(turn.state, each, wave) > 0)
    if (cell === undefined) return
    const part = Math.min(left, demandOf(turn.state, cell, wave))
    sendOrder(turn, cell, { kind: 'grant', wave, count: part })
    left -= part
  }
}
