import { isJsonObject, type Json, type JsonObject } from '../base/json.ts'
import type { SchemaFinding } from '../source/index.ts'

/**
 * Checks a value against the JSON Schema of an action's arguments. Schemas of actions come from executors, also from
 * other people's packages, so they cannot be compiled at build time; and compiling them at run time would need `eval`,
 * which a page with a strict content policy does not have. This reads the part of JSON Schema that arguments need.
 *
 * A text that holds `${{ … }}` fits everywhere: what it gives is known only to the run. {@link argumentKeywords} is
 * what a schema may use; a test holds every executor to it.
 */
export function checkArgument(value: Json, schema: Json | undefined, pointer = ''): readonly SchemaFinding[] {
  if (!isJsonObject(schema) || isTemplate(value)) return []
  const complain = (keyword: string, params: SchemaFinding['params']): SchemaFinding => ({
    keyword,
    instancePath: pointer,
    params,
    data: value,
    parentSchema: schema,
    schema: schema[keyword],
  })
  const wrongType = checkType(value, schema)
  if (wrongType) return [complain('type', { type: schema['type'] })]
  return [
    ...checkChoice(value, schema, complain),
    ...checkBounds(value, schema, complain),
    ...checkList(value, schema, pointer, complain),
    ...checkMap(value, schema, pointer, complain),
    ...checkCombined(value, schema, pointer, complain),
  ]
}

/** Keywords that check something here; anything else in a schema of an action is a mistake of the executor. */
export const argumentKeywords: ReadonlySet<string> = new Set([
  'type',
  'const',
  'enum',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'items',
  'minItems',
  'maxItems',
  'uniqueItems',
  'properties',
  'required',
  'additionalProperties',
  'minProperties',
  'maxProperties',
  'dependentRequired',
  'allOf',
  'anyOf',
  'oneOf',
  'not',
])

type Complain = (keyword: string, params: SchemaFinding['params']) => SchemaFinding

function isTemplate(value: Json): boolean {
  return typeof value === 'string' && value.includes('${{')
}

/** Whether any text inside holds an expression; then not everything can be judged. */
function holdsTemplate(value: Json): boolean {
  if (isTemplate(value)) return true
  if (Array.isArray(value)) return value.some((item: Json) => holdsTemplate(item))
  return isJsonObject(value) && Object.values(value).some(holdsTemplate)
}

function checkType(value: Json, schema: JsonObject): boolean {
  const types = schema['type'] === undefined ? [] : [schema['type']].flat()
  return types.length > 0 && !types.some((type) => hasType(value, String(type)))
}

function hasType(value: Json, type: string): boolean {
  switch (type) {
    case 'null':
      return value === null
    case 'array':
      return Array.isArray(value)
    case 'object':
      return isJsonObject(value)
    case 'integer':
      return Number.isInteger(value)
    default:
      return typeof value === type
  }
}

function checkChoice(value: Json, schema: JsonObject, complain: Complain): readonly SchemaFinding[] {
  const { enum: allowed } = schema
  if (Array.isArray(allowed) && !allowed.some((option: Json) => isEqual(option, value))) {
    return [complain('enum', { allowedValues: allowed })]
  }
  if ('const' in schema && !isEqual(schema['const'] ?? null, value))
    return [complain('const', { allowedValue: schema['const'] })]
  return []
}

function isEqual(a: Json, b: Json): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}

