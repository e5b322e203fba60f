import type {
  Badge,
  Code,
  Fact,
  Figure,
  Heading,
  InlineCode,
  Lines,
  PageText,
  Prose,
  Refs,
  Timeline,
  Waves,
} from './view.ts'

/** The recipe book as data; templates lay it out. */
export interface BookView {
  readonly document: 'recipe_book'
  readonly title: string
  readonly version: string
  /** Empty when not given. */
  readonly issued: string
  readonly description: Prose | null
  readonly footer: PageText
  readonly cover: readonly Fact[]
  readonly figures: readonly Figure[]
  readonly contents: readonly Heading[]
  readonly summary: readonly string[]
  readonly point_of_no_return: { readonly step: Refs; readonly title: string; readonly text: string } | null
  readonly impacts: readonly ImpactRow[]
  readonly change: readonly { readonly label: string; readonly value: Prose }[]
  /** Empty when the plan has none: it is filled in by hand then. */
  readonly planned_start: string
  readonly approvals: readonly { readonly who: string; readonly what: string }[]
  readonly components: readonly ComponentRow[]
  readonly systems: readonly SystemRow[]
  readonly roles: readonly {
    readonly id: string
    readonly title: string
    readonly text: string
    readonly steps: Refs
  }[]
  readonly raci: readonly RaciRow[]
  readonly prerequisites: readonly PrerequisiteRow[]
  readonly inputs: readonly InputRow[]
  readonly timeline: Timeline | null
  readonly timeline_key: readonly string[]
  /** What the times are counted from, and what had to be assumed for them. */
  readonly timeline_notes: readonly string[]
  readonly rollouts: readonly RolloutPicture[]
  readonly dependencies: Waves | null
  readonly phases: readonly PhaseView[]
  readonly back_out: BackOutView
  readonly criteria: readonly CriterionRow[]
  readonly requirements: readonly RequirementRow[]
  readonly uncovered: string
  readonly targets: readonly TargetRow[]
  /** Says that not all are listed; empty when they are. */
  readonly targets_note: string
  readonly rules: readonly RuleRow[]
  readonly references: readonly Fact[]
}

export interface ImpactRow {
  readonly step: Refs
  readonly title: string
  readonly kind: string
  readonly downtime: string
  readonly affects: string
  readonly on: string
}

export interface ComponentRow {
  readonly id: string
  readonly title: string
  readonly targets: string
  readonly count: string
  readonly versions: string
  readonly goal: string
  readonly after: string
  readonly unit: string
  readonly impact: string
}

export interface SystemRow {
  readonly name: string
  readonly type: string
  readonly address: string
  readonly settings: string
}

export interface RaciRow {
  readonly number: string
  readonly title: string
  readonly responsible: string
  readonly accountable: string
  readonly consulted: string
  readonly informed: string
}

export interface PrerequisiteRow {
  readonly step: Refs
  readonly title: string
  readonly who: string
  readonly on: string
}

export interface InputRow {
  readonly name: InlineCode
  readonly title: string
  readonly value: string
  readonly source: string
}

export interface RolloutPicture {
  readonly step: Refs
  readonly title: string
  readonly sentence: string
  readonly picture: Waves
  /** When its lanes work; `null` when there is nothing to compare. */
  readonly lanes: Timeline | null
  readonly lane_rows: readonly LaneRow[]
  /** Whether some lane has a window, and whether there is a way back inside of one. */
  readonly has_windows: boolean
  readonly has_turn_back: boolean
  readonly wave_rows: readonly WaveRow[]
  readonly unfit: readonly UnfitRow[]
}

/** Instants on the clock of the lane, or times since the start when the plan has none. */
export interface LaneRow {
  readonly title: string
  /** Offset of its clock; empty when the instants tell theirs, or there are none. */
  readonly clock: string
  readonly opens: string
  /** Ends. */
  readonly expected: string
  readonly worst: string
  readonly closes: string
  /** Last moment at which the way back can begin and still end inside the window. */
  readonly turn_back: string
}

