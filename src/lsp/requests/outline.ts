import type { Range } from 'vscode-languageserver/node'
import { type CoveringPlace, coverageOf, type RequirementItem } from '../../service/coverage-tree.ts'
import { type PhaseTreeItem, phaseTree } from '../../service/phase-tree.ts'
import type { ReadDocument, Workspace } from '../../service/workspace.ts'
import type { OffsetRange } from '../../source/index.ts'
import { wireRange } from '../convert-diagnostic.ts'

/** A service's value as editors get it: ranges in lines and columns. */
type Wired<T> = {
  readonly [K in keyof T]: T[K] extends OffsetRange
    ? Range
    : T[K] extends readonly (infer U)[]
      ? U extends string
        ? T[K]
        : readonly Wired<U>[]
      : T[K]
}

/** Answer to `rollbook/outline`. */
export interface OutlineAnswer {
  /** Of the document that was asked for. */
  readonly version: number
  /** False while the text cannot be read: then this is the last one that could. */
  readonly current: boolean
  readonly phases: readonly Wired<PhaseTreeItem>[]
}

/** Answer to `rollbook/coverage`. */
export interface CoverageAnswer {
  readonly version: number
  readonly current: boolean
  readonly covered: number
  readonly requirements: readonly Wired<RequirementItem>[]
}

/** @returns `null` for what is no runbook, and never was since it is open */
export function outlineAnswer(workspace: Workspace, path: string): OutlineAnswer | null {
  const found = lastReadable(workspace, path)
  if (!found) return null
  const wire = (item: PhaseTreeItem): Wired<PhaseTreeItem> => ({
    ...placed(item, found.document),
    children: item.children.map(wire),
  })
  return { version: found.version, current: found.current, phases: phaseTree(found.document).map(wire) }
}

/** @returns `null` for what is no runbook, and never was since it is open */
export function coverageAnswer(workspace: Workspace, path: string): CoverageAnswer | null {
  const found = lastReadable(workspace, path)
  if (!found) return null
  const { document, version, current } = found
  const { covered, requirements } = coverageOf(document)
  return {
    version,
    current,
    covered,
    requirements: requirements.map((item) => ({
      ...placed(item, document),
      covered_by: item.covered_by.map((place: CoveringPlace) => placed(place, document)),
    })),
  }
}

/** The present text of a runbook, or the last one that could be read. */
export function lastReadable(
  workspace: Workspace,
  path: string,
): { readonly document: ReadDocument; readonly version: number; readonly current: boolean } | undefined {
  const version = workspace.document(path)?.version ?? 0
  const now = workspace.read(path)
  const document = now?.root === undefined ? workspace.recent(path) : now
  return document?.outline ? { document, version, current: document === now } : undefined
}

/** Ranges belong to the text that the document was read from, which may not be the present one. */
function placed<T extends { readonly range: OffsetRange; readonly selection: OffsetRange }>(
  item: T,
  { source }: ReadDocument,
): Omit<T, 'range' | 'selection'> & { readonly range: Range; readonly selection: Range } {
  const wire = (range: OffsetRange): Range => wireRange(source.lines.range(range))
  return { ...item, range: wire(item.range), selection: wire(item.selection) }
}
