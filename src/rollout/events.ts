/**
 * What can happen in a rollout. State is only ever a fold over these; each stands for itself as one journal record.
 * Targets are numbers of the rollout, instants milliseconds since the epoch, `-1` where an instant or number is absent.
 * Shapes may gain members, never lose or change one.
 */
import type { FailureClass } from '../base/failure.ts'
import type { EndState, InFlight, Stage } from './policy.ts'

export type StopScope = 'wave' | 'lane' | 'rollout' | 'run' | 'ask'

/** Why a target ended as it did; what people read is made from it. */
export type EndReason =
  | 'done'
  | 'failed'
  | 'deadline'
  | 'unhealthy'
  | 'health_unknown'
  | 'rollback_failed'
  | 'rollback_deadline'
  | 'taken_back'
  | 'asked'
  | 'stopped'
  | 'window_ended'
  | 'window_closed'
  | 'skip_when'
  | 'unit'
  | 'operator'

/** A fact about a target that the world tells. `skip_when`: leave it out; `retry_when`: whether another try makes sense. */
export type TargetFlag = 'skip_when' | 'retry_when'

/** From the parent to a cell. */
export type Order =
  | { readonly kind: 'grant'; readonly wave: number; readonly count: number; readonly domains?: readonly number[] }
  /** `wave` -1: the whole cell. `undo`: proven targets are taken back. */
  | {
      readonly kind: 'stop'
      readonly wave: number
      readonly in_flight: InFlight
      readonly undo: boolean
      readonly reason: EndReason
    }
  /** Proven targets of the wave (-1: all) can no longer be taken back. */
  | { readonly kind: 'seal'; readonly wave: number }
  /** The lane's window: closed until then, or -1: open. */
  | { readonly kind: 'window'; readonly wave: number; readonly until: number }
  | { readonly kind: 'glass'; readonly until: number }
  | { readonly kind: 'close' }

/** What changed in a cell for one wave and failure domain; `by` in the order of `counters`. */
export interface ReportRow {
  readonly wave: number
  readonly domain: number
  readonly by: readonly number[]
}

export interface WaveMark {
  readonly wave: number
  readonly first_start: number
  readonly last_end: number
  /** The most attempts that a target needed, and the latest end of an attempt's time. */
  readonly attempts: number
  readonly slot_end: number
}

/** From a cell to the parent: what changed since the last one. */
export interface Report {
  readonly rows: readonly ReportRow[]
  readonly marks: readonly WaveMark[]
  /** Units (or single targets) that came at risk, less those that left it. */
  readonly units: number
  readonly stops: readonly StopWish[]
  /** Number of the last order that was taken. */
  readonly order: number
}

export interface StopWish {
  readonly scope: StopScope
  readonly wave: number
  readonly target: number
  readonly class: FailureClass
  readonly undo: boolean
}

type Cell<Type extends string, Data = unknown> = {
  readonly type: Type
  readonly at: number
  readonly cell: number
} & Data
type Target<Type extends string, Data = unknown> = Cell<Type, { readonly target: number } & Data>

export type CellEvent =
  | Cell<'OrderTaken', { readonly number: number; readonly order: Order }>
  | Cell<'Reported', { readonly number: number; readonly report: Report }>
  | Cell<'GrantsReturned', { readonly wave: number; readonly count: number }>
  | Target<'TargetFlagged', { readonly flag: TargetFlag; readonly value: boolean }>
  | Target<'StagingStarted', { readonly deadline: number }>
  | Target<'StagingEnded', { readonly ok: boolean }>
  | Target<'TargetStarted', { readonly attempt: number; readonly deadline: number }>
  | Target<'CallRequested', { readonly stage: Stage; readonly index: number; readonly call: number }>
  | Target<'CallSettled', { readonly call: number; readonly outcome: Outcome }>
  | Target<'VerifyingStarted'>
  | Target<'HealthJudged', { readonly healthy: boolean; readonly next: number }>
  | Target<'RetryPlanned', { readonly next: number; readonly class: FailureClass }>
  | Target<'RollbackStarted', { readonly class: FailureClass; readonly reason: EndReason; readonly deadline: number }>
  | Target<'TargetProven'>
  | Target<'UndoPlanned', { readonly class: FailureClass; readonly reason: EndReason }>
  | Target<'TargetDeferred', { readonly until: number }>
  | Target<'TargetResumed'>
  | Target<'TargetReopened'>
  | Target<'TargetEnded', { readonly state: EndState; readonly class?: FailureClass; readonly reason: EndReason }>
  | Target<'StopWanted', { readonly scope: StopScope; readonly class: FailureClass; readonly undo: boolean }>

type Lane<Type extends string, Data = unknown> = {
  readonly type: Type
  readonly at: number
  readonly lane: number
} & Data
type Fleet<Type extends string, Data = unknown> = { readonly type: Type; readonly at: number } & Data

/** Why a lane or the rollout stopped. */
export type StopCause =
  | 'rule'
  | 'batch_failures'
  | 'wave_failures'
  | 'lane_failures'
  | 'rollout_failures'
  | 'canary_empty'
  | 'canary_unproven'
  | 'window_ended'
  | 'no_progress'
  | 'blast_radius'
  | 'max_unavailable'
  | 'operator'

export type FleetEvent =
  | Fleet<'RolloutStarted'>
  | Fleet<'ReportTaken', { readonly cell: number; readonly number: number; readonly report: Report }>
  | Fleet<'CellOrdered', { readonly cell: number; readonly number: number; readonly order: Order }>
  | Lane<'WaveOpened', { readonly wave: number }>
  /** `next`: the earliest instant at which the next wave may open. */
  | Lane<'WaveEnded', { readonly wave: number; readonly next: number }>
  | Lane<'BatchEnded', { readonly wave: number }>
  /** `short`: its window is open, yet what is left of it is not enough for one more. */
  | Lane<'LaneShut', { readonly until: number; readonly short?: true }>
  /** `closes` -1: it does not. */
  | Lane<'LaneUnshut', { readonly closes: number }>
  | Lane<'LaneClosed'>
  | Lane<'GateAwaited', { readonly wave: number }>
  | Lane<'GateOpened', { readonly wave: number }>
  | Lane<'WavePromoted', { readonly wave: number }>
  | Lane<'WaveStopped', { readonly wave: number; readonly cause: StopCause; readonly undo: boolean }>
  | Lane<'LaneStopped', { readonly cause: StopCause; readonly undo: boolean }>
  | Lane<'LaneEnded'>
  | Fleet<'RolloutStopped', { readonly scope: 'rollout' | 'run'; readonly cause: StopCause; readonly undo: boolean }>
  | Fleet<'RolloutPaused'>
  | Fleet<'RolloutResumed'>
  | Fleet<'RolloutAsked', { readonly target: number }>
  | Fleet<'ConcurrencyChanged', { readonly to: number }>
  | Fleet<'GlassBroken', { readonly until: number }>
  | Fleet<'RolloutEnded'>

export type RolloutEvent = CellEvent | FleetEvent

/** How a call ended. */
export type Outcome = 'ok' | FailureClass
