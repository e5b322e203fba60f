/** Conditions of a rollout that the core cannot work out: they depend on what calls have given. */
import type { JsonObject } from '../base/json.ts'
import { ExpressionError, evaluateCondition } from '../expression/index.ts'
import type { PlanRollout } from '../plan/model.ts'
import { targetNowValue } from '../plan/rule-world.ts'
import { phases, targetState } from '../rollout/cell-state.ts'
import { flagTarget, type RolloutTurn } from '../rollout/rollout.ts'
import { contextOf, lastOutputs } from './context.ts'
import type { Standing } from './decided.ts'
import type { RolloutMachine } from './rollout-machine.ts'
import { versionNow } from './versions-now.ts'

/** Tells the core which targets are to be left out, looking at the units of the targets given. */
export function flagSkips(
  standing: Standing,
  step: PlanRollout,
  machine: RolloutMachine,
  turn: RolloutTurn,
  targets: Iterable<number>,
): void {
  if (!step.lanes.some((lane) => lane.waves.some((wave) => wave.skip_when !== undefined))) return
  const looked = new Set<number>()
  for (const target of targets) {
    for (const mate of matesOf(machine, target)) {
      if (looked.has(mate)) continue
      looked.add(mate)
      flagSkip(standing, step, machine, turn, mate)
    }
  }
}

function flagSkip(
  standing: Standing,
  step: PlanRollout,
  machine: RolloutMachine,
  turn: RolloutTurn,
  target: number,
): void {
  const cell = machine.core.cells[machine.core.layout.cellOf[target]!]!
  const place = machine.core.layout.placeOf[target]!
  if (cell.phase[place] !== phases.idle && cell.phase[place] !== phases.deferred) return
  const condition = step.lanes[cell.plan.lane]!.waves[cell.plan.wave[place]!]!.skip_when
  if (condition === undefined) return
  const name = machine.names[target]!
  const context = contextOf(standing.index, standing.state, step, name, {
    unit: unitOf(standing, step, machine, target),
  })
  flagTarget(turn, target, 'skip_when', holds(condition, context))
}

/** Whether another attempt makes sense; without a condition it always does. */
export function flagRetry(
  standing: Standing,
  step: PlanRollout,
  machine: RolloutMachine,
  turn: RolloutTurn,
  target: number,
  outputs: JsonObject,
): void {
  const condition = step.target_retry.when
  if (condition === undefined) return
  const name = machine.names[target]!
  const context = contextOf(standing.index, standing.state, step, name, {
    unit: unitOf(standing, step, machine, target),
    outputs,
  })
  flagTarget(turn, target, 'retry_when', holds(condition, context))
}

/** A condition about something that is not known does not hold. */
function holds(condition: string, context: Parameters<typeof evaluateCondition>[1]): boolean {
  try {
    return evaluateCondition(condition, context)
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    return false
  }
}

function matesOf(machine: RolloutMachine, target: number): readonly number[] {
  const { plan } = machine.core.cells[machine.core.layout.cellOf[target]!]!
  const unit = plan.unit[machine.core.layout.placeOf[target]!]!
  if (unit === -1) return [target]
  return [...plan.members.subarray(plan.unitStart[unit]!, plan.unitStart[unit + 1]!)].map(
    (place) => plan.targets[place]!,
  )
}

/** The unit of a target as expressions see it: its members, where they stand in the rollout, what their calls gave. */
export function unitOf(standing: Standing, step: PlanRollout, machine: RolloutMachine, target: number): JsonObject {
  const { plan } = standing.index
  const cell = machine.core.cells[machine.core.layout.cellOf[target]!]!
  const mates = matesOf(machine, target)
  const names = mates.map((mate) => machine.names[mate]!)
  const states = mates.map((mate): [string, string] => [
    machine.names[mate]!,
    targetState(cell, machine.core.layout.placeOf[mate]!),
  ])
  return {
    name: machine.unitNames[target]!,
    size: names.length,
    members: names.map((name) => targetNowValue(plan, name, versionNow(standing.index, standing.state, name))),
    states: Object.fromEntries(states),
    outputs: Object.fromEntries(names.map((name) => [name, outputsOf(standing, step, name)])),
  }
}

/** What the actions of the rollout gave on a target, by id of the action. */
function outputsOf(standing: Standing, step: PlanRollout, target: string): JsonObject {
  const actions = [...step.stage, ...step.preflight, ...step.each, ...step.post_checks, ...(step.health?.checks ?? [])]
  return Object.fromEntries(
    actions.flatMap((action) => {
      const done = standing.state.steps[action.path]?.targets[target]
      return done ? [[action.id, lastOutputs(done)]] : []
    }),
  )
}
