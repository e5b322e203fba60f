import { canonicalJson, type JsonObject } from '../../base/json.ts'
import type { ActionInfo } from '../../language/environment.ts'
import type { Action, Executor } from '../../ports/executor.ts'
import type { ExecutorManifest } from '../../runbook/executor.generated.ts'

/** Name of the file in which an executor says what it is, without any of its code being run. */
export const manifestName = 'rollbook-executor.json'

/** What a manifest says that the code does not: where things lie. */
export type ManifestPlaces = Pick<ExecutorManifest, 'version' | 'module' | 'export' | 'conformance'>

/** The manifest that belongs to an executor. */
export function manifestOf(executor: Executor, places: ManifestPlaces): ExecutorManifest {
  return {
    rollbook: 'executor/v1',
    contract: executor.contract,
    name: executor.name,
    ...(places.version === undefined ? {} : { version: places.version }),
    title: executor.title,
    description: executor.description,
    module: places.module,
    ...(places.export === undefined ? {} : { export: places.export }),
    ...(places.conformance === undefined ? {} : { conformance: places.conformance }),
    actions: executor.actions.map((action) => ({
      name: action.name,
      title: action.title,
      description: action.description,
      with: action.with,
      outputs: action.outputs,
      capabilities: action.capabilities,
      ...(action.capabilitiesOf === undefined ? {} : { capabilities_vary: true }),
      duration: action.duration,
      runs_on: action.runs_on,
      example: action.example,
    })),
  }
}

/**
 * In what a manifest differs from the code.
 *
 * @returns names of actions and of keys, such as `shelf.put` or `title`; empty when both say the same
 */
export function staleParts(manifest: ExecutorManifest, executor: Executor): readonly string[] {
  const now = manifestOf(executor, manifest)
  const heads = (['contract', 'name', 'title', 'description'] as const).filter((key) => now[key] !== manifest[key])
  const before = new Map(manifest.actions.map((action) => [action.name, canonicalJson(action)]))
  const after = new Map(now.actions.map((action) => [action.name, canonicalJson(action)]))
  const names = new Set([...before.keys(), ...after.keys()])
  return [...heads, ...[...names].filter((name) => before.get(name) !== after.get(name))]
}

/**
 * What checks, completion and hover need of the actions of a manifest. Where the arguments decide the capabilities,
 * nothing is said about the effect of a call: a finding that code would not give is worse than one that comes later.
 */
export function infosOf(manifest: ExecutorManifest): readonly ActionInfo[] {
  return manifest.actions.map(({ capabilities_vary: varies, ...action }) => {
    const info: ActionInfo = { ...action, with: action.with as JsonObject, outputs: action.outputs as JsonObject }
    return varies === true ? { ...info, capabilitiesOf: () => ({ ...action.capabilities, effect: 'none' }) } : info
  })
}

/** Every action of a value that names some under the key `action`: a runbook, a plan. */
export function actionsNamedIn(value: unknown): ReadonlySet<string> {
  const names = new Set<string>()
  const seen = new Set<object>()
  const waiting: unknown[] = [value]
  for (let next = waiting.pop(); waiting.length > 0 || next !== undefined; next = waiting.pop()) {
    // An alias of YAML is the same object at many places.
    if (typeof next !== 'object' || next === null || seen.has(next)) continue
    seen.add(next)
    for (const [key, member] of Object.entries(next)) {
      if (key === 'action' && typeof member === 'string') names.add(member)
      // What stands in arguments is the business of the far side, whatever its keys are called.
      else if (key !== 'with') waiting.push(member)
    }
  }
  return names
}

/** Whether a value keeps the shape of an executor as far as can be seen without a call. */
export function isExecutor(value: unknown): value is Executor {
  if (typeof value !== 'object' || value === null) return false
  const { name, title, description, contract, actions } = value as Partial<Executor>
  const isNamed = [name, title, description].every((text) => typeof text === 'string')
  return isNamed && typeof contract === 'number' && Array.isArray(actions) && actions.every(isAction)
}

function isAction(value: unknown): value is Action {
  if (typeof value !== 'object' || value === null) return false
  const action = value as Partial<Action>
  const objects = [action.with, action.outputs, action.capabilities, action.duration, action.example]
  return (
    [action.name, action.title, action.description].every((text) => typeof text === 'string') &&
    objects.every((member) => typeof member === 'object' && member !== null) &&
    typeof action.perform === 'function' &&
    typeof action.describe === 'function'
  )
}
