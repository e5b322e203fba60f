import type { Diagnostic } from '../base/diagnostic.ts'
import { isAnsibleYaml } from '../inventory/index.ts'
import { checkInSteps } from '../language/check-file.ts'
import type { Workspace } from './workspace.ts'

/** What `rollbook validate` tells about a file: the same findings in the same order. */
export function diagnose(workspace: Workspace, path: string): readonly Diagnostic[] {
  const steps = diagnoseInSteps(workspace, path)
  for (let step = steps.next(); ; step = steps.next()) if (step.done === true) return step.value
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
  const checked = yield* checkInSteps(read.source, workspace.environment())
  const own = workspace.settings.findings?.filter((finding) => finding.file === path) ?? []
  if (read.kind === 'config/v1') return [...checked.diagnostics, ...own.filter(isAboutExecutors)]
  if (checked.content?.kind !== 'inventory') return checked.diagnostics
  return [...checked.diagnostics, ...(workspace.inventory(path)?.diagnostics ?? [])]
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
