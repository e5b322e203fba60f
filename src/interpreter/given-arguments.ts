import { isJsonObject, type Json, type JsonObject } from '../base/json.ts'
import { isTainted, type Tainted } from '../base/secret.ts'
import { type Action, ActionFailure } from '../ports/executor.ts'

/**
 * The arguments of a call without those that would carry an optional secret which is not there: as if the runbook did not
 * have them.
 *
 * @param isGiven - whether the secret of this name is there
 * @throws ActionFailure `refused` when the action cannot do without one of them
 */
export function givenArguments(
  action: Pick<Action, 'name' | 'with'>,
  args: JsonObject,
  isGiven: (name: string) => boolean,
): JsonObject {
  const needed = Array.isArray(action.with['required']) ? (action.with['required'] as readonly Json[]) : []
  for (const [name, value] of Object.entries(args)) {
    const lacking = isTainted(value) ? lackingOf(value, isGiven) : undefined
    if (lacking === undefined || !needed.includes(name)) continue
    throw new ActionFailure('refused', `${action.name} needs "${name}", and its secret "${lacking}" is not given`, {
      advice: 'Put the secret where the runbook says and resume the run, or leave the step out.',
      notApplied: true,
    })
  }
  return without(args, isGiven) as JsonObject
}

function without(value: Json, isGiven: (name: string) => boolean): Json {
  const stays = (each: Json): boolean => !isTainted(each) || lackingOf(each, isGiven) === undefined
  if (Array.isArray(value)) return value.filter(stays).map((item: Json) => without(item, isGiven))
  if (!isJsonObject(value) || isTainted(value)) return value
  const kept = Object.entries(value).filter(([, item]) => stays(item))
  return Object.fromEntries(kept.map(([name, item]) => [name, without(item, isGiven)]))
}

function lackingOf(value: Tainted, isGiven: (name: string) => boolean): string | undefined {
  const parts = '$secret' in value ? [value] : value.$secret_text
  for (const part of parts) if (typeof part !== 'string' && !isGiven(part.$secret)) return part.$secret
  return undefined
}
