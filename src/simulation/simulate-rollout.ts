/** A rollout over virtual time: the real core, and a world that answers its calls. Nothing here decides anything. */
import { type Agenda, earliest, firstDue, makeAgenda, schedule } from '../rollout/agenda.ts'
import { type CallWanted, wanted } from '../rollout/cell-turn.ts'
import type { Outcome, RolloutEvent } from '../rollout/events.ts'
import {
  beginTurn,
  endTurn,
  giveCommand,
  type Rollout,
  type RolloutCommand,
  type RolloutTurn,
  rolloutWakeAt,
  settleCall,
  startRollout,
  takeDue,
} from '../rollout/rollout.ts'

export interface World {
  /** How long a call takes, in ms; `Infinity`: it never answers. */
  after(call: CallWanted, now: number): number
  /** How it ends, asked when it does. */
  outcome(call: CallWanted, now: number): Outcome
}

export interface Simulation {
  readonly start: number
  /** Sorted by instant. */
  readonly commands?: readonly { readonly at: number; readonly command: RolloutCommand }[]
  /** Sees every turn's events in order; they are not kept otherwise. */
  readonly watch?: (events: readonly RolloutEvent[]) => void
  /** Given up at this instant. Absent: never. */
  readonly until?: number
}

export interface SimulationEnd {
  readonly endedAt: number
  /** False: nothing is due any more, but a person must say something. */
  readonly ended: boolean
  /** Answers, due times and commands that the core was told. */
  readonly inputs: number
}

export function simulateRollout(rollout: Rollout, world: World, simulation: Simulation): SimulationEnd {
  // Answers on their way, by cell: one per target, and which call it is the state knows.
  const mails: readonly Agenda[] = rollout.layout.cells.map((cell) => makeAgenda(cell.size))
  const next = makeAgenda(mails.length)
  const commands = [...(simulation.commands ?? [])]
  let inputs = 1
  let now = simulation.start
  const first = beginTurn(rollout, now)
  startRollout(first)
  finish(first)
  while (!rollout.fleet.ended) {
    const answersAt = earliest(next)
    const wakeAt = rolloutWakeAt(rollout)
    const commandAt = commands[0]?.at ?? Number.POSITIVE_INFINITY
    const at = Math.min(answersAt, wakeAt, commandAt)
    if (at === Number.POSITIVE_INFINITY || at > (simulation.until ?? Number.POSITIVE_INFINITY)) break
    now = Math.max(now, at)
    const turn = beginTurn(rollout, now)
    if (answersAt <= now) deliver(turn)
    else if (commandAt <= now) {
      giveCommand(turn, commands.shift()!.command)
      inputs += 1
    } else {
      takeDue(turn)
      inputs += 1
    }
    finish(turn)
  }
  return { endedAt: now, ended: rollout.fleet.ended, inputs }

  /** All answers of one cell at this instant: turns stay small, however large the fleet. */
  function deliver(turn: RolloutTurn): void {
    const cell = firstDue(next)
    const agenda = mails[cell]!
    const state = rollout.cells[cell]!
    while (earliest(agenda) <= now) {
      const place = firstDue(agenda)
      const call = wanted(state, place)
      schedule(agenda, place, Number.POSITIVE_INFINITY)
      inputs += 1
      settleCall(turn, call.target, call.call, world.outcome(call, now))
    }
    schedule(next, cell, earliest(agenda))
  }

  function finish(turn: RolloutTurn): void {
    const { events, calls, cancels } = endTurn(turn)
    for (const call of cancels) post(call, Number.POSITIVE_INFINITY)
    for (const call of calls) {
      // A call may have been called off again within the same turn.
      if (isAwaited(rollout, call)) post(call, now + world.after(call, now))
    }
    simulation.watch?.(events)
  }

  function post(call: CallWanted, at: number): void {
    const cell = rollout.layout.cellOf[call.target]!
    const place = rollout.layout.placeOf[call.target]!
    const agenda = mails[cell]!
    schedule(agenda, place, at)
    schedule(next, cell, earliest(agenda))
  }
}

function isAwaited(rollout: Rollout, call: CallWanted): boolean {
  const cell = rollout.cells[rollout.layout.cellOf[call.target]!]!
  const place = rollout.layout.placeOf[call.target]!
  return cell.flight[place] === 1 && cell.call[place] === call.call
}
