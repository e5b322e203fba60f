import type { Plan, PlanAction, PlanRollout } from '../plan/model.ts'
import { canGoBack } from '../rollout/cell-end.ts'
import { type CallWanted, wanted } from '../rollout/cell-turn.ts'
import type { RolloutEvent } from '../rollout/events.ts'
import type { Stage } from '../rollout/policy.ts'
import { eventOf, recordOf } from '../rollout/records.ts'
import { evolveRollout, makeRollout, type Rollout, viewTarget } from '../rollout/rollout.ts'
import type { RunEventData } from './events.ts'
import { fleetOf } from './rollout-fleet.ts'

/**
 * The rollout core of one step with what connects it to the run: which calls of the core are under way, and for which
 * targets something has happened that the core was not told yet.
 *
 * A turn is taken on the core in place, then recorded. `ahead` holds it until its record is folded in, so that asking
 * twice for the next event gives the same answer; a journal that is read again feeds the core from the records instead.
 */
export class RolloutMachine {
  readonly core: Rollout
  readonly names: readonly string[]
  readonly numberOf: ReadonlyMap<string, number>
  readonly unitNames: readonly string[]
  /** Taken and not folded in yet. */
  ahead: RunEventData['RolloutAdvanced'] | undefined
  /** Number of the last turn that the core has seen. */
  turn = 0
  /** The core was rebuilt from records: what is due must be worked out before anything else. */
  isRebuilt = false
  /** Calls of the core that are not answered, by target. */
  readonly wanted: Map<number, CallWanted> = new Map()
  /** Targets whose work may have to go on. */
  readonly touched: Set<number> = new Set()
  /** Outstanding calls of the run by target. */
  readonly calls: Map<number, Set<string>> = new Map()
  readonly #step: PlanRollout

  /** @param startedAt - milliseconds since the epoch */
  constructor(plan: Plan, step: PlanRollout, startedAt: number, only?: (target: string) => boolean) {
    const fleet = fleetOf(plan, step, startedAt, only)
    this.core = makeRollout(fleet.plan)
    this.names = fleet.names
    this.numberOf = fleet.numberOf
    this.unitNames = fleet.unitNames
    this.#step = step
  }

  actionAt(stage: Stage, index: number): PlanAction {
    return actionsOf(this.#step)[stage][index]!
  }

  /** The action that the core wants done on a target now. */
  actionFor(target: number): PlanAction | undefined {
    const call = this.wanted.get(target)
    return call && this.actionAt(call.stage, call.index)
  }

  /** Whether a person may take it up again or put it back. */
  isHeld(target: string): boolean {
    const number = this.numberOf.get(target)
    return number !== undefined && viewTarget(this.core, number).state === 'held'
  }

  /** Held, and the core would let a person put it back. */
  mayGoBack(target: string): boolean {
    if (!this.isHeld(target)) return false
    const number = this.numberOf.get(target)!
    const { cellOf, placeOf } = this.core.layout
    return canGoBack(this.core.cells[cellOf[number]!]!, placeOf[number]!)
  }

  /** Targets that were left out because no opening of their window was left. */
  neverReached(): number {
    let count = 0
    for (const target of this.names.keys()) if (viewTarget(this.core, target).reason === 'window_ended') count += 1
    return count
  }

  /** The record of a turn that was taken on the core just now. */
  advance(events: readonly RolloutEvent[]): Pick<RunEventData['RolloutAdvanced'], 'turn' | 'core'> {
    this.turn += 1
    return { turn: this.turn, core: events.map((event) => recordOf(this.core.layout, event)) }
  }

  /** Folds a recorded turn in. */
  apply(data: RunEventData['RolloutAdvanced']): readonly RolloutEvent[] {
    const events = data.core.map((record) => eventOf(this.core.layout, record))
    this.ahead = undefined
    if (data.turn > this.turn) {
      for (const event of events) evolveRollout(this.core, event)
      this.turn = data.turn
      this.isRebuilt = true
    }
    for (const event of events) if ('target' in event && 'cell' in event) this.#follow(event.cell, event.target)
    return events
  }

  #follow(cell: number, place: number): void {
    const state = this.core.cells[cell]!
    const target = state.plan.targets[place]!
    if (state.flight[place] === 0) {
      this.wanted.delete(target)
      return
    }
    const call = wanted(state, place)
    if (this.wanted.get(target)?.call === call.call) return
    this.wanted.set(target, call)
    this.touched.add(target)
  }

  called(target: string, call: string): void {
    const number = this.numberOf.get(target)
    if (number === undefined) return
    const open = this.calls.get(number)
    if (open) open.add(call)
    else this.calls.set(number, new Set([call]))
  }

  settled(target: string, call: string): void {
    const number = this.numberOf.get(target)
    if (number === undefined) return
    const open = this.calls.get(number)
    open?.delete(call)
    if (open?.size === 0) this.calls.delete(number)
    this.touch(target)
  }

  touch(target: string): void {
    const number = this.numberOf.get(target)
    if (number !== undefined && this.wanted.has(number)) this.touched.add(number)
  }

  touchAll(): void {
    for (const target of this.wanted.keys()) this.touched.add(target)
  }

  /** State is JSON for hosts and doors; this part of it is worked out from the records. */
  toJSON(): undefined {
    return undefined
  }
}

/** The actions of a rollout by the stage of the core at which they are due. */
export function actionsOf(step: PlanRollout): Readonly<Record<Stage, readonly PlanAction[]>> {
  return {
    stage: step.stage,
    preflight: step.preflight,
    each: step.each,
    post_checks: step.post_checks,
    health: step.health?.checks ?? [],
    rollback: step.rollback.steps,
  }
}
