import { isJsonObject, type Json } from '../base/json.ts'

/** Keys under which a runbook speaks of what only an inventory knows. */
const speaking: ReadonlySet<string> = new Set(['components', 'rollout', 'on', 'system', 'unit'])

/**
 * Whether a runbook names targets or systems. One that only works on control needs no inventory.
 *
 * @param value - the runbook, or any part of it
 */
export function needsInventory(value: Json): boolean {
  if (Array.isArray(value)) return value.some(needsInventory)
  if (typeof value === 'string') return /\$\{\{[^}]*\b(?:target|targets|unit|systems?)\b/.test(value)
  if (!isJsonObject(value)) return false
  return Object.entries(value).some(
    ([key, inner]) => (speaking.has(key) && !(key === 'on' && inner === 'control')) || needsInventory(inner),
  )
}
