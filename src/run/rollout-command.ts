/** What operators say to a rollout, in the words of the core, and why it may not be said. */
import type { PlanRollout } from '../plan/model.ts'
import { refusesTarget } from '../rollout/cell-decide.ts'
import { refusesFleet } from '../rollout/fleet-decide.ts'
import type { RolloutCommand } from '../rollout/rollout.ts'
import type { RolloutMachine } from './rollout-machine.ts'
import type { OperatorCommand } from './rollout-moves.ts'

/** Names that do not exist become numbers that do not, which the core refuses. */
export function commandOf(step: PlanRollout, machine: RolloutMachine, said: OperatorCommand): RolloutCommand {
  switch (said.do) {
    case 'skip_target':
    case 'retry_target':
    case 'rollback_target':
      return { do: said.do, target: machine.numberOf.get(said.target) ?? -1 }
    case 'promote':
    case 'stop_lane':
      return { do: said.do, lane: laneNumber(step, said.lane) }
    case 'stop_wave': {
      const lane = laneNumber(step, said.lane)
      return { do: said.do, lane, wave: step.lanes[lane]?.waves.findIndex((wave) => wave.id === said.wave) ?? -1 }
    }
    default:
      return said
  }
}

function laneNumber(step: PlanRollout, id: string): number {
  return step.lanes.findIndex((lane) => lane.id === id)
}

/** @returns why it is refused; undefined when the core would do it now */
export function refusalOf(
  step: PlanRollout,
  machine: RolloutMachine,
  said: OperatorCommand,
  now: number,
): string | undefined {
  const command = commandOf(step, machine, said)
  const { fleet, layout, cells } = machine.core
  if (!('target' in command)) {
    if ('lane' in command && said.do !== 'change_concurrency' && command.lane === -1) {
      const lanes = step.lanes.map((lane) => lane.id)
      return `there is no lane "${'lane' in said ? said.lane : ''}"; lanes: ${lanes.slice(0, 10).join(', ')}`
    }
    return refusesFleet(fleet, command)
  }
  if (fleet.ended) return 'the rollout has ended'
  if (command.target === -1) return `there is no target "${'target' in said ? said.target : ''}" in this rollout`
  const cell = cells[layout.cellOf[command.target]!]!
  if (fleet.lanes[cell.plan.lane]!.ended) return 'its lane has ended'
  return refusesTarget(cell, layout.placeOf[command.target]!, command.do, now)
}
