import { canonicalJson, isJsonObject, type Json, type JsonObject } from '../base/json.ts'

/** A difference between two values of one thing. */
export interface ValueDifference {
  readonly kind: 'changed' | 'ordered'
  /** Keys that lead to it, joined by dots. */
  readonly key: string
  readonly from?: Json
  readonly to?: Json
  /** It is a title, a description or the like: people read it, and nothing follows from it. */
  readonly isWords: boolean
}

/** Keys whose values are for people only. */
const wordKeys: ReadonlySet<string> = new Set([
  'title',
  'description',
  'expected_result',
  'hint',
  'note',
  'prompt',
  'reason',
  'owner',
  'source',
  'text',
  'metadata',
  'affects',
])

/** Keys under which everything is data of its owner, whatever it is called. */
const dataKeys: ReadonlySet<string> = new Set(['with', 'attributes', 'settings', 'default', 'give', 'bindings'])

/** Lists in which the order says nothing. */
const setKeys: ReadonlySet<string> = new Set([
  'classes',
  'consulted',
  'covers',
  'criteria',
  'dates',
  'days',
  'evidence',
  'after',
  'ids',
  'informed',
  'options',
  'override_by',
  'responsible',
  'roles',
  'skip_rest_when',
])

/** What differs between two values, leaf by leaf; maps have no order, lists have one unless it says nothing. */
export function compareValues(
  from: Json | undefined,
  to: Json | undefined,
  path: readonly string[] = [],
): readonly ValueDifference[] {
  if (canonicalJson(from) === canonicalJson(to)) return []
  if (isJsonObject(from) && isJsonObject(to)) {
    return keysOf(from, to).flatMap((key) => compareValues(from[key], to[key], [...path, key]))
  }
  if (Array.isArray(from) && Array.isArray(to)) return compareLists(from, to, path)
  return [changed(path, from, to)]
}

function compareLists(from: readonly Json[], to: readonly Json[], path: readonly string[]): readonly ValueDifference[] {
  const key = path.at(-1) ?? ''
  const isSet = setKeys.has(key) && !inData(path)
  if (isSet && canonicalJson(sorted(from)) === canonicalJson(sorted(to))) return []
  const before = byId(from)
  const after = byId(to)
  if (before === undefined || after === undefined) return [changed(path, from, to)]
  const members = [...new Set([...before.keys(), ...after.keys()])].flatMap((id) =>
    compareValues(before.get(id), after.get(id), [...path, id]),
  )
  const order = isSet ? undefined : otherOrder([...before.keys()], [...after.keys()])
  return order === undefined
    ? members
    : [...members, { kind: 'ordered', key: path.join('.'), from: order.from, to: order.to, isWords: false }]
}

function changed(path: readonly string[], from: Json | undefined, to: Json | undefined): ValueDifference {
  const word = path.findIndex((key) => wordKeys.has(key))
  const isWords = word >= 0 && !inData(path.slice(0, word))
  return {
    kind: 'changed',
    key: path.join('.'),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    isWords,
  }
}

function inData(path: readonly string[]): boolean {
  return path.some((key) => dataKeys.has(key))
}

function keysOf(from: JsonObject, to: JsonObject): readonly string[] {
  return [...new Set([...Object.keys(from), ...Object.keys(to)])].filter(
    (key) => from[key] !== undefined || to[key] !== undefined,
  )
}

function sorted(list: readonly Json[]): readonly Json[] {
  return list.toSorted((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1))
}

/** Members by their `id`; undefined when some have none, or two have the same. */
export function byId(list: readonly Json[]): ReadonlyMap<string, JsonObject> | undefined {
  const found = new Map<string, JsonObject>()
  for (const item of list) {
    if (!isJsonObject(item) || typeof item['id'] !== 'string' || found.has(item['id'])) return undefined
    found.set(item['id'], item)
  }
  return found
}

/** What two lists share, in the order of each; undefined when it is the same. */
export function otherOrder(
  from: readonly string[],
  to: readonly string[],
): { readonly from: readonly string[]; readonly to: readonly string[] } | undefined {
  const before = new Set(from)
  const after = new Set(to)
  const shared = { from: from.filter((name) => after.has(name)), to: to.filter((name) => before.has(name)) }
  return shared.from.every((name, index) => name === shared.to[index]) ? undefined : shared
}
