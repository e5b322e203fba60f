import type { JsonObject } from '../base/json.ts'
import type { DurationEstimate, EvidenceItem, Impact, Raci, Retry } from '../runbook/runbook.generated.ts'
import type { CallTime } from './call-time.ts'
import { noRetry } from './defaults.ts'
import type { PlanImpact, PlanRetry, PlanStepBase } from './model.ts'
import type { RunbookPath } from './places.ts'
import type { Planning } from './planning.ts'

export function planRetry(
  retry: Retry | undefined,
  bindings: JsonObject,
  path: RunbookPath,
  planning: Planning,
): PlanRetry {
  if (!retry) return noRetry
  const delay = planning.duration(retry.delay, bindings, [...path, 'delay']) ?? 0
  return {
    max_attempts: retry.max_attempts,
    delay_ms: delay,
    backoff: retry.backoff ?? 1,
    max_delay_ms:
      planning.duration(retry.max_delay, bindings, [...path, 'max_delay']) ?? Math.max(delay, noRetry.max_delay_ms),
    classes: retry.classes ?? [],
    ...(retry.when === undefined ? {} : { when: retry.when }),
  }
}

export function planImpact(
  impact: Impact | undefined,
  bindings: JsonObject,
  path: RunbookPath,
  planning: Planning,
): { readonly impact?: PlanImpact } {
  if (!impact) return {}
  const downtime = planning.duration(impact.downtime, bindings, [...path, 'downtime'])
  return {
    impact: {
      kind: impact.kind,
      ...(downtime === undefined ? {} : { downtime_ms: downtime }),
      ...(impact.affects === undefined
        ? {}
        : { affects: planning.text(impact.affects, bindings, [...path, 'affects']) }),
    },
  }
}

/** What the author says that it takes: worst is the deadline, else twice the expected time. Undefined when nothing is said. */
export function ownTime(
  duration: DurationEstimate | undefined,
  deadlineMs: number | undefined,
  bindings: JsonObject,
  path: RunbookPath,
  planning: Planning,
): CallTime | undefined {
  const expected = planning.duration(duration?.expected, bindings, [...path, 'expected'])
  if (expected === undefined) return undefined
  const worst = planning.duration(duration?.worst, bindings, [...path, 'worst']) ?? deadlineMs ?? 2 * expected
  return { expected_ms: expected, worst_ms: Math.max(worst, expected) }
}

export function planEvidence(evidence: readonly EvidenceItem[] | undefined): PlanStepBase['evidence'] {
  return (evidence ?? []).map(({ id, title, required }) => ({ id, title, required: required ?? true }))
}

export function planRaci(raci: Raci | undefined, inherited: JsonObject | undefined): { readonly raci?: JsonObject } {
  const value = raci === undefined ? inherited : (raci as unknown as JsonObject)
  return value === undefined ? {} : { raci: value }
}
