import type { Json } from '../base/json.ts'
import { compareVersions, isVersion, type VersionScheme } from '../expression/index.ts'
import type { HealthCheck, RolloutStep, TargetAction } from '../runbook/runbook.generated.ts'
import { resolveCount } from './count.ts'
import { noRetry, planDefaults } from './defaults.ts'
import * as estimate from './estimate.ts'
import type { PlanAction, PlanLane, PlanRollout, PlanStepBase, PlanTarget } from './model.ts'
import { orderTargets } from './order-targets.ts'
import type { RunbookPath } from './places.ts'
import { planCall } from './plan-call.ts'
import { displayText, type Planning } from './planning.ts'
import { ownEstimate, planRetry } from './step-parts.ts'
import type { StepSite } from './step-site.ts'

/** Plans a rollout: who is upgraded in which order, and what is done to each. */
export function planRollout(
  step: RolloutStep,
  site: StepSite,
  base: PlanStepBase,
  planning: Planning,
): PlanRollout | undefined {
  const { rollout } = step
  const source = [...site.source, 'rollout']
  const component = planning.components.get(rollout.component)
  if (!component) {
    planning.reporter.error(
      'PLAN_TARGET_UNKNOWN',
      [...source, 'component'],
      `there is no component "${rollout.component}"`,
    )
    return undefined
  }
  const to = planning.resolve(rollout.to, site.bindings, [...source, 'to'])
  if (to === undefined) return undefined
  if (typeof to !== 'string' || to === '') {
    planning.reporter.error(
      'PLAN_VALUE',
      [...source, 'to'],
      `${displayText(to)} is no version`,
      'Put the version in quotes.',
    )
    return undefined
  }
  const members = component.targets.map((name) => planning.targets[name]!)
  const ordered = orderTargets(members, rollout.order, site.bindings, [...source, 'order'], planning)
  const scheme = planning.schemes.get(rollout.component) ?? 'dotted'
  const behind = ordered.filter((target) => !hasVersion(target, to, scheme))
  const upToDate = ordered.filter((target) => hasVersion(target, to, scheme)).map((target) => target.name)
  const part = new RolloutPart(base, behind, site, planning)
  const concurrency = part.count(rollout.max_concurrency, [...source, 'max_concurrency'], 'concurrency') ?? 1
  const deadline = planning.duration(rollout.deadline, site.bindings, [...source, 'deadline'])
  // In the order in which people read them, because planning gives the numbers.
  const stage: readonly PlanAction[] = []
  const preflight = part.actions(rollout.preflight ?? [], 'preflight', [...source, 'preflight'])
  const each = part.actions(rollout.each, 'each', [...source, 'each'])
  const postChecks: readonly PlanAction[] = []
  const health = rollout.health && {
    checks: part.actions(rollout.health.checks.map(withId), 'health', [...source, 'health', 'checks']),
    interval_ms:
      planning.duration(rollout.health.interval, site.bindings, [...source, 'health', 'interval']) ??
      planDefaults.healthIntervalMs,
    min_healthy_time_ms:
      planning.duration(rollout.health.min_healthy_time, site.bindings, [...source, 'health', 'min_healthy_time']) ?? 0,
    failures_allowed: rollout.health.failures_allowed ?? 0,
    on_unknown: 'ask' as const,
  }
  const parts = {
    stage,
    preflight,
    each,
    post_checks: postChecks,
    ...(health ? { health } : {}),
    ...(deadline === undefined ? {} : { target_deadline_ms: deadline }),
    target_retry: {
      ...planRetry(rollout.retry, site.bindings, [...source, 'retry'], planning),
      at: 'failure' as const,
    },
    rollback: {
      mode: rollout.rollback?.mode ?? ('never' as const),
      scope: 'target' as const,
      steps: part.actions(rollout.rollback?.steps ?? [], 'rollback', [...source, 'rollback', 'steps']),
    },
  }
  const maxFailures = part.count(rollout.max_failures, [...source, 'max_failures'], 'failures') ?? 0
  const skip = base.skip ?? (behind.length > 0 ? undefined : skipReason(members.length, rollout.component, to))
  const own = ownEstimate(step.duration, base.deadline_ms, site.bindings, [...site.source, 'duration'], planning)
  const all = estimate.overTargets(estimate.ofRolloutTarget(parts), behind.length, concurrency)
  return {
    ...base,
    ...(skip === undefined ? {} : { skip }),
    form: 'rollout',
    targets: behind.map((target) => target.name),
    component: rollout.component,
    to,
    ...(upToDate.length === 0 ? {} : { up_to_date: upToDate }),
    max_concurrency: concurrency,
    max_failures: maxFailures,
    ...parts,
    ...(base.impact === undefined && component.impact ? { impact: component.impact } : {}),
    unit: { one_at_a_time: true, skip_rest_when: planDefaults.unitSkipRestWhen, fit_whole: false },
    domains_at_once: 1,
    in_flight: 'finish',
    lanes: behind.length === 0 ? [] : [laneOfAll(behind, component.unit)],
    gates: [],
    failure_rules: (rollout.on_failure ?? []).map((rule) => ({
      ...(rule.class === undefined ? {} : { class: rule.class }),
      do: rule.do,
      then: rule.then ?? 'continue',
    })),
    duration: skip === undefined ? (own ?? all) : estimate.nothing,
  }
}

