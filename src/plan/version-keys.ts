import { isJsonObject, type JsonObject } from '../base/json.ts'
import type { Action } from '../ports/executor.ts'
import type { PlanVersionKeys } from './model.ts'

/**
 * Reads which argument and which outputs of an action are the version of its target: the annotation `x-target-version`
 * in its schemas, with `to` on an argument, `now` or `previous` on an output.
 *
 * @returns a member for the plan's action; empty when the action tells nothing about versions
 */
export function versionKeys(action: Pick<Action, 'with' | 'outputs'>): { readonly version_keys?: PlanVersionKeys } {
  const to = keyMarked(action.with, 'to')
  const now = keyMarked(action.outputs, 'now')
  const previous = keyMarked(action.outputs, 'previous')
  if (to === undefined && now === undefined && previous === undefined) return {}
  return {
    version_keys: {
      ...(to === undefined ? {} : { to }),
      ...(now === undefined ? {} : { now }),
      ...(previous === undefined ? {} : { previous }),
    },
  }
}

function keyMarked(schema: JsonObject, meaning: keyof PlanVersionKeys): string | undefined {
  const properties = schema['properties']
  if (!isJsonObject(properties)) return undefined
  return Object.keys(properties).find((key) => {
    const property = properties[key]
    return isJsonObject(property) && property['x-target-version'] === meaning
  })
}
