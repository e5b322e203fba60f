/** What a safety rule sees: the world as it is at one moment, and the effect that is about to start. */
import { isJsonObject, type Json, type JsonObject } from '../base/json.ts'
import { type EvaluationContext, type TargetLike, targetValue, versionPart } from '../expression/index.ts'
import { componentValue } from './component-values.ts'
import type { Plan, PlanTarget } from './model.ts'
import { type TargetUnit, unitsOf } from './units.ts'

/** A target at one moment. */
export interface TargetNow {
  /** Empty: not known. */
  readonly version: string
  /** Empty: none, or not known. */
  readonly previous: string
  readonly busy: boolean
}

/** The effect that a rule is asked about. */
export interface RuleChange {
  readonly action: string
  readonly effect: 'change' | 'disruptive'
  /** Id of the step. */
  readonly step: string
  /** Empty: control. */
  readonly target: string
  /** Version to which the target is brought; empty: none, or not known. */
  readonly to: string
  readonly rollback: boolean
}

type RulePlan = Pick<Plan, 'targets' | 'components' | 'catalog'>

/** Before the run has seen a target: what the inventory tells. */
export function targetAtStart(target: PlanTarget): TargetNow {
  const previous = target.attributes['previous_version']
  return { version: target.version ?? '', previous: typeof previous === 'string' ? previous : '', busy: false }
}

/**
 * The variables of a rule. Only what the rule names is worked out, and what did not change keeps its value, so
 * that a rule about one target costs the same in a fleet of any size.
 *
 * @param named - variables that the rule and its hint read
 */
export function ruleContext(
  named: Iterable<string>,
  plan: RulePlan,
  now: (target: string) => TargetNow,
  change?: RuleChange,
): EvaluationContext {
  const names = new Set(named)
  const at = (name: string): TargetLike => targetView(plan, name, now(name))
  const context: { -readonly [Key in keyof EvaluationContext]: EvaluationContext[Key] } = {}
  if (plan.catalog) context.catalog = plan.catalog
  if (names.has('targets')) context.targets = Object.keys(plan.targets).map(at)
  if (names.has('units')) context.units = unitsOf(plan.targets, plan.components).list.map((unit) => unitValue(unit, at))
  const components = plan.components.filter(({ id }) => names.has(id))
  context.components = Object.fromEntries(components.map((component) => [component.id, componentValue(component, at)]))
  if (!change) return context
  const { target, ...rest } = change
  context.change = { ...rest, from: target === '' ? '' : now(target).version }
  if (target === '' || !plan.targets[target]) return context
  context.target = at(target)
  const unit = names.has('unit') ? unitsOf(plan.targets, plan.components).ofTarget.get(target) : undefined
  if (unit) context.unit = unitValue(unit, at)
  return context
}

/** A target with its version at this moment, in the shape that rules and conditions of a rollout see. */
export function targetNowValue(plan: RulePlan, name: string, now: TargetNow): JsonObject {
  return targetValue(targetView(plan, name, now)) as JsonObject
}

const views = new WeakMap<PlanTarget, { readonly now: TargetNow; readonly view: TargetLike }>()

function targetView(plan: RulePlan, name: string, now: TargetNow): TargetLike {
  const target = plan.targets[name]!
  const last = views.get(target)
  if (last && last.now.version === now.version && last.now.previous === now.previous && last.now.busy === now.busy)
    return last.view
  const view: TargetLike = { ...target, version: now.version, previous_version: now.previous, busy: now.busy }
  views.set(target, { now, view })
  return view
}

const unitValues = new WeakMap<TargetUnit, { readonly members: readonly TargetLike[]; readonly value: JsonObject }>()

function unitValue(unit: TargetUnit, at: (name: string) => TargetLike): JsonObject {
  const members = unit.members.map(at)
  const last = unitValues.get(unit)
  if (last?.members.every((member, place) => member === members[place])) return last.value
  const value = freshUnitValue(unit, members)
  unitValues.set(unit, { members, value })
  return value
}

function freshUnitValue(unit: TargetUnit, members: readonly TargetLike[]): JsonObject {
  const versions = [...new Set(members.flatMap(({ version }) => (version ? [version] : [])))]
  const majors = new Set(versions.flatMap((version) => versionPart(version, 0) ?? []))
  return {
    name: unit.name,
    members: members.map(targetValue) as readonly Json[],
    size: members.length,
    versions,
    majors: [...majors],
    busy: members.filter(({ busy }) => busy === true).length,
  }
}

/** A value for a message: `"6.5.750"`, `["a", "b"]`; undefined when it is too large to help. */
export function shownValue(value: Json): string | undefined {
  if (isJsonObject(value)) return undefined
  const text = JSON.stringify(value)
  return text.length > 120 ? undefined : text
}
