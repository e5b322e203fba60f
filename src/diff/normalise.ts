import { formatDuration, parseDuration } from '../base/duration.ts'
import { isJsonObject, type Json, type JsonObject } from '../base/json.ts'

/**
 * Brings a value into the one form that all ways of writing the same have: defaults of the schema are written out,
 * durations and expressions have one spelling, counts and versions are text. What the schema does not know stays.
 *
 * @param schema - of the whole file; the file is valid
 */
export function normalise(value: Json, schema: JsonObject): Json {
  return walk(value, schema, schema)
}

function walk(value: Json, schema: JsonObject, root: JsonObject): Json {
  const own = formOf(value, schema, root, 0)
  if (typeof value === 'string' || typeof value === 'number') return scalar(value, own)
  if (Array.isArray(value)) {
    const items = isJsonObject(own['items']) ? own['items'] : {}
    return value.map((item: Json) => walk(item, items, root))
  }
  if (!isJsonObject(value)) return value
  const properties = isJsonObject(own['properties']) ? own['properties'] : {}
  const others = isJsonObject(own['additionalProperties']) ? own['additionalProperties'] : {}
  const written = Object.entries(value).map(([key, member]) => {
    const property = properties[key]
    return [key, walk(member, isJsonObject(property) ? property : others, root)] as const
  })
  const missing = Object.entries(properties).flatMap(([key, property]) => {
    if (Object.hasOwn(value, key) || !isJsonObject(property)) return []
    const standard = formOf(null, property, root, 0)['default']
    return standard === undefined ? [] : [[key, walk(standard, property, root)] as const]
  })
  return Object.fromEntries([...written, ...missing])
}

/** Follows references and takes of several forms the one that the value has. */
function formOf(value: Json, schema: JsonObject, root: JsonObject, depth: number): JsonObject {
  if (depth > 12) return schema
  if (typeof schema['$ref'] === 'string') {
    const { $ref: pointer, ...rest } = schema
    const target = String(pointer)
      .slice(2)
      .split('/')
      .reduce<Json | undefined>((place, part) => (isJsonObject(place) ? place[part] : undefined), root)
    return formOf(value, { ...(isJsonObject(target) ? target : {}), ...rest }, root, depth + 1)
  }
  if (!isJsonObject(value)) return schema
  const branch = [...listOf(schema['oneOf']), ...listOf(schema['allOf']).flatMap((part) => thenOf(part, value))].find(
    (part) => fits(formOf(null, part, root, 0), value),
  )
  return branch === undefined ? schema : formOf(value, branch, root, depth + 1)
}

function thenOf(part: JsonObject, value: JsonObject): readonly JsonObject[] {
  const asked = isJsonObject(part['if']) ? part['if']['required'] : undefined
  const isMet = Array.isArray(asked) && asked.every((key) => Object.hasOwn(value, String(key)))
  return isMet && isJsonObject(part['then']) ? [part['then']] : []
}

/** Of forms that a tag tells apart, the one that is written. */
function fits(branch: JsonObject, value: JsonObject): boolean {
  const properties = isJsonObject(branch['properties']) ? branch['properties'] : {}
  return Object.entries(properties).every(
    ([key, property]) => !isJsonObject(property) || !('const' in property) || value[key] === property['const'],
  )
}

function listOf(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : []
}

function scalar(value: string | number, schema: JsonObject): Json {
  const kind = schema['x-kind']
  if (kind === 'count' || kind === 'version') return withPlainHoles(String(value))
  if (typeof value !== 'string') return value
  if (kind === 'expression') return compact(value)
  if (kind === 'duration') {
    const ms = parseDuration(value)
    if (ms !== undefined) return formatDuration(ms)
  }
  return withPlainHoles(value)
}

/** Expressions inside of text, in their one spelling. */
function withPlainHoles(text: string): string {
  return text.replaceAll(/\$\{\{([\s\S]*?)\}\}/g, (_, inner: string) => `\${{ ${compact(inner)} }}`)
}

/** White space outside of quoted text counts only between words; some stands around signs, so that people can read it. */
function compact(expression: string): string {
  const parts = expression.match(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\s+|[^\s"']+|["']/g) ?? []
  let text = ''
  parts.forEach((part, index) => {
    if (/^["']/.test(part)) text += part
    else if (part.trim() !== '') text += part.replaceAll(/(==|!=|<=|>=|&&|\|\|)/g, ' $1 ').replaceAll(',', ', ')
    else if (/\w$/.test(text) && /^\w/.test(parts[index + 1] ?? '')) text += ' '
  })
  return text.trim()
}
