/** Plays a random case in a virtual world that answers by a hash, with the engine dying where the case says so. */
import { type FailureClass, failureClasses } from '../../src/base/failure.ts'
import type { CallWanted } from '../../src/rollout/cell-turn.ts'
import type { Outcome, RolloutEvent } from '../../src/rollout/events.ts'
import { eventOf, recordOf } from '../../src/rollout/records.ts'
import {
  beginTurn,
  callsUnderWay,
  endTurn,
  evolveRollout,
  flagTarget,
  giveCommand,
  makeRollout,
  type Rollout,
  type RolloutCommand,
  recoverRollout,
  rolloutWakeAt,
  settleCall,
  startRollout,
  takeDue,
} from '../../src/rollout/rollout.ts'
import { minute, t0 } from '../support/rollout-builder.ts'
import type { RandomCase } from './random-rollout.ts'

export interface Noted {
  readonly event: RolloutEvent
  /** Commands that were accepted so far. */
  readonly commands: number
}

export class RandomRun {
  readonly given: RandomCase
  rollout: Rollout
  readonly log: Noted[] = []
  readonly accepted: { readonly at: number; readonly command: RolloutCommand }[] = []
  readonly calls: { readonly call: CallWanted; readonly at: number; readonly logged: number }[] = []
  readonly #pending = new Map<number, { readonly call: CallWanted; readonly at: number }>()
  /** Answers of calls that were called off: they come all the same. */
  readonly #late: { readonly call: CallWanted; readonly at: number }[] = []
  #turns = 0
  inputs = 0
  now: number = t0

  constructor(given: RandomCase) {
    this.given = given
    this.rollout = makeRollout(given.plan, given.cellSize)
  }

  play(): this {
    this.#turn((turn) => startRollout(turn))
    const commands = [...this.given.commands]
    for (let step = 0; step < 20_000 && !this.rollout.fleet.ended; step += 1) {
      const answerAt = Math.min(...[...this.#pending.values()].map((each) => each.at))
      const at = Math.min(answerAt, rolloutWakeAt(this.rollout), commands[0]?.at ?? Number.POSITIVE_INFINITY)
      if (at === Number.POSITIVE_INFINITY) {
        if (!this.#unblock()) return this
        continue
      }
      this.now = Math.max(this.now, at)
      this.inputs += 1
      if (answerAt <= this.now) this.#answer()
      else if ((commands[0]?.at ?? Number.POSITIVE_INFINITY) <= this.now) this.#say(commands.shift()!.command)
      else this.#turn((turn) => takeDue(turn))
    }
    return this
  }

  /** What was called off answers too, some time; together with another answer, so that it makes no turn of its own. */
  #answerLate(turn: ReturnType<typeof beginTurn>): void {
    for (const { call, at } of this.#late) {
      if (at <= this.now) settleCall(turn, call.target, call.call, this.#outcome(call))
    }
  }

  #answer(): void {
    // The lowest of those that are due, whatever the order in which they were asked for.
    const due = [...this.#pending.values()]
      .filter((each) => each.at <= this.now)
      .reduce((best, each) => (each.call.target < best.call.target ? each : best))
    this.#pending.delete(due.call.target)
    const outcome = this.#outcome(due.call)
    this.#turn((turn) => {
      this.#answerLate(turn)
      settleCall(turn, due.call.target, due.call.call, outcome)
      if (outcome === 'unreachable') flagTarget(turn, due.call.target, 'retry_when', false)
    })
  }

  /** Nothing is due any more, so people must speak. */
  #unblock(): boolean {
    const { fleet } = this.rollout
    if (fleet.paused || fleet.asked) {
      this.#say({ do: 'resume' })
      return true
    }
    const lane = fleet.lanes.find((each) => each.gateAwaited && !each.ended && !each.stopped)
    const wave = lane?.gateOpen.indexOf(false, Math.max(0, lane.wave)) ?? -1
    if (!lane || wave === -1) return false
    this.#say({ do: 'open_gate', lane: lane.lane, wave })
    return true
  }

  #say(command: RolloutCommand): void {
    this.#turn((turn) => {
      if (giveCommand(turn, command) === undefined) this.accepted.push({ at: this.now, command })
    })
  }

  #turn(say: (turn: ReturnType<typeof beginTurn>) => void): void {
    this.#turns += 1
    const turn = beginTurn(this.rollout, this.now)
    say(turn)
    const result = endTurn(turn)
    const crash = this.given.crashes.find((each) => each.turn === this.#turns)
    const kept = crash ? result.events.slice(0, Math.max(0, result.events.length - crash.lost)) : result.events
    this.#note(kept)
    if (crash) return this.#rebuild()
    for (const call of result.cancels) {
      const pending = this.#pending.get(call.target)
      if (pending?.call.call !== call.call) continue
      this.#pending.delete(call.target)
      this.#late.push({
        call,
        at: Number.isFinite(pending.at) ? pending.at : this.now + (this.#hash(call, 5) % (9 * minute)),
      })
    }
    for (const call of result.calls) if (this.#isUnderWay(call)) this.#post(call)
  }

  #note(events: readonly RolloutEvent[]): void {
    for (const event of events) this.log.push({ event, commands: this.accepted.length })
  }

  /** What the journal holds is all that is left. */
  #rebuild(): void {
    const { layout } = this.rollout
    this.rollout = makeRollout(this.given.plan, this.given.cellSize)
    for (const { event } of this.log) {
      evolveRollout(this.rollout, eventOf(layout, JSON.parse(JSON.stringify(recordOf(layout, event)))))
    }
    if (!this.rollout.fleet.started) {
      const turn = beginTurn(this.rollout, this.now)
      startRollout(turn)
      this.#note(endTurn(turn).events)
    }
    this.#note(recoverRollout(this.rollout, this.now).events)
    const calls = callsUnderWay(this.rollout)
    for (const [target, { call }] of this.#pending) {
      if (!calls.some((each) => each.target === target && each.call === call.call)) this.#pending.delete(target)
    }
    for (const call of calls) if (!this.#pending.has(call.target)) this.#post(call)
  }

  #isUnderWay(call: CallWanted): boolean {
    const cell = this.rollout.cells[this.rollout.layout.cellOf[call.target]!]!
    const place = this.rollout.layout.placeOf[call.target]!
    return cell.flight[place] === 1 && cell.call[place] === call.call
  }

  #post(call: CallWanted): void {
    this.calls.push({ call, at: this.now, logged: this.log.length })
    const chance = this.#hash(call, 1) % 100
    const hangs = chance < this.given.faults / 5
    const after = [0, 0, 1, 3, 6][this.#hash(call, 2) % 5]! * minute
    this.#pending.set(call.target, { call, at: hangs ? Number.POSITIVE_INFINITY : this.now + after })
  }

  #outcome(call: CallWanted): Outcome {
    if (this.#hash(call, 3) % 100 >= this.given.faults) return 'ok'
    const classes: readonly FailureClass[] = call.stage === 'health' ? ['unhealthy', 'unknown'] : failureClasses
    return classes[this.#hash(call, 4) % classes.length]!
  }

  #hash(call: CallWanted, salt: number): number {
    const { seed } = this.given
    let hash = seed ^ (salt * 0x9e3779b1)
    for (const part of [call.target, stageNumber[call.stage], call.index, call.attempt, call.call]) {
      hash = Math.imul(hash ^ part, 0x85ebca6b)
      hash ^= hash >>> 13
    }
    return (hash ^ (hash >>> 16)) >>> 0
  }
}

const stageNumber = { stage: 1, preflight: 2, each: 3, post_checks: 4, health: 5, rollback: 6 } as const
