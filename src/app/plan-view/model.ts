/** A plan as a view beside the text shows it: words and bars, nothing to work out. Ids and paths lead back to the text. */
import type { TimelineBar, TimelineMark } from '../../book/view.ts'
import type { PlanAxis } from './axis.ts'

export type { TimelineBar, TimelineMark } from '../../book/view.ts'
export type { PlanAxis } from './axis.ts'

export interface PlanView {
  readonly title: string
  /** `night 1.2.0`. */
  readonly runbook: string
  /** `sha256:` and 64 hex digits over what happens to which target. */
  readonly digest: string
  readonly facts: readonly PlanViewFact[]
  readonly verdict: PlanVerdict
  /** Absent for a fleet so large that nobody waits for it. */
  readonly timeline?: {
    /** `2026-12-06 00:00 UTC`, what all times are counted from. */
    readonly start: string
    readonly axis: PlanAxis
    readonly rows: readonly PlanViewRow[]
    readonly lines: readonly { readonly at_ms: number; readonly label: string }[]
  }
  readonly rollouts: readonly PlanViewRollout[]
  readonly windows: readonly { readonly id: string; readonly text: string }[]
  readonly freezes: readonly string[]
  /** What was made up, in words. */
  readonly assumptions: readonly string[]
}

export interface PlanViewFact {
  readonly label: string
  readonly value: string
}

/** Whether the work fits its windows. */
export interface PlanVerdict {
  readonly kind: 'fits' | 'fits_unless_worst' | 'does_not_fit' | 'no_window' | 'not_played'
  /** One sentence. */
  readonly text: string
}

export interface PlanViewRow {
  /** Of the plan; unique. */
  readonly path: string
  /** Of the text: the path without the numbers of repetitions. */
  readonly place: string
  readonly number: string
  readonly label: string
  readonly level: 0 | 1 | 2
  readonly bars: readonly TimelineBar[]
  readonly marks: readonly TimelineMark[]
  /** How long it takes, waits for windows left out; or why it has no bar. */
  readonly expected: string
  readonly worst: string
}

export interface PlanViewRollout {
  readonly path: string
  readonly place: string
  readonly number: string
  readonly title: string
  readonly sentence: string
  /** In the order in which they start. */
  readonly waves: readonly { readonly title: string; readonly lines: readonly string[] }[]
  /** Instants are on the clock of the lane. */
  readonly lanes: readonly {
    readonly title: string
    readonly opens: string
    readonly expected: string
    readonly worst: string
    readonly closes: string
    readonly turn_back: string
  }[]
  /** Lanes over time, each with its windows and waves. */
  readonly picture?: {
    readonly axis: PlanAxis
    readonly rows: readonly { readonly label: string; readonly bars: readonly TimelineBar[]; readonly note: string }[]
  }
  readonly unfit: readonly string[]
}
