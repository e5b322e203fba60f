/** Runs the code of executors from elsewhere: only of those whose actions are called for. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Diagnostic } from '../../base/diagnostic.ts'
import { sha256 } from '../../base/sha256.ts'
import { type Action, type Executor, executorContract } from '../../ports/executor.ts'
import { guardAction } from './guard-action.ts'
import { otherContract, type PlugIn } from './known-executors.ts'
import { isExecutor, manifestName, staleParts } from './manifest.ts'

export interface LoadedExecutors {
  /** In the order of the configuration. */
  readonly actions: readonly Action[]
  readonly diagnostics: readonly Diagnostic[]
  /** What was loaded, for the record of a run. */
  readonly loaded: readonly LoadedExecutor[]
}

export interface LoadedExecutor {
  readonly name: string
  readonly version: string
  /** As the configuration names it. */
  readonly use: string
  /** Of the module that the manifest names; what it imports is not in it. */
  readonly sha256: string
}

/**
 * @param named - names of the actions that are called for; executors that have none of them stay unloaded
 * @returns what could be loaded; what could not is a diagnostic at its place in the configuration
 */
export async function loadExecutors(plugIns: readonly PlugIn[], named: ReadonlySet<string>): Promise<LoadedExecutors> {
  const actions: Action[] = []
  const diagnostics: Diagnostic[] = []
  const loaded: LoadedExecutor[] = []
  for (const plugIn of plugIns) {
    if (![...named].some((name) => name.startsWith(`${plugIn.manifest.name}.`))) continue
    const found = await loadExecutor(plugIn)
    if ('code' in found) {
      diagnostics.push(found)
      continue
    }
    actions.push(...found.actions.map((action) => guardAction(action, plugIn.use)))
    const { manifest, use, folder } = plugIn
    const content = readFileSync(join(folder, manifest.module))
    loaded.push({ name: manifest.name, version: manifest.version ?? '', use, sha256: sha256(content) })
  }
  return { actions, diagnostics, loaded }
}

type Module = Readonly<Record<string, unknown>>

/** Imports a module by its path. */
export async function importModule(path: string): Promise<Module> {
  return (await import(pathToFileURL(path).href)) as Module
}

/**
 * Imports one executor and holds it against its manifest.
 *
 * @param load - how its module is imported
 */
export async function loadExecutor(
  plugIn: PlugIn,
  load: (path: string) => Promise<Module> = importModule,
  options: { readonly mayBeStale?: boolean } = {},
): Promise<Executor | Diagnostic> {
  const { manifest, folder, use, complain } = plugIn
  const name = manifest.export ?? 'executor'
  let module: Module
  try {
    module = await load(join(folder, manifest.module))
  } catch (error) {
    return complain('EXECUTOR_BROKEN', `"${use}" cannot be loaded: ${importProblem(error)}`, importHint(error))
  }
  const found = module[name]
  const contract = typeof found === 'object' && found !== null && 'contract' in found ? found.contract : undefined
  if (typeof contract === 'number' && contract !== executorContract) return complain(...otherContract(use, contract))
  if (!isExecutor(found)) {
    const others = Object.keys(module).filter((each) => isExecutor(module[each]))
    const hint =
      others.length > 0
        ? `It exports one as "${others[0]}"; write "export": "${others[0]}" into its ${manifestName}.`
        : `Its module must export an executor under that name.`
    return complain('EXECUTOR_EXPORT', `"${use}" exports no executor "${name}" from ${manifest.module}`, hint)
  }
  const stale = options.mayBeStale === true ? [] : staleParts(manifest, found)
  if (stale.length === 0) return found
  return complain(
    'EXECUTOR_STALE',
    `the ${manifestName} of "${use}" says something else than its code about ${stale.slice(0, 3).join(', ')}${stale.length > 3 ? ' and more' : ''}`,
    `Make it anew with "rollbook executor manifest ${plugIn.folder}".`,
  )
}

/** The first line of what Node says, without the paths of its own machinery. */
function importProblem(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.split('\n')[0]?.replace(/ imported from .*$/, '') ?? message
}

function importHint(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return code === 'ERR_MODULE_NOT_FOUND'
    ? 'Build it, and install what it depends on beside it.'
    : 'Ask its author; nothing of it was taken.'
}