function checkBounds(value: Json, schema: JsonObject, complain: Complain): readonly SchemaFinding[] {
  const found: SchemaFinding[] = []
  const check = (keyword: string, broken: (limit: number) => boolean): void => {
    const limit = schema[keyword]
    if (typeof limit === 'number' && broken(limit)) found.push(complain(keyword, { limit }))
  }
  if (typeof value === 'number') {
    check('minimum', (limit) => value < limit)
    check('maximum', (limit) => value > limit)
    check('exclusiveMinimum', (limit) => value <= limit)
    check('exclusiveMaximum', (limit) => value >= limit)
  }
  if (typeof value === 'string') {
    const length = [...value].length
    check('minLength', (limit) => length < limit)
    check('maxLength', (limit) => length > limit)
    const pattern = schema['pattern']
    if (typeof pattern === 'string' && !new RegExp(pattern, 'u').test(value))
      found.push(complain('pattern', { pattern }))
  }
  if (Array.isArray(value)) {
    check('minItems', (limit) => value.length < limit)
    check('maxItems', (limit) => value.length > limit)
  }
  if (isJsonObject(value)) {
    const count = Object.keys(value).length
    check('minProperties', (limit) => count < limit)
    check('maxProperties', (limit) => count > limit)
  }
  return found
}

function checkList(value: Json, schema: JsonObject, pointer: string, complain: Complain): readonly SchemaFinding[] {
  if (!Array.isArray(value)) return []
  const found = value.flatMap((item: Json, index) => checkArgument(item, schema['items'], `${pointer}/${index}`))
  if (schema['uniqueItems'] !== true) return found
  const first = new Map<string, number>()
  for (const [index, item] of value.entries()) {
    const text = JSON.stringify(item)
    const before = first.get(text)
    if (before === undefined) first.set(text, index)
    else if (!holdsTemplate(item)) return [...found, complain('uniqueItems', { i: index, j: before })]
  }
  return found
}

function checkMap(value: Json, schema: JsonObject, pointer: string, complain: Complain): readonly SchemaFinding[] {
  if (!isJsonObject(value)) return []
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {}
  const more = schema['additionalProperties']
  const found: SchemaFinding[] = []
  for (const name of namesIn(schema['required'])) {
    if (!Object.hasOwn(value, name)) found.push(complain('required', { missingProperty: name }))
  }
  for (const [key, member] of Object.entries(value)) {
    const inside = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
    if (Object.hasOwn(properties, key)) found.push(...checkArgument(member, properties[key], inside))
    else if (more === false) found.push(complain('additionalProperties', { additionalProperty: key }))
    else found.push(...checkArgument(member, more, inside))
  }
  const dependent = schema['dependentRequired']
  for (const [key, names] of isJsonObject(dependent) ? Object.entries(dependent) : []) {
    if (!Object.hasOwn(value, key)) continue
    const missing = namesIn(names).filter((name) => !Object.hasOwn(value, name))
    for (const name of missing) found.push(complain('required', { missingProperty: name }))
  }
  return found
}

function namesIn(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.map(String) : []
}

function checkCombined(value: Json, schema: JsonObject, pointer: string, complain: Complain): readonly SchemaFinding[] {
  const branches = (keyword: string): readonly (readonly SchemaFinding[])[] => {
    const list = schema[keyword]
    return Array.isArray(list) ? list.map((branch: Json) => checkArgument(value, branch, pointer)) : []
  }
  const found = branches('allOf').flat()
  const any = branches('anyOf')
  if (any.length > 0 && !any.some((branch) => branch.length === 0)) found.push(closest(any, complain, 'anyOf'))
  const one = branches('oneOf')
  const fits = one.filter((branch) => branch.length === 0).length
  if (one.length > 0 && fits === 0) found.push(closest(one, complain, 'oneOf'))
  // With an expression inside, several branches may seem to fit that in the end do not.
  if (fits > 1 && !holdsTemplate(value)) found.push(complain('oneOf', { passing: fits }))
  const not = schema['not']
  if (isJsonObject(not) && !holdsTemplate(value) && checkArgument(value, not, pointer).length === 0)
    found.push(complain('not', {}))
  return found
}

/** Of several ways to fit, what is wrong with the one that comes closest, if it is only one thing. */
function closest(branches: readonly (readonly SchemaFinding[])[], complain: Complain, keyword: string): SchemaFinding {
  const best = [...branches].sort((a, b) => a.length - b.length)
  const [first, second] = best
  const [only] = first ?? []
  return only && first?.length === 1 && (second?.length ?? 2) > 1 ? only : complain(keyword, {})
}
