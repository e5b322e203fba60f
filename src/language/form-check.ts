import { criterionKeys, stepKeys } from '../runbook/runbook-keys.generated.ts'
import type { MapNode, SourceNode } from '../source/index.ts'
import { quoted } from './catalogue/entry.ts'
import type { Reporter } from './reporter.ts'

export type StepForm = keyof typeof stepKeys
export type CriterionForm = keyof typeof criterionKeys

/** How each form is called in messages. */
export const formNames: Readonly<Record<string, string>> = {
  action: 'an action step',
  manual: 'a manual step',
  gate: 'a gate step',
  rollout: 'a rollout step',
  acceptance: 'an acceptance step',
  steps: 'a group step',
}

const criterionNames: Readonly<Record<string, string>> = {
  action: 'a criterion measured by an action',
  manual: 'a criterion checked by a person',
}

interface FormTable {
  readonly keys: Readonly<Record<string, readonly string[]>>
  readonly names: Readonly<Record<string, string>>
  readonly noun: string
}
const stepTable: FormTable = { keys: stepKeys, names: formNames, noun: 'step' }
const criterionTable: FormTable = { keys: criterionKeys, names: criterionNames, noun: 'criterion' }

/** Maps that have a form, with the forms whose key they hold; exactly one is right. */
export interface FormedMap {
  readonly node: MapNode
  readonly table: FormTable
  readonly forms: readonly string[]
}

/**
 * Finds every step and criterion of a runbook, however deep, and whatever else is wrong with it.
 *
 * @param leftOut - phases that are of no interest
 */
export function formedMaps(root: SourceNode, leftOut?: WeakSet<SourceNode>): ReadonlyMap<MapNode, FormedMap> {
  const found = new Map<MapNode, FormedMap>()
  const add = (node: SourceNode, table: FormTable): void => {
    if (node.kind !== 'map' || found.has(node)) return
    const forms = Object.keys(table.keys).filter((form) => node.byKey.has(form))
    found.set(node, { node, table, forms })
    if (table !== stepTable) return
    addAll(node.byKey.get('steps')?.node, stepTable)
    addAll(node.byKey.get('back_out')?.node, stepTable)
  }
  const addAll = (node: SourceNode | undefined, table: FormTable): void => {
    if (node?.kind === 'list') for (const item of node.items) add(item, table)
  }
  if (root.kind !== 'map') return found
  addAll(root.byKey.get('acceptance_criteria')?.node, criterionTable)
  const phases = root.byKey.get('phases')?.node
  if (phases?.kind === 'list') {
    for (const phase of phases.items) {
      if (phase.kind === 'map' && leftOut?.has(phase) !== true) addAll(phase.byKey.get('steps')?.node, stepTable)
    }
  }
  return found
}

/** The one form of a step; undefined when it has none or several. */
export function stepForm(node: MapNode): StepForm | undefined {
  const forms = (Object.keys(stepKeys) as StepForm[]).filter((form) => node.byKey.has(form))
  return forms.length === 1 ? forms[0] : undefined
}

/** Reports a map that has no form or several. */
export function checkForm({ node, table, forms }: FormedMap, reporter: Reporter): void {
  const all = Object.keys(table.keys)
  const owner = nameOf(node, table.noun)
  const [first, second] = forms
  if (second !== undefined && first !== undefined) {
    const range = node.byKey.get(second)!.key.range
    const related = [{ message: `the first form`, range: node.byKey.get(first)!.key.range }]
    reporter.report('FORM_SEVERAL', range, { owner, forms: forms.map(quoted).join(', ') }, { related })
    return
  }
  const known = new Set(Object.values(table.keys).flat())
  const strangers = node.entries.filter((entry) => !known.has(entry.key.text))
  const typo = strangers.find((entry) => reporter.nearest(entry.key.text, all) !== undefined)
  const nearest = typo && reporter.nearest(typo.key.text, all)
  const words = { owner, forms: all.join(', '), ...(typo && nearest ? { key: typo.key.text, nearest } : {}) }
  const range = typo?.key.range ?? node.entries[0]?.key.range ?? node.range
  const fix =
    typo && nearest ? { fix: { title: `Change to "${nearest}"`, safe: true, edits: [{ range, text: nearest }] } } : {}
  reporter.report('FORM_MISSING', range, words, fix)
}

/** `the step "look"`, or `this step` when it has no id. */
export function nameOf(node: MapNode, noun: string): string {
  const id = node.byKey.get('id')?.node
  return id?.kind === 'scalar' && typeof id.value === 'string' ? `the ${noun} ${quoted(id.value)}` : `this ${noun}`
}
