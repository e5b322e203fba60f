import { UsageError } from '../base/error.ts'
import { isJsonObject, type Json } from '../base/json.ts'
import { nearestName } from '../base/nearest.ts'
import { allActions } from '../executors/index.ts'
import { inventoryCodes } from '../inventory/index.ts'
import { catalogue } from '../language/catalogue/catalogue.ts'
import { explainCode } from '../language/explain.ts'
import { planCodes } from '../plan/codes.ts'
import type { Action } from '../ports/executor.ts'

const otherCodes: Readonly<Record<string, { readonly title: string; readonly explanation: string }>> = {
  ...inventoryCodes,
  ...planCodes,
}

/** Everything that {@link explain} knows: codes of findings, and actions. */
export function explainedTopics(): readonly string[] {
  return [...Object.keys(catalogue), ...Object.keys(otherCodes), ...allActions.map((action) => action.name)]
}

/**
 * Explains the code of a finding or an action, as Markdown.
 *
 * @throws UsageError when there is neither
 */
export function explain(topic: string): string {
  const code = topic.toUpperCase()
  const other = Object.hasOwn(otherCodes, code) ? otherCodes[code] : undefined
  const action = allActions.find((known) => known.name === topic)
  const text =
    explainCode(code) ??
    (other && `# ${code}: ${other.title}\n\n${other.explanation}\n`) ??
    (action && explainAction(action))
  if (text !== undefined) return text
  const near = nearestName(code, explainedTopics()) ?? nearestName(topic, explainedTopics())
  const hint = near === undefined ? 'Codes stand in brackets in every finding.' : `Did you mean "${near}"?`
  throw new UsageError('TOPIC_UNKNOWN', `there is no code and no action "${topic}"`, { hint })
}

function explainAction(action: Action): string {
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
