/** Builders for the schemas of actions; every property carries a title and a description by construction. */
import type { JsonObject } from '../base/json.ts'
import type { JsonSchema } from '../ports/executor.ts'

export function object(properties: Readonly<Record<string, JsonSchema>>, required: readonly string[] = []): JsonSchema {
  return { type: 'object', properties, required: [...required], additionalProperties: false }
}

export function text(title: string, description: string, more: JsonObject = {}): JsonSchema {
  return { type: 'string', title, description, ...more }
}

/** Text that may be a secret, whole or in part. It never shows anywhere. */
export function secretText(title: string, description: string): JsonSchema {
  return { type: 'string', title, description, 'x-secret': true }
}

export function flag(title: string, description: string, more: JsonObject = {}): JsonSchema {
  return { type: 'boolean', title, description, ...more }
}

export function whole(title: string, description: string, more: JsonObject = {}): JsonSchema {
  return { type: 'integer', title, description, ...more }
}

export function number(title: string, description: string, more: JsonObject = {}): JsonSchema {
  return { type: 'number', title, description, ...more }
}

export function list(title: string, description: string, items: JsonSchema, more: JsonObject = {}): JsonSchema {
  return { type: 'array', title, description, items, ...more }
}

/** A map from any name to a value of one schema. */
export function map(title: string, description: string, values: JsonSchema): JsonSchema {
  return { type: 'object', title, description, additionalProperties: values }
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

export function duration(title: string, description: string, more: JsonObject = {}): JsonSchema {
  return { type: 'string', title, description, pattern: '^(\\d|P)', examples: ['30s', '10m'], ...more }
}

export function size(title: string, description: string, more: JsonObject = {}): JsonSchema {
  return { type: 'string', title, description, pattern: '^\\d', examples: ['7GB', '512MB'], ...more }
}

/** Program and arguments, as they are; no shell looks at them. */
export function argv(title: string, description: string): JsonSchema {
  return list(title, description, text('Word', 'Program first, then one argument each.'), { minItems: 1 })
}

export const environment: JsonSchema = map(
  'Environment',
  'Variables for the process. Secrets may stand here, and only here and in standard input.',
  secretText('Value', 'Value of the variable.'),
)
