/**
 * Grants where failure domains must not be away together. Only one grant is on its way at a time, so that the parent
 * knows exactly which domains are away before it lets another one begin.
 */

import { demandOf } from './fleet-evolve.ts'
import type { LaneState } from './fleet-state.ts'
import { type FleetTurn, sendOrder } from './fleet-turn.ts'

export function grantByDomain(turn: FleetTurn, lane: LaneState, wave: number, count: number): void {
  const { state } = turn
  if (count <= 0 || state.outstanding > 0) return
  const allowed = new Set(state.domainRunning.keys())
  const free = state.layout.plan.policy.domainsAtOnce - allowed.size
  for (const domain of readyDomains(turn, lane, wave, free, allowed)) allowed.add(domain)
  for (const cell of state.layout.laneCells[lane.lane]!) {
    const ready = readyIn(turn, cell, wave, allowed)
    if (ready === 0) continue
    return sendOrder(turn, cell, { kind: 'grant', wave, count: Math.min(count, ready), domains: [...allowed] })
  }
}

/** The lowest domains with something ready that are not away yet, at most so many. */
function readyDomains(
  turn: FleetTurn,
  lane: LaneState,
  wave: number,
  most: number,
  away: ReadonlySet<number>,
): readonly number[] {
  const found = new Set<number>()
  for (const cell of turn.state.layout.laneCells[lane.lane]!) {
    for (const [domain, ready] of turn.state.cellDomains.get(cell * 256 + wave) ?? []) {
      if (ready > 0 && !away.has(domain)) found.add(domain)
    }
  }
  return [...found].sort((a, b) => a - b).slice(0, Math.max(0, most))
}

function readyIn(turn: FleetTurn, cell: number, wave: number, allowed: ReadonlySet<number>): number {
  let ready = demandOf(turn.state, cell, wave)
  for (const [domain, count] of turn.state.cellDomains.get(cell * 256 + wave) ?? []) {
    if (!allowed.has(domain)) ready -= count
  }
  return ready
}
