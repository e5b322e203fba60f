/**
 * Which safety rules a plan would break, as far as that can be told before the run: the plan is gone through in its order
 * with the versions that each effect leaves behind. What only the run can tell is never claimed: a step that may or may not
 * be done is tried both ways, and a rule that cannot be evaluated says nothing.
 */
import type { JsonObject } from '../base/json.ts'
import {
  type EvaluationContext,
  ExpressionError,
  evaluateCondition,
  resolveKnown,
  shownValues,
  templateVariables,
  variablesOf,
} from '../expression/index.ts'
import type { Plan, PlanAction, PlanPreview, PlanRollout, PlanRule, PlanStep } from './model.ts'
import { displayText } from './planning.ts'
import { type RuleChange, ruleContext, shownValue, type TargetNow, targetAtStart } from './rule-world.ts'

/** A rule that does not hold at some point of the plan. */
export interface ForeseenBreak {
  readonly rule: PlanRule
  readonly moment: 'check' | 'at_close'
  readonly step: PlanStep
  /** Empty: control, or the end of a rollout. */
  readonly target: string
  /** By which values it was judged, and the author's hint. */
  readonly reason: string
}

/** After a rollback the plan would come to a point where a rule lets it go no further. */
export interface ForeseenStuck {
  /** The rollout whose rollback leads there. */
  readonly rollout: PlanRollout
  /** A target that is rolled back. */
  readonly target: string
  readonly then: ForeseenBreak
}

export interface Foreseen {
  readonly broken?: ForeseenBreak
  readonly stuck: readonly ForeseenStuck[]
}

type ForeseenPlan = Pick<Plan, 'targets' | 'components' | 'catalog' | 'inputs' | 'systems' | 'rules' | 'phases'>

export function foreseeRules(plan: ForeseenPlan): Foreseen {
  if (plan.rules.length === 0) return { stuck: [] }
  const budget = { left: 3_000_000 }
  const broken = certainly(plan, budget, undefined)
  // What is broken anyway explains everything after it.
  if (broken) return { broken, stuck: [] }
  const stuck = rolloutsIn(plan).flatMap((rollout): ForeseenStuck[] => {
    const target = rollout.rollback.mode === 'never' ? undefined : rollout.targets[0]
    if (target === undefined || rollout.rollback.steps.length === 0) return []
    const then = certainly(plan, budget, { rollout, target })
    return then ? [{ rollout, target, then }] : []
  })
  return { stuck }
}

interface RolledBack {
  readonly rollout: PlanRollout
  readonly target: string
}

/** The same break whether what is uncertain is done or left out. */
function certainly(
  plan: ForeseenPlan,
  budget: { left: number },
  back: RolledBack | undefined,
): ForeseenBreak | undefined {
  const done = new Walk(plan, budget, true, back).run()
  if (!done) return undefined
  const leftOut = new Walk(plan, budget, false, back).run()
  const same = leftOut?.rule.id === done.rule.id && leftOut.step.path === done.step.path
  return same ? done : undefined
}

function rolloutsIn(plan: ForeseenPlan): readonly PlanRollout[] {
  const inside = (step: PlanStep): readonly PlanRollout[] => {
    if (step.skip !== undefined) return []
    if (step.form === 'group') return step.steps.flatMap(inside)
    return step.form === 'rollout' ? [step] : []
  }
  return plan.phases.flatMap(({ steps }) => steps.flatMap(inside))
}

/** Names of the run itself, without a value before it. */
const laterNames = ['steps', 'run', 'outputs', 'baseline']

class Walk {
  private readonly plan: ForeseenPlan
  private readonly budget: { left: number }
  private readonly doesUncertain: boolean
  private readonly back: RolledBack | undefined
  private readonly versions = new Map<string, TargetNow>()
  private readonly inputs: JsonObject
  private readonly rules: readonly {
    readonly rule: PlanRule
    readonly names: ReadonlySet<string>
    readonly wide: boolean
  }[]
  private readonly closing: readonly PlanRule[]
  private hasRolledBack = false

