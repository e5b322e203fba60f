/** What happens in a rollout, in the words of screens and documents: targets, lanes and waves by name. */
import type { FailureClass } from '../base/failure.ts'
import type { StopCause } from '../rollout/events.ts'

/** Where a target of a rollout stands; the last five are ends. */
export type RolloutTargetPhase =
  | 'pending'
  | 'staging'
  | 'staged'
  | 'waiting_for_window'
  | 'in_progress'
  | 'retrying'
  | 'verifying'
  /** Verified; a rollback of its unit, wave or component may still take it back. */
  | 'proven'
  | 'rolling_back'
  | 'succeeded'
  | 'rolled_back'
  | 'failed'
  | 'skipped'
  | 'held'

export type RolloutStopScope = 'wave' | 'lane' | 'rollout' | 'run'

export interface TargetMove {
  readonly kind: 'target'
  readonly target: string
  readonly to: RolloutTargetPhase
  readonly lane: string
  readonly wave: string
  /** From 1; 0 before the first. */
  readonly attempt: number
  readonly class?: FailureClass
  /** In words; always there for an end other than `succeeded`. */
  readonly reason?: string
  /** When what it waits for is due, milliseconds since the epoch: a retry, an opening, a deadline. */
  readonly until?: number
}

export interface HealthMove {
  readonly kind: 'health'
  readonly target: string
  readonly healthy: boolean
  readonly round: number
}

export interface LaneMove {
  readonly kind: 'lane'
  readonly lane: string
  readonly to:
    | 'wave_opened'
    | 'wave_ended'
    | 'wave_promoted'
    | 'wave_stopped'
    | 'batch_ended'
    | 'window_opened'
    | 'window_closed'
    | 'gate_awaited'
    | 'gate_opened'
    | 'stopped'
    | 'ended'
  readonly wave?: string
  /** Milliseconds since the epoch: the next wave's earliest start, the next opening, closing time. */
  readonly until?: number
  /** Why it stopped, in the core's word. */
  readonly cause?: StopCause
  /** In words. */
  readonly reason?: string
}

export interface WholeMove {
  readonly kind: 'rollout'
  readonly to: 'started' | 'paused' | 'resumed' | 'asked' | 'concurrency_changed' | 'glass_broken' | 'stopped' | 'ended'
  readonly scope?: 'rollout' | 'run'
  readonly cause?: StopCause
  readonly target?: string
  readonly count?: number
  readonly until?: number
  readonly reason?: string
}

export type RolloutMove = TargetMove | HealthMove | LaneMove | WholeMove

/** What an operator may tell a rollout while it runs. Lanes and waves by id. */
export type OperatorCommand =
  | { readonly do: 'pause' | 'resume' | 'stop_rollout' }
  | { readonly do: 'skip_target' | 'retry_target' | 'rollback_target'; readonly target: string }
  /** Opens the next wave as soon as this one has ended, without its soak, slot and gate. */
  | { readonly do: 'promote' | 'stop_lane'; readonly lane: string }
  | { readonly do: 'stop_wave'; readonly lane: string; readonly wave: string }
  | { readonly do: 'change_concurrency'; readonly to: number }
  /** Until then windows and freezes do not count; an instant that is over takes it back. */
  | { readonly do: 'break_glass'; readonly until: number }
