/** Events of a rollout as journal records and back, without loss: targets by their number in the rollout. */
import type { JsonObject } from '../base/json.ts'
import type { RolloutEvent } from './events.ts'
import type { FleetLayout } from './fleet-plan.ts'

export function recordOf(layout: FleetLayout, event: RolloutEvent): JsonObject {
  if (!('target' in event) || !('cell' in event)) return event as unknown as JsonObject
  return { ...event, target: layout.cells[event.cell]!.targets[event.target]! } as unknown as JsonObject
}

/** @param record - made by {@link recordOf} with a layout of the same plan and cell size */
export function eventOf(layout: FleetLayout, record: JsonObject): RolloutEvent {
  const { target, cell } = record
  if (typeof target !== 'number' || typeof cell !== 'number') return record as unknown as RolloutEvent
  return { ...record, target: layout.placeOf[target]! } as unknown as RolloutEvent
}
