/** Bookkeeping of a cell: what is ready, running, at risk, and whose turn it is in a unit; each change costs one step. */
import {
  type CellState,
  type Counter,
  counterIndex,
  counters,
  extraWaves,
  flags,
  hasFlag,
  phases,
  rowOf,
} from './cell-state.ts'
import { put } from './queue.ts'

/** @param target - decides the failure domain; -1: none */
export function count(state: CellState, wave: number, target: number, counter: Counter, by: number): void {
  const row = rowOf(state.plan, wave, target === -1 ? 0 : state.plan.domain[target]!)
  const { delta } = state
  if (delta.rowDirty[row] === 0) {
    delta.rowDirty[row] = 1
    delta.rows.push(row)
  }
  delta.counts[row * counters.length + counterIndex[counter]]! += by
  delta.dirty = true
  if (counter === 'ready') state.readyNow[row]! += by
}

/** The wave in which it takes up room now. */
export function runningWave(state: CellState, target: number): number {
  const { plan } = state
  if (state.phase[target] === phases.staging) return plan.waves + extraWaves.stage
  if (hasFlag(state, target, flags.undoing)) return plan.waves + extraWaves.undo
  return state.home[target]!
}

/** Puts a target that may begin now into its queue; does nothing with the others. */
export function refreshReady(state: CellState, target: number): void {
  if (state.phase[target] !== phases.idle || hasFlag(state, target, flags.queued)) return
  if (state.plan.staged[target] === 1 && !hasFlag(state, target, flags.stageTried)) return
  const unit = state.plan.unit[target]!
  if (unit !== -1 && state.plan.policy.unit.oneAtATime) {
    if (state.unitActive[unit]! > 0) return
    // A held member that is taken up again does not wait for its turn: that is over.
    if (state.home[target]! < state.plan.waves && state.plan.members[state.unitTurn[unit]!] !== target) return
  }
  state.flags[target]! |= flags.queued
  count(state, state.home[target]!, target, 'ready', 1)
  put(state.queues[rowOf(state.plan, state.home[target]!, state.plan.domain[target]!)]!, target)
}

/** Takes it out of the count; whoever comes upon it in the queue passes it over. */
export function takeFromQueue(state: CellState, target: number): void {
  if (hasFlag(state, target, flags.queued)) {
    state.flags[target]! &= ~flags.queued
    count(state, state.home[target]!, target, 'ready', -1)
  }
  if (hasFlag(state, target, flags.stageQueued)) {
    state.flags[target]! &= ~flags.stageQueued
    count(state, state.plan.waves + extraWaves.stage, target, 'ready', -1)
  }
}

export function queueUndo(state: CellState, target: number): void {
  if (state.phase[target] !== phases.undo || hasFlag(state, target, flags.queued)) return
  const unit = state.plan.unit[target]!
  if (unit !== -1 && state.plan.policy.unit.oneAtATime) {
    if (state.unitActive[unit]! > 0 || lastUndo(state, unit) !== target) return
  }
  const wave = state.plan.waves + extraWaves.undo
  state.flags[target]! |= flags.queued
  count(state, wave, target, 'ready', 1)
  put(state.queues[rowOf(state.plan, wave, state.plan.domain[target]!)]!, state.plan.size - 1 - target)
}

/** Members go back in the reverse of their order. */
function lastUndo(state: CellState, unit: number): number {
  const { unitStart, members } = state.plan
  for (let at = unitStart[unit + 1]! - 1; at >= unitStart[unit]!; at -= 1) {
    if (state.phase[members[at]!] === phases.undo) return members[at]!
  }
  return -1
}

/** A member has begun: the others of its unit wait. */
export function occupyUnit(state: CellState, target: number): void {
  const unit = state.plan.unit[target]!
  if (unit === -1) return
  state.unitActive[unit]! += 1
  if (!state.plan.policy.unit.oneAtATime) return
  for (let at = state.plan.unitStart[unit]!; at < state.plan.unitStart[unit + 1]!; at += 1) {
    const other = state.plan.members[at]!
    if (other === target || !hasFlag(state, other, flags.queued)) continue
    state.flags[other]! &= ~flags.queued
    const wave = state.phase[other] === phases.undo ? state.plan.waves + extraWaves.undo : state.home[other]!
    count(state, wave, other, 'ready', -1)
  }
}

/** A member is no longer in progress. */
export function releaseUnit(state: CellState, target: number): void {
  const unit = state.plan.unit[target]!
  if (unit !== -1) state.unitActive[unit]! -= 1
}

/** Moves the turn past members that need nothing more, and lets the next one begin. */
export function turnUnit(state: CellState, target: number): void {
  const unit = state.plan.unit[target]!
  if (unit === -1 || !state.plan.policy.unit.oneAtATime || state.unitActive[unit]! > 0) return
  const { unitStart, members } = state.plan
  const end = unitStart[unit + 1]!
  for (let at = unitStart[unit]!; at < end; at += 1) {
    const member = members[at]!
    if (state.phase[member] === phases.idle && state.home[member]! >= state.plan.waves) refreshReady(state, member)
  }
  const undo = lastUndo(state, unit)
  if (undo !== -1) return queueUndo(state, undo)
  while (state.unitTurn[unit]! < end && state.phase[members[state.unitTurn[unit]!]!]! >= phases.working) {
    state.unitTurn[unit]! += 1
  }
  if (state.unitTurn[unit]! < end) refreshReady(state, members[state.unitTurn[unit]!]!)
}

/** @param by - 1: the target is not known to be good any more; -1: it is again */
export function risk(state: CellState, target: number, by: 1 | -1): void {
  const unit = state.plan.unit[target]!
  if (unit !== -1) {
    const before = state.unitRisk[unit]!
    state.unitRisk[unit] = before + by
    if (before !== 0 && before + by !== 0) return
  }
  state.delta.units += by
  state.delta.dirty = true
}

export function markStart(state: CellState, target: number, at: number, attempt: number, slotEnd: number): void {
  const wave = state.home[target]!
  const { marks, marked } = state.delta
  if (attempt === 1 && marks[wave * 4] === -1) marks[wave * 4] = at
  marks[wave * 4 + 2] = Math.max(marks[wave * 4 + 2]!, attempt)
  marks[wave * 4 + 3] = Math.max(marks[wave * 4 + 3]!, slotEnd)
  marked[wave] = 1
  state.delta.dirty = true
}

export function markEnd(state: CellState, target: number, at: number): void {
  const wave = state.home[target]!
  state.delta.marks[wave * 4 + 1] = Math.max(state.delta.marks[wave * 4 + 1]!, at)
  state.delta.marked[wave] = 1
  state.delta.dirty = true
}
