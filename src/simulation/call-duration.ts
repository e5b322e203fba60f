import type { PlanAction } from '../plan/model.ts'

/** Whole milliseconds. */
export interface CallDuration {
  readonly expected_ms: number
  readonly worst_ms: number
}

/**
 * How long one call of an action step takes. The plan tells it for all targets with all attempts; one call's share follows
 * from that exactly, because the plan multiplied it.
 */
export function callDuration(step: PlanAction): CallDuration {
  const rounds = step.targets.length === 0 ? 1 : Math.ceil(step.targets.length / Math.max(1, step.max_concurrency))
  const { max_attempts, delay_ms, backoff, max_delay_ms } = step.retry
  let pauses = 0
  for (let attempt = 1; attempt < max_attempts; attempt += 1)
    pauses += Math.min(delay_ms * backoff ** (attempt - 1), max_delay_ms)
  const expected_ms = Math.round(step.duration.expected_ms / rounds)
  const worst = Math.round((step.duration.worst_ms / rounds - Math.round(pauses)) / max_attempts)
  return { expected_ms, worst_ms: Math.max(expected_ms, worst) }
}
