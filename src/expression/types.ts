import { isJsonObject, type Json, type JsonObject } from '../base/json.ts'

/** Type of a value in an expression, as far as it is known before the run. */
export type ExpressionType =
  | { readonly kind: 'any' | 'bool' | 'int' | 'number' | 'text' | 'duration' | 'timestamp' | 'secret' }
  | { readonly kind: 'list' | 'map'; readonly of: ExpressionType }
  | ObjectType

export interface ObjectType {
  readonly kind: 'object'
  /** Shown in messages; a noun such as `target`. */
  readonly name: string
  readonly fields: Readonly<Record<string, ObjectField>>
}

export interface ObjectField {
  readonly type: ExpressionType
  readonly description?: string
  /** May have no value, so that comparing it with null is sensible. */
  readonly optional?: boolean
}

export const anyType: ExpressionType = { kind: 'any' }
export const textType: ExpressionType = { kind: 'text' }

/** The type in words: `text`, `list of text`, `target`. */
export function describeType(type: ExpressionType): string {
  switch (type.kind) {
    case 'list':
      return type.of.kind === 'any' ? 'list' : `list of ${describeType(type.of)}`
    case 'map':
      return type.of.kind === 'any' ? 'map' : `map of ${describeType(type.of)}`
    case 'object':
      return type.name
    case 'bool':
      return 'true or false'
    case 'int':
      return 'whole number'
    default:
      return type.kind
  }
}

/** Types of an input's value by its declared `type`. Durations, sizes, versions and instants are text; see the functions. */
export function typeOfInput(type: string, items?: string): ExpressionType {
  switch (type) {
    case 'integer':
      return { kind: 'int' }
    case 'number':
      return { kind: 'number' }
    case 'boolean':
      return { kind: 'bool' }
    case 'secret':
      return { kind: 'secret' }
    case 'list':
      return { kind: 'list', of: items === undefined ? anyType : typeOfInput(items) }
    default:
      return textType
  }
}

/**
 * Type that a JSON Schema describes, for outputs of actions.
 *
 * @param name - noun for messages when the schema is an object with known properties
 */
export function typeOfSchema(schema: Json | undefined, name: string): ExpressionType {
  if (!isJsonObject(schema)) return anyType
  if (schema['x-secret'] === true) return { kind: 'secret' }
  switch (schema['type']) {
    case 'boolean':
      return { kind: 'bool' }
    case 'integer':
      return { kind: 'int' }
    case 'number':
      return { kind: 'number' }
    case 'string':
      return textType
    case 'array':
      return { kind: 'list', of: typeOfSchema(schema['items'], `${name} item`) }
    case 'object':
      return typeOfObjectSchema(schema, name)
    default:
      return anyType
  }
}

function typeOfObjectSchema(schema: JsonObject, name: string): ExpressionType {
  const properties = schema['properties']
  const more = schema['additionalProperties']
  if (!isJsonObject(properties)) return { kind: 'map', of: isJsonObject(more) ? typeOfSchema(more, name) : anyType }
  // Members that the schema does not name may exist too, so nothing can be called unknown.
  if (more === true || isJsonObject(more)) return { kind: 'map', of: anyType }
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  const fields = Object.entries(properties).map(([key, property]): [string, ObjectField] => {
    const description = isJsonObject(property) ? property['description'] : undefined
    return [
      key,
      {
        type: typeOfSchema(property, `${name} ${key}`),
        ...(typeof description === 'string' ? { description } : {}),
        ...(required.includes(key) ? {} : { optional: true }),
      },
    ]
  })
  return { kind: 'object', name, fields: Object.fromEntries(fields) }
}
