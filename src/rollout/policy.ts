/** What a runbook says about a rollout, resolved: counts instead of percentages, milliseconds instead of durations. */
import type { FailureClass } from '../base/failure.ts'

/** Where a target can end. `held`: a person decides; as long as its lane is open it can be taken up again. */
export type EndState = 'succeeded' | 'rolled_back' | 'failed' | 'skipped' | 'held'

/** Where a target stands, in the words of screens and documents; those of {@link EndState} are ends. */
export type TargetState = 'pending' | 'staged' | 'waiting_for_window' | 'in_progress' | 'verifying' | EndState

/** Lists of actions that a rollout runs on a target, in this order; `rollback` instead of the rest when it fails. */
export type Stage = 'stage' | 'preflight' | 'each' | 'post_checks' | 'health' | 'rollback'

/** What happens to work in flight when something above it stops, or when the window closes on it. */
export type InFlight = 'finish' | 'rollback' | 'cancel'

export type RollbackScope = 'target' | 'unit' | 'wave' | 'component' | 'run'

export type Then = 'continue' | 'stop_wave' | 'stop_lane' | 'stop_rollout' | 'stop_run' | 'ask'

/** One row of the failure table. The first row that matches counts; a `retry` row matches only while a try is left. */
export interface FailureRule {
  /** Absent: any class. */
  readonly class?: FailureClass
  readonly do: 'retry' | 'rollback' | 'skip' | 'fail' | 'hold'
  readonly then: Then
}

export interface HealthPolicy {
  /** Number of checks in a round, at least 1. */
  readonly checks: number
  readonly intervalMs: number
  /** Healthy without a break for so long. */
  readonly minHealthyMs: number
  /** Unhealthy rounds that are tolerated. */
  readonly failuresAllowed: number
  /** What a check that cannot tell means. */
  readonly onUnknown: 'ask' | 'hold' | 'fail'
}

export interface RetryPolicy {
  /** Includes the first. */
  readonly maxAttempts: number
  readonly delayMs: number
  /** Factor from one delay to the next, at least 1. */
  readonly backoff: number
  /** Upper limit of one delay; absent: none. */
  readonly maxDelayMs?: number
  /** `deadline`: the next attempt begins when the time of this one is used up, also when it failed early. */
  readonly at: 'failure' | 'deadline'
  /** Classes that are tried again when no row of the table speaks; empty: all. */
  readonly classes: readonly FailureClass[]
}

export interface RollbackPolicy {
  readonly mode: 'auto' | 'ask' | 'never'
  /** `target` ends a target at once; the wider ones keep proven targets open until nothing can take them back. */
  readonly scope: RollbackScope
  /** Number of actions; 0: there is no way back. */
  readonly steps: number
  /** Absent: the deadline of an attempt. */
  readonly deadlineMs?: number
  /** What is kept for it at the end of a window. Absent: its deadline. */
  readonly fitMs?: number
}

/** What all lanes of a rollout share. */
export interface RolloutPolicy {
  /** Number of actions by stage. */
  readonly stage: number
  readonly preflight: number
  readonly each: number
  readonly postChecks: number
  readonly health?: HealthPolicy
  /** For one attempt: preflight, actions, checks, health. Absent: none, and then no window is ever long enough. */
  readonly deadlineMs?: number
  /** For the staging of one target, which is tried again within the attempt. Absent: the deadline of an attempt. */
  readonly stageDeadlineMs?: number
  /** Without an end of a target for so long while work is in progress, the rollout stops. */
  readonly progressDeadlineMs?: number
  readonly retry: RetryPolicy
  readonly rollback: RollbackPolicy
  readonly unit: {
    /** Members go one after another, by rank. */
    readonly oneAtATime: boolean
    /** Ends of a member after which the members that have not begun are skipped. */
    readonly skipRestWhen: readonly EndState[]
    /** A member begins only when the members after it in the same wave would still fit as well. */
    readonly fitWhole: boolean
  }
  /** Number of failure domains that may be away together, at least 1. Targets without a domain are free. */
  readonly domainsAtOnce: number
  /** Targets in progress at once. Absent: no limit. */
  readonly maxConcurrency?: number
  /** Targets in staging at once. Absent: no limit. */
  readonly stageConcurrency?: number
  /** Ends as failed, rolled back or held that are tolerated; the next one stops the rollout. Absent: any number. */
  readonly maxFailures?: number
  /** In progress, failed or held at the same time. */
  readonly blastRadius?: { readonly maxTargets?: number; readonly maxUnits?: number }
  readonly failureTable: readonly FailureRule[]
  readonly inFlight: InFlight
  /** What happens to work that is in progress when the window closes. */
  readonly overrun: 'finish_unit' | 'rollback' | 'stop'
  /** What must be left of an opening at a start: all attempts, or only the first, with rollback and reserve. */
  readonly fit: 'worst_case' | 'first_attempt'
  /** Kept free before closing time. */
  readonly reserveMs: number
}

export interface WavePolicy {
  readonly id: string
  readonly canary?: {
    /**
     * When the next wave opens, once all of this one ended: at once; when the last slot's time is used up, counted twice
     * for all slots if any of them retried; or the latest of the slots, each with its own number of attempts.
     */
    readonly next: 'when_done' | 'at_slot' | 'at_slot_per_target'
    /** What stops when the canary is empty or no target of it succeeded. */
    readonly onUnproven: 'stop_run' | 'stop_lane'
  }
  readonly maxConcurrency?: number
  /** In progress, failed or held. */
  readonly maxUnavailable?: number
  /** The next batch begins when all of this one ended. */
  readonly batchSize?: number
  readonly batchMaxFailures?: number
  readonly maxFailures?: number
  /** From start to start, in the whole lane. */
  readonly staggerMs: number
  /** From an end to the next start. */
  readonly cooldownMs: number
  /** From the last end to the opening of the next wave. */
  readonly soakMs: number
  /** The wave opens only after the command `open_gate`. */
  readonly gate: boolean
}

/** All attempts with their pauses, or the first alone, then the way back and the reserve; `Infinity` without a deadline. */
export function needMs(policy: RolloutPolicy, attempts: number): number {
  const { deadlineMs, rollback, retry, reserveMs } = policy
  if (deadlineMs === undefined) return Number.POSITIVE_INFINITY
  let total = attempts * deadlineMs + reserveMs
  for (let attempt = 1; attempt < attempts; attempt += 1) total += retryDelayMs(retry, attempt)
  return total + (rollback.steps > 0 ? (rollback.fitMs ?? rollback.deadlineMs ?? deadlineMs) : 0)
}

/** Attempts that must fit at a first start. */
export function fitAttempts(policy: RolloutPolicy): number {
  return policy.fit === 'worst_case' ? policy.retry.maxAttempts : 1
}

/** @param attempt - the one that failed, from 1 */
export function retryDelayMs(retry: RetryPolicy, attempt: number): number {
  const delay = Math.round(retry.delayMs * retry.backoff ** (attempt - 1))
  return Math.min(delay, retry.maxDelayMs ?? Number.MAX_SAFE_INTEGER)
}
