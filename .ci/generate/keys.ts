import { isJsonObject, type JsonObject } from '../../src/base/json.ts'

/** Keys by form of steps and of acceptance criteria, read off the schema: what belongs to which form, for messages and completion. */
export function runbookKeys(schema: JsonObject, file: string): string {
  const definitions = isJsonObject(schema['$defs']) ? schema['$defs'] : {}
  const keysOf = (name: string): readonly string[] => {
    const definition = definitions[name]
    const properties = isJsonObject(definition) ? definition['properties'] : undefined
    return isJsonObject(properties) ? Object.keys(properties) : []
  }
  const table = (forms: Readonly<Record<string, string>>): string =>
    Object.entries(forms)
      .map(([form, definition]) => `  ${form}: ${JSON.stringify(keysOf(definition)).replaceAll('"', "'")},\n`)
      .join('')
  return `// Generated from schemas/${file} by "npm run generate". Do not edit.

/** Keys that a step may have, by its form. */
export const stepKeys = {
${table({ action: 'action_step', manual: 'manual_step', gate: 'gate_step', rollout: 'rollout_step', acceptance: 'acceptance_step', steps: 'group_step' })}} as const

/** Keys that an acceptance criterion may have, by its form. */
export const criterionKeys = {
${table({ action: 'action_criterion', manual: 'manual_criterion' })}} as const
`
}
