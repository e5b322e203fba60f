/**
 * The longest way on which everything still succeeds: each call takes its worst time, and every attempt but the last one
 * fails at its end. What fails for good would stop something, and what stops ends earlier.
 */
import { type FailureClass, failureClasses } from '../base/failure.ts'
import type { PlanAction, PlanRollout } from '../plan/model.ts'
import type { PlanIndex } from '../run/plan-index.ts'
import { type CallDuration, callDuration } from './call-duration.ts'
import type { Subject } from './selection.ts'
import type { TargetFacts } from './target-facts.ts'

export class WorstCase {
  /** Rollout and what comes after, by path of an action of `each`. */
  readonly #places = new Map<
    string,
    { readonly rollout: PlanRollout; readonly restMs: number; readonly last: boolean }
  >()

  constructor(index: PlanIndex) {
    for (const step of index.ordered) if (step.form === 'rollout') this.#addRollout(step)
  }

  #addRollout(rollout: PlanRollout): void {
    const { each, post_checks, health } = rollout
    const after = [...post_checks, ...(health?.checks ?? [])].reduce((sum, action) => sum + expected(action), 0)
    let restMs = after + (health === undefined ? 0 : health.min_healthy_time_ms)
    for (const [index, action] of [...each].reverse().entries()) {
      this.#places.set(action.path, { rollout, restMs, last: index === 0 })
      restMs += expected(action)
    }
  }

  /** How long a call takes: as long as the deadline of the attempt leaves for it. */
  durationMs(subject: Subject, known: CallDuration, facts: TargetFacts, now: number): number {
    const place = this.#places.get(subject.path)
    const deadline = place?.rollout.target_deadline_ms
    if (!place || deadline === undefined || facts.attemptAt === undefined) return known.worst_ms
    const left = facts.attemptAt + deadline - now - place.restMs
    return Math.min(known.worst_ms, Math.max(known.expected_ms, left))
  }

  /** The class with which a call fails because another attempt is left. */
  failureOf(subject: Subject, planned: PlanAction | undefined, op: string): FailureClass | undefined {
    if (op !== 'perform' || planned === undefined) return undefined
    const place = this.#places.get(subject.path)
    if (place) {
      const { rollout, last } = place
      return last && subject.attempt < rollout.target_retry.max_attempts ? retried(rollout) : undefined
    }
    if (/\/(?:stage|preflight|post_checks|health|rollback)\//.test(subject.path)) return undefined
    return subject.attempt < planned.retry.max_attempts ? (planned.retry.classes[0] ?? 'process') : undefined
  }
}

function expected(action: PlanAction): number {
  return callDuration(action).expected_ms
}

/** A class of failure after which the rollout tries a target again. */
function retried(rollout: PlanRollout): FailureClass | undefined {
  const { classes } = rollout.target_retry
  const candidates = ['process' as const, ...failureClasses]
  return candidates.find((candidate) => {
    const rule = rollout.failure_rules.find((row) => row.class === undefined || row.class === candidate)
    return rule ? rule.do === 'retry' : classes.length === 0 || classes.includes(candidate)
  })
}
