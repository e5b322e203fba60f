/** What the expression under the cursor gives, for the targets that its place is about. */
import { splitTemplate } from '../expression/index.ts'
import type { InventoryTarget } from '../inventory/index.ts'
import { type ExpressionSite, expressionSites } from '../language/expression-sites.ts'
import { mapIn, textIn } from '../language/outline.ts'
import { type MapNode, type OffsetRange, rangeInScalar } from '../source/index.ts'
import { explainValue, targetsOn } from './explain-value.ts'
import { type KnownValues, targetsSelected } from './known-values.ts'
import type { ReadDocument } from './workspace.ts'

/** One expression of a runbook as its place sees it. */
export interface ExpressionSpot {
  /** Without braces. */
  readonly text: string
  readonly range: OffsetRange
  /** Whether it chooses among targets. */
  readonly selects: boolean
  /** The targets that it is evaluated for, or chooses from; undefined when there are none in particular. */
  readonly on: readonly InventoryTarget[] | undefined
}

export function expressionSpotAt(
  document: ReadDocument,
  known: KnownValues,
  offset: number,
): ExpressionSpot | undefined {
  const { outline } = document
  if (!outline) return undefined
  const holds = ({ start, end }: OffsetRange): boolean => offset >= start && offset <= end
  const site = expressionSites(outline).find(({ node }) => holds(node.range))
  const part = site && partsOf(document, site).find(({ range }) => holds(range))
  if (!site || !part) return undefined
  const selects = site.scope.place === 'select' || site.scope.place === 'wave'
  const owner =
    outline.steps.findLast(({ node }) => holds(node.range))?.node ?? outline.criteria.find(({ range }) => holds(range))
  return { ...part, selects, on: targetsOf(site, owner, known) }
}

function partsOf(
  document: ReadDocument,
  { node, text, bare }: ExpressionSite,
): readonly { text: string; range: OffsetRange }[] {
  if (bare) return [{ text, range: node.range }]
  return splitTemplate(text).parts.flatMap((part) => {
    if (part.kind !== 'expression') return []
    const range = rangeInScalar(document.source.text, node, {
      start: part.offset,
      end: part.offset + part.text.length,
    })
    return [{ text: part.text.trim(), range }]
  })
}

function targetsOf(
  { scope, key }: ExpressionSite,
  owner: MapNode | undefined,
  known: KnownValues,
): readonly InventoryTarget[] | undefined {
  const all = Object.values(known.inventory?.targets ?? {})
  if (!owner || key === 'on') return scope.place === 'select' ? all : undefined
  const component = textIn(mapIn(owner, 'rollout'), 'component')?.text
  if (component !== undefined) return targetsOn(component, known)
  return scope.onTargets ? targetsOn(owner.byKey.get('on')?.node.value, known) : undefined
}

/** Names shown of the targets that are chosen. */
const namesMax = 8

/** Paragraphs about the whole expression: what it gives, or which targets it chooses. */
export function explainSpot({ text, selects, on }: ExpressionSpot, known: KnownValues): readonly string[] {
  if (!selects || !on) return explainValue(text, known, on)
  const chosen = targetsSelected(text, on, known.context)
  if (!chosen) return explainValue(text, known, on)
  const names = chosen.slice(0, namesMax).map(({ name }) => name)
  const more = chosen.length > namesMax ? [`and ${chosen.length - namesMax} more`] : []
  const from = known.inventoryPath === undefined ? '' : ` of the inventory ${known.inventoryPath}`
  const list = names.length === 0 ? '' : `: ${[...names, ...more].join(', ')}`
  return [`Matches ${chosen.length} of ${on.length} targets${from}${list}.`]
}
