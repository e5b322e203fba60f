/** What the schema says about a place: the keys that a map may have, and the values of a key. */
import catalog from '../../schemas/catalog.v1.schema.json' with { type: 'json' }
import config from '../../schemas/config.v1.schema.json' with { type: 'json' }
import executor from '../../schemas/executor.v1.schema.json' with { type: 'json' }
import inventory from '../../schemas/inventory.v1.schema.json' with { type: 'json' }
import runbook from '../../schemas/runbook.v1.schema.json' with { type: 'json' }
import scenario from '../../schemas/scenario.v1.schema.json' with { type: 'json' }
import { isJsonObject, type Json, type JsonObject } from '../base/json.ts'
import type { FileKind } from '../runbook/kinds.ts'
import type { CursorFrame } from './cursor.ts'

export const schemaOf: Readonly<Record<FileKind, JsonObject>> = {
  'runbook/v1': runbook as unknown as JsonObject,
  'inventory/v1': inventory as unknown as JsonObject,
  'scenario/v1': scenario as unknown as JsonObject,
  'catalog/v1': catalog as unknown as JsonObject,
  'config/v1': config as unknown as JsonObject,
  'executor/v1': executor as unknown as JsonObject,
}

/** A key that a map may have. */
export interface SchemaKey {
  readonly name: string
  readonly schema: JsonObject
  readonly required: boolean
}

/** A schema with the document in which its references are looked up. */
export interface SchemaSpot {
  readonly root: JsonObject
  /** One per way in which the value may be written. */
  readonly ways: readonly JsonObject[]
}

/** Gives the action whose schema `with` follows; undefined when it is not known. */
export type ArgumentSchema = (action: string) => JsonObject | undefined

/** Follows the frames of a cursor through a schema. The last frame is left to the caller: its keys, or its value. */
export function spotOf(root: JsonObject, frames: readonly CursorFrame[], argumentsOf: ArgumentSchema): SchemaSpot {
  let spot: SchemaSpot = { root, ways: [root] }
  for (const frame of frames.slice(0, -1)) spot = enter(spot, frame, argumentsOf)
  const last = frames.at(-1)
  return { root: spot.root, ways: last ? expandAll(spot, last) : spot.ways }
}

/** What the value of a frame may be: of the key that is open, or of an item. */
export function enter(spot: SchemaSpot, frame: CursorFrame, argumentsOf: ArgumentSchema): SchemaSpot {
  const ways = expandAll(spot, frame)
  if (frame.kind === 'list') {
    return { root: spot.root, ways: ways.flatMap((way) => (isJsonObject(way['items']) ? [way['items']] : [])) }
  }
  const { key } = frame
  if (key === undefined) return { root: spot.root, ways: [] }
  if (key === 'with') {
    const action = argumentsOf(plainText(frame.keys.get('action') ?? ''))
    if (action) return { root: action, ways: [action] }
  }
  const inside = ways.flatMap((way): JsonObject[] => {
    const properties = isJsonObject(way['properties']) ? way['properties'] : {}
    const own = properties[key]
    if (isJsonObject(own)) return [own]
    return isJsonObject(way['additionalProperties']) ? [way['additionalProperties']] : []
  })
  return { root: spot.root, ways: inside }
}

/** The keys that the maps of a spot may have, in the order of the schema. */
export function keysOf(spot: SchemaSpot): readonly SchemaKey[] {
  const found = new Map<string, SchemaKey>()
  for (const way of spot.ways) {
    const required = Array.isArray(way['required']) ? way['required'] : []
    for (const [name, schema] of Object.entries(isJsonObject(way['properties']) ? way['properties'] : {})) {
      if (!isJsonObject(schema)) continue
      const before = found.get(name)
      found.set(name, {
        name,
        schema: before?.schema ?? flat(spot.root, schema),
        required: (before?.required ?? true) && required.includes(name),
      })
    }
  }
  return [...found.values()]
}

function expandAll(spot: SchemaSpot, frame: CursorFrame): readonly JsonObject[] {
  return spot.ways.flatMap((way) => expand(spot.root, way, frame, 0))
}

/** Follows references and takes of several forms those that fit the keys that are written. */
export function expand(
  root: JsonObject,
  schema: JsonObject,
  frame: CursorFrame | undefined,
  depth: number,
): readonly JsonObject[] {
  if (depth > 12) return []
  const own = flat(root, schema)
  const branches = (['oneOf', 'anyOf'] as const).flatMap((word) => objectsIn(own[word]))
  const conditions = objectsIn(own['allOf'])
  const chosen = conditions.filter((condition) => isMet(condition, frame))
  const then = (chosen.length > 0 ? chosen : conditions).flatMap((condition) =>
    isJsonObject(condition['then']) ? [condition['then']] : 'if' in condition ? [] : [condition],
  )
  const inner = [...branches.filter((branch) => !isBareRequired(branch) && fitsTag(root, branch, frame)), ...then]
  const hasOwn = 'properties' in own || 'items' in own || 'enum' in own || 'const' in own || inner.length === 0
  return [...(hasOwn ? [own] : []), ...inner.flatMap((branch) => expand(root, branch, frame, depth + 1))]
}

/** A schema with what its reference says; its own words win. */
export function flat(root: JsonObject, schema: JsonObject): JsonObject {
  let own = schema
  for (let depth = 0; depth < 10 && typeof own['$ref'] === 'string'; depth += 1) {
    const target = own['$ref'].startsWith('#/') ? lookUp(root, own['$ref'].slice(2).split('/')) : undefined
    const { $ref: _, ...rest } = own
    own = { ...(isJsonObject(target) ? target : {}), ...rest }
  }
  return own
}

function lookUp(root: Json, path: readonly string[]): Json | undefined {
  let at: Json | undefined = root
  for (const part of path) at = isJsonObject(at) ? at[part] : undefined
  return at
}

function objectsIn(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : []
}

function isBareRequired(branch: JsonObject): boolean {
  return Object.keys(branch).every((key) => key === 'required')
}

function isMet(condition: JsonObject, frame: CursorFrame | undefined): boolean {
  const asked = isJsonObject(condition['if']) ? condition['if']['required'] : undefined
  return frame?.kind === 'map' && Array.isArray(asked) && asked.every((key) => frame.keys.has(String(key)))
}

/** Of forms told apart by the value of a key, the one that is written. */
function fitsTag(root: JsonObject, branch: JsonObject, frame: CursorFrame | undefined): boolean {
  if (frame?.kind !== 'map') return true
  const { properties } = flat(root, branch)
  if (!isJsonObject(properties)) return true
  return Object.entries(properties).every(([key, schema]) => {
    if (!isJsonObject(schema) || !('const' in schema)) return true
    const written = plainText(frame.keys.get(key) ?? '')
    return written === '' || key === frame.key || written === String(schema['const'])
  })
}

/** A plain value without quotes and comment. */
export function plainText(written: string): string {
  const text = written.trim()
  const quoted = /^(["'])(.*?)\1/.exec(text)
  return quoted
    ? quoted[2]!
    : text
        .replace(/\s+#.*$/, '')
        .replace(/[,}\]].*$/, '')
        .trim()
}
