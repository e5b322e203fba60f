import { isJsonObject, type Json, type JsonObject } from '../base/json.ts'
import type { MapEntry, SourceNode } from '../source/index.ts'

/** A key that was renamed. It is read for ever, and told as deprecated. */
export interface DeprecatedKey {
  /** Key of the map in which it stands. */
  readonly owner: string
  readonly key: string
  readonly replacement: string
  /** Id of the migration that rewrites it. */
  readonly migration: string
}

/** Keys of runbooks. The schema marks the same ones with `deprecated`; a test holds the two together. */
export const deprecatedKeys: readonly DeprecatedKey[] = [
  // The first draft of the language counted sites; a unit is whatever the component says, and a site where it says so.
  { owner: 'blast_radius', key: 'max_sites', replacement: 'max_units', migration: 'blast-radius-units' },
]

/** Keys whose values are data of somebody else, and hold no keys of the language. */
const foreignKeys: ReadonlySet<string> = new Set(['with', 'metadata', 'attributes', 'settings'])

/** Puts the present keys in place of deprecated ones. Where both stand, the present one counts. */
export function withPresentKeys(runbook: JsonObject): JsonObject {
  const walk = (value: Json, owner: string): Json => {
    if (Array.isArray(value)) return mapped(value, (item: Json) => walk(item, owner))
    if (!isJsonObject(value)) return value
    let made: { [key: string]: Json } | undefined
    for (const [key, member] of Object.entries(value)) {
      const now = foreignKeys.has(key) ? member : walk(member, key)
      const old = deprecatedKeys.find((each) => each.owner === owner && each.key === key)
      if (old === undefined && now === member) continue
      made ??= { ...value }
      if (old === undefined) made[key] = now
      else {
        delete made[key]
        if (!Object.hasOwn(value, old.replacement)) made[old.replacement] = now
      }
    }
    return made ?? value
  }
  return walk(runbook, '') as JsonObject
}

/** The list itself when nothing in it changes, so that most of a runbook is shared. */
function mapped(list: readonly Json[], change: (item: Json) => Json): readonly Json[] {
  let made: Json[] | undefined
  list.forEach((item, index) => {
    const now = change(item)
    if (now === item) return
    made ??= [...list]
    made[index] = now
  })
  return made ?? list
}

/** Most texts have no such word in them, and a long one is not walked through for nothing. */
export function mayHoldDeprecatedKeys(text: string): boolean {
  return deprecatedKeys.some(({ key }) => text.includes(key))
}

/** A deprecated key where it is written. */
export interface FoundDeprecatedKey extends DeprecatedKey {
  readonly entry: MapEntry
  /** The present key stands beside it, and counts. */
  readonly isDouble: boolean
}

/** In the order of the text. */
export function findDeprecatedKeys(root: SourceNode): readonly FoundDeprecatedKey[] {
  const found: FoundDeprecatedKey[] = []
  const seen = new Set<SourceNode>()
  const walk = (node: SourceNode, owner: string): void => {
    if (seen.has(node)) return
    seen.add(node)
    if (node.kind === 'list') for (const item of node.items) walk(item, owner)
    if (node.kind !== 'map') return
    for (const row of deprecatedKeys) {
      const entry = row.owner === owner ? node.byKey.get(row.key) : undefined
      if (entry) found.push({ ...row, entry, isDouble: node.byKey.has(row.replacement) })
    }
    for (const { key, node: value } of node.entries) if (!foreignKeys.has(key.text)) walk(value, key.text)
  }
  walk(root, '')
  return found
}
