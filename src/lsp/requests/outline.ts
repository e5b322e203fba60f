import type { Range } from 'vscode-languageserver/node'
import { type CoveringPlace, coverageOf, type RequirementItem } from '../../service/coverage-tree.ts'
import { runbookOf } from '../../service/families.ts'
import { type PhaseTreeItem, phaseTree } from '../../service/phase-tree.ts'
import type { ReadDocument } from '../../service/workspace.ts'
import type { OffsetRange } from '../../source/index.ts'
import { wireRange } from '../convert-diagnostic.ts'
import type { Session } from '../server.ts'

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
  /** Of the runbook, which may be another file than the one that was asked for: an inventory belongs to its runbook. */
  readonly uri: string
  readonly version: number
  /** False while the text cannot be read: then this is the last one that could. */
  readonly current: boolean
  readonly phases: readonly Wired<PhaseTreeItem>[]
}

/** Answer to `rollbook/coverage`. */
export interface CoverageAnswer {
  readonly uri: string
  readonly version: number
  readonly current: boolean
  readonly covered: number
  readonly requirements: readonly Wired<RequirementItem>[]
}

/** @returns `null` for what belongs to no runbook that could ever be read */
export function outlineAnswer(session: Session, uri: string): OutlineAnswer | null {
  const found = lastReadable(session, uri)
  if (!found) return null
  const wire = (item: PhaseTreeItem): Wired<PhaseTreeItem> => ({
    ...placed(item, found.document),
    children: item.children.map(wire),
  })
  const { document, ...about } = found
  return { ...about, phases: phaseTree(document).map(wire) }
}

/** @returns `null` for what belongs to no runbook that could ever be read */
export function coverageAnswer(session: Session, uri: string): CoverageAnswer | null {
  const found = lastReadable(session, uri)
  if (!found) return null
  const { document, ...about } = found
  const { covered, requirements } = coverageOf(document)
  return {
    ...about,
    covered,
    requirements: requirements.map((item) => ({
      ...placed(item, document),
      covered_by: item.covered_by.map((place: CoveringPlace) => placed(place, document)),
    })),
  }
}

interface Readable {
  readonly uri: string
  readonly version: number
  readonly current: boolean
  readonly document: ReadDocument
}

/** The present text of a runbook, or the last one that could be read. */
function lastReadable({ workspace, paths }: Session, uri: string): Readable | undefined {
  const path = runbookOf(workspace, paths.pathOf(uri))
  if (path === undefined) return undefined
  const version = workspace.document(path)?.version ?? 0
  const now = workspace.read(path)
  const document = now?.root === undefined ? workspace.recent(path) : now
  if (!document?.outline) return undefined
  return { uri: paths.uriOf(path), version, current: document === now, document }
}

/** Ranges belong to the text that the document was read from, which may not be the present one. */
function placed<T extends { readonly range: OffsetRange; readonly selection: OffsetRange }>(
  item: T,
  { source }: ReadDocument,
): Omit<T, 'range' | 'selection'> & { readonly range: Range; readonly selection: Range } {
  const wire = (range: OffsetRange): Range => wireRange(source.lines.range(range))
  return { ...item, range: wire(item.range), selection: wire(item.selection) }
}
