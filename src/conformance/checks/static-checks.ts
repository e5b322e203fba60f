/** What can be told of an executor without a call. */
import { canonicalJson, isJsonObject, type Json, type JsonObject } from '../../base/json.ts'
import { argumentKeywords, checkArgument } from '../../language/argument-schema.ts'
import { type Action, type Executor, executorContract, type TargetView } from '../../ports/executor.ts'
import type { Judge } from '../judge.ts'
import { shownFailure } from '../rig.ts'

/** Keywords that tell people and editors something and check nothing. */
const annotations: ReadonlySet<string> = new Set([
  'title',
  'description',
  'default',
  'examples',
  'format',
  '$comment',
  'deprecated',
])

export function checkExecutor(executor: Executor, judge: Judge): void {
  const names = executor.actions.map((action) => action.name)
  const stranger = names.find((name) => !new RegExp(`^${executor.name}\\.[a-z][a-z0-9_]*$`).test(name))
  const double = names.find((name, at) => names.indexOf(name) !== at)
  const problems = [
    ...(/^[a-z][a-z0-9_]*$/.test(executor.name) ? [] : [`the name "${executor.name}" is not in lower case`]),
    ...(executor.title.trim() === '' ? ['it has no title'] : []),
    ...(executor.description.trim() === '' ? ['it has no description'] : []),
    ...((executor.contract as number) === executorContract ? [] : [`it keeps contract ${String(executor.contract)}`]),
    ...(names.length === 0 ? ['it has no actions'] : []),
    ...(stranger === undefined ? [] : [`the action "${stranger}" does not begin with "${executor.name}."`]),
    ...(double === undefined ? [] : [`two actions are called "${double}"`]),
  ]
  tell(judge, 'introduces_itself', problems)
}

export function checkAction(action: Action, judge: Judge): void {
  tell(judge, 'explains_itself', [
    ...(action.title.trim() === '' ? ['it has no title'] : []),
    ...(action.description.trim() === '' ? ['it has no description'] : []),
    ...unexplained(action.with, '').map((path) => `the argument ${path} lacks a title or a description`),
    ...unexplained(action.outputs, '').map((path) => `the output ${path} lacks a title or a description`),
  ])
  tell(judge, 'schema_usable', schemaProblems(action))
  tell(judge, 'declares_consistently', declarationProblems(action))
  tell(judge, 'describes_purely', wordingProblems(action))
}

function tell(judge: Judge, check: Parameters<Judge['passed']>[0], problems: readonly string[]): void {
  for (const problem of problems) judge.failed(check, problem)
  if (problems.length === 0) judge.passed(check)
}

/** Paths of properties without words, wherever they stand. */
function unexplained(schema: Json | undefined, path: string): readonly string[] {
  return parts(schema, path).flatMap(([at, part, isProperty]) => {
    const words = [part['title'], part['description']]
    return isProperty && words.some((text) => typeof text !== 'string' || text.trim() === '') ? [at] : []
  })
}

/** A schema and every schema inside of it, with a path for messages. */
function parts(
  schema: Json | undefined,
  path: string,
  isProperty = false,
): readonly (readonly [string, JsonObject, boolean])[] {
  if (!isJsonObject(schema)) return []
  const properties = isJsonObject(schema['properties']) ? Object.entries(schema['properties']) : []
  const branches = ['oneOf', 'anyOf', 'allOf'].flatMap((key) => (Array.isArray(schema[key]) ? [...schema[key]] : []))
  return [
    [path, schema, isProperty],
    ...properties.flatMap(([name, property]) => parts(property, path === '' ? name : `${path}.${name}`, true)),
    ...['items', 'additionalProperties', 'not'].flatMap((key) => parts(schema[key], `${path}[]`)),
    ...branches.flatMap((branch: Json) => parts(branch, path)),
  ]
}

