import { assertNever } from '../base/assert.ts'
import { isJsonObject, type Json, type JsonObject } from '../base/json.ts'
import type {
  AcceptanceStep,
  ActionStep,
  Cleanup,
  GateStep,
  GroupStep,
  ManualStep,
  RolloutStep,
  Step,
} from '../runbook/runbook.generated.ts'
import { type CallTime, noTime, withinDeadline } from './call-time.ts'
import { resolveCount } from './count.ts'
import { planDefaults } from './defaults.ts'
import type {
  PlanAcceptance,
  PlanAction,
  PlanCriterion,
  PlanGate,
  PlanGroup,
  PlanManual,
  PlanStep,
  PlanStepBase,
} from './model.ts'
import type { RunbookPath } from './places.ts'
import { type PlannedCall, planCall } from './plan-call.ts'
import { planGateTerms } from './plan-gate.ts'
import { planRollout } from './plan-rollout.ts'
import { displayText, type Planning } from './planning.ts'
import { type Place, selectPlace } from './select-targets.ts'
import { ownTime, planEvidence, planImpact, planRaci, planRetry } from './step-parts.ts'
import type { CommonStep, StepSite } from './step-site.ts'
import { versionKeys } from './version-keys.ts'

/** A cleanup that still has to be put behind its step. */
export interface PendingCleanup {
  readonly step: PlanAction
  /** Id of the step behind which it runs. */
  readonly after: string
  readonly source: RunbookPath
}

/** Most repetitions of one `for_each`: more cannot be reviewed. */
const itemsMax = 1000

/** Plans the steps of one runbook; cleanups are collected for later. */
export class StepPlanner {
  readonly cleanups: PendingCleanup[] = []
  private readonly planning: Planning
  private readonly criteria: readonly PlanCriterion[]

  constructor(planning: Planning, criteria: readonly PlanCriterion[]) {
    this.planning = planning
    this.criteria = criteria
  }

  /** @param site - of the list: `number` is that of the owner, `source` leads to the list */
  list(steps: readonly Step[], site: StepSite): readonly PlanStep[] {
    return steps.flatMap((step, index) => this.item(step, index, site))
  }

  /** {@link list} with a pause behind every step. */
  *listInSteps(steps: readonly Step[], site: StepSite): Generator<void, readonly PlanStep[]> {
    const planned: PlanStep[] = []
    for (const [index, step] of steps.entries()) {
      planned.push(...this.item(step, index, site))
      yield
    }
    return planned
  }

  private item(step: Step, index: number, site: StepSite): readonly PlanStep[] {
    const planned = this.step(step, {
      ...site,
      number: site.number === '' ? `${index + 1}` : `${site.number}.${index + 1}`,
      source: [...site.source, index],
    })
    return planned ? [planned] : []
  }

  private step(step: Step, site: StepSite): PlanStep | undefined {
    if ('action' in step) return this.action(step, site)
    if ('manual' in step) return this.manual(step, site)
    if ('gate' in step) return this.gate(step, site)
    if ('rollout' in step) return this.rollout(step, site)
    if ('acceptance' in step) return this.acceptance(step, site)
    if ('steps' in step) return this.group(step, site)
    return assertNever(step)
  }

  private action(step: ActionStep, site: StepSite): PlanAction | undefined {
    const place = selectPlace(step.on, site.bindings, [...site.source, 'on'], this.planning)
    const call = place && this.narrowed(step, site, planCall(step, place, site.bindings, site.source, this.planning))
    if (!call) return undefined
    const base = this.base(step, site, call)
    const concurrency = this.concurrency(step.max_concurrency, call, site)
    const own = ownTime(step.duration, base.deadline_ms, site.bindings, [...site.source, 'duration'], this.planning)
    const planned: PlanAction = {
      ...base,
      form: 'action',
      action: call.action.name,
      capabilities: call.capabilities,
      with: call.with,
      ...versionKeys(call.action),
      ...(step.outputs === undefined ? {} : { outputs: step.outputs }),
      previews: call.previews,
      max_concurrency: concurrency,
      duration: this.unlessSkipped(base, withinDeadline(own ?? call.duration, base.deadline_ms)),
    }
    this.refuseUndo(step, call, site)
    this.collectCleanup(step, planned, place, site)
    return planned
  }