  constructor(plan: ForeseenPlan, budget: { left: number }, doesUncertain: boolean, back: RolledBack | undefined) {
    this.plan = plan
    this.budget = budget
    this.doesUncertain = doesUncertain
    this.back = back
    this.inputs = Object.fromEntries(Object.entries(plan.inputs).map(([name, input]) => [name, input.value]))
    const narrow = new Set(['inputs', 'systems', 'target', 'change', 'unit'])
    this.rules = plan.rules.flatMap((rule) => {
      const names = new Set(rule.check === undefined ? laterNames : variablesOf(rule.check))
      if (laterNames.some((name) => names.has(name))) return []
      return [{ rule, names, wide: [...names].some((name) => !narrow.has(name)) }]
    })
    this.closing = plan.rules.filter(
      ({ at_close }) => at_close !== undefined && !variablesOf(at_close).some((name) => laterNames.includes(name)),
    )
  }

  run(): ForeseenBreak | undefined {
    return firstOf(this.plan.phases, ({ steps }) => this.list(steps))
  }

  private list(steps: readonly PlanStep[]): ForeseenBreak | undefined {
    return firstOf(steps, (step) => this.step(step))
  }

  private step(step: PlanStep): ForeseenBreak | undefined {
    if (step.skip !== undefined || (isUncertain(step) && !this.doesUncertain)) return undefined
    switch (step.form) {
      case 'group':
        return this.list(step.steps)
      case 'action':
        return step.capabilities.effect === 'none' ? undefined : this.action(step)
      case 'rollout':
        return this.rollout(step)
      default:
        return undefined
    }
  }

  private action(step: PlanAction): ForeseenBreak | undefined {
    const previews: readonly PlanPreview[] =
      step.targets.length === 0
        ? [{ with: step.previews[0]?.with ?? step.with, text: '' }]
        : step.targets.map(
            (target) => step.previews.find((each) => each.target === target) ?? { target, with: {}, text: '' },
          )
    return firstOf(previews, ({ target = '', with: args }) => {
      const to = target === '' ? '' : textAt(args, step.version_keys?.to)
      const broken = this.check(step, step, { target, to, rollback: false })
      if (broken || target === '') return broken
      if (to !== '') this.setVersion(target, to)
      // It will tell a version that nobody knows yet.
      else if (step.version_keys?.now !== undefined) this.setVersion(target, '')
      return undefined
    })
  }

  private rollout(step: PlanRollout): ForeseenBreak | undefined {
    const work = step.each.find(({ capabilities }) => capabilities.effect !== 'none')
    const before = new Map(step.targets.map((name) => [name, this.now(name).version]))
    const order =
      step.lanes.length > 0
        ? step.lanes.flatMap((lane) => lane.waves.flatMap((wave) => wave.targets.map(({ name }) => name)))
        : step.targets
    const broken = firstOf(order, (target) => {
      const found = work && this.check(step, work, { target, to: step.to, rollback: false })
      if (!found) this.setVersion(target, step.to)
      return found
    })
    if (broken) return broken
    const { back } = this
    if (back?.rollout.path === step.path) {
      this.hasRolledBack = true
      this.setVersion(back.target, before.get(back.target) ?? '')
    }
    return this.close(step)
  }

  private close(step: PlanRollout): ForeseenBreak | undefined {
    return firstOf(this.closing, (rule) => {
      const text = rule.at_close!
      this.budget.left -= Object.keys(this.plan.targets).length
      const context = this.context(new Set(variablesOf(text)), rule)
      return evaluated(text, context) === false ? this.found(rule, 'at_close', step, '', text, context) : undefined
    })
  }

