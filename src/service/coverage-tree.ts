/** The requirements of a runbook, each with what covers it. */
import { textIn } from '../language/outline.ts'
import type { MapNode, OffsetRange } from '../source/index.ts'
import { namesIn } from './names.ts'
import { type PhaseTreeItem, phaseTree } from './phase-tree.ts'
import type { ReadDocument } from './workspace.ts'

export interface CoveringPlace {
  readonly kind: PhaseTreeItem['kind'] | 'criterion' | 'rule'
  readonly id: string
  readonly title: string
  readonly range: OffsetRange
  readonly selection: OffsetRange
}

export interface RequirementItem {
  readonly id: string
  readonly text: string
  /** Empty when the runbook does not say where it comes from. */
  readonly source: string
  /** What the runbook says about it; a demand that only informs is met by that alone. */
  readonly note: string
  readonly range: OffsetRange
  readonly selection: OffsetRange
  readonly covered_by: readonly CoveringPlace[]
}

export interface Coverage {
  readonly requirements: readonly RequirementItem[]
  /** How many have a place that covers them, or a note. */
  readonly covered: number
}

/** In the order of the file; without requirements for what is no runbook. */
export function coverageOf(document: ReadDocument): Coverage {
  const { outline } = document
  if (!outline) return { requirements: [], covered: 0 }
  const steps = flatten(phaseTree(document))
  const others = [
    ...outline.criteria.map((node) => nodePlace('criterion', node)),
    ...outline.rules.map((node) => nodePlace('rule', node)),
  ]
  const places = new Map<string, CoveringPlace[]>()
  for (const { kind, name, range, isDefinition } of namesIn(document)) {
    if (kind !== 'requirement' || isDefinition) continue
    const place =
      others.find((other) => holds(other.range, range)) ?? steps.findLast((step) => holds(step.range, range))
    const known = places.get(name) ?? []
    if (place && !known.some(({ selection }) => selection.start === place.selection.start))
      places.set(name, [...known, placeOf(place)])
  }
  const requirements = outline.requirements.map((node): RequirementItem => {
    const id = textIn(node, 'id')
    return {
      id: id?.text ?? '',
      text: textIn(node, 'text')?.text ?? '',
      source: textIn(node, 'source')?.text ?? '',
      note: textIn(node, 'note')?.text ?? '',
      range: node.range,
      selection: selectionOf(node),
      covered_by: places.get(id?.text ?? '') ?? [],
    }
  })
  const covered = requirements.filter(({ covered_by, note }) => covered_by.length > 0 || note !== '').length
  return { requirements, covered }
}

/** Outer ones before what they hold. */
function flatten(items: readonly PhaseTreeItem[]): readonly PhaseTreeItem[] {
  return items.flatMap((item) => [item, ...flatten(item.children)])
}

function holds(whole: OffsetRange, part: OffsetRange): boolean {
  return whole.start <= part.start && part.end <= whole.end
}

function placeOf({ kind, id, title, range, selection }: CoveringPlace): CoveringPlace {
  return { kind, id, title, range, selection }
}

function nodePlace(kind: CoveringPlace['kind'], node: MapNode): CoveringPlace {
  const id = textIn(node, 'id')?.text ?? ''
  return { kind, id, title: textIn(node, 'title')?.text ?? id, range: node.range, selection: selectionOf(node) }
}

function selectionOf(node: MapNode): OffsetRange {
  return textIn(node, 'id')?.node.range ?? node.entries[0]?.key.range ?? node.range
}