  /** A condition about each target that is known now leaves targets out here: the plan names those that are touched. */
  private narrowed(step: ActionStep, site: StepSite, call: PlannedCall | undefined): PlannedCall | undefined {
    const { when } = step
    if (!call || when === undefined) return call
    const path = [...site.source, 'when']
    const kept = call.targets.filter((target) => this.planning.condition(when, site.bindings, [target], path) !== false)
    if (kept.length === 0 || kept.length === call.targets.length) return call
    const names = new Set(kept.map((target) => target.name))
    const previews = call.previews.filter(({ target }) => target === undefined || names.has(target))
    return { ...call, targets: kept, previews }
  }

  private manual(step: ManualStep, site: StepSite): PlanManual | undefined {
    const place = selectPlace(step.on, site.bindings, [...site.source, 'on'], this.planning)
    if (!place) return undefined
    const base = this.base(step, site, placed(place))
    const own = ownTime(step.duration, base.deadline_ms, site.bindings, [...site.source, 'duration'], this.planning)
    const planned: PlanManual = {
      ...base,
      form: 'manual',
      instructions: this.planning.text(step.manual, site.bindings, [...site.source, 'manual']),
      fields: (step.form ?? []).map(({ id, title, type, required, options }) => ({
        id,
        title,
        type,
        required: required ?? true,
        ...(options === undefined ? {} : { options }),
      })),
      duration: this.unlessSkipped(base, own ?? withinDeadline(planDefaults.manual, base.deadline_ms)),
    }
    this.collectCleanup(step, planned, place, site)
    return planned
  }

  private gate(step: GateStep, site: StepSite): PlanGate {
    const base = this.base(step, site)
    const terms = planGateTerms(step.gate, site.bindings, [...site.source, 'gate'], this.planning)
    const expires = terms.expires_after_ms
    const own = ownTime(step.duration, expires, site.bindings, [...site.source, 'duration'], this.planning)
    return {
      ...base,
      form: 'gate',
      gate: terms,
      duration: this.unlessSkipped(base, own ?? withinDeadline(planDefaults.gate, expires)),
    }
  }

  private acceptance(step: AcceptanceStep, site: StepSite): PlanAcceptance {
    const base = this.base(step, site)
    const criteria = this.criteria.filter(
      ({ id, baseline }) => (step.criteria?.includes(id) ?? true) && (baseline || step.acceptance === 'final'),
    )
    const own = ownTime(step.duration, base.deadline_ms, site.bindings, [...site.source, 'duration'], this.planning)
    return {
      ...base,
      form: 'acceptance',
      moment: step.acceptance,
      criteria: criteria.map(({ id }) => id),
      duration: this.unlessSkipped(base, own ?? noTime),
    }
  }

  private rollout(step: RolloutStep, site: StepSite): PlanStep | undefined {
    const planned = planRollout(step, site, this.base(step, site), this.planning)
    if (!planned) return undefined
    const targets = planned.targets.map((name) => this.planning.targets[name]!)
    this.collectCleanup(step, planned, { kind: 'targets', targets }, site)
    return planned
  }

  private group(step: GroupStep, site: StepSite): PlanGroup | undefined {
    const base = this.base(step, site)
    const inner = { ...site, parent: base.path, role: base.role, raci: base.raci }
    const [loop] = Object.entries(step.for_each ?? {})
    const listSource = [...site.source, 'steps']
    let expanded: Pick<PlanGroup, 'steps' | 'for_each'> | undefined
    if (loop) expanded = this.expand(step, loop[0], loop[1], inner)
    else expanded = { steps: this.ordered(step, this.list(step.steps, { ...inner, source: listSource })) }
    if (!expanded) return undefined
    const own = ownTime(step.duration, base.deadline_ms, site.bindings, [...site.source, 'duration'], this.planning)
    const empty = loop && expanded.steps.length === 0 && base.skip === undefined
    const planned: PlanGroup = {
      ...base,
      ...(empty ? { skip: `the list for "${loop[0]}" is empty` } : {}),
      form: 'group',
      parallel: step.parallel ?? false,
      ...expanded,
      duration: this.unlessSkipped(base, own ?? noTime),
    }
    this.collectCleanup(step, planned, { kind: 'control' }, site)
    return planned
  }