  private check(
    step: PlanStep,
    work: PlanAction,
    site: { readonly target: string; readonly to: string; readonly rollback: boolean },
  ): ForeseenBreak | undefined {
    const { effect } = work.capabilities
    const change: RuleChange = {
      action: work.action,
      effect: effect === 'disruptive' ? 'disruptive' : 'change',
      step: work.id,
      ...site,
    }
    return firstOf(this.rules, ({ rule, names, wide }) => {
      if (site.target === '' && (names.has('target') || names.has('unit'))) return undefined
      this.budget.left -= wide ? Object.keys(this.plan.targets).length : 1
      if (this.budget.left < 0) return undefined
      const context = this.context(names, rule, change)
      if (evaluated(rule.check!, context) !== false) return undefined
      return this.found(rule, 'check', step, site.target, rule.check!, context)
    })
  }

  /** Until the rollback in question has taken place there is nothing to find. */
  private found(
    rule: PlanRule,
    moment: ForeseenBreak['moment'],
    step: PlanStep,
    target: string,
    text: string,
    context: EvaluationContext,
  ): ForeseenBreak | undefined {
    if (this.back && !this.hasRolledBack) return undefined
    return { rule, moment, step, target, reason: reasonOf(rule, text, context) }
  }

  private context(names: ReadonlySet<string>, rule: PlanRule, change?: RuleChange): EvaluationContext {
    const all = rule.hint === undefined ? names : new Set([...names, ...templateVariables(rule.hint)])
    return {
      inputs: this.inputs,
      systems: this.plan.systems as unknown as JsonObject,
      ...ruleContext(all, this.plan, (name) => this.now(name), change),
    }
  }

  private now(name: string): TargetNow {
    const target = this.plan.targets[name]
    return this.versions.get(name) ?? (target ? targetAtStart(target) : { version: '', previous: '', busy: false })
  }

  private setVersion(name: string, version: string): void {
    const { version: previous } = this.now(name)
    if (previous !== version) this.versions.set(name, { version, previous, busy: false })
  }
}

function firstOf<Item, Result>(items: Iterable<Item>, find: (item: Item) => Result | undefined): Result | undefined {
  for (const item of items) {
    const found = find(item)
    if (found !== undefined) return found
  }
  return undefined
}

/** Whether the step is done depends on what only the run knows. */
function isUncertain(step: PlanStep): boolean {
  return step.when !== undefined && variablesOf(step.when).some((name) => laterNames.includes(name))
}

function textAt(args: JsonObject, key: string | undefined): string {
  const value = key === undefined ? undefined : args[key]
  return typeof value === 'string' && !value.includes('${{') ? value : ''
}

function evaluated(text: string, context: EvaluationContext): boolean | undefined {
  try {
    return evaluateCondition(text, context)
  } catch (error) {
    if (error instanceof ExpressionError) return undefined
    throw error
  }
}

/** By which values a rule was judged, then the author's hint. */
export function reasonOf(rule: PlanRule, text: string, context: EvaluationContext): string {
  const values = shownValues(text, context).flatMap(({ text: source, value }) => {
    const shown = shownValue(value)
    return shown === undefined ? [] : [`${source} is ${shown}`]
  })
  const hint = rule.hint === undefined ? undefined : hintText(rule.hint, context)
  // A hint of several lines stands within a sentence here.
  return [values.slice(0, 6).join(', '), hint?.trim().replaceAll(/\s*\n\s*/g, ' ')].filter(Boolean).join('. ')
}

/** An expression of the hint that fails must not hide that the rule is broken. */
function hintText(hint: string, context: EvaluationContext): string {
  try {
    const known = new Set([
      'inputs',
      'systems',
      'targets',
      'units',
      'target',
      'unit',
      'change',
      'steps',
      'run',
      ...Object.keys(context.components ?? {}),
    ])
    return displayText(resolveKnown(hint, context, known))
  } catch (error) {
    if (error instanceof ExpressionError) return hint
    throw error
  }
}
