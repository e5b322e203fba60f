import { isJsonObject, type Json } from '../base/json.ts'
import type { ActionInfo } from '../language/environment.ts'

const effects = {
  none: 'changes nothing',
  change: 'changes something',
  disruptive: 'changes something, and users notice',
} as const

/** An action as Markdown: what it does, what can be relied on, and its arguments. */
export function describeAction(action: ActionInfo): string {
  const { capabilities } = action
  const facts = [
    effects[capabilities.effect],
    `runs on ${{ target: 'targets', control: 'control', both: 'targets or control' }[action.runs_on]}`,
    ...(capabilities.idempotent ? ['may be repeated'] : []),
    ...(capabilities.probe ? ['can tell afterwards whether it happened'] : []),
    ...(capabilities.reversible ? ['has an inverse of its own'] : []),
    ...(capabilities.resumable ? ['goes on without us'] : []),
    ...(capabilities.dry_run ? ['can be rehearsed'] : []),
  ]
  return [
    `**${action.title}** \`${action.name}\``,
    action.description,
    `*${facts.join(', ')}*`,
    ...keys('Arguments', action.with),
    ...keys('Outputs', action.outputs),
  ].join('\n\n')
}

function keys(title: string, schema: Json): readonly string[] {
  const properties = isJsonObject(schema) && isJsonObject(schema['properties']) ? schema['properties'] : {}
  const required = isJsonObject(schema) && Array.isArray(schema['required']) ? schema['required'] : []
  const lines = Object.entries(properties).map(([key, property]) => {
    const text = isJsonObject(property) && typeof property['description'] === 'string' ? property['description'] : ''
    return `- \`${key}\`${required.includes(key) ? ' (required)' : ''}: ${text}`
  })
  return lines.length === 0 ? [] : [`${title}:\n\n${lines.join('\n')}`]
}