  /** One child group per item, each with the variable bound. */
  private expand(
    step: GroupStep,
    variable: string,
    list: string | readonly Json[],
    site: StepSite,
  ): Pick<PlanGroup, 'steps' | 'for_each'> | undefined {
    const path = [...site.source, 'for_each', variable]
    const items = this.planning.resolve(list, site.bindings, path)
    if (items === undefined) return undefined
    if (!Array.isArray(items)) {
      this.planning.reporter.error('PLAN_VALUE', path, `"${variable}" needs a list, and gets ${displayText(items)}`)
      return undefined
    }
    if (items.length > itemsMax) {
      this.planning.reporter.error(
        'PLAN_TOO_LARGE',
        path,
        `the list has ${items.length} items; at most ${itemsMax} are allowed`,
      )
      return undefined
    }
    const groups = (items as readonly Json[]).map((item, index): PlanGroup => {
      const own: StepSite = {
        ...site,
        number: `${site.number}.${index + 1}`,
        bindings: { ...site.bindings, [variable]: item },
      }
      const named = this.planning.text(step.title, own.bindings, [...site.source, 'title'])
      const { when: _, cleanup: __, ...plain } = step
      const base = this.base(
        { ...plain, id: `${step.id}[${index}]` },
        { ...own, parent: site.parent.replace(/\/[^/]*$/, '') },
      )
      const steps = this.ordered(
        step,
        this.list(step.steps, { ...own, parent: base.path, source: [...site.source, 'steps'] }),
      )
      return {
        ...base,
        title: named === step.title ? `${named}: ${itemText(item)}` : named,
        covers: [],
        form: 'group',
        parallel: step.parallel ?? false,
        steps,
        duration: noTime,
      }
    })
    return { steps: groups, for_each: { variable, items: items as readonly Json[] } }
  }

  /** Gives the steps of a parallel group the paths that they wait for. */
  private ordered(group: GroupStep, steps: readonly PlanStep[]): readonly PlanStep[] {
    if (group.parallel !== true) return steps
    const paths = new Map(steps.map((step) => [step.id, step.path]))
    return steps.map((step) => {
      const after = (group.steps.find(({ id }) => id === step.id)?.after ?? []).flatMap((id) => paths.get(id) ?? [])
      return after.length === 0 ? step : { ...step, after }
    })
  }

  /** What all forms share. `duration` is filled in by the form. */
  private base(step: CommonStep, site: StepSite, call?: Pick<PlannedCall, 'targets' | 'nobody'>): PlanStepBase {
    const { planning } = this
    const { bindings, source } = site
    const path = `${site.parent}/${step.id}`
    const deadline = planning.duration(step.deadline, bindings, [...source, 'deadline'])
    const role = step.role ?? site.role
    const skip = this.skipReason(step, site, call)
    return {
      path,
      id: step.id,
      number: site.number,
      title: planning.text(step.title, bindings, [...source, 'title']),
      ...(step.description === undefined
        ? {}
        : { description: planning.text(step.description, bindings, [...source, 'description']) }),
      ...(step.when === undefined ? {} : { when: step.when }),
      ...(skip === undefined ? {} : { skip }),
      ...(role === undefined ? {} : { role }),
      ...planRaci(step.raci, site.raci),
      targets: (call?.targets ?? []).map((target) => target.name),
      ...(deadline === undefined ? {} : { deadline_ms: deadline }),
      retry: planRetry(step.retry, bindings, [...source, 'retry'], planning),
      on_failure: step.on_failure ?? 'ask',
      on_unknown: step.on_unknown ?? 'ask',
      duration: noTime,
      ...planImpact(step.impact, bindings, [...source, 'impact'], planning),
      point_of_no_return: step.point_of_no_return ?? false,
      ...this.backOut(step, site, path),
      evidence: planEvidence(step.evidence),
      covers: step.covers ?? [],
      bindings,
      ...(step.expected_result === undefined
        ? {}
        : { expected_result: planning.text(step.expected_result, bindings, [...source, 'expected_result']) }),
    }
  }

