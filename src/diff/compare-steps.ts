import { isJsonObject, type Json, type JsonObject } from '../base/json.ts'
import type { Found } from './compare-files.ts'
import { compareValues, otherOrder } from './compare-values.ts'
import { withoutCovers } from './coverage.ts'

/** What differs in phases and steps. Steps are known by their ids, wherever they stand. */
export function compareSteps(from: Json | undefined, to: Json | undefined): readonly Found[] {
  const before = procedureOf(from)
  const after = procedureOf(to)
  return [...comparePhases(before, after), ...compareEach(before, after), ...compareOrder(before, after)]
}

interface Step {
  readonly id: string
  /** Path of what holds it: a phase, a group, or `<step>/back_out`. */
  readonly parent: string
  /** Without the steps that it holds. */
  readonly body: JsonObject
}

interface Procedure {
  readonly phases: ReadonlyMap<string, JsonObject>
  readonly steps: ReadonlyMap<string, Step>
  /** Ids in order, by the path of what holds them. */
  readonly children: ReadonlyMap<string, readonly string[]>
}

function procedureOf(phases: Json | undefined): Procedure {
  const found = {
    phases: new Map<string, JsonObject>(),
    steps: new Map<string, Step>(),
    children: new Map<string, string[]>(),
  }
  const take = (list: Json | undefined, parent: string): void => {
    for (const step of Array.isArray(list) ? list.filter(isJsonObject) : []) {
      const { steps, back_out, ...body } = withoutCovers(step) as JsonObject
      const id = String(step['id'])
      const path = `${parent}/${id}`
      // The inverse of a step may use a name again; the first one keeps it.
      const name = found.steps.has(id) ? path : id
      found.steps.set(name, {
        id,
        parent,
        body: { ...body, ...(typeof back_out === 'string' ? { back_out } : {}) },
      })
      found.children.set(parent, [...(found.children.get(parent) ?? []), id])
      take(steps, path)
      take(back_out, `${path}/back_out`)
    }
  }
  for (const phase of Array.isArray(phases) ? phases.filter(isJsonObject) : []) {
    const { steps, ...body } = phase
    found.phases.set(String(phase['id']), body)
    take(steps, String(phase['id']))
  }
  return found
}

function comparePhases(before: Procedure, after: Procedure): readonly Found[] {
  const ids = [...new Set([...before.phases.keys(), ...after.phases.keys()])]
  return ids.flatMap((id): readonly Found[] => {
    const [was, is] = [before.phases.get(id), after.phases.get(id)]
    if (was === undefined) return [{ area: 'phases', kind: 'added', subject: id, to: is ?? null }]
    if (is === undefined) return [{ area: 'phases', kind: 'removed', subject: id, from: was }]
    return compareValues(was, is).map((each) => ({ area: 'phases', subject: id, ...each }))
  })
}

function compareEach(before: Procedure, after: Procedure): readonly Found[] {
  const names = [...new Set([...before.steps.keys(), ...after.steps.keys()])]
  return names.flatMap((name): readonly Found[] => {
    const [was, is] = [before.steps.get(name), after.steps.get(name)]
    if (was === undefined) return is ? [{ area: 'steps', kind: 'added', subject: pathOf(is), to: is.body }] : []
    if (is === undefined) return [{ area: 'steps', kind: 'removed', subject: pathOf(was), from: was.body }]
    const moved: readonly Found[] =
      was.parent === is.parent
        ? []
        : [{ area: 'steps', kind: 'moved', subject: is.id, from: was.parent, to: is.parent }]
    return [
      ...moved,
      ...compareValues(was.body, is.body).map((each): Found => ({ area: 'steps', subject: pathOf(is), ...each })),
    ]
  })
}

function pathOf({ parent, id }: Step): string {
  return `${parent}/${id}`
}

function compareOrder(before: Procedure, after: Procedure): readonly Found[] {
  const phases = otherOrder([...before.phases.keys()], [...after.phases.keys()])
  const steps = [...before.children].flatMap(([parent, ids]): readonly Found[] => {
    const order = otherOrder(ids, after.children.get(parent) ?? [])
    return order === undefined ? [] : [{ area: 'steps', kind: 'ordered', subject: parent, ...order }]
  })
  return [
    ...(phases === undefined ? [] : [{ area: 'phases', kind: 'ordered', subject: '', ...phases } as const]),
    ...steps,
  ]
}
