import { isJsonObject, type Json, type JsonObject } from '../../src/base/json.ts'
import { schemaSnippets } from './schema-snippets.ts'

/**
 * Gives a schema what editors show and nothing checks: the description as Markdown with default and required keys, a
 * sentence per value of an enumeration, and the snippets of the language service. What people write by hand are titles,
 * descriptions, examples and deprecations; everything here is made of those, so that the two never differ.
 *
 * @param kind - such as `runbook/v1`
 */
export function withEditorWords(schema: JsonObject, kind: string): JsonObject {
  const bare = withoutEditorWords(schema)
  const snippets = schemaSnippets(kind)
  const definitions = isJsonObject(bare['$defs']) ? bare['$defs'] : {}
  const decorated = decorate(bare, definitions)
  for (const [pointer, list] of Object.entries(snippets)) {
    const place = lookUp(decorated, pointer)
    if (!place) throw new Error(`snippets are meant for "${pointer}" in ${kind}, which is not there`)
    place['defaultSnippets'] = list as unknown as Json
  }
  return decorated
}

const made: readonly string[] = ['markdownDescription', 'markdownEnumDescriptions', 'defaultSnippets']

/** The schema as people write it. */
export function withoutEditorWords(schema: JsonObject): JsonObject {
  const bare = (value: Json, isData: boolean): Json => {
    if (Array.isArray(value)) return value.map((item: Json) => bare(item, isData))
    if (!isJsonObject(value)) return value
    const kept = Object.entries(value).filter(([key]) => isData || !made.includes(key))
    return Object.fromEntries(
      kept.map(([key, member]) => [key, bare(member, isData || holdsData.includes(key))] as const),
    )
  }
  return bare(schema, false) as JsonObject
}

/** Keywords whose value is no schema. */
const holdsData: readonly string[] = ['examples', 'default', 'const', 'enum']

function decorate(schema: JsonObject, definitions: JsonObject): MutableObject {
  const entries = Object.entries(schema).flatMap(([key, value]): (readonly [string, Json])[] => {
    const inner = holdsData.includes(key) ? value : decorateAny(value, definitions)
    if (key === 'description' && typeof value === 'string') {
      return [
        [key, value],
        ['markdownDescription', markdownOf(schema, value, definitions)],
      ]
    }
    if (key === 'enum' && Array.isArray(value)) return [[key, value], ...enumWords(schema, value)]
    return [[key, inner]]
  })
  return Object.fromEntries(entries)
}

function decorateAny(value: Json, definitions: JsonObject): Json {
  if (Array.isArray(value)) return value.map((item: Json) => decorateAny(item, definitions))
  if (!isJsonObject(value)) return value
  // A map of properties may well have one that is called "description".
  const isMap = Object.values(value).every(isJsonObject)
  return isMap
    ? Object.fromEntries(Object.entries(value).map(([name, part]) => [name, decorate(part as JsonObject, definitions)]))
    : decorate(value, definitions)
}

type MutableObject = { [key: string]: Json }

function markdownOf(schema: JsonObject, description: string, definitions: JsonObject): string {
  const target = typeof schema['$ref'] === 'string' ? definitions[schema['$ref'].replace('#/$defs/', '')] : undefined
  const own = isJsonObject(target) ? { ...target, ...schema } : schema
  const isSaid = /\bDefault: /.test(description)
  const lines = [
    description,
    own['default'] === undefined || isSaid ? '' : `Default: \`${JSON.stringify(own['default'])}\``,
    Array.isArray(own['required']) && own['required'].length > 0
      ? `Needs ${own['required'].map((key: Json) => `\`${String(key)}\``).join(', ')}`
      : '',
    typeof own['deprecationMessage'] === 'string' ? `**Deprecated:** ${own['deprecationMessage']}` : '',
  ]
  return lines.filter((line) => line !== '').join('\n\n')
}

/** Descriptions tell values apart as "`value`: what it means."; the same sentences, one per value. */
function enumWords(schema: JsonObject, values: readonly Json[]): readonly (readonly [string, Json])[] {
  const description = typeof schema['description'] === 'string' ? schema['description'] : ''
  const sentences = values.map((value) => {
    const found = new RegExp(`\`${String(value)}\`: (.+?)(?=[.;](?: \`|$)|[.;] [A-Z])`).exec(description)
    return found?.[1] ?? ''
  })
  return sentences.every((sentence) => sentence !== '') ? [['markdownEnumDescriptions', sentences]] : []
}

function lookUp(schema: MutableObject, pointer: string): MutableObject | undefined {
  let place: Json | undefined = schema
  for (const part of pointer.split('/').filter((name) => name !== ''))
    place = isJsonObject(place) ? place[part] : undefined
  return isJsonObject(place) ? (place as MutableObject) : undefined
}
