import { allActions, executors } from '../../executors/index.ts'
import type { ActionInfo } from '../../language/environment.ts'
import type { Action } from '../../ports/executor.ts'
import { type KnownExecutors, knownExecutors } from './known-executors.ts'
import { type LoadedExecutors, loadExecutors } from './load-executors.ts'
import { actionsNamedIn } from './manifest.ts'

/** The executors of a folder: those that ship, and those that its configuration names. */
export function executorsOf(folder: string): KnownExecutors {
  return knownExecutors(
    folder,
    executors.map(({ name }) => name),
  )
}

/** What checks, completion and hover know of all actions in a folder, without any code of other people being run. */
export function actionInfosOf(known: KnownExecutors): readonly ActionInfo[] {
  return known.infos.length === 0 ? allActions : [...allActions, ...known.infos]
}

/**
 * Every action that ships, and those of the executors from elsewhere that a value names: a runbook or a plan.
 *
 * @param value - whatever it holds under keys `action` is a name
 */
export async function actionsFor(
  known: KnownExecutors,
  value: unknown,
): Promise<LoadedExecutors & { readonly actions: readonly Action[] }> {
  if (known.plugIns.length === 0) return { actions: allActions, diagnostics: [], loaded: [] }
  const found = await loadExecutors(known.plugIns, actionsNamedIn(value))
  return { ...found, actions: [...allActions, ...found.actions] }
}
