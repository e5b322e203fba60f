import type { CallTime } from './call-time.ts'
import type { PlanRetry, PlanRolloutEnd } from './model.ts'

/**
 * What holds where a runbook is silent. People's times are guesses that keep a plan honest until somebody writes a better
 * one beside the step.
 */
export const planDefaults: {
  readonly manual: CallTime
  readonly gate: CallTime
  readonly manualCriterion: CallTime
  readonly healthIntervalMs: number
  readonly retryDelayMaxMs: number
  /** A unit whose member is in trouble must not lose the next one. */
  readonly unitSkipRestWhen: readonly PlanRolloutEnd[]
  /** A canary that fails has done its work. */
  readonly canaryMaxFailures: number
} = {
  manual: { expected_ms: 15 * 60_000, worst_ms: 60 * 60_000 },
  gate: { expected_ms: 10 * 60_000, worst_ms: 60 * 60_000 },
  manualCriterion: { expected_ms: 5 * 60_000, worst_ms: 15 * 60_000 },
  healthIntervalMs: 10_000,
  retryDelayMaxMs: 60 * 60_000,
  unitSkipRestWhen: ['failed', 'rolled_back', 'held'],
  canaryMaxFailures: 0,
}

/** One attempt, no other. */
export const noRetry: PlanRetry = {
  max_attempts: 1,
  delay_ms: 0,
  backoff: 1,
  max_delay_ms: planDefaults.retryDelayMaxMs,
  classes: [],
}
