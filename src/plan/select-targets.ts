import type { Json, JsonObject } from '../base/json.ts'
import { nearestName } from '../base/nearest.ts'
import { evaluateCondition, hasExpression } from '../expression/index.ts'
import type { PlanTarget } from './model.ts'
import type { RunbookPath } from './places.ts'
import type { Planning } from './planning.ts'

/** Where a step runs: on control, or on targets (which may turn out to be none). */
export type Place = { readonly kind: 'control' } | { readonly kind: 'targets'; readonly targets: readonly PlanTarget[] }

const control: Place = { kind: 'control' }

/** Resolves `on`: `control`, a component, an expression over `target`, or names. Undefined after a finding. */
export function selectPlace(
  on: string | readonly string[] | undefined,
  bindings: JsonObject,
  path: RunbookPath,
  planning: Planning,
): Place | undefined {
  if (on === undefined || on === 'control') return control
  const resolved = isTemplate(on) ? planning.resolve(on as Json, bindings, path) : on
  if (resolved === undefined) return undefined
  if (Array.isArray(resolved)) return namedTargets((resolved as readonly Json[]).map(String), path, planning)
  const text = String(resolved)
  const component = planning.components.get(text)
  if (component) return { kind: 'targets', targets: component.targets.map((name) => planning.targets[name]!) }
  if (resolved !== on || Object.hasOwn(planning.targets, text)) return namedTargets([text], path, planning)
  if (/^[A-Za-z][\w.-]*$/.test(text)) return unknownPlace(text, path, planning)
  const targets = selectTargets(text, bindings, path, planning)
  return targets ? { kind: 'targets', targets } : undefined
}

/** All targets for which an expression holds, in the order of the inventory. */
export function selectTargets(
  expression: string,
  bindings: JsonObject,
  path: RunbookPath,
  planning: Planning,
): readonly PlanTarget[] | undefined {
  return planning.reporter.attempt(path, () =>
    planning.targetList.filter((target) => evaluateCondition(expression, planning.context(bindings, target))),
  )
}

function isTemplate(on: string | readonly string[]): boolean {
  return typeof on === 'string' ? hasExpression(on) : on.some(hasExpression)
}

function namedTargets(names: readonly string[], path: RunbookPath, planning: Planning): Place | undefined {
  const unknown = names.find((name) => !Object.hasOwn(planning.targets, name))
  if (unknown !== undefined) return unknownPlace(unknown, path, planning)
  return { kind: 'targets', targets: names.map((name) => planning.targets[name]!) }
}

function unknownPlace(name: string, path: RunbookPath, planning: Planning): undefined {
  const near = nearestName(name, [
    'control',
    ...planning.components.keys(),
    ...Object.keys(planning.targets).slice(0, 2000),
  ])
  planning.reporter.error(
    'PLAN_TARGET_UNKNOWN',
    path,
    `there is no component and no target "${name}"`,
    near === undefined
      ? 'Name a component, targets of the inventory, or write an expression over `target`.'
      : `Did you mean "${near}"?`,
  )
  return undefined
}
