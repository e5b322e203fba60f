import type { Json, JsonObject } from '../base/json.ts'
import { compareVersions, type TargetLike, targetValue } from '../expression/index.ts'
import type { PlanComponent, PlanTarget } from './model.ts'

type Described = Pick<PlanComponent, 'id' | 'targets' | 'scheme'>

/** What expressions read of a component; see `componentType` in src/expression/rule-types.ts. */
export function componentValue(component: Described, targetAt: (name: string) => TargetLike): JsonObject {
  const targets = component.targets.map(targetAt)
  const known = [
    ...new Set(targets.flatMap(({ version }) => (version === undefined || version === '' ? [] : [version]))),
  ]
  const oldest = known.toSorted((a, b) => orderOf(a, b, component.scheme))[0]
  return {
    name: component.id,
    version: oldest ?? '',
    versions: known,
    level: known.length <= 1 && targets.every(({ version }) => version === known[0]),
    targets: targets.map(targetValue) as readonly Json[],
  }
}

function orderOf(a: string, b: string, scheme: Described['scheme']): number {
  return compareVersions(a, b, scheme ?? 'dotted') ?? compareVersions(a, b, 'train') ?? (a < b ? -1 : 1)
}

const values = new WeakMap<readonly Described[], JsonObject>()

/** Components by id as the inventory tells them, worked out once. */
export function componentValues(
  components: readonly Described[],
  targets: Readonly<Record<string, PlanTarget>>,
): JsonObject {
  const known = values.get(components)
  if (known) return known
  const made = Object.fromEntries(
    components.map((component) => [component.id, componentValue(component, (name) => targets[name]!)]),
  )
  values.set(components, made)
  return made
}
