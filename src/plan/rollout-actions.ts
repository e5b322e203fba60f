import type { TargetAction } from '../runbook/runbook.generated.ts'
import { withinDeadline } from './call-time.ts'
import { noRetry } from './defaults.ts'
import type { PlanAction, PlanStepBase, PlanTarget, PlanWaveTarget } from './model.ts'
import type { RunbookPath } from './places.ts'
import { planCall } from './plan-call.ts'
import type { Planning } from './planning.ts'
import { ownTime, planRetry } from './step-parts.ts'
import type { StepSite } from './step-site.ts'
import { versionKeys } from './version-keys.ts'

/** Plans the actions that a rollout runs on each target, and counts them: numbers go on from list to list. */
export class RolloutActions {
  /** Number of the last action or gate. */
  position = 0
  private readonly base: PlanStepBase
  private readonly targets: readonly PlanTarget[]
  private readonly names: readonly string[]
  private readonly site: StepSite
  private readonly planning: Planning

  constructor(base: PlanStepBase, targets: readonly PlanTarget[], site: StepSite, planning: Planning) {
    this.base = base
    this.targets = targets
    this.names = targets.map((target) => target.name)
    this.site = site
    this.planning = planning
  }

  /** @param stage - part of the path in the plan, such as `each` */
  list(actions: readonly TargetAction[] | undefined, stage: string, path: RunbookPath): readonly PlanAction[] {
    return (actions ?? []).flatMap((action, index) => {
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
    const own = ownTime(step.duration, deadline, bindings, [...source, 'duration'], planning) ?? call.duration
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
      targets: this.names,
      ...(deadline === undefined ? {} : { deadline_ms: deadline }),
      retry: retry.max_attempts > 1 ? retry : noRetry,
      on_failure: 'stop',
      on_unknown: step.on_unknown ?? this.base.on_unknown,
      duration: withinDeadline(own, deadline),
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
      ...versionKeys(call.action),
      ...(step.outputs === undefined ? {} : { outputs: step.outputs }),
      previews: call.previews,
      max_concurrency: 1,
    }
  }
}

/** Names of the targets for which no stage action applies, as far as that is known before the run. */
export function neverStaged(
  actions: readonly TargetAction[],
  targets: readonly PlanTarget[],
  site: StepSite,
  path: RunbookPath,
  planning: Planning,
): ReadonlySet<PlanWaveTarget['name']> {
  if (actions.length === 0 || actions.some(({ when }) => when === undefined)) return new Set()
  const applies = (target: PlanTarget): boolean =>
    actions.some(
      ({ when }, index) =>
        planning.condition(when ?? 'true', site.bindings, [target], [...path, index, 'when']) !== false,
    )
  return new Set(targets.filter((target) => !applies(target)).map(({ name }) => name))
}
