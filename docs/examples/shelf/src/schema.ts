/** Parts that the schemas of all actions share; every property has a title and a description, for the editor. */
import type { JsonSchema } from 'rollbook'

export function object(properties: Readonly<Record<string, JsonSchema>>, required: readonly string[]): JsonSchema {
  return { type: 'object', properties, required: [...required], additionalProperties: false }
}

export function text(title: string, description: string): JsonSchema {
  return { type: 'string', minLength: 1, title, description }
}

export const key: JsonSchema = text('Key', 'Name of the setting.')
export const system: JsonSchema = text('System', 'System of kind `shelf`. Default: the system of the target.')
