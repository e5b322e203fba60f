import { inventoryOf, runbookOf, valuesOf } from '../../service/families.ts'
import type { Workspace } from '../../service/workspace.ts'
import type { Session } from '../server.ts'

/** Files that count for a runbook, as paths in the folder; absent: there is none. */
export interface PlanFiles {
  readonly inventory?: string
  readonly values?: string
  readonly catalog?: string
}

/** Answer to `rollbook/sources`: what commands about a runbook are given. */
export interface SourcesAnswer {
  /** Of the runbook, which may be another file than the one that was asked for: an inventory belongs to its runbook. */
  readonly uri: string
  readonly files: PlanFiles
  /** Emulated systems that understand its actions, as `rollbook emulate` names them. */
  readonly systems: readonly string[]
}

/**
 * At once: no plan is made for it.
 *
 * @returns `null` for a file that belongs to no runbook
 */
export function sourcesAnswer({ workspace, paths }: Session, uri: string): SourcesAnswer | null {
  const path = runbookOf(workspace, paths.pathOf(uri))
  if (path === undefined) return null
  return { uri: paths.uriOf(path), files: planFiles(workspace, path), systems: systemsFor(workspace, path) }
}

export function planFiles(workspace: Workspace, path: string): PlanFiles {
  return given({ inventory: inventoryOf(workspace, path), values: valuesOf(workspace, path) })
}

export function systemsFor(workspace: Workspace, path: string): readonly string[] {
  const actions = workspace.recent(path)?.outline?.actions ?? []
  const executors = new Set(actions.map(({ action }) => action.text.split('.')[0] ?? ''))
  return [...executors].flatMap((executor) => workspace.settings.emulators?.[executor] ?? [])
}

export function given(files: { readonly [K in keyof PlanFiles]: PlanFiles[K] | undefined }): PlanFiles {
  return Object.fromEntries(Object.entries(files).filter(([, path]) => path !== undefined))
}
