import { stringify } from 'yaml'
import { formatDurationForPeople } from '../../src/base/duration.ts'
import { isJsonObject, type Json, type JsonObject } from '../../src/base/json.ts'
import type { Action, Capabilities, Executor } from '../../src/ports/executor.ts'

/** The reference page of all actions, from the records that also check, explain and run them. */
export function actionsPage(executors: readonly Executor[]): string {
  const contents = executors.map((executor) => {
    const names = executor.actions.map((action) => `[\`${action.name}\`](#${anchorOf(action.name)})`)
    return `| ${executor.title} | ${names.join(' ')} |`
  })
  return `${[
    '# Actions',
    '',
    '<!-- Generated from src/executors by "npm run generate". Do not edit. -->',
    '',
    'What a step can do with `action`. Arguments stand under `with`; outputs can be used by later steps as',
    '`steps.<id>.outputs.<name>`. Arguments marked 🔒 may hold a secret; nowhere else may one stand.',
    '',
    '| Executor | Actions |',
    '| --- | --- |',
    ...contents,
    ...executors.flatMap(executorSection),
  ].join('\n')}\n`
}

function executorSection(executor: Executor): readonly string[] {
  return ['', `## ${executor.title}`, '', executor.description, ...executor.actions.flatMap(actionSection)]
}

function actionSection(action: Action): readonly string[] {
  const step: JsonObject = { action: action.name, with: action.example }
  return [
    '',
    `### ${action.name}`,
    '',
    `**${action.title}.** ${action.description}`,
    '',
    `${capabilityWords(action)} Usually takes ${formatDurationForPeople(action.duration.expected_ms)}, at most ${formatDurationForPeople(action.duration.worst_ms)}.`,
    ...table('Argument', action.with),
    ...table('Output', action.outputs),
    '',
    '```yaml',
    stringify(step, { lineWidth: 110 }).trimEnd(),
    '```',
  ]
}

function capabilityWords(action: Action): string {
  const { capabilities } = action
  const place = { target: 'Runs on targets.', control: 'Runs on control.', both: 'Runs on targets or on control.' }
  const depends = action.capabilitiesOf === undefined ? '' : ' unless its arguments say otherwise (see above)'
  return `${place[action.runs_on]} ${effectWords(capabilities)}${depends}.${abilityWords(capabilities)}`
}

function effectWords({ effect, idempotent }: Capabilities): string {
  if (effect === 'none') return 'Changes nothing'
  const words = effect === 'change' ? 'Changes something' : 'Changes something, and users notice'
  return idempotent ? `${words}; twice equals once` : `${words}; never repeated without need`
}

function abilityWords(capabilities: Capabilities): string {
  const words = [
    ...(capabilities.probe ? ['can tell afterwards whether it took effect'] : []),
    ...(capabilities.dry_run ? ['has a rehearsal for dry runs'] : []),
    ...(capabilities.reversible ? ['can be undone with `back_out: undo`'] : []),
    ...(capabilities.leaves_nothing_to_undo ? ['leaves nothing that could be undone'] : []),
    ...(capabilities.resumable ? ['survives a lost connection'] : []),
  ]
  if (words.length === 0) return ''
  const last = words.at(-1)
  return words.length === 1 ? ` It ${last}.` : ` It ${words.slice(0, -1).join(', ')} and ${last}.`
}

function table(noun: string, schema: JsonObject): readonly string[] {
  const rows = rowsOf(noun, schema, '')
  return rows.length === 0 ? [] : ['', `| ${noun} | Type | |`, '| --- | --- | --- |', ...rows]
}

function rowsOf(noun: string, schema: JsonObject, prefix: string): readonly string[] {
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {}
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  return Object.entries(properties).flatMap(([name, property]) => {
    if (!isJsonObject(property)) return []
    const lock = carriesSecret(property) ? ' 🔒' : ''
    const must = noun === 'Argument' && required.includes(name) && prefix === '' ? ', required' : ''
    const fallback = property['default'] === undefined ? '' : ` Default: \`${JSON.stringify(property['default'])}\`.`
    const row = `| \`${prefix}${name}\`${lock} | ${typeWords(property)}${must} | ${cell(String(property['description'] ?? ''))}${cell(fallback)} |`
    return [
      row,
      ...innerOf(property).flatMap((inner) =>
        rowsOf(noun, inner, `${prefix}${name}${inner === property ? '.' : '[].'}`),
      ),
    ]
  })
}

/** The objects inside a property that have keys of their own. */
function innerOf(property: JsonObject): readonly JsonObject[] {
  if (isJsonObject(property['properties'])) return [property]
  const { items } = property
  return isJsonObject(items) && isJsonObject(items['properties']) ? [items] : []
}

function carriesSecret(property: JsonObject): boolean {
  if (property['x-secret'] === true) return true
  const values = property['additionalProperties']
  return isJsonObject(values) && values['x-secret'] === true
}

function typeWords(property: JsonObject): string {
  const { enum: values, items, oneOf } = property
  if (Array.isArray(values)) return values.map((value: Json) => `\`${String(value)}\``).join(' ')
  if (Array.isArray(oneOf)) return oneOf.map((each: Json) => (isJsonObject(each) ? typeWords(each) : '')).join(' or ')
  switch (property['type']) {
    case 'string':
      // The patterns of durations and sizes in executors/schema.ts.
      return property['pattern'] === '^(\\d|P)' ? 'duration' : property['pattern'] === '^\\d' ? 'size' : 'text'
    case 'boolean':
      return 'true or false'
    case 'integer':
      return 'whole number'
    case 'number':
      return 'number'
    case 'array':
      return `list of ${isJsonObject(items) ? typeWords(items) : 'anything'}`
    case 'object':
      return 'map'
    default:
      return 'anything'
  }
}

/** Markdown tables end a cell at a bar, and a row at a line end. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s*\n\s*/g, ' ')
}

function anchorOf(name: string): string {
  return name.replaceAll('.', '')
}
