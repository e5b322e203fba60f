import { isJsonObject, type Json, type JsonObject } from '../base/json.ts'
import { compareSteps } from './compare-steps.ts'
import { byId, compareValues, otherOrder, type ValueDifference } from './compare-values.ts'
import { coverageOf, withoutCovers } from './coverage.ts'
import { type Area, areas, type Comparison, type Difference } from './model.ts'
import { normalise } from './normalise.ts'

/**
 * What two files of one kind say differently, by their definitions alone. Comments, spelling, the order of keys and of
 * lists without an order, and defaults that are written out make no difference.
 *
 * @param from - value of a valid file
 * @param schema - of their kind
 */
export function compareFiles(from: JsonObject, to: JsonObject, schema: JsonObject): Comparison {
  const before = normalise(from, schema) as JsonObject
  const after = normalise(to, schema) as JsonObject
  const found = [
    ...Object.entries(sections).flatMap(([key, area]) => compareSection(area, before[key], after[key])),
    ...compareCoverage(before, after),
    ...compareSteps(before['phases'], after['phases']),
    ...compareRest(before, after),
  ]
  return sortOut(found)
}

/** What belongs to meaning and what to words, by area. */
export function sortOut(found: readonly Found[]): Comparison {
  const byArea = found.toSorted((a, b) => areas.indexOf(a.area) - areas.indexOf(b.area))
  const plain = ({ isWords: _, ...difference }: Found): Difference => difference
  return {
    differences: byArea.filter(({ isWords }) => isWords !== true).map(plain),
    words: byArea.filter(({ isWords }) => isWords === true).map(plain),
  }
}

export type Found = Difference & { readonly isWords?: boolean }

/** Sections whose members have names. */
const sections: Readonly<Record<string, Area>> = {
  inputs: 'inputs',
  roles: 'roles',
  windows: 'windows',
  freezes: 'freezes',
  components: 'components',
  rules: 'rules',
  acceptance_criteria: 'criteria',
  requirements: 'requirements',
}

/** Sections that are compared elsewhere, or that are for people. */
const otherwise: ReadonlySet<string> = new Set([...Object.keys(sections), 'phases', 'rollbook'])
const limits: ReadonlySet<string> = new Set(['blast_radius', 'break_glass'])
const peopleOnly: ReadonlySet<string> = new Set(['version', 'change', 'metadata', 'owner'])

function compareSection(area: Area, from: Json | undefined, to: Json | undefined): readonly Found[] {
  const before = members(from)
  const after = members(to)
  const names = [...new Set([...before.keys(), ...after.keys()])]
  const found = names.flatMap((name): readonly Found[] => {
    const [was, is] = [before.get(name), after.get(name)]
    if (was === undefined) return [{ area, kind: 'added', subject: name, to: is ?? null }]
    if (is === undefined) return [{ area, kind: 'removed', subject: name, from: was }]
    return compareValues(withoutCovers(was), withoutCovers(is)).map((each) => within(area, name, each))
  })
  const order = area === 'criteria' ? otherOrder([...before.keys()], [...after.keys()]) : undefined
  return order === undefined ? found : [...found, { area, kind: 'ordered', subject: '', ...order }]
}

export function within(area: Area, subject: string, { key, ...rest }: ValueDifference): Found {
  return { area, subject, ...(key === '' ? {} : { key }), ...rest }
}

/** By name or id; what has none is called by its own words, such as a freeze by its days. */
function members(value: Json | undefined): ReadonlyMap<string, Json> {
  if (isJsonObject(value)) return new Map(Object.entries(value))
  if (!Array.isArray(value)) return new Map()
  return (
    byId(value) ?? new Map(value.map((item: Json) => [isJsonObject(item) ? nameOf(item) : String(item), item] as const))
  )
}

function nameOf(item: JsonObject): string {
  const parts = [item['id'], item['calendar'], item['from'], item['to']].filter((part) => part !== undefined)
  return parts.map(String).join(' to ')
}

/** Which steps, criteria and rules answer for each requirement that both have. */
function compareCoverage(before: JsonObject, after: JsonObject): readonly Found[] {
  const [was, is] = [coverageOf(before), coverageOf(after)]
  const kept = members(after['requirements'])
  return [...members(before['requirements']).keys()].flatMap((subject): readonly Found[] => {
    const [from, to] = [was.get(subject) ?? [], is.get(subject) ?? []]
    if (!kept.has(subject) || from.join() === to.join()) return []
    return [{ area: 'requirements', kind: 'changed', subject, key: 'covered by', from, to }]
  })
}

function compareRest(before: JsonObject, after: JsonObject): readonly Found[] {
  const isRunbook = 'phases' in before
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((key) => !otherwise.has(key))
  return keys.flatMap((key) => {
    const area: Area = limits.has(key) ? 'limits' : isRunbook ? 'runbook' : 'content'
    return compareValues(before[key], after[key], [key]).map((each) => {
      const found = within(area, '', each)
      return isRunbook && peopleOnly.has(key) ? { ...found, isWords: true } : found
    })
  })
}
