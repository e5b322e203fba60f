import { assertNever } from '../base/assert.ts'
import { canonicalJson, type JsonObject } from '../base/json.ts'
import { sha256 } from '../base/sha256.ts'
import type {
  Plan,
  PlanAction,
  PlanCalendar,
  PlanCriterion,
  PlanLane,
  PlanPreview,
  PlanStep,
  PlanStepBase,
} from './model.ts'

/**
 * Digest of what a plan does: actions, arguments, targets, order, decisions, rules, retries, failure policies, back-outs
 * and cleanups. Words for people, numbers, owners, durations and evidence of authorship do not count, so a cosmetic edit
 * keeps an approval and a change of effects voids it.
 *
 * @param hash - SHA-256 as 64 hex digits; that of the platform is much faster for a large fleet
 * @returns `sha256:` and 64 hex digits
 */
export function planDigest(plan: Omit<Plan, 'digest'>, hash: (text: string) => string = sha256): string {
  return `sha256:${hash(canonicalJson(planEffects(plan)))}`
}

/** The part of a plan that its digest is made of, as plain data. */
export function planEffects(plan: Omit<Plan, 'digest'>): object {
  return {
    inputs: Object.fromEntries(Object.entries(plan.inputs).map(([name, { type, value }]) => [name, { type, value }])),
    targets: plan.targets,
    systems: plan.systems,
    rules: plan.rules.map(({ id, check, at_close, override_by }) => ({ id, check, at_close, override_by })),
    catalog: plan.catalog?.products,
    criteria: plan.acceptance_criteria.map(criterionEffects),
    calendar: plan.calendar && calendarEffects(plan.calendar),
    phases: plan.phases.map(({ id, kind, steps }) => ({ id, kind, steps: steps.map(stepEffects) })),
  }
}

/** When windows and freezes open and close counts, not what they are called, why they are there and whom to ask. */
function calendarEffects({ windows, freezes, ...rest }: PlanCalendar): object {
  const plain = ({ title: _, description: __, reason: ___, owner: ____, ...entry }: JsonObject): JsonObject => entry
  return { ...rest, windows: windows?.map(plain), freezes: freezes?.map(plain) }
}

function criterionEffects({ id, severity, baseline, targets, check }: PlanCriterion): object {
  if (check.kind === 'manual') return { id, severity, baseline, targets, check }
  const { capabilities: _, previews, ...call } = check
  return { id, severity, baseline, targets, call, previews: previews.map(previewEffects) }
}

/** Arguments count, the wording of an executor does not. */
function previewEffects({ target, with: args }: PlanPreview): object {
  return { target, with: args }
}

function baseEffects(step: PlanStepBase): object {
  return {
    path: step.path,
    when: step.when,
    skipped: step.skip !== undefined,
    targets: step.targets,
    after: step.after,
    deadline_ms: step.deadline_ms,
    retry: step.retry,
    on_failure: step.on_failure,
    on_unknown: step.on_unknown,
    point_of_no_return: step.point_of_no_return,
    back_out: typeof step.back_out === 'string' ? step.back_out : step.back_out?.map(stepEffects),
    cleanup_of: step.cleanup_of,
    evidence: step.evidence.map(({ id, required }) => ({ id, required })),
    bindings: step.bindings,
  }
}

/** An action of a rollout is called for the targets of the rollout; what it is called with follows from them. */
function callEffects(action: PlanAction): object {
  return stepEffects({ ...action, targets: [], previews: [] })
}

/** Titles do not count, everything else does. */
function laneEffects({ title: _, waves, ...lane }: PlanLane): object {
  return { ...lane, waves: waves.map(({ title: __, ...wave }) => wave) }
}

function stepEffects(step: PlanStep): object {
  const base = { ...baseEffects(step), form: step.form }
  switch (step.form) {
    case 'action':
      return {
        ...base,
        action: step.action,
        with: step.with,
        outputs: step.outputs,
        previews: step.previews.map(previewEffects),
        max_concurrency: step.max_concurrency,
      }
    case 'manual':
      return { ...base, instructions: step.instructions, fields: step.fields.map(({ title: _, ...field }) => field) }
    case 'gate': {
      const { prompt: _, ...gate } = step.gate
      return { ...base, gate }
    }
    case 'acceptance':
      return { ...base, moment: step.moment, criteria: step.criteria }
    case 'group':
      return { ...base, parallel: step.parallel, for_each: step.for_each, steps: step.steps.map(stepEffects) }
    case 'rollout':
      return {
        ...base,
        component: step.component,
        to: step.to,
        up_to_date: step.up_to_date,
        max_concurrency: step.max_concurrency,
        max_failures: step.max_failures,
        stage: step.stage.map(callEffects),
        stage_concurrency: step.stage_concurrency,
        stage_deadline_ms: step.stage_deadline_ms,
        preflight: step.preflight.map(callEffects),
        each: step.each.map(callEffects),
        post_checks: step.post_checks.map(callEffects),
        health: step.health && { ...step.health, checks: step.health.checks.map(callEffects) },
        target_deadline_ms: step.target_deadline_ms,
        progress_deadline_ms: step.progress_deadline_ms,
        target_retry: step.target_retry,
        rollback: { ...step.rollback, steps: step.rollback.steps.map(callEffects) },
        unit: step.unit,
        domains_at_once: step.domains_at_once,
        blast_radius: step.blast_radius,
        in_flight: step.in_flight,
        window: step.window,
        lanes: step.lanes.map(laneEffects),
        gates: step.gates.map(stepEffects),
        failure_rules: step.failure_rules,
      }
    default:
      return assertNever(step)
  }
}
