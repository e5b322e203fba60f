import { isJsonObject, type Json, type JsonObject } from '../base/json.ts'

/** Sorted ids of the steps, criteria and rules that cover each requirement, by the id of the requirement. */
export function coverageOf(runbook: JsonObject): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>()
  const look = (value: Json | undefined): void => {
    if (Array.isArray(value)) value.forEach(look)
    if (!isJsonObject(value)) return
    const { covers, id, with: _, ...rest } = value
    for (const requirement of Array.isArray(covers) ? covers.map(String) : []) {
      found.set(requirement, (found.get(requirement) ?? new Set()).add(String(id)))
    }
    Object.values(rest).forEach(look)
  }
  look([runbook['phases'] ?? [], runbook['acceptance_criteria'] ?? [], runbook['rules'] ?? []])
  return new Map([...found].map(([requirement, ids]) => [requirement, [...ids].sort()]))
}

/** What covers what is told by requirement, not by step. */
export function withoutCovers(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutCovers)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]) =>
      key === 'covers' ? [] : [[key, key === 'with' ? member : withoutCovers(member)] as const],
    ),
  )
}
