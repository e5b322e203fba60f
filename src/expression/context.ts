import type { Json, JsonObject } from '../base/json.ts'
import type { Catalog } from '../catalog/index.ts'
import { toCel } from './value.ts'
import { versionsOf } from './versions-receiver.ts'

/** A target as expressions see it; the shapes of plan and executor contract both fit. */
export interface TargetLike {
  readonly name: string
  readonly kind: string
  readonly address?: string
  readonly roles: readonly string[]
  readonly version?: string
  readonly site?: string
  readonly time_zone?: string
  readonly unit?: string
  readonly member?: string
  readonly system?: string
  readonly attributes: JsonObject
  /** Only where a safety rule asks. */
  readonly previous_version?: string
  /** Only where a safety rule asks. */
  readonly busy?: boolean
}

/** Values by the names that `scopes` documents. Absent ones are unknown names in the expression. */
export interface EvaluationContext {
  readonly inputs?: JsonObject
  readonly target?: TargetLike
  readonly targets?: readonly TargetLike[]
  /** By step id. */
  readonly steps?: JsonObject
  readonly run?: JsonObject
  /** Outputs of the action at hand. */
  readonly outputs?: JsonObject
  /** Outputs of the same check before the change. */
  readonly baseline?: JsonObject
  readonly value?: Json
  readonly unit?: JsonObject
  readonly units?: readonly JsonObject[]
  /** The effect that a safety rule is asked about. */
  readonly change?: JsonObject
  /** Components by id, as names of their own; whatever else has the name hides them. */
  readonly components?: JsonObject
  readonly systems?: JsonObject
  /** What `versions.path` and its like ask. */
  readonly catalog?: Catalog
  /** Variables of the `for_each` around, as names of their own. */
  readonly bindings?: JsonObject
}

const optionalText = ['address', 'version', 'site', 'time_zone', 'unit', 'member', 'system'] as const
const targetValues = new WeakMap<TargetLike, JsonObject>()

/** What expressions read of a target: standard fields that are not set are empty text, so that comparing them is safe. */
export function targetValue(target: TargetLike): JsonObject {
  const known = targetValues.get(target)
  if (known) return known
  const value: Record<string, Json> = { name: target.name, kind: target.kind, roles: target.roles }
  for (const field of optionalText) value[field] = target[field] ?? ''
  value['attributes'] = target.attributes
  if (target.busy !== undefined) {
    value['previous_version'] = target.previous_version ?? ''
    value['busy'] = target.busy
  }
  targetValues.set(target, value)
  return value
}

const targetLists = new WeakMap<readonly TargetLike[], readonly Json[]>()

function targetListValue(targets: readonly TargetLike[]): readonly Json[] {
  const known = targetLists.get(targets)
  if (known) return known
  const value = targets.map(targetValue)
  targetLists.set(targets, value)
  return value
}

/**
 * The context as the evaluator takes it: the variables that an expression reads, and no others, because some are large
 * and worked out only when they are asked for. A `for_each` variable never hides a standard one.
 */
export function celContext(context: EvaluationContext, names: readonly string[]): Readonly<Record<string, unknown>> {
  const result: Record<string, unknown> = Object.create(null) as Record<string, unknown>
  for (const name of names) {
    const value = variableOf(context, name)
    if (value !== undefined) result[name] = value
  }
  result['versions'] = versionsOf(context.catalog)
  return result
}

/** Names that a context has, for telling what was probably meant. */
export function contextNames(context: EvaluationContext): readonly string[] {
  const { bindings, components, catalog: _, ...rest } = context
  const standard = Object.entries(rest).flatMap(([name, value]) => (value === undefined ? [] : [name]))
  return [...new Set([...Object.keys(components ?? {}), ...Object.keys(bindings ?? {}), ...standard, 'versions'])]
}

/** Members of a context that are no variables. */
const notVariables: ReadonlySet<string> = new Set(['bindings', 'components', 'catalog'])

function variableOf(context: EvaluationContext, name: string): unknown {
  if (name === 'target') return context.target && toCel(targetValue(context.target))
  if (name === 'targets') return context.targets && toCel(targetListValue(context.targets))
  const standard = notVariables.has(name) || !Object.hasOwn(context, name) ? undefined : context[name as 'steps']
  if (standard !== undefined) return toCel(standard)
  for (const named of [context.bindings, context.components]) {
    if (named && Object.hasOwn(named, name)) return toCel(named[name]!)
  }
  return undefined
}
