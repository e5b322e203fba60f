import type { Range } from './error.ts'

export type Severity = 'error' | 'warning' | 'hint'

/**
 * One finding about a source file. The JSON of `rollbook validate --format json` is a list of these.
 * Lines and columns count from 1; the end is exclusive.
 */
export interface Diagnostic {
  readonly file: string
  /** Stable code, for example `STEP_UNKNOWN`; `rollbook explain CODE` tells more. */
  readonly code: string
  readonly severity: Severity
  /** A sentence that names the offender and the place. */
  readonly message: string
  /** What to do, one sentence; absent when the message says it all. */
  readonly hint?: string
  readonly range: Range
  readonly related?: readonly RelatedPlace[]
  readonly fix?: QuickFix
}

/** Another place that matters for the finding, for example "first defined here". */
export interface RelatedPlace {
  readonly file: string
  readonly message: string
  readonly range: Range
}

/** A change of the text that cures the finding. `safe` fixes never change what the runbook means. */
export interface QuickFix {
  readonly title: string
  readonly safe: boolean
  readonly edits: readonly { readonly range: Range; readonly text: string }[]
}
