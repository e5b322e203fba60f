/** What the world has to know of the targets of rollouts: followed from the recorded events. */
import type { RunEvent } from '../run/events.ts'
import type { RolloutMove } from '../run/rollout-moves.ts'

export interface TargetFacts {
  lane: string
  attempt: number
  /** Milliseconds since the epoch; `undefined`: not yet. */
  attemptAt: number | undefined
  verifyingAt: number | undefined
  /** Something of it was changed and not taken back. */
  changed: boolean
}

export class FleetFacts {
  readonly #targets = new Map<string, TargetFacts>()
  readonly #laneOpenedAt = new Map<string, number>()

  of(target: string): TargetFacts {
    let facts = this.#targets.get(target)
    if (!facts) {
      facts = { lane: '', attempt: 0, attemptAt: undefined, verifyingAt: undefined, changed: false }
      this.#targets.set(target, facts)
    }
    return facts
  }

  laneOpenedAt(lane: string): number | undefined {
    return this.#laneOpenedAt.get(lane)
  }

  notice(event: RunEvent): void {
    if (event.type !== 'RolloutAdvanced') return
    for (const move of event.data.moves) this.#move(move, event.at)
  }

  #move(move: RolloutMove, at: number): void {
    if (move.kind === 'lane' && move.to === 'window_opened' && !this.#laneOpenedAt.has(move.lane))
      this.#laneOpenedAt.set(move.lane, at)
    if (move.kind !== 'target') return
    const facts = this.of(move.target)
    facts.lane = move.lane
    if (move.to === 'in_progress')
      Object.assign(facts, { attempt: move.attempt, attemptAt: at, verifyingAt: undefined })
    if (move.to === 'verifying') facts.verifyingAt = at
    if (move.to === 'rolled_back') facts.changed = false
  }
}
