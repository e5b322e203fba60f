import { assertNever } from '../base/assert.ts'
import { planDefaults } from './defaults.ts'
import type { PlanAction, PlanCriterion, PlanRetry, PlanRollout, PlanStep } from './model.ts'

/** Whole milliseconds. */
export interface Estimate {
  readonly expected_ms: number
  readonly worst_ms: number
}

export const nothing: Estimate = { expected_ms: 0, worst_ms: 0 }

export function sum(estimates: readonly Estimate[]): Estimate {
  return estimates.reduce(
    (total, next) => ({ expected_ms: total.expected_ms + next.expected_ms, worst_ms: total.worst_ms + next.worst_ms }),
    nothing,
  )
}

export function times(estimate: Estimate, factor: number): Estimate {
  return { expected_ms: estimate.expected_ms * factor, worst_ms: estimate.worst_ms * factor }
}

/** The worst case counts every attempt and every pause between; the expected case counts one. */
export function withRetries(estimate: Estimate, retry: PlanRetry): Estimate {
  let pauses = 0
  let delay = retry.delay_ms
  for (let attempt = 1; attempt < retry.max_attempts; attempt += 1) {
    pauses += Math.min(delay, retry.max_delay_ms)
    delay *= retry.backoff
  }
  return { expected_ms: estimate.expected_ms, worst_ms: estimate.worst_ms * retry.max_attempts + Math.round(pauses) }
}

/** One call, within its deadline. */
export function withDeadline(estimate: Estimate, deadlineMs: number | undefined): Estimate {
  if (deadlineMs === undefined) return estimate
  return { expected_ms: Math.min(estimate.expected_ms, deadlineMs), worst_ms: Math.min(estimate.worst_ms, deadlineMs) }
}

/** Targets in rounds of so many at once; control counts as one. */
export function overTargets(estimate: Estimate, targets: number, concurrency: number): Estimate {
  return times(estimate, targets === 0 ? 1 : Math.ceil(targets / Math.max(1, concurrency)))
}

/** Steps in order, or side by side as far as `after` allows. Skipped ones take no time. */
export function ofSteps(steps: readonly PlanStep[], parallel: boolean): Estimate {
  if (!parallel) return sum(steps.map((step) => step.duration))
  const ends = new Map<string, Estimate>()
  const endOf = (step: PlanStep): Estimate => {
    const known = ends.get(step.path)
    if (known) return known
    ends.set(step.path, step.duration)
    const before = steps.filter((other) => step.after?.includes(other.path)).map(endOf)
    const end = sum([longest(before), step.duration])
    ends.set(step.path, end)
    return end
  }
  return longest(steps.map(endOf))
}

export function longest(estimates: readonly Estimate[]): Estimate {
  return {
    expected_ms: Math.max(0, ...estimates.map((estimate) => estimate.expected_ms)),
    worst_ms: Math.max(0, ...estimates.map((estimate) => estimate.worst_ms)),
  }
}

/** One target of a rollout: preflight, work and health; the worst case uses all attempts and then rolls back. */
export function ofRolloutTarget(
  rollout: Pick<
    PlanRollout,
    'preflight' | 'each' | 'post_checks' | 'health' | 'target_deadline_ms' | 'target_retry' | 'rollback'
  >,
): Estimate {
  const checks = sum((rollout.health?.checks ?? []).map((check) => check.duration))
  const healthy = rollout.health?.min_healthy_time_ms ?? 0
  const health: Estimate = { expected_ms: checks.expected_ms + healthy, worst_ms: checks.worst_ms + healthy }
  const attempt = withDeadline(
    sum([...[...rollout.each, ...rollout.post_checks].map((step) => step.duration), health]),
    rollout.target_deadline_ms,
  )
  const work = withRetries(attempt, rollout.target_retry)
  const back = rollout.rollback.mode === 'never' ? nothing : sum(rollout.rollback.steps.map((step) => step.duration))
  return {
    expected_ms: sum(rollout.preflight.map((step) => step.duration)).expected_ms + work.expected_ms,
    worst_ms: sum(rollout.preflight.map((step) => step.duration)).worst_ms + work.worst_ms + back.worst_ms,
  }
}

/** One look at a criterion, over all of its targets. */
export function ofCriterion(criterion: PlanCriterion, action: Estimate | undefined): Estimate {
  if (criterion.check.kind === 'manual') return planDefaults.manualCriterion
  return times(action ?? nothing, Math.max(1, criterion.targets.length))
}

/** How long undoing a step takes. */
export function ofBackOut(step: PlanStep): Estimate {
  if (step.skip !== undefined) return nothing
  if (step.back_out === 'undo') return step.duration
  const own = sum((step.back_out ?? []).map((inverse) => inverse.duration))
  switch (step.form) {
    case 'group':
      return sum([own, ...step.steps.map(ofBackOut)])
    case 'rollout':
      return step.back_out === undefined ? rollbackOfAll(step) : own
    case 'action':
    case 'manual':
    case 'gate':
    case 'acceptance':
      return own
    default:
      return assertNever(step)
  }
}

function rollbackOfAll(step: PlanRollout): Estimate {
  const one = sum(step.rollback.steps.map((inverse: PlanAction) => inverse.duration))
  return step.targets.length === 0 ? nothing : overTargets(one, step.targets.length, step.max_concurrency)
}
