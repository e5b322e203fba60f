import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { schemaSnippets } from '../../.ci/generate/schema-snippets.ts'
import { annotations } from '../../.ci/generate/validator.ts'
import { parseDuration } from '../../src/base/duration.ts'
import { isJsonObject, type Json, type JsonObject } from '../../src/base/json.ts'

const kinds = ['runbook', 'inventory', 'scenario', 'catalog', 'config', 'executor']
const schemaOf = (kind: string): JsonObject =>
  JSON.parse(readFileSync(join(import.meta.dirname, `../../schemas/${kind}.v1.schema.json`), 'utf8')) as JsonObject

/** Every property of every object in a schema, by its path. */
function propertiesIn(schema: Json, path: string, all: JsonObject): readonly (readonly [string, JsonObject])[] {
  if (Array.isArray(schema)) return schema.flatMap((part: Json, index) => propertiesIn(part, `${path}/${index}`, all))
  if (!isJsonObject(schema)) return []
  const found: (readonly [string, JsonObject])[] = []
  for (const [key, value] of Object.entries(schema)) {
    if (['examples', 'default', 'defaultSnippets', 'enum', 'if'].includes(key)) continue
    if (key === 'properties' && isJsonObject(value)) {
      for (const [name, property] of Object.entries(value)) {
        if (isJsonObject(property)) found.push([`${path}/${name}`, resolved(property, all)])
      }
    }
    found.push(...propertiesIn(value, `${path}/${key}`, all))
  }
  return found
}

function resolved(property: JsonObject, all: JsonObject): JsonObject {
  const definitions = isJsonObject(all['$defs']) ? all['$defs'] : {}
  const target =
    typeof property['$ref'] === 'string' ? definitions[property['$ref'].replace('#/$defs/', '')] : undefined
  return isJsonObject(target) ? { ...target, ...property } : property
}

/** A snippet when somebody has gone through its holes without typing; one that is empty gets a word. */
function filled(value: Json): Json {
  if (Array.isArray(value)) return value.map(filled)
  if (isJsonObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [
        typed(key, 'word'),
        typeof member === 'string' ? scalar(typed(member, key === 'action' ? 'check.disk' : 'word')) : filled(member),
      ]),
    )
  }
  return typeof value === 'string' ? scalar(typed(value, 'word')) : value
}

function typed(text: string, word: string): string {
  const inner = text.replaceAll('\\}', '\u0000')
  return inner
    .replaceAll(/\$\{\d+\}/g, word)
    .replaceAll(/\$\{\d+:((?:\$\{\{.*?\u0000\u0000|[^}])*)\}/g, '$1')
    .replaceAll('\u0000', '}')
}

function scalar(text: string): Json {
  return parse(text) as Json
}

describe.each(kinds)('the schema of %s/v1', (kind) => {
  const schema = schemaOf(kind)

  it('gives every property a title and a description', () => {
    const bare = propertiesIn(schema, '', schema).filter(
      ([, property]) =>
        !/^[A-Z]/.test(String(property['title'] ?? '')) || !/[.;]$/.test(String(property['description'] ?? '')),
    )
    expect(bare.map(([path]) => path)).toEqual([])
  })

  it('words every description as Markdown too', () => {
    const bare = propertiesIn(schema, '', schema).filter(
      ([, property]) => !String(property['markdownDescription']).startsWith(String(property['description'])),
    )
    expect(bare.map(([path]) => path)).toEqual([])
  })

  it('gives every deprecated key a sentence that names what takes its place', () => {
    const old = propertiesIn(schema, '', schema).filter(([, property]) => property['deprecated'] === true)
    for (const [path, property] of old) expect(property['deprecationMessage'], path).toMatch(/`[a-z_]+`/)
  })

  it('accepts its snippets where it offers them', () => {
    const ajv = new Ajv2020({ strict: false })
    ajv.addVocabulary([...annotations])
    ajv.addSchema(schema, 'kind')
    const refused = Object.entries(schemaSnippets(`${kind}/v1`)).flatMap(([place, list]) => {
      const validate = ajv.compile({ $ref: place === '/' ? 'kind' : `kind#${place}` })
      return list.flatMap(({ label, body }) =>
        validate(filled(body)) ? [] : [`${place} ${label}: ${ajv.errorsText(validate.errors)}`],
      )
    })
    expect(refused).toEqual([])
  })

  it('has examples that it accepts itself', () => {
    const ajv = new Ajv2020({ strict: false })
    ajv.addVocabulary([...annotations])
    ajv.addSchema(schema, 'kind')
    const definitions = isJsonObject(schema['$defs']) ? schema['$defs'] : {}
    const refused: string[] = []
    for (const [name, definition] of Object.entries(definitions)) {
      const examples = isJsonObject(definition) ? definition['examples'] : undefined
      if (!Array.isArray(examples)) continue
      const validate = ajv.compile({ $ref: `kind#/$defs/${name}` })
      for (const example of examples) if (!validate(example)) refused.push(`${name}: ${JSON.stringify(example)}`)
    }
    expect(refused).toEqual([])
  })
})

describe('the pattern of a duration', () => {
  const definitions = schemaOf('runbook')['$defs'] as Readonly<Record<string, { readonly pattern: string }>>
  const pattern = new RegExp(definitions['duration']!.pattern, 'u')
  it.each([
    '90s',
    '17m',
    '1h30m',
    '250ms',
    '1w2d',
    '1.5h',
    'PT1H30M',
    'P1D',
    '',
    '90',
    '5 minutes',
    'm',
    'P',
    'PT',
    '-5m',
    '1h1h',
    '30m1h',
  ])('agrees with the reader about %j', (text) => {
    expect(pattern.test(text)).toBe(parseDuration(text) !== undefined)
  })
})
