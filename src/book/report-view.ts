import type { Badge, Fact, Figure, Heading, InlineCode, Lines, PageText, Prose, Refs, Timeline } from './view.ts'

/** The as-executed record as data. `records` names the journal records behind a row: `12–15, 18`. */
export interface ReportView {
  readonly document: 'as_executed'
  readonly title: string
  readonly kind_title: string
  readonly version: string
  readonly footer: PageText
  readonly outcome: Badge
  readonly outcome_text: string
  readonly cover: readonly Fact[]
  readonly figures: readonly Figure[]
  readonly contents: readonly Heading[]
  readonly summary: readonly string[]
  readonly warnings: readonly string[]
  readonly timeline: Timeline | null
  readonly phases: readonly ReportPhaseRow[]
  readonly steps: readonly ReportStepRow[]
  readonly details: readonly ReportStepDetail[]
  readonly deviations: readonly ReportEventRow[]
  readonly failures: readonly ReportFailureRow[]
  readonly gates: readonly ReportVoteRow[]
  readonly people: readonly ReportPersonRow[]
  readonly back_out: readonly ReportStepRow[]
  readonly back_out_text: string
  readonly acceptance: readonly ReportAcceptanceRow[]
  readonly requirements: readonly ReportRequirementRow[]
  readonly evidence: readonly ReportEvidenceRow[]
  readonly signatures: readonly string[]
  readonly references: readonly Fact[]
}

export interface ReportPhaseRow {
  readonly number: string
  readonly title: string
  readonly status: Badge
  readonly planned: string
  readonly start: string
  readonly end: string
  readonly actual: string
  readonly difference: string
  readonly records: string
}

export interface ReportStepRow extends ReportPhaseRow {
  readonly anchor: string
  readonly depth: number
  readonly who: string
  readonly reason: string
  /** Whether the details hold more about it. */
  readonly detailed: boolean
}

export interface ReportStepDetail {
  readonly number: string
  readonly anchor: string
  readonly title: string
  readonly form: string
  readonly status: Badge
  readonly facts: readonly Fact[]
  readonly note: Prose | null
  readonly attempts: readonly ReportAttemptRow[]
  readonly targets: readonly ReportTargetRow[]
  readonly outputs: readonly { readonly on: string; readonly values: Lines }[]
  readonly form_values: readonly { readonly label: string; readonly value: string }[]
  readonly answers: readonly ReportAnswerRow[]
  readonly records: string
}

export interface ReportAttemptRow {
  readonly what: string
  readonly on: string
  readonly attempt: string
  readonly start: string
  readonly end: string
  readonly duration: string
  readonly status: Badge
  readonly text: string
  readonly records: string
}

/** A target of a rollout. */
export interface ReportTargetRow {
  readonly name: string
  readonly status: Badge
  readonly attempts: string
  readonly start: string
  readonly end: string
  readonly duration: string
  readonly reason: string
  readonly records: string
}

export interface ReportAnswerRow {
  readonly asked: string
  readonly answer: string
  readonly by: string
  readonly reason: string
  readonly at: string
  readonly records: string
}

export interface ReportEventRow {
  readonly what: string
  readonly step: Refs
  readonly on: string
  readonly by: string
  readonly reason: string
  readonly at: string
  readonly records: string
}

export interface ReportFailureRow {
  readonly step: Refs
  readonly title: string
  readonly on: string
  readonly attempt: string
  readonly failure: string
  readonly text: string
  readonly then: string
  readonly records: string
}

export interface ReportVoteRow {
  readonly step: Refs
  readonly title: string
  readonly by: string
  readonly role: string
  readonly decision: Badge
  readonly reason: string
  readonly at: string
  readonly records: string
}

export interface ReportPersonRow {
  readonly what: string
  readonly by: string
  readonly text: string
  readonly at: string
  readonly records: string
}

export interface ReportAcceptanceRow {
  readonly id: string
  readonly title: string
  readonly severity: string
  readonly on: string
  readonly before: Lines
  readonly after: Lines
  readonly changed: string
  readonly verdict: Badge
  readonly reason: string
  readonly records: string
}

export interface ReportRequirementRow {
  readonly id: string
  readonly text: string
  readonly covered_by: Lines
  readonly verdict: Badge
  readonly records: string
}

export interface ReportEvidenceRow {
  readonly step: Refs
  readonly name: string
  readonly media: string
  readonly size: string
  readonly sha256: InlineCode
  readonly records: string
}
