import type { JsonObject } from '../../base/json.ts'
import type { JsonSchema } from '../../ports/executor.ts'

/** Builders for the schemas of this folder; every property carries a title and a description by construction. */

export function object(properties: Readonly<Record<string, JsonSchema>>, required: readonly string[] = []): JsonSchema {
  return { type: 'object', properties, required: [...required], additionalProperties: false }
}

export function text(title: string, description: string, more: JsonObject = {}): JsonSchema {
  return { type: 'string', title, description, ...more }
}

export function flag(title: string, description: string, more: JsonObject = {}): JsonSchema {
  return { type: 'boolean', title, description, ...more }
}

export function whole(title: string, description: string, more: JsonObject = {}): JsonSchema {
  return { type: 'integer', title, description, ...more }
}

export function list(title: string, description: string, items: JsonSchema, more: JsonObject = {}): JsonSchema {
  return { type: 'array', title, description, items, ...more }
}

export function choice(
  title: string,
  description: string,
  values: readonly string[],
  more: JsonObject = {},
): JsonSchema {
  return { type: 'string', enum: [...values], title, description, ...more }
}

/** An object inside another one. */
export function part(title: string, description: string, schema: JsonSchema): JsonSchema {
  return { ...schema, title, description }
}

/** How far the outputs can be trusted: the vendor documents few layouts. */
export const parsed: JsonSchema = choice(
  'How it was read',
  '`exact`: the vendor documents this output. `tolerant`: its layout is not documented; what looked right was taken, and the whole text is kept as evidence.',
  ['exact', 'tolerant'],
)
