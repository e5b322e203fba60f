import { parseDuration } from '../base/duration.ts'
import { parseSize } from '../base/size.ts'
import { matchPattern } from '../expression/pattern.ts'
import { compareVersions } from '../expression/version.ts'
import type { MapNode, SourceNode } from '../source/index.ts'
import { type Outline, textIn } from './outline.ts'
import type { Reporter } from './reporter.ts'

/** Checks that a default is a value that could be given. */
export function checkInputs(outline: Outline, reporter: Reporter): void {
  for (const { key, node } of outline.inputs) {
    if (node.kind !== 'map') continue
    const type = textIn(node, 'type')?.text ?? ''
    checkPattern(node, reporter)
    const value = node.byKey.get('default')?.node
    if (!value || value.kind === 'map') continue
    const items = node.byKey.get('items')?.node
    if (value.kind === 'list') {
      checkItems(key.text, value.items, items?.kind === 'map' ? items : undefined, node, value, reporter)
    } else {
      const problem = problemWith(value, type, node, false)
      if (problem) reportDefault(key.text, value, problem, node, reporter)
    }
  }
}

function checkItems(
  id: string,
  values: readonly SourceNode[],
  rules: MapNode | undefined,
  input: MapNode,
  whole: SourceNode,
  reporter: Reporter,
): void {
  const fewest = numberIn(input, 'min_items')
  const most = numberIn(input, 'max_items')
  if (fewest !== undefined && values.length < fewest)
    return reportDefault(id, whole, `has fewer than ${fewest} items`, input, reporter)
  if (most !== undefined && values.length > most)
    return reportDefault(id, whole, `has more than ${most} items`, input, reporter)
  const type = textIn(rules, 'type')?.text ?? 'string'
  for (const value of values) {
    const problem = problemWith(value, type, rules, true)
    if (problem) reportDefault(id, value, `holds a value that ${problem}`, rules, reporter)
  }
}

function reportDefault(
  id: string,
  value: SourceNode,
  problem: string,
  rules: MapNode | undefined,
  reporter: Reporter,
): void {
  const text = value.kind === 'scalar' ? String(value.value) : ''
  const nearest = reporter.nearest(text, optionsOf(rules))
  reporter.report('INPUT_DEFAULT_INVALID', value.range, { id, problem, ...(nearest === undefined ? {} : { nearest }) })
}

/** Why a value is refused, as the end of a sentence; undefined when it is fine or something else tells. */
function problemWith(node: SourceNode, type: string, rules: MapNode | undefined, isItem: boolean): string | undefined {
  if (node.kind !== 'scalar') return 'is not a single value'
  const { value } = node
  const wrong = isItem || type === 'date_time' ? wrongType(value, type) : undefined
  if (wrong) return wrong
  if (typeof value === 'string' && value.includes('${{')) return 'holds an expression, and inputs have no variables yet'
  const options = optionsOf(rules)
  if (type === 'enum' && options.length > 0 && !options.includes(String(value)))
    return `is none of ${options.join(', ')}`
  const pattern = textIn(rules, 'pattern')?.text
  if (pattern !== undefined && typeof value === 'string' && matches(pattern, value) === false)
    return `does not match ${pattern}`
  if (type === 'string' && typeof value === 'string') return lengthProblem(value, rules)
  const less = orders[type]
  if (!less) return undefined
  const [min, max] = [scalarIn(rules, 'min'), scalarIn(rules, 'max')]
  if (min !== undefined && less(value, min)) return `is less than ${String(min)}`
  if (max !== undefined && less(max, value)) return `is more than ${String(max)}`
  return undefined
}

type Scalar = string | number | boolean | null

/** The schema tells about a default of an input itself; the items of a list are told here. */
function wrongType(value: Scalar, type: string): string | undefined {
  switch (type) {
    case 'integer':
      return Number.isInteger(value) ? undefined : 'is not a whole number'
    case 'number':
      return typeof value === 'number' ? undefined : 'is not a number'
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'is not true or false'
    case 'duration':
      return typeof value === 'string' && parseDuration(value) === undefined ? 'is not a duration' : undefined
    case 'date_time':
      return typeof value === 'string' && !isDateTime(value)
        ? 'is not an instant such as 2026-12-06T01:00:00+01:00'
        : undefined
    default:
      return typeof value === 'string' ? undefined : 'is not text'
  }
}

const orders: Readonly<Record<string, (a: Scalar, b: Scalar) => boolean>> = {
  integer: (a, b) => Number(a) < Number(b),
  number: (a, b) => Number(a) < Number(b),
  duration: (a, b) => (parseDuration(String(a)) ?? 0) < (parseDuration(String(b)) ?? 0),
  size: (a, b) => (parseSize(String(a)) ?? 0) < (parseSize(String(b)) ?? 0),
  date_time: (a, b) => Date.parse(String(a)) < Date.parse(String(b)),
  version: (a, b) => (compareVersions(String(a), String(b)) ?? 0) < 0,
}

function isDateTime(text: string): boolean {
  return (
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/.test(text) &&
    !Number.isNaN(Date.parse(text))
  )
}

function lengthProblem(value: string, rules: MapNode | undefined): string | undefined {
  const fewest = numberIn(rules, 'min_length')
  const most = numberIn(rules, 'max_length')
  if (fewest !== undefined && value.length < fewest) return `has fewer than ${fewest} characters`
  return most !== undefined && value.length > most ? `has more than ${most} characters` : undefined
}

function checkPattern(node: MapNode, reporter: Reporter): void {
  const items = node.byKey.get('items')?.node
  for (const rules of [node, items?.kind === 'map' ? items : undefined]) {
    const pattern = textIn(rules, 'pattern')
    if (!pattern || matches(pattern.text, '') !== undefined) continue
    const words = { value: pattern.text, key: '"pattern"', expected: 'it is not a regular expression' }
    reporter.report('VALUE_INVALID', pattern.node.range, words)
  }
}

/** @returns undefined when the pattern is none, or uses what expressions do not know either */
function matches(pattern: string, text: string): boolean | undefined {
  try {
    return matchPattern(`^(?:${pattern})$`, text)
  } catch {
    return undefined
  }
}

function optionsOf(rules: MapNode | undefined): readonly string[] {
  const list = rules?.byKey.get('options')?.node
  return list?.kind === 'list' ? list.items.flatMap((item) => (item.kind === 'scalar' ? [String(item.value)] : [])) : []
}

function numberIn(node: MapNode | undefined, key: string): number | undefined {
  const value = scalarIn(node, key)
  return typeof value === 'number' ? value : undefined
}

function scalarIn(node: MapNode | undefined, key: string): Scalar | undefined {
  const value = node?.byKey.get(key)?.node
  return value?.kind === 'scalar' ? value.value : undefined
}
