import { evaluateCondition } from '../expression/evaluate.ts'
import { ExpressionError } from '../expression/expression-error.ts'
import type { Inventory } from '../inventory/index.ts'
import { checkReference, isBareWord } from './id-check.ts'
import { mapIn, type Outline, type PlacedText, placedText, textIn, textsIn } from './outline.ts'
import type { Reporter } from './reporter.ts'

/** Checks names and selections of targets against an inventory. */
export function checkTargets(outline: Outline, inventory: Pick<Inventory, 'targets'>, reporter: Reporter): void {
  const names = new Set(Object.keys(inventory.targets))
  const components = new Set(outline.components.map((entry) => entry.key.text))
  for (const entry of outline.components) {
    const select = textIn(entry.node, 'select')
    if (select && selectsNone(select, inventory)) {
      reporter.report('TARGETS_NONE', select.node.range, { owner: `the component "${entry.key.text}"` })
    }
  }
  const cleanups = outline.steps.flatMap((step) => mapIn(step.node, 'cleanup') ?? [])
  for (const node of [...outline.steps.map((step) => step.node), ...cleanups, ...outline.criteria]) {
    for (const target of textsIn(node, 'on')) {
      if (!target.text.includes('${{')) checkReference('TARGET_UNKNOWN', target, names, reporter)
    }
    const on = placedText(node.byKey.get('on')?.node)
    if (!on || on.text === 'control' || components.has(on.text) || isBareWord(on.text)) continue
    if (selectsNone(on, inventory)) {
      reporter.report('TARGETS_NONE', on.node.range, { owner: `"on" of "${textIn(node, 'id')?.text ?? 'this step'}"` })
    }
  }
}

/** False also when the expression cannot be evaluated yet: that it is wrong, or needs inputs, is told elsewhere. */
function selectsNone(select: PlacedText, inventory: Pick<Inventory, 'targets'>): boolean {
  const targets = Object.values(inventory.targets)
  try {
    return !targets.some((target) => evaluateCondition(select.text, { target, targets }))
  } catch (error) {
    if (error instanceof ExpressionError) return false
    throw error
  }
}
