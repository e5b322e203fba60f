import { compareVersions, isVersion, type VersionScheme } from '../expression/index.ts'
import type { HealthCheck, Rollout, RolloutStep, TargetAction } from '../runbook/runbook.generated.ts'
import { noTime } from './call-time.ts'
import { planDefaults } from './defaults.ts'
import type { PlanComponent, PlanLane, PlanRollout, PlanStepBase, PlanTarget } from './model.ts'
import { orderTargets } from './order-targets.ts'
import type { RunbookPath } from './places.ts'
import { planBlastRadius } from './plan-blast-radius.ts'
import { planWaveGates } from './plan-gate.ts'
import { displayText, type Planning } from './planning.ts'
import { neverStaged, RolloutActions } from './rollout-actions.ts'
import { checkRollout } from './rollout-checks.ts'
import { planCount } from './rollout-counts.ts'
import { planLanes } from './rollout-lanes.ts'
import { planMembers, type RolloutMember } from './rollout-members.ts'
import { planRolloutWindow } from './rollout-window.ts'
import { withZones } from './rollout-zones.ts'
import { ownTime, planRetry } from './step-parts.ts'
import type { StepSite } from './step-site.ts'

/** Plans a rollout: who is upgraded when, with whom, and what is done to each. */
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
  const to = resolveVersion(rollout, site, source, planning)
  if (to === undefined) return undefined
  const chosen = component.targets.map((name) => planning.targets[name]!)
  const taken = chosen.filter(({ name }) => !planning.leaveOut.has(name))
  const ordered = orderTargets(taken, rollout.order, site.bindings, [...source, 'order'], planning)
  const scheme = planning.schemes.get(rollout.component) ?? 'dotted'
  const isLeftOut = (target: PlanTarget): boolean => rollout.up_to_date !== 'include' && hasVersion(target, to, scheme)
  const behind = ordered.filter((target) => !isLeftOut(target))
  const upToDate = ordered.filter(isLeftOut).map((target) => target.name)
  const skip = base.skip ?? (behind.length > 0 ? undefined : skipReason(taken.length, rollout.component, to))
  const part = new RolloutPart({ step, rollout, source, site, base, component, targets: behind }, planning)
  const policy = part.policy()
  const members = part.members()
  const lanes = behind.length === 0 ? [] : members && part.lanes(members, policy)
  if (!lanes) return undefined
  const planned: PlanRollout = {
    ...base,
    ...(skip === undefined ? {} : { skip }),
    form: 'rollout',
    targets: behind.map((target) => target.name),
    component: rollout.component,
    to,
    ...(upToDate.length === 0 ? {} : { up_to_date: upToDate }),
    ...policy,
    ...planBlastRadius(rollout, members ?? [], site, source, planning),
    ...(base.impact === undefined && component.impact ? { impact: component.impact } : {}),
    lanes,
  }
  if (lanes.length > 0) checkRollout(planned, rollout, component, source, planning)
  const own = ownTime(step.duration, base.deadline_ms, site.bindings, [...site.source, 'duration'], planning)
  return { ...planned, duration: skip === undefined ? (own ?? noTime) : noTime }
}

function resolveVersion(rollout: Rollout, site: StepSite, source: RunbookPath, planning: Planning): string | undefined {
  const to = planning.resolve(rollout.to, site.bindings, [...source, 'to'])
  if (to === undefined || (typeof to === 'string' && to !== '')) return to
  planning.reporter.error(
    'PLAN_VALUE',
    [...source, 'to'],
    `${displayText(to)} is no version`,
    'Put the version in quotes.',
  )
  return undefined
}

function skipReason(members: number, component: string, to: string): string {
  return members === 0 ? `the component "${component}" has no targets` : `every target has version ${to} already`
}

function hasVersion(target: PlanTarget, to: string, scheme: VersionScheme): boolean {
  if (target.version === undefined) return false
  if (target.version === to) return true
  return isVersion(target.version, scheme) && compareVersions(target.version, to, scheme) === 0
}

interface RolloutRequest {
  readonly step: RolloutStep
  readonly rollout: Rollout
  /** Leads to the rollout. */
  readonly source: RunbookPath
  readonly site: StepSite
  readonly base: PlanStepBase
  readonly component: PlanComponent
  /** Those that do not have the version yet, in order. */
  readonly targets: readonly PlanTarget[]
}

type Policy = Omit<
  PlanRollout,
  keyof PlanStepBase | 'form' | 'component' | 'to' | 'up_to_date' | 'lanes' | 'blast_radius'
>

class RolloutPart {
  private readonly request: RolloutRequest
  private readonly planning: Planning

  constructor(request: RolloutRequest, planning: Planning) {
    this.request = request
    this.planning = planning
  }

