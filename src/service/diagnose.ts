import type { Diagnostic } from '../base/diagnostic.ts'
import { isAnsibleYaml } from '../inventory/index.ts'
import { checkInSteps } from '../language/check-file.ts'
import type { CheckEnvironment } from '../language/environment.ts'
import { withoutRefused } from '../language/placeholder-check.ts'
import type { ReadDocument, Workspace } from './workspace.ts'

/** What `rollbook validate` tells about a file: the same findings in the same order. */
export function diagnose(workspace: Workspace, path: string): readonly Diagnostic[] {
  const steps = diagnoseInSteps(workspace, path)
  for (let step = steps.next(); ; step = steps.next()) if (step.done === true) return step.value
}

/** What was found in the present text, if somebody has looked already. */
export function knownFindings(workspace: Workspace, path: string): readonly Diagnostic[] | undefined {
  const read = workspace.known(path)
  const checked = read && remembered.get(read)
  if (!checked || !isAgainst(checked, workspace.environment())) return undefined
  return diagnose(workspace, path)
}

/** {@link diagnose} in pieces of a few milliseconds: between them the caller may do something else, or give up. */
export function* diagnoseInSteps(workspace: Workspace, path: string): Generator<void, readonly Diagnostic[]> {
  const document = workspace.document(path)
  if (document === undefined) return []
  const { text } = document
  const others = workspace.settings.checkOther?.(text, path)
  if (others !== undefined) return others
  if (!saysWhatItIs(text)) {
    return isAnsible(path, text) ? (workspace.inventory(path)?.diagnostics ?? []) : []
  }
  const read = yield* workspace.readInSteps(path)
  if (read === undefined) return []
  const checked = yield* checkOnce(read, workspace.environment())
  const own = workspace.settings.findings?.filter((finding) => finding.file === path) ?? []
  if (read.kind === 'config/v1') return [...checked.diagnostics, ...own.filter(isAboutExecutors)]
  if (!checked.isInventory) return checked.diagnostics
  const ofInventory = workspace.inventory(path)?.diagnostics ?? []
  return [...withoutRefused(checked.diagnostics, ofInventory), ...ofInventory]
}

/** What was found in a text, and what it was checked against. */
interface Checked {
  readonly diagnostics: readonly Diagnostic[]
  readonly isInventory: boolean
  readonly against: Pick<CheckEnvironment, 'actions' | 'inventory'>
}

const remembered = new WeakMap<ReadDocument, Checked>()

/** Editors ask for fixes whenever the cursor moves, and they are made from the findings. */
function* checkOnce(read: ReadDocument, environment: CheckEnvironment): Generator<void, Checked> {
  const known = remembered.get(read)
  if (known && isAgainst(known, environment)) return known
  const { actions, inventory } = environment
  const { diagnostics, content } = yield* checkInSteps(read.source, environment)
  const against = { actions, ...(inventory ? { inventory } : {}) }
  const checked = { diagnostics, isInventory: content?.kind === 'inventory', against }
  remembered.set(read, checked)
  return checked
}

function isAgainst({ against }: Checked, { actions, inventory }: CheckEnvironment): boolean {
  return against.actions === actions && against.inventory === inventory
}

/** A file without it belongs to somebody else, and nothing is told about it. */
export function saysWhatItIs(text: string): boolean {
  return /^(?:"rollbook"|'rollbook'|rollbook)[ \t]*:/m.test(text)
}

function isAnsible(path: string, text: string): boolean {
  return /^\s*["']?(?:hosts|children)["']?\s*:/m.test(text) && isAnsibleYaml({ path, text })
}

function isAboutExecutors({ code }: Diagnostic): boolean {
  return code.startsWith('EXECUTOR_')
}