export interface WaveRow {
  /** Empty when there is one only. */
  readonly lane: string
  readonly wave: string
  readonly count: string
  readonly targets: string
}

/** Targets that are left behind. */
export interface UnfitRow {
  readonly when: string
  readonly place: string
  readonly count: string
  readonly targets: string
  readonly reason: string
}

export interface PhaseView {
  readonly number: string
  readonly title: string
  readonly anchor: string
  /** Kind of phase in words. */
  readonly type: string
  readonly description: Prose | null
  readonly expected: string
  readonly worst: string
  readonly steps_text: string
  readonly steps: readonly StepView[]
}

/** One step, whatever its form. Steps inside groups and rollouts follow their parent with a greater depth. */
export interface StepView {
  readonly number: string
  readonly anchor: string
  readonly title: string
  /** 0 for a step of the phase itself; at most 3. */
  readonly depth: number
  /** `action`, `manual`, `gate`, `acceptance`, `group`, `rollout`: for class names. */
  readonly form: string
  readonly form_title: string
  readonly badges: readonly Badge[]
  /** Reason when planning found that the step is left out. */
  readonly skip: string
  readonly point_of_no_return: boolean
  readonly is_group: boolean
  readonly description: Prose | null
  readonly instructions: Prose | null
  readonly commands: readonly CommandView[]
  readonly facts: readonly Fact[]
  readonly expected_result: string
  readonly fields: readonly { readonly title: string; readonly type: string; readonly required: string }[]
  readonly evidence: readonly { readonly title: string; readonly required: string }[]
  readonly criteria: readonly { readonly id: string; readonly title: string; readonly on: string }[]
  readonly votes: readonly { readonly who: string }[]
  readonly failure_rules: readonly { readonly when: string; readonly then: string }[]
  /** Words beside the boxes to tick; empty: no box. */
  readonly ticks: readonly string[]
}

export interface CommandView {
  readonly on: string
  readonly text: Code
  readonly note: string
}

export interface BackOutView {
  readonly possible: boolean
  readonly duration: string
  readonly intro: readonly string[]
  /** How long the way back takes from behind each step, and until when it can begin. */
  readonly moments: readonly {
    readonly step: Refs
    readonly title: string
    readonly takes: string
    readonly by: string
  }[]
  readonly has_deadlines: boolean
  readonly steps: readonly BackOutRow[]
  /** Changes that a back-out leaves as they are: they have no inverse. */
  readonly kept: readonly { readonly step: Refs; readonly title: string }[]
  readonly cleanups: readonly {
    readonly step: Refs
    readonly title: string
    readonly of: Refs
    readonly of_title: string
  }[]
}

export interface BackOutRow {
  /** Position in the way back, from 1. */
  readonly order: string
  readonly of: Refs
  readonly of_title: string
  readonly steps: readonly StepView[]
  /** When there are no steps of its own: who puts it back, and how. */
  readonly text: string
}

export interface CriterionRow {
  readonly id: string
  readonly title: string
  readonly severity: string
  readonly baseline: string
  readonly on: string
  readonly how: string
  readonly commands: readonly CommandView[]
  readonly pass_when: InlineCode | null
  readonly covers: string
}

export interface RequirementRow {
  readonly id: string
  readonly text: string
  readonly source: string
  readonly covered_by: Refs
  /** What the runbook says about it; alone it covers a demand that only informs. Empty: none. */
  readonly note: string
  readonly covered: boolean
}

export interface TargetRow {
  readonly name: string
  readonly type: string
  readonly address: string
  readonly roles: string
  readonly version: string
  readonly place: Lines
  readonly more: Lines
}

export interface RuleRow {
  readonly id: string
  readonly title: string
  readonly check: InlineCode
  readonly moment: string
  readonly covers: string
}
