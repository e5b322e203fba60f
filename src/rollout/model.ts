import type { FailureClass } from '../base/failure.ts'

/** Where a target of a rollout stands; the last five are final. */
export type RolloutTargetPhase =
  | 'pending'
  | 'in_progress'
  | 'verifying'
  | 'rolling_back'
  | 'retrying'
  | 'succeeded'
  | 'rolled_back'
  | 'failed'
  | 'skipped'
  | 'held'

/** What a stop reaches. */
export type RolloutScope = 'rollout' | 'run'

export interface RolloutTarget {
  state: RolloutTargetPhase
  /** From 1; 0 before the first. */
  attempt: number
  /** Why it rolls back, or how it ended. */
  class?: FailureClass
  /** The deadline of the running attempt has passed. */
  overdue?: boolean
  /** Health: rounds judged, the round after which the last pause was set, and since when it was healthy without a break. */
  verify?: { round: number; pausedRound: number; healthySince: number; failures: number; waiting: boolean }
}

export interface RolloutFailureRule {
  /** Absent: any class. */
  readonly class?: FailureClass
  readonly do: 'retry' | 'rollback' | 'skip' | 'fail' | 'hold'
  readonly then: 'continue' | 'stop_rollout' | 'stop_run' | 'ask'
}

export interface RolloutPolicy {
  /** In order. */
  readonly targets: readonly string[]
  /** Units at once, at least 1. */
  readonly maxConcurrency: number
  /** Tolerated; the next one stops. */
  readonly maxFailures: number
  readonly preflight: number
  readonly each: number
  readonly healthChecks: number
  readonly health?: { readonly intervalMs: number; readonly minHealthyTimeMs: number; readonly failuresAllowed: number }
  readonly deadlineMs?: number
  /** Includes the first. */
  readonly maxAttempts: number
  /** Classes that are tried again when no rule says otherwise. */
  readonly retryClasses: readonly FailureClass[]
  readonly rollback: { readonly mode: 'auto' | 'ask' | 'never'; readonly steps: number }
  /** First match wins. */
  readonly failureRules: readonly RolloutFailureRule[]
}

export type RolloutStage = 'preflight' | 'each' | 'health' | 'rollback'

/** How one action stands on one target, as the driver sees it. */
export type WorkState =
  | { readonly kind: 'open' }
  | { readonly kind: 'active' }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly class: FailureClass; readonly reason: string }

export interface RolloutView {
  readonly targets: Readonly<Record<string, RolloutTarget>>
  readonly stopped: boolean
  /** Milliseconds since the epoch, of the event that asks. */
  readonly now: number
  /** Looked at in this turn already, and it waits for something outside. */
  waits(target: string): boolean
  work(stage: RolloutStage, index: number, target: string): WorkState
  timerSet(target: string, why: 'deadline' | 'health'): boolean
}

export type RolloutDecision =
  /** Do or go on with this action on this target. */
  | { readonly kind: 'work'; readonly stage: RolloutStage; readonly index: number; readonly target: string }
  | {
      readonly kind: 'move'
      readonly target: string
      readonly to: Exclude<RolloutTargetPhase, 'pending'>
      readonly attempt: number
      readonly class?: FailureClass
      readonly reason?: string
    }
  | { readonly kind: 'timer'; readonly target: string; readonly why: 'deadline' | 'health'; readonly at: number }
  | { readonly kind: 'judge'; readonly target: string; readonly healthy: boolean; readonly round: number }
  | { readonly kind: 'stop'; readonly scope: RolloutScope; readonly reason: string }

/** Whether a target of a rollout needs nothing more. */
export function isOver(phase: RolloutTargetPhase): boolean {
  return (
    phase === 'succeeded' || phase === 'rolled_back' || phase === 'failed' || phase === 'skipped' || phase === 'held'
  )
}
