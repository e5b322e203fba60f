import { isJsonObject, type Json } from '../base/json.ts'
import { allActions } from '../executors/index.ts'
import type { ActionInfo } from '../language/environment.ts'

/**
 * What an action does, as Markdown; undefined when there is none of that name.
 *
 * @param others - those of executors from elsewhere
 */
export function explainAction(name: string, others: readonly ActionInfo[] = []): string | undefined {
  const action = [...allActions, ...others].find((known) => known.name === name)
  if (action === undefined) return undefined
  const facts = [
    effectWords[action.capabilities.effect],
    `runs on ${{ target: 'targets', control: 'control', both: 'targets or control' }[action.runs_on]}`,
    ...(action.capabilities.idempotent ? ['may be repeated'] : []),
    ...(action.capabilities.reversible ? ['has an inverse of its own'] : []),
    ...(action.capabilities.resumable ? ['goes on without us'] : []),
    ...(action.capabilities.dry_run ? ['can be rehearsed'] : []),
  ]
  return `# ${action.name}: ${action.title}

${action.description}

*${facts.join(', ')}*

${keyList('Arguments', action.with)}${keyList('Outputs', action.outputs)}Example:

\`\`\`yaml
action: ${action.name}
with: ${JSON.stringify(action.example)}
\`\`\`
`
}

const effectWords = {
  none: 'Changes nothing',
  change: 'Changes something',
  disruptive: 'Changes something, and users notice',
} as const

function keyList(title: string, schema: Json): string {
  const properties = isJsonObject(schema) && isJsonObject(schema['properties']) ? schema['properties'] : {}
  const required = isJsonObject(schema) && Array.isArray(schema['required']) ? schema['required'] : []
  const lines = Object.entries(properties).map(([key, property]) => {
    const description =
      isJsonObject(property) && typeof property['description'] === 'string' ? property['description'] : ''
    return `- \`${key}\`${required.includes(key) ? ' (required)' : ''}: ${description}`
  })
  return lines.length === 0 ? '' : `${title}:\n\n${lines.join('\n')}\n\n`
}
