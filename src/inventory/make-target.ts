import type { Json, JsonObject } from '../base/json.ts'
import type { Target } from './inventory.generated.ts'
import { type InventoryTarget, textFields } from './model.ts'

/** What one layer says about a target: defaults, a row of a table, or the target itself. */
export type TargetLayer = Target

/** Puts layers over each other, the last one wins; `connection`, its `options` and `attributes` merge key by key. */
export function makeTarget(name: string, layers: readonly TargetLayer[]): InventoryTarget {
  const merged: Record<string, Json> = {}
  let attributes: JsonObject = {}
  let connection: JsonObject | undefined
  for (const layer of layers) {
    for (const field of textFields) {
      const value = layer[field]
      if (value !== undefined) merged[field] = value
    }
    if (layer.roles) merged['roles'] = layer.roles
    if (layer.attributes) attributes = { ...attributes, ...layer.attributes }
    if (layer.connection) connection = mergeConnection(connection, layer.connection as unknown as JsonObject)
  }
  return {
    kind: 'host',
    roles: [],
    address: name,
    ...merged,
    name,
    attributes,
    ...(connection === undefined ? {} : { connection }),
  }
}

function mergeConnection(below: JsonObject | undefined, above: JsonObject): JsonObject {
  const options = below?.['options'] !== undefined && above['options'] !== undefined
  if (!options) return { ...below, ...above }
  return { ...below, ...above, options: { ...(below['options'] as JsonObject), ...(above['options'] as JsonObject) } }
}
