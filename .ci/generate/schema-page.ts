import { isJsonObject, type Json, type JsonObject } from '../../src/base/json.ts'

/** The reference page of one kind of file, from its schema. */
export function schemaPage(schema: JsonObject, file: string): string {
  const definitions = isJsonObject(schema['$defs']) ? schema['$defs'] : {}
  const named = Object.entries(definitions).filter(([, definition]) => isSection(definition))
  const links = new Map(named.map(([name, definition]) => [name, textOf((definition as JsonObject)['title'])]))
  const context: Context = { definitions, links }
  const sections = named.map(([name, definition]) =>
    section(definition as JsonObject, `<a id="${anchor(name)}"></a>`, context),
  )
  return `<!-- Generated from schemas/${file} by "npm run generate". Do not edit. -->

# ${textOf(schema['title'])}: reference

${textOf(schema['description'])}

${table(schema, context)}
${sections.join('\n')}`
}

interface Context {
  readonly definitions: JsonObject
  /** Titles of the definitions that have a section. */
  readonly links: ReadonlyMap<string, string>
}

/** Maps and choices get a section; plain values are told where they are used. */
function isSection(definition: Json | undefined): boolean {
  if (!isJsonObject(definition)) return false
  return ['properties', 'oneOf', 'allOf'].some((keyword) => keyword in definition)
}

function section(definition: JsonObject, mark: string, context: Context): string {
  const choices = choicesOf(definition)
  const body =
    choices.length > 0
      ? `One of: ${choices.map((name) => link(name, context)).join(', ')}.\n`
      : table(definition, context)
  return `## ${textOf(definition['title'])}\n\n${mark}\n\n${textOf(definition['description'])}\n\n${body}${examples(definition)}`
}

function choicesOf(definition: JsonObject): readonly string[] {
  const branches = [definition['oneOf'], definition['allOf']].flatMap((list) => (Array.isArray(list) ? list : []))
  return branches.flatMap((branch: Json) => {
    const target = isJsonObject(branch)
      ? isJsonObject(branch['then'])
        ? branch['then']['$ref']
        : branch['$ref']
      : undefined
    return typeof target === 'string' ? [nameOf(target)] : []
  })
}

function table(definition: JsonObject, context: Context): string {
  const properties = isJsonObject(definition['properties']) ? definition['properties'] : {}
  const required = Array.isArray(definition['required']) ? definition['required'] : []
  const rows = Object.entries(properties).flatMap(([key, property]) =>
    rowsOf(key, property, required.includes(key), context),
  )
  if (rows.length === 0) return ''
  return `| key | value | meaning |\n| --- | --- | --- |\n${rows.join('\n')}\n`
}

/** A row for a key, and rows for the keys of a map that has no section of its own. */
function rowsOf(key: string, property: Json | undefined, required: boolean, context: Context): readonly string[] {
  if (!isJsonObject(property)) return []
  const target = typeof property['$ref'] === 'string' ? nameOf(property['$ref']) : undefined
  const definition = target === undefined ? undefined : context.definitions[target]
  const own = isJsonObject(definition) ? { ...definition, ...property } : property
  const linked = target !== undefined && context.links.has(target)
  const notes = [
    required ? '**Required.**' : '',
    textOf(own['description']),
    defaultOf(own),
    linked ? '' : exampleOf(own),
  ]
  const row = `| \`${key}\` | ${cell(typeOf(own, target, context))} | ${cell(notes.filter((note) => note !== '').join(' '))} |`
  const items = isJsonObject(own['items']) ? own['items'] : undefined
  const inner = linked ? undefined : 'properties' in own ? own : items && 'properties' in items ? items : undefined
  const innerProperties = inner && isJsonObject(inner['properties']) ? inner['properties'] : {}
  const innerRequired = inner && Array.isArray(inner['required']) ? inner['required'] : []
  const separator = inner === items ? '[].' : '.'
  const below = Object.entries(innerProperties).flatMap(([name, member]) =>
    rowsOf(`${key}${separator}${name}`, member, innerRequired.includes(name), context),
  )
  return [row, ...below]
}

function typeOf(schema: JsonObject, target: string | undefined, context: Context): string {
  if (target !== undefined && context.links.has(target)) return link(target, context)
  if (schema['const'] !== undefined) return `\`${String(schema['const'])}\``
  if (Array.isArray(schema['enum'])) return schema['enum'].map((value) => `\`${String(value)}\``).join(' ')
  const kind = kindWords[textOf(schema['x-kind'])]
  if (kind !== undefined) return kind
  const types = [schema['type']].flat().map((type) => typeWords[textOf(type)] ?? textOf(type))
  if (schema['type'] === 'array') return `list of ${itemType(schema['items'], context)}`
  const more = schema['additionalProperties']
  if (schema['type'] === 'object' && isJsonObject(more)) return `map of ${itemType(more, context)}`
  return types.join(' or ')
}

function itemType(items: Json | undefined, context: Context): string {
  if (!isJsonObject(items)) return 'anything'
  const target = typeof items['$ref'] === 'string' ? nameOf(items['$ref']) : undefined
  const definition = target === undefined ? undefined : context.definitions[target]
  return typeOf(isJsonObject(definition) ? { ...definition, ...items } : items, target, context)
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: '`true` or `false`',
  object: 'map',
  array: 'list',
}
const kindWords: Readonly<Record<string, string>> = {
  expression: 'expression',
  duration: 'duration',
  size: 'size',
  count: 'count',
  version: 'version',
  identifier: 'name',
  label: 'name',
  name: 'name',
  on: 'text or list of names',
  back_out: '`undo` or list of [Step](#step)',
}

function link(name: string, context: Context): string {
  return `[${context.links.get(name) ?? name}](#${anchor(name)})`
}

function anchor(name: string): string {
  return name.replaceAll('_', '-')
}

function nameOf(pointer: string): string {
  return pointer.replace('#/$defs/', '')
}

function defaultOf(schema: JsonObject): string {
  return schema['default'] === undefined ? '' : `Default: \`${String(schema['default'])}\`.`
}

function exampleOf(schema: JsonObject): string {
  const list = schema['examples']
  return Array.isArray(list) && list.length > 0
    ? `Example: ${list.map((example: Json) => `\`${flow(example)}\``).join(', ')}.`
    : ''
}

function examples(definition: JsonObject): string {
  const list = definition['examples']
  return Array.isArray(list) && list.length > 0
    ? `\nExample: ${list.map((example: Json) => `\`${flow(example)}\``).join(', ')}\n`
    : ''
}

/** A value as one line of YAML. */
function flow(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`
  if (isJsonObject(value))
    return `{${Object.entries(value)
      .map(([key, member]) => `${key}: ${flow(member)}`)
      .join(', ')}}`
  return typeof value === 'string' && /[%{}[\]:#]/.test(value) ? JSON.stringify(value) : String(value)
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}
