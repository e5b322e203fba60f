import { compile } from 'json-schema-to-typescript'
import { isJsonObject, type Json, type JsonObject } from '../../src/base/json.ts'

/**
 * TypeScript types of one schema. The schema is the one source; what json-schema-to-typescript cannot read is put into
 * words that it can: a choice by `if`/`then` becomes `oneOf`, and only definitions of objects and of choices give their
 * name to a type, so that `deadline` is a `string` and not a `Duration17`.
 */
export async function typesOf(schema: JsonObject, rootName: string, file: string): Promise<string> {
  const definitions = isJsonObject(schema['$defs']) ? schema['$defs'] : {}
  const prepare = makePrepare(definitions)
  const kept = Object.entries(definitions).filter(([, definition]) => hasOwnType(definition))
  const prepared = {
    ...(prepare({ ...schema, $defs: {} }) as JsonObject),
    title: rootName,
    $defs: Object.fromEntries(
      kept.map(([name, definition]) => [name, { ...(prepare(definition) as JsonObject), title: pascalCase(name) }]),
    ),
  }
  const text = await compile(structuredClone(prepared) as Parameters<typeof compile>[0], rootName, {
    bannerComment: `/* Generated from schemas/${file} by "npm run generate". Do not edit. */`,
    additionalProperties: false,
    unreachableDefinitions: true,
    ignoreMinAndMaxItems: true,
    unknownAny: true,
    style: { singleQuote: true, semi: false, printWidth: 120 },
  })
  const named = ['Json', 'JsonObject'].filter((name) => new RegExp(`\\b${name}\\b`).test(text))
  const imports = named.length === 0 ? '' : `\n\nimport type { ${named.join(', ')} } from '../base/json.ts'`
  return text
    .replace(/^\/\*.*\*\//, (banner) => banner + imports)
    .replace(
      /\n \*\n \* This interface was referenced by `[^`]*`'s JSON-Schema\n \* via the `definition` "[^"]*"\./g,
      '',
    )
    .replace(
      /\/\*\*\n \* This interface was referenced by `[^`]*`'s JSON-Schema\n \* via the `definition` "[^"]*"\.\n \*\/\n/g,
      '',
    )
    .replace(/^( +)(?=(?:[a-z_$][\w$]*\??|\[k: string\]): )/gm, '$1readonly ')
}

function pascalCase(name: string): string {
  return name.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

function hasOwnType(definition: Json | undefined): boolean {
  if (!isJsonObject(definition)) return false
  return (
    definition['properties'] !== undefined ||
    definition['oneOf'] !== undefined ||
    conditionalBranches(definition) !== undefined
  )
}

/** Words that mean nothing to a type, or that would give it a name of its own. */
const dropped = new Set([
  'title',
  '$id',
  '$schema',
  'examples',
  'defaultSnippets',
  'discriminator',
  'propertyNames',
  'if',
  'then',
])

function makePrepare(definitions: JsonObject): (value: Json) => Json {
  const prepare = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(prepare)
    if (!isJsonObject(value)) return value
    if (typeof value['$ref'] === 'string') return prepareReference(value['$ref'], value)
    const branches = conditionalBranches(value)
    const description: JsonObject = value['description'] === undefined ? {} : { description: value['description'] }
    if (branches) return { ...description, oneOf: branches.map(prepare) }
    const free = freeType(value)
    if (free) return { ...description, tsType: free }
    if (value['oneOf'] !== undefined) return { ...description, oneOf: prepare(value['oneOf']) }
    if (value['x-kind'] === 'back_out') return { ...description, tsType: "'undo' | Step[]" }
    const entries = Object.entries(value)
      .filter(([key]) => !dropped.has(key) && !key.startsWith('x-') && !(key === 'anyOf' && 'properties' in value))
      .map(([key, child]): [string, Json] => [
        key,
        key === 'properties' && isJsonObject(child)
          ? Object.fromEntries(Object.entries(child).map(([name, member]) => [name, prepare(member)]))
          : key === 'default' || key === 'const' || key === 'enum'
            ? child
            : prepare(child),
      ])
    return Object.fromEntries(entries)
  }
  const prepareReference = (pointer: string, reference: JsonObject): Json => {
    const definition = definitions[pointer.replace('#/$defs/', '')]
    if (!isJsonObject(definition) || hasOwnType(definition)) return { $ref: pointer }
    const { $ref: _, ...own } = reference
    return prepare({ ...definition, ...own })
  }
  return prepare
}

/** The type of a value that may be anything of its kind, such as the arguments of an action. */
function freeType(schema: JsonObject): string | undefined {
  const type = schema['type']
  if (type === 'object' && schema['additionalProperties'] === true && schema['properties'] === undefined)
    return 'JsonObject'
  if (schema['items'] !== undefined) return undefined
  if (type === 'array') return 'readonly Json[]'
  return Array.isArray(type) && type.length === 2 && type.includes('array') ? 'string | readonly Json[]' : undefined
}

/** The `then` parts of a schema that chooses by `allOf: [{ if, then: { $ref } }, …]` and has no properties of its own. */
function conditionalBranches(schema: JsonObject): readonly Json[] | undefined {
  const all = schema['allOf']
  if (!Array.isArray(all) || schema['properties'] !== undefined) return undefined
  const branches = all.map((part: Json) => (isJsonObject(part) && 'if' in part ? part['then'] : undefined))
  return branches.every((branch): branch is Json => branch !== undefined) ? branches : undefined
}
