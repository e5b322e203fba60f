import type { Inventory } from '../inventory/index.ts'
import { checkReference, isBareWord } from './id-check.ts'
import { mapIn, type Outline, type PlacedText, textIn } from './outline.ts'
import type { Reporter } from './reporter.ts'

/** Fields of a target that give a text. */
const fields: readonly string[] = [
  'name',
  'kind',
  'address',
  'version',
  'site',
  'time_zone',
  'unit',
  'member',
  'system',
]

/** Checks single words that say what targets are grouped by: a field of targets, or an attribute that one of them has. */
export function checkGroupings(outline: Outline, inventory: Pick<Inventory, 'targets'>, reporter: Reporter): void {
  const words = groupings(outline).filter(({ text }) => isBareWord(text) && !fields.includes(text))
  if (words.length === 0) return
  const attributes = new Set(Object.values(inventory.targets).flatMap((target) => Object.keys(target.attributes)))
  const known = new Set([...fields, ...attributes])
  for (const word of words) checkReference('GROUPING_UNKNOWN', word, known, reporter)
}

function groupings(outline: Outline): readonly PlacedText[] {
  const rollouts = outline.steps.flatMap((step) => mapIn(step.node, 'rollout') ?? [])
  return [
    ...outline.components.flatMap((entry) => textIn(entry.node, 'unit') ?? []),
    ...rollouts.flatMap((rollout) => [
      ...['lanes', 'failure_domain'].flatMap((key) => textIn(rollout, key) ?? textIn(mapIn(rollout, key), 'by') ?? []),
      ...(textIn(mapIn(rollout, 'canary'), 'spread_over') ? [textIn(mapIn(rollout, 'canary'), 'spread_over')!] : []),
    ]),
  ]
}
