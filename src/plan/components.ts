import type { Component } from '../runbook/runbook.generated.ts'
import type { PlanComponent } from './model.ts'
import type { Planning } from './planning.ts'
import { selectTargets } from './select-targets.ts'
import { planImpact } from './step-parts.ts'

/** Chooses the targets of every component. */
export function planComponents(
  components: Readonly<Record<string, Component>>,
  planning: Planning,
): readonly PlanComponent[] {
  const planned = Object.entries(components).map(([id, component]): PlanComponent => {
    const path = ['components', id]
    const targets = selectTargets(component.select, {}, [...path, 'select'], planning) ?? []
    if (targets.length === 0 && !planning.reporter.failed) {
      planning.reporter.warning(
        'PLAN_NO_TARGETS',
        [...path, 'select'],
        `the component "${id}" has no targets in this inventory`,
      )
    }
    return {
      id,
      title: component.title ?? id,
      targets: targets.map((target) => target.name),
      after: component.after ?? [],
      ...(component.unit === undefined ? {} : { unit: component.unit }),
      ...(component.version === undefined ? {} : { scheme: component.version.scheme }),
      ...planImpact(component.impact, {}, [...path, 'impact'], planning),
    }
  })
  const cycle = findCycle(planned)
  if (cycle)
    planning.reporter.error(
      'PLAN_COMPONENT_CYCLE',
      ['components', cycle[0]!, 'after'],
      `components wait for each other: ${cycle.join(' > ')}`,
    )
  return planned
}

function findCycle(components: readonly PlanComponent[]): readonly string[] | undefined {
  const byId = new Map(components.map((component) => [component.id, component]))
  const done = new Set<string>()
  const walk = (id: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(id)) return [...path.slice(path.indexOf(id)), id]
    if (done.has(id)) return undefined
    for (const next of byId.get(id)?.after ?? []) {
      const found = walk(next, [...path, id])
      if (found) return found
    }
    done.add(id)
    return undefined
  }
  for (const { id } of components) {
    const found = walk(id, [])
    if (found) return found
  }
  return undefined
}
