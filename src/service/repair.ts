/** What a repair of a finding works on. */
import type { Diagnostic } from '../base/diagnostic.ts'
import type { ActionInfo } from '../language/environment.ts'
import type { OffsetRange } from '../source/index.ts'
import type { TextEdit } from './tree-edits.ts'
import type { ReadDocument } from './workspace.ts'

export interface RepairSite {
  readonly document: ReadDocument
  readonly finding: Diagnostic
  /** Of the finding. */
  readonly range: OffsetRange
  /** What stands there, without quotes. */
  readonly written: string
  readonly actions: readonly ActionInfo[]
}

export interface Repair {
  readonly title: string
  /** It never changes what the runbook means, or there is only one thing that it can have meant. */
  readonly safe: boolean
  readonly edits: readonly TextEdit[]
}

/** @returns undefined when this one cannot be repaired at a stroke */
export type MakeRepair = (site: RepairSite) => Repair | undefined