/** A rollout that says nothing about lanes and waves has one of each. */
function laneOfAll(targets: readonly PlanTarget[], unitKey: string | undefined): PlanLane {
  const wave = {
    id: 'all',
    title: 'All targets',
    targets: targets.map((target) => {
      const unit = unitKey === undefined ? '' : attributeText(target, unitKey)
      return { name: target.name, ...(unit === '' ? {} : { unit }) }
    }),
    stagger_ms: 0,
    cooldown_ms: 0,
    soak_ms: 0,
  }
  return { id: 'all', title: 'All targets', waves: [wave] }
}

/** A field of the inventory or a free attribute as text; empty when the target has none. */
function attributeText(target: PlanTarget, key: string): string {
  const fields = target as unknown as Readonly<Record<string, Json | undefined>>
  const value = Object.hasOwn(target, key) ? fields[key] : target.attributes[key]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

function skipReason(members: number, component: string, to: string): string {
  return members === 0 ? `the component "${component}" has no targets` : `every target has version ${to} already`
}

function hasVersion(target: PlanTarget, to: string, scheme: VersionScheme): boolean {
  if (target.version === undefined) return false
  if (target.version === to) return true
  return isVersion(target.version, scheme) && compareVersions(target.version, to, scheme) === 0
}

function withId(check: HealthCheck): TargetAction {
  return { ...check, id: check.id ?? check.action.replaceAll('.', '_') }
}

class RolloutPart {
  private readonly base: PlanStepBase
  private readonly targets: readonly PlanTarget[]
  private readonly site: StepSite
  private readonly planning: Planning
  private position = 0

  constructor(base: PlanStepBase, targets: readonly PlanTarget[], site: StepSite, planning: Planning) {
    this.base = base
    this.targets = targets
    this.site = site
    this.planning = planning
  }

  count(
    value: number | string | undefined,
    path: RunbookPath,
    purpose: 'concurrency' | 'failures',
  ): number | undefined {
    if (value === undefined) return undefined
    const resolved = typeof value === 'string' ? this.planning.resolve(value, this.site.bindings, path) : value
    if (resolved === undefined) return undefined
    const count = resolveCount(resolved, this.targets.length, purpose)
    if (count === undefined)
      this.planning.reporter.error(
        'PLAN_VALUE',
        path,
        `${JSON.stringify(resolved)} is no count`,
        'Write for example 5 or "25%".',
      )
    return count
  }

  actions(actions: readonly TargetAction[], stage: string, path: RunbookPath): readonly PlanAction[] {
    return actions.flatMap((action, index) => {
      const planned = this.action(action, `${this.base.path}/${stage}/${action.id}`, [...path, index])
      return planned ? [planned] : []
    })
  }

  private action(step: TargetAction, path: string, source: RunbookPath): PlanAction | undefined {
    const { planning } = this
    const { bindings } = this.site
    const known = planning.actions.get(step.action)
    // An action that speaks to a controller or API still runs once per target here.
    const place = { kind: 'targets' as const, targets: this.targets }
    const call = planCall(step, known?.runs_on === 'control' ? { kind: 'control' } : place, bindings, source, planning)
    if (!call) return undefined
    this.position += 1
    const deadline = planning.duration(step.deadline, bindings, [...source, 'deadline'])
    const retry = planRetry(step.retry, bindings, [...source, 'retry'], planning)
    const own = ownEstimate(step.duration, deadline, bindings, [...source, 'duration'], planning) ?? call.duration
    return {
      form: 'action',
      path,
      id: step.id,
      number: `${this.base.number}.${this.position}`,
      title: planning.text(step.title ?? call.action.title, bindings, [...source, 'title']),
      ...(step.description === undefined
        ? {}
        : { description: planning.text(step.description, bindings, [...source, 'description']) }),
      ...(step.when === undefined ? {} : { when: step.when }),
      ...(this.base.role === undefined ? {} : { role: this.base.role }),
      targets: this.targets.map((target) => target.name),
      ...(deadline === undefined ? {} : { deadline_ms: deadline }),
      retry: retry.max_attempts > 1 ? retry : noRetry,
      on_failure: 'stop',
      on_unknown: step.on_unknown ?? this.base.on_unknown,
      duration: estimate.withRetries(estimate.withDeadline(own, deadline), retry),
      point_of_no_return: false,
      evidence: [],
      covers: step.covers ?? [],
      bindings,
      ...(step.expected_result === undefined
        ? {}
        : { expected_result: planning.text(step.expected_result, bindings, [...source, 'expected_result']) }),
      action: call.action.name,
      capabilities: call.capabilities,
      with: call.with,
      ...(step.outputs === undefined ? {} : { outputs: step.outputs }),
      previews: call.previews,
      max_concurrency: 1,
    }
  }
}
