import { groupText } from './group-key.ts'
import type { PlanComponent, PlanTarget } from './model.ts'

/** Targets that must not be away together. */
export interface TargetUnit {
  readonly name: string
  readonly members: readonly string[]
}

/** The units of an inventory: those of components first, then those that targets name themselves. */
export interface Units {
  readonly list: readonly TargetUnit[]
  readonly ofTarget: ReadonlyMap<string, TargetUnit>
}

const known = new WeakMap<Readonly<Record<string, PlanTarget>>, Units>()

/** @throws ExpressionError when a component's `unit` is an expression that fails */
export function unitsOf(
  targets: Readonly<Record<string, PlanTarget>>,
  components: readonly Pick<PlanComponent, 'targets' | 'unit'>[],
): Units {
  const made = known.get(targets) ?? makeUnits(targets, components)
  known.set(targets, made)
  return made
}

function makeUnits(
  targets: Readonly<Record<string, PlanTarget>>,
  components: readonly Pick<PlanComponent, 'targets' | 'unit'>[],
): Units {
  const keys = new Map<string, string>()
  for (const { targets: names, unit } of components) {
    if (unit !== undefined) for (const name of names) if (!keys.has(name)) keys.set(name, unit)
  }
  const members = new Map<string, string[]>()
  const nameOf = new Map<string, string>()
  for (const target of Object.values(targets)) {
    // A target without a unit is one of its own; its key cannot be that of a shared unit.
    const unit = groupText(keys.get(target.name) ?? 'unit', target, { target })
    const key = unit === '' ? `\0${target.name}` : unit
    nameOf.set(key, unit === '' ? target.name : unit)
    const mates = members.get(key)
    if (mates) mates.push(target.name)
    else members.set(key, [target.name])
  }
  const list = [...members].map(([key, names]): TargetUnit => ({ name: nameOf.get(key)!, members: names }))
  return { list, ofTarget: new Map(list.flatMap((unit) => unit.members.map((name) => [name, unit] as const))) }
}
