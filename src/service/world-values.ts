/** What the files around a cursor know: values of targets, files of the folder, names that another file asks for. */
import { isJsonObject, type JsonObject } from '../base/json.ts'
import { catalogue } from '../language/catalogue/catalogue.ts'
import { type OffsetRange, startOfLine } from '../source/index.ts'
import type { CompletionItem } from './completion-item.ts'
import { inventoryOf, runbookOf } from './families.ts'
import { namesIn } from './names.ts'
import type { Workspace } from './workspace.ts'

/** Fields of a target by which it can be told or grouped. */
export const targetFields = ['kind', 'site', 'time_zone', 'unit', 'member', 'system', 'version', 'address'] as const

function item(label: string, rank: number, range: OffsetRange, more: Partial<CompletionItem> = {}): CompletionItem {
  return { label, kind: 'value', insert: label, range, rank, ...more }
}

/** The values that targets have in a field, those of most targets first. */
export function valuesOfTargets(workspace: Workspace, path: string, field: string): readonly string[] {
  const at = inventoryOf(workspace, path)
  const counts = new Map<string, number>()
  for (const target of at === undefined ? [] : targetsAsWritten(workspace, at)) {
    for (const each of [target[field] ?? []].flat()) {
      if (typeof each === 'string') counts.set(each, (counts.get(each) ?? 0) + 1)
    }
  }
  return [...counts].toSorted((a, b) => b[1] - a[1]).map(([value]) => value)
}

/** While an inventory is typed, what is written there is all that is known of its targets. */
function targetsAsWritten(workspace: Workspace, path: string): readonly JsonObject[] {
  const loaded = workspace.inventory(path)?.inventory
  if (loaded) return Object.values(loaded.targets) as unknown as readonly JsonObject[]
  const targets = workspace.recent(path)?.root?.value['targets']
  if (!isJsonObject(targets)) return []
  return Object.entries(targets).flatMap(([name, target]) => (isJsonObject(target) ? [{ ...target, name }] : []))
}

/** Inside of `target.site == "`: what the targets of the inventory have there. */
export function comparedValues(
  workspace: Workspace,
  path: string,
  expression: string,
  offset: number,
): readonly CompletionItem[] | undefined {
  const compared = /\.(\w+)\s*[=!]=\s*(["'])([^"']*)$/.exec(expression)
  const member = /(?:^|[\s(!&|])(["'])([^"']*)$/.exec(expression)
  const field = compared?.[1] ?? (member ? 'roles' : undefined)
  const typed = compared?.[3] ?? member?.[2]
  if (field === undefined || typed === undefined) return undefined
  if (field !== 'name' && field !== 'roles' && !targetFields.some((each) => each === field)) return undefined
  const range = { start: offset - typed.length, end: offset }
  return valuesOfTargets(workspace, path, field).map((value, index) => item(value, index / 1000, range))
}

/** What targets can be grouped by: a field of theirs, or an attribute that one of them has. */
export function groupings(workspace: Workspace, path: string, range: OffsetRange): readonly CompletionItem[] {
  const at = inventoryOf(workspace, path)
  const targets = Object.values((at === undefined ? undefined : workspace.inventory(at)?.inventory)?.targets ?? {})
  const attributes = new Set(targets.flatMap(({ attributes: own }) => Object.keys(own)))
  const used = targetFields.filter((field) => targets.some((target) => target[field] !== undefined))
  const names = [...new Set([...used, ...targetFields, ...attributes])]
  return names.map((name, index) => item(name, 0.1 + index / 1000, range, { detail: 'field of targets' }))
}

/** Files of the same folder, as a file names them. */
export function filesBeside(
  workspace: Workspace,
  path: string,
  key: string,
  range: OffsetRange,
): readonly CompletionItem[] {
  const folder = path.split('/').slice(0, -1).join('/')
  const start = folder === '' ? '' : `${folder}/`
  const wanted =
    key === 'catalog'
      ? workspace.paths().filter((each) => workspace.recent(each)?.kind === 'catalog/v1')
      : workspace.files.below(folder).filter((each) => each.endsWith(key === 'calendar' ? '.ics' : '.csv'))
  return wanted
    .filter((each) => each.startsWith(start))
    .map((each, index) => item(each.slice(start.length), index / 1000, range, { detail: 'file' }))
}

export const dayNames = [
  'mon',
  'tue',
  'wed',
  'thu',
  'fri',
  'sat',
  'sun',
  'first sun',
  'second tue',
  'last fri',
] as const

/** Behind `# rollbook: allow`: the codes that can be silenced. */
export function silenceable(text: string, offset: number): readonly CompletionItem[] | undefined {
  const line = text.slice(startOfLine(text, offset), offset)
  const typed = /#\s*rollbook:\s*allow\s+(\w*)$/.exec(line)?.[1]
  if (typed === undefined) return undefined
  const range = { start: offset - typed.length, end: offset }
  return Object.entries(catalogue).flatMap(([code, { severity, title, explanation }], index) =>
    severity === 'error' || code.startsWith('SUPPRESSION_')
      ? []
      : [
          item(code, index / 1000, range, {
            detail: title,
            documentation: explanation,
            insert: `${code} \${1:why}`,
            isSnippet: true,
          }),
        ],
  )
}

/** In a file of values the inputs of its runbook; in one of answers its steps that people answer. */
export function askedFor(
  workspace: Workspace,
  path: string,
  given: ReadonlySet<string>,
  range: OffsetRange,
): readonly CompletionItem[] {
  const isAnswers = /(?:^|\.)answers\.ya?ml$/.test(path)
  const home = runbookOf(workspace, path)
  const document = home === undefined ? undefined : workspace.recent(home)
  if (!document?.outline) return []
  const wanted = new Set(
    isAnswers
      ? document.outline.steps.flatMap(({ form, id }) =>
          id && (form === 'manual' || form === 'gate') ? [id.text] : [],
        )
      : document.outline.inputs.map(({ key }) => key.text),
  )
  const kind = isAnswers ? 'step' : 'input'
  return namesIn(document)
    .filter((place) => place.isDefinition && place.kind === kind && wanted.has(place.name) && !given.has(place.name))
    .map(({ name, title }, index) =>
      item(name, index / 1000, range, { kind: 'key', detail: title ?? '', insert: `${name}: `, goesOn: true }),
    )
}
