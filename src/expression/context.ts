import type { Json, JsonObject } from '../base/json.ts'
import { toCel } from './value.ts'

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
  readonly component?: JsonObject
  readonly unit?: JsonObject
  readonly units?: readonly JsonObject[]
  readonly systems?: JsonObject
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

/** The context as the evaluator takes it. A `for_each` variable never hides a standard one. */
export function celContext(context: EvaluationContext): Readonly<Record<string, unknown>> {
  const result: Record<string, unknown> = Object.create(null) as Record<string, unknown>
  const { bindings, target, targets, ...rest } = context
  for (const [name, value] of Object.entries(bindings ?? {})) result[name] = toCel(value)
  for (const [name, value] of Object.entries(rest)) if (value !== undefined) result[name] = toCel(value as Json)
  if (target) result['target'] = toCel(targetValue(target))
  if (targets) result['targets'] = toCel(targetListValue(targets))
  return result
}
