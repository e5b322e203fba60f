/**
 * The longest way on which everything still succeeds: each call takes its worst time, and every attempt but the last one
 * fails at its end. What fails for good would stop something, and what stops ends earlier.
 */
import { type FailureClass, failureClasses } from '../base/failure.ts'
import type { CallTime } from '../plan/call-time.ts'
import type { PlanAction, PlanRollout } from '../plan/model.ts'
import type { PlanIndex } from '../run/plan-index.ts'
import type { Subject } from './selection.ts'
import type { TargetFacts } from './target-facts.ts'

export class WorstCase {
  /** Rollout and what comes after within the deadline, by path of an action. */
  readonly #places = new Map<
    string,
    { readonly rollout: PlanRollout; readonly restMs: number; readonly last: boolean }
  >()

  constructor(index: PlanIndex) {
    for (const step of index.ordered) if (step.form === 'rollout') this.#addRollout(step)
  }

  #addRollout(rollout: PlanRollout): void {
    const { each, post_checks, health } = rollout
    let restMs = 0
    if (health) {
      // Health is looked at in whole intervals, with a look at both ends.
      const interval = Math.max(1, health.interval_ms)
      const looks = 2 * health.checks.reduce((sum, action) => sum + expected(action), 0)
      restMs = Math.ceil(health.min_healthy_time_ms / interval) * interval + looks
      // A look has no time of its own to take.
      for (const action of health.checks)
        this.#places.set(action.path, { rollout, restMs: Number.POSITIVE_INFINITY, last: false })
    }
    for (const action of [...post_checks].reverse()) {
      this.#places.set(action.path, { rollout, restMs, last: false })
      restMs += expected(action)
    }
    for (const [index, action] of [...each].reverse().entries()) {
      this.#places.set(action.path, { rollout, restMs, last: index === 0 })
      restMs += expected(action)
    }
    for (const action of [...rollout.preflight].reverse()) {
      this.#places.set(action.path, { rollout, restMs: Number.POSITIVE_INFINITY, last: false })
    }
  }

  /** How long a call takes: as long as the deadline of the attempt leaves for it. */
  durationMs(subject: Subject, known: CallTime, facts: TargetFacts, now: number): number {
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
  return action.duration.expected_ms
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