  /** Everything but who goes when. Actions come in the order in which people read them, because it gives the numbers. */
  policy(): Policy {
    const { rollout, source, site, base, targets } = this.request
    const actions = new RolloutActions(base, targets, site, this.planning)
    const stage = actions.list(rollout.stage, 'stage', [...source, 'stage'])
    const preflight = actions.list(rollout.preflight, 'preflight', [...source, 'preflight'])
    const each = actions.list(rollout.each, 'each', [...source, 'each'])
    const postChecks = actions.list(rollout.post_checks, 'post_checks', [...source, 'post_checks'])
    const health = this.health(actions)
    const rollback = this.rollback(actions)
    const stageDeadline = this.duration('stage_deadline')
    const deadline = this.duration('deadline')
    const progressDeadline = this.duration('progress_deadline')
    const concurrency = this.count('max_concurrency', 'concurrency') ?? 1
    const window = planRolloutWindow(rollout.window, site, [...source, 'window'], this.planning)
    return {
      max_concurrency: concurrency,
      max_failures: this.count('max_failures', 'failures') ?? 0,
      stage,
      ...(stage.length === 0
        ? {}
        : { stage_concurrency: this.count('stage_concurrency', 'concurrency') ?? concurrency }),
      ...(stageDeadline === undefined ? {} : { stage_deadline_ms: stageDeadline }),
      preflight,
      each,
      post_checks: postChecks,
      ...(health ? { health } : {}),
      ...(deadline === undefined ? {} : { target_deadline_ms: deadline }),
      ...(progressDeadline === undefined ? {} : { progress_deadline_ms: progressDeadline }),
      target_retry: {
        ...planRetry(rollout.retry, site.bindings, [...source, 'retry'], this.planning),
        at: rollout.retry?.at ?? 'failure',
      },
      rollback,
      unit: {
        one_at_a_time: rollout.unit?.one_at_a_time ?? true,
        skip_rest_when: rollout.unit?.skip_rest_when ?? planDefaults.unitSkipRestWhen,
        fit_whole: rollout.unit?.fit_whole ?? false,
      },
      domains_at_once: typeof rollout.failure_domain === 'object' ? (rollout.failure_domain.at_once ?? 1) : 1,
      failure_rules: (rollout.on_failure ?? []).map((rule) => ({
        ...(rule.class === undefined ? {} : { class: rule.class }),
        do: rule.do,
        then: rule.then ?? 'continue',
      })),
      in_flight: rollout.in_flight ?? 'finish',
      ...(window ? { window } : {}),
      gates: planWaveGates(rollout, base, actions.position, site, source, this.planning),
    }
  }

  members(): readonly RolloutMember[] | undefined {
    const { rollout, component, targets, site, source } = this.request
    const unitPath = ['components', component.id, 'unit']
    const members = planMembers({ rollout, targets, unitKey: component.unit, unitPath, site, source }, this.planning)
    const unstaged = neverStaged(rollout.stage ?? [], targets, site, [...source, 'stage'], this.planning)
    if (!members || unstaged.size === 0) return members
    return members.map((member) =>
      unstaged.has(member.entry.name) ? { ...member, entry: { ...member.entry, stage: false } } : member,
    )
  }

  lanes(members: readonly RolloutMember[], policy: Policy): readonly PlanLane[] | undefined {
    const { rollout, site, source } = this.request
    const lanes = planLanes({ rollout, members, gates: policy.gates, site, source }, this.planning)
    return lanes && withZones(lanes, policy.window, rollout, source, this.planning)
  }

  private health(actions: RolloutActions): PlanRollout['health'] {
    const { rollout, source, site } = this.request
    const { health } = rollout
    if (!health) return undefined
    const path = [...source, 'health']
    return {
      checks: actions.list(health.checks.map(withId), 'health', [...path, 'checks']),
      interval_ms:
        this.planning.duration(health.interval, site.bindings, [...path, 'interval']) ?? planDefaults.healthIntervalMs,
      min_healthy_time_ms:
        this.planning.duration(health.min_healthy_time, site.bindings, [...path, 'min_healthy_time']) ?? 0,
      failures_allowed: health.failures_allowed ?? 0,
      on_unknown: health.on_unknown ?? 'ask',
    }
  }

  private rollback(actions: RolloutActions): PlanRollout['rollback'] {
    const { rollout, source, site } = this.request
    const path = [...source, 'rollback']
    const deadline = this.planning.duration(rollout.rollback?.deadline, site.bindings, [...path, 'deadline'])
    const keepFree = this.planning.duration(rollout.rollback?.keep_free, site.bindings, [...path, 'keep_free'])
    return {
      mode: rollout.rollback?.mode ?? 'never',
      scope: rollout.rollback?.scope ?? 'target',
      steps: actions.list(rollout.rollback?.steps, 'rollback', [...path, 'steps']),
      ...(deadline === undefined ? {} : { deadline_ms: deadline }),
      ...(keepFree === undefined ? {} : { keep_free_ms: keepFree }),
    }
  }

  private count(
    key: 'max_concurrency' | 'max_failures' | 'stage_concurrency',
    purpose: 'concurrency' | 'failures',
  ): number | undefined {
    const { rollout, source, site, targets } = this.request
    return planCount(rollout[key], targets.length, purpose, site, [...source, key], this.planning)
  }

  private duration(key: 'deadline' | 'stage_deadline' | 'progress_deadline'): number | undefined {
    const { rollout, source, site } = this.request
    return this.planning.duration(rollout[key], site.bindings, [...source, key])
  }
}

function withId(check: HealthCheck): TargetAction {
  return { ...check, id: check.id ?? check.action.replaceAll('.', '_') }
}
