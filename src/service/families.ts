/** Which files belong together: `x.yaml` with `x.inventory.yaml`, `x.values.yaml`, `x.answers.yaml`, `x.scenario.yaml`. */
import { pathBeside } from './files.ts'
import type { NameKind } from './names.ts'
import type { Workspace } from './workspace.ts'

const member = /\.(?:inventory|values|answers|scenario)(\.ya?ml)$/

/** The runbook that a file of values, answers or faults belongs to; a runbook belongs to itself. */
export function runbookOf(workspace: Workspace, path: string): string | undefined {
  if (workspace.recent(path)?.kind === 'runbook/v1') return path
  const stem = path.replace(member, '$1')
  if (stem !== path && workspace.document(stem) !== undefined) return stem
  const others = besides(workspace, path).filter((other) => workspace.recent(other)?.kind === 'runbook/v1')
  return others.length === 1 ? others[0] : undefined
}

/** The inventory that counts for a file: the one that was chosen, the one of the same name, or the only one beside it. */
export function inventoryOf(workspace: Workspace, path: string): string | undefined {
  const { inventory } = workspace.settings
  if (workspace.recent(path)?.kind === 'inventory/v1') return path
  if (inventory !== undefined) return inventory
  const stem = path.replace(member, '$1').replace(/(\.ya?ml)$/, '.inventory$1')
  // A file that is not saved yet has no name to go by.
  if (stem !== path && workspace.document(stem) !== undefined) return stem
  const others = besides(workspace, path).filter((other) => workspace.recent(other)?.kind === 'inventory/v1')
  return others.length === 1 ? others[0] : undefined
}

/** Whether a file holds values of inputs: it was chosen for that, or says so by its name. */
export function isValuesFile(workspace: Workspace, path: string): boolean {
  return path === workspace.settings.values || /(?:^|[./_-])values(?:[._-][\w-]+)*\.ya?ml$/.test(path)
}

/** The values that count for a runbook: those that were chosen, or those of the same name. */
export function valuesOf(workspace: Workspace, path: string): string | undefined {
  const { values } = workspace.settings
  if (values !== undefined) return values
  const stem = path.replace(member, '$1').replace(/(\.ya?ml)$/, '.values$1')
  return stem !== path && workspace.document(stem) !== undefined ? stem : undefined
}

/** The catalog that a runbook names, whether or not there is such a file. */
export function catalogPathOf(workspace: Workspace, path: string): string | undefined {
  const named = workspace.recent(path)?.root?.byKey.get('catalog')?.node.value
  return typeof named === 'string' && named !== '' ? pathBeside(path, named) : undefined
}

/** The file whose names count: of targets and systems the inventory, of everything else the runbook. */
export function homeOf(workspace: Workspace, path: string, kind: NameKind): string | undefined {
  if (kind === 'fault') return path
  return kind === 'target' || kind === 'system' ? inventoryOf(workspace, path) : runbookOf(workspace, path)
}

function besides(workspace: Workspace, path: string): readonly string[] {
  const folder = path.split('/').slice(0, -1).join('/')
  return workspace.paths().filter((other) => other !== path && other.split('/').slice(0, -1).join('/') === folder)
}
