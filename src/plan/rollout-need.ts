import type { PlanRetry, PlanRollout } from './model.ts'

type Attempts = Pick<PlanRollout, 'target_deadline_ms' | 'target_retry' | 'rollback' | 'window'>

/**
 * How long one target may need at worst: so many attempts with their pauses, the way back, the reserve. What the rollout
 * core keeps free in a window is the same number (`needMs` in src/rollout/policy.ts).
 *
 * @returns undefined without a deadline: then nothing is sure to end
 */
export function targetNeedMs(rollout: Attempts, attempts: number): number | undefined {
  const { target_deadline_ms: deadline, target_retry: retry, rollback, window } = rollout
  if (deadline === undefined) return undefined
  const pauses = Array.from({ length: attempts - 1 }, (_, index) => pauseMs(retry, index + 1))
  const back = rollback.steps.length === 0 ? 0 : (rollback.keep_free_ms ?? rollback.deadline_ms ?? deadline)
  return attempts * deadline + pauses.reduce((total, pause) => total + pause, 0) + back + (window?.reserve_ms ?? 0)
}

/** Attempts that must fit into an opening at a first start. */
export function fitAttempts({ target_retry, window }: Attempts): number {
  return window?.fit === 'first_attempt' ? 1 : target_retry.max_attempts
}

function pauseMs(retry: PlanRetry, attempt: number): number {
  return Math.min(
    Math.round(retry.delay_ms * retry.backoff ** (attempt - 1)),
    retry.max_delay_ms || Number.MAX_SAFE_INTEGER,
  )
}