function schemaProblems(action: Action): readonly string[] {
  const strange = [action.with, action.outputs].flatMap((schema) =>
    parts(schema, '').flatMap(([, part]) =>
      Object.keys(part).filter((key) => !argumentKeywords.has(key) && !annotations.has(key) && !key.startsWith('x-')),
    ),
  )
  const example = withoutExpressions(action.example)
  const refused = checkArgument(example, action.with).map(
    ({ instancePath, keyword }) => `${instancePath || '/'} (${keyword})`,
  )
  return [
    ...(action.with['type'] === 'object' && action.outputs['type'] === 'object'
      ? []
      : ['a schema is not one of an object']),
    ...(action.with['additionalProperties'] === false ? [] : ['the arguments take unknown keys']),
    ...(strange.length === 0 ? [] : [`the keyword "${strange[0]}" cannot be judged while a runbook is written`]),
    ...(refused.length === 0 ? [] : [`the example is refused by the schema at ${refused[0]}`]),
  ]
}

function declarationProblems(action: Action): readonly string[] {
  const { capabilities: caps, duration } = action
  const methods = [
    ['probe', caps.probe, action.probe],
    ['dryRun', caps.dry_run, action.dryRun],
    ['undo', caps.reversible, action.undo],
  ] as const
  const own = attempt(() => [action.capabilitiesOf?.({}), action.capabilitiesOf?.(action.example)]) ?? []
  const beyond = own.some(
    (each) =>
      each && ((each.probe && !action.probe) || (each.dry_run && !action.dryRun) || (each.reversible && !action.undo)),
  )
  return [
    ...methods.flatMap(([name, declared, method]) =>
      declared === (method !== undefined)
        ? []
        : [declared ? `${name} is declared and missing` : `${name} is there and not declared`],
    ),
    ...(caps.effect === 'none' && !caps.idempotent ? ['it declares no effect, and that twice is not once'] : []),
    ...(beyond ? ['for some arguments it declares what it does not have'] : []),
    ...(duration.expected_ms > 0 && duration.worst_ms >= duration.expected_ms ? [] : ['its times make no sense']),
  ]
}

const somewhere: TargetView = { name: 'node-1', kind: 'host', address: '192.0.2.1', roles: [], attributes: {} }

function wordingProblems(action: Action): readonly string[] {
  const calls = [{}, action.example, withSecrets(action.with, action.example) as JsonObject]
  const problems: string[] = []
  for (const args of calls) {
    const before = canonicalJson(args)
    const all = (): string =>
      canonicalJson([
        args === calls[0] ? '' : action.describe(args, somewhere),
        action.capabilitiesOf?.(args) ?? null,
        action.durationOf?.(args) ?? null,
        action.check?.(args) ?? null,
      ] as unknown as Json)
    try {
      const words = all()
      if (words !== all()) problems.push('the same call is described in different words')
      if (args !== calls[0] && action.describe(args, somewhere).trim() === '')
        problems.push('a call is described by nothing')
      if (/\$secret/.test(words)) problems.push('a secret is described by its reference instead of •••')
    } catch (error) {
      problems.push(`it fails while nothing is called: ${shownFailure(error)}`)
    }
    if (canonicalJson(args) !== before) problems.push('describing a call changes its arguments')
  }
  const refusals = attempt(() => action.check?.(action.example)) ?? []
  if (refusals.length > 0) problems.push(`it refuses its own example: ${refusals[0]}`)
  return [...new Set(problems)]
}

/** What is told elsewhere when it throws. */
function attempt<Value>(work: () => Value): Value | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}

/** Examples may hold `${{ … }}`, which stands for a value of the run. */
function withoutExpressions(args: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(args).replace(/\$\{\{.*?\}\}/g, 'http://127.0.0.1:9/')) as JsonObject
}

/** Puts a reference wherever a secret may stand. */
function withSecrets(schema: Json | undefined, value: Json | undefined): Json {
  if (!isJsonObject(schema)) return value ?? null
  if (schema['x-secret'] === true) return { $secret: 'canary' }
  if (isJsonObject(schema['properties'])) {
    const filled: Record<string, Json> = isJsonObject(value) ? { ...value } : {}
    for (const [name, property] of Object.entries(schema['properties'])) {
      const carries = JSON.stringify(property).includes('"x-secret":true')
      if (carries || filled[name] !== undefined) filled[name] = withSecrets(property, filled[name])
    }
    return filled
  }
  if (isJsonObject(schema['additionalProperties']))
    return { NAME: withSecrets(schema['additionalProperties'], undefined) }
  return Array.isArray(schema['oneOf']) ? withSecrets(schema['oneOf'].at(-1), value) : (value ?? null)
}
