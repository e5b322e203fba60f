/** What an expression gives for the chosen inventory and values, and where that comes from, as Markdown. */
import type { Json } from '../base/json.ts'
import { carriesSecret } from '../base/secret.ts'
import { type EvaluationContext, ExpressionError, evaluateExpression } from '../expression/index.ts'
import type { InventoryTarget } from '../inventory/index.ts'
import { expressionTokens, namePaths, roundNames } from './expression-tokens.ts'
import { type KnownValues, targetsSelected } from './known-values.ts'

/** Targets whose own value is shown one by one. */
const targetsMax = 5

/** What only a run can tell. */
const ofRun: ReadonlySet<string> = new Set([
  'steps',
  'outputs',
  'baseline',
  'value',
  'run',
  'unit',
  'units',
  'change',
  'attempt',
])

/**
 * @param text - an expression, whole or a part of it such as `inputs.release`
 * @param on - the targets that the place is about; undefined when it is about none in particular
 * @returns paragraphs: the value, and the sources of all names in it; empty when only a run can tell
 */
export function explainValue(
  text: string,
  known: KnownValues,
  on: readonly InventoryTarget[] | undefined,
): readonly string[] {
  const names = headsOf(text)
  if (names.some((name) => ofRun.has(name))) return ['Known when the run gets there.']
  if (names.includes('target')) return on === undefined ? [] : perTarget(text, known, on)
  const value = evaluated(text, known.context)
  const sources = sourcesOf(text, known)
  if (value === undefined) return sources
  return [`Value: ${valueText(value)}`, ...sources]
}

function headsOf(text: string): readonly string[] {
  const tokens = expressionTokens(text)
  const bound = roundNames(tokens)
  return namePaths(tokens).flatMap(({ path: [head] }) => (head === undefined || bound.has(head) ? [] : [head]))
}

function perTarget(text: string, known: KnownValues, on: readonly InventoryTarget[]): readonly string[] {
  const lines = on.slice(0, targetsMax).flatMap((target) => {
    const value = evaluated(text, { ...known.context, target })
    return value === undefined ? [] : [`- ${target.name}: ${valueText(value)}`]
  })
  if (lines.length === 0) return []
  const more = on.length > targetsMax ? [`- and ${on.length - targetsMax} more targets`] : []
  return [[...lines, ...more].join('\n'), ...sourcesOf(text, known)]
}

function evaluated(text: string, context: EvaluationContext): Json | undefined {
  try {
    return evaluateExpression(text, context)
  } catch (error) {
    // What is wrong with it, or what is missing, is told elsewhere.
    if (error instanceof ExpressionError) return undefined
    throw error
  }
}

/** One sentence per file that the value depends on. */
function sourcesOf(text: string, known: KnownValues): readonly string[] {
  const tokens = expressionTokens(text)
  const bound = roundNames(tokens)
  const found = new Set<string>()
  for (const { path } of namePaths(tokens)) {
    const [head, name] = path
    if (head === undefined || bound.has(head)) continue
    const input = head === 'inputs' && path.length === 2 && name !== undefined ? known.inputs.get(name) : undefined
    if (input) found.add(inputSource(name!, input))
    const ofInventory = head === 'target' || head === 'targets' || head === 'systems' || known.components.has(head)
    if (ofInventory && known.inventoryPath !== undefined) found.add(`From the inventory ${known.inventoryPath}.`)
    if (head === 'versions' && known.catalogPath !== undefined && /\b(?:path|newest|hops|latest|releases)\b/.test(text))
      found.add(`From the catalog ${known.catalogPath}.`)
  }
  return [...found]
}

/** `` `inputs.release` comes from the values file night.values.yaml. `` */
export function inputSource(name: string, { source }: NonNullable<ReturnType<KnownValues['inputs']['get']>>): string {
  const text = `\`inputs.${name}\``
  if (source.kind === 'missing') return `${text} has no value yet: ${source.words}.`
  return `${text} comes from ${source.words}.`
}

/** A value for people; a path of versions as one. */
export function valueText(value: Json): string {
  if (carriesSecret(value)) return '`•••`'
  if (value === null) return 'nothing'
  if (Array.isArray(value)) return listText(value)
  const text = typeof value === 'string' ? JSON.stringify(value) : JSON.stringify(value, undefined, 1)
  return text.length > 400 ? `\`${shorten(text)}\`` : `\`${text.replaceAll(/\s*\n\s*/g, ' ')}\``
}

const itemsMax = 12

function listText(items: readonly Json[]): string {
  if (items.length === 0) return 'an empty list'
  const words = items.slice(0, itemsMax).map((item) => `\`${itemText(item)}\``)
  const areVersions = items.every((item) => typeof item === 'string' && /^\d+(?:\.\w+)*$/.test(item))
  const more = items.length > itemsMax ? ` and ${items.length - itemsMax} more` : ''
  return `${words.join(areVersions && items.length > 1 ? ' → ' : ', ')}${more}`
}

function itemText(item: Json): string {
  if (typeof item === 'string') return item
  const name = typeof item === 'object' && item !== null && !Array.isArray(item) ? (item as { name?: Json }).name : ''
  return typeof name === 'string' && name !== '' ? name : shorten(JSON.stringify(item))
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}

/** The targets that an `on` names, as far as they can be told: a component, a list, or a selection. */
export function targetsOn(on: unknown, known: KnownValues): readonly InventoryTarget[] | undefined {
  const { inventory } = known
  if (!inventory || on === undefined || on === 'control') return undefined
  const named = (names: readonly unknown[]): readonly InventoryTarget[] =>
    names.flatMap((name) => (Object.hasOwn(inventory.targets, String(name)) ? [inventory.targets[String(name)]!] : []))
  if (Array.isArray(on)) return named(on)
  if (typeof on !== 'string') return undefined
  const component = known.components.get(on)
  return component ? named(component) : targetsSelected(on, Object.values(inventory.targets), known.context)
}