  private skipReason(
    step: CommonStep,
    site: StepSite,
    call: Pick<PlannedCall, 'targets' | 'nobody'> | undefined,
  ): string | undefined {
    if (call?.nobody) {
      this.planning.reporter.warning(
        'PLAN_NO_TARGETS',
        [...site.source, 'on'],
        `the step "${step.id}" has no targets and is left out`,
      )
      return 'no target is selected'
    }
    if (step.when === undefined) return undefined
    const holds = this.planning.condition(step.when, site.bindings, call?.targets ?? [], [...site.source, 'when'])
    return holds === false ? `the condition ${step.when} does not hold` : undefined
  }

  private backOut(step: CommonStep, site: StepSite, path: string): Pick<PlanStepBase, 'back_out'> {
    if (step.back_out === undefined) return {}
    if (step.back_out === 'undo') return { back_out: 'undo' }
    const role = step.role ?? site.role
    const steps = step.back_out.flatMap((inverse, index) => {
      const own: StepSite = {
        ...site,
        parent: `${path}/back_out`,
        number: `${site.number}b${index + 1}`,
        source: [...site.source, 'back_out', index],
        role,
      }
      const planned = this.step(inverse, own)
      return planned ? [planned] : []
    })
    return { back_out: steps }
  }

  private refuseUndo(step: ActionStep, call: PlannedCall, site: StepSite): void {
    if (step.back_out !== 'undo' || call.capabilities.reversible) return
    this.planning.reporter.error(
      'PLAN_UNDO',
      [...site.source, 'back_out'],
      `"${call.action.name}" has no inverse of its own`,
      'Write the inverse as steps.',
    )
  }

  private concurrency(value: number | string | undefined, call: PlannedCall, site: StepSite): number {
    const total = call.targets.length
    if (value === undefined) return call.capabilities.effect === 'none' ? Math.max(1, total) : 1
    const path = [...site.source, 'max_concurrency']
    const resolved = typeof value === 'string' ? this.planning.resolve(value, site.bindings, path) : value
    if (resolved === undefined) return 1
    const count = resolveCount(resolved, total, 'concurrency')
    if (count === undefined)
      this.planning.reporter.error(
        'PLAN_VALUE',
        path,
        `${JSON.stringify(resolved)} is no count`,
        'Write for example 5 or "25%".',
      )
    return count ?? 1
  }

  private unlessSkipped(base: PlanStepBase, duration: CallTime): CallTime {
    return base.skip === undefined ? duration : noTime
  }

  private collectCleanup(step: CommonStep, owner: PlanStep, place: Place, site: StepSite): void {
    const { cleanup } = step
    if (!cleanup) return
    const source = [...site.source, 'cleanup']
    const own =
      cleanup.on === undefined ? place : selectPlace(cleanup.on, site.bindings, [...source, 'on'], this.planning)
    const planned = own && this.cleanup(cleanup, owner, own, { ...site, source })
    if (planned) this.cleanups.push({ step: planned, after: cleanup.after, source: [...source, 'after'] })
  }

  private cleanup(cleanup: Cleanup, owner: PlanStep, place: Place, site: StepSite): PlanAction | undefined {
    const call = planCall(cleanup, place, site.bindings, site.source, this.planning)
    if (!call) return undefined
    const base = this.base(
      { ...cleanup, id: 'cleanup', title: cleanup.title ?? `Clean up: ${owner.title}` } as unknown as CommonStep,
      { ...site, parent: owner.path, number: `${owner.number}c` },
      call,
    )
    const { after: _, back_out: __, ...kept } = base
    const one = ownTime(cleanup.duration, base.deadline_ms, site.bindings, [...site.source, 'duration'], this.planning)
    const each = withinDeadline(one ?? call.action.duration, base.deadline_ms)
    const skip = owner.skip === undefined ? {} : { skip: owner.skip }
    return {
      ...kept,
      ...skip,
      form: 'action',
      action: call.action.name,
      capabilities: call.capabilities,
      with: call.with,
      ...versionKeys(call.action),
      previews: call.previews,
      max_concurrency: 1,
      cleanup_of: owner.path,
      duration: owner.skip === undefined ? each : noTime,
    }
  }
}

function placed(place: Place): Pick<PlannedCall, 'targets' | 'nobody'> {
  const targets = place.kind === 'targets' ? place.targets : []
  return { targets, nobody: place.kind === 'targets' && targets.length === 0 }
}

function itemText(item: Json): string {
  if (!isJsonObject(item)) return displayText(item)
  const { name, title, id } = item as JsonObject
  return displayText(title ?? name ?? id ?? item)
}
