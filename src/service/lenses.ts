/** Lines above a place that can be clicked. */
import type { OffsetRange } from '../source/index.ts'
import { type CoveringPlace, coverageOf } from './coverage-tree.ts'
import { moveRanges } from './moved-text.ts'
import { type NameKind, namesIn } from './names.ts'
import type { ReadDocument, Workspace } from './workspace.ts'

export type Lens = { readonly range: OffsetRange; readonly title: string } & (
  | { readonly command: 'plan' | 'simulate' }
  | { readonly command: 'emulate' /** As `rollbook emulate` knows it. */; readonly system: string }
  | { readonly command: 'references'; readonly places: readonly OffsetRange[] }
)

/**
 * While the text cannot be read they are those of the last one that could, moved to where their words stand now: lines
 * must not jump under the hand that types.
 */
export function lensesIn(workspace: Workspace, path: string): readonly Lens[] {
  const document = workspace.read(path)
  if (document?.root) return lensesOf(workspace, document)
  const before = workspace.recent(path)
  if (!document || !before) return []
  const move = moveRanges(before.source.text, document.source.text)
  return lensesOf(workspace, before).flatMap((lens) => {
    const range = move(lens.range)
    if (!range) return []
    return lens.command === 'references'
      ? { ...lens, range, places: lens.places.flatMap((place) => move(place) ?? []) }
      : { ...lens, range }
  })
}

function lensesOf(workspace: Workspace, document: ReadDocument): readonly Lens[] {
  if (!document.outline) return []
  return [...commandLenses(workspace, document), ...requirementLenses(document), ...useLenses(document)]
}

function commandLenses({ settings }: Workspace, { outline }: ReadDocument): readonly Lens[] {
  const range = outline!.root.entries[0]?.key.range ?? { start: 0, end: 0 }
  const executors = new Set(outline!.actions.map(({ action }) => action.text.split('.')[0]!))
  const systems = [...executors].flatMap((executor) => settings.emulators?.[executor] ?? [])
  return [
    { range, title: 'Plan', command: 'plan' },
    { range, title: 'Simulate', command: 'simulate' },
    ...systems.map((system): Lens => {
      const which = systems.length === 1 ? '' : ` of ${system}`
      return { range, title: `Run against emulator${which}`, command: 'emulate', system }
    }),
  ]
}

function requirementLenses(document: ReadDocument): readonly Lens[] {
  return coverageOf(document).requirements.map(({ selection, covered_by, note }): Lens => {
    const places = covered_by.map((place) => place.selection)
    return { range: selection, title: coverWords(covered_by, note), command: 'references', places }
  })
}

/** `4 steps cover this`, `1 step and 2 criteria cover this`. */
function coverWords(places: readonly CoveringPlace[], note: string): string {
  if (places.length === 0) return note === '' ? 'nothing covers this' : 'covered by its note'
  const count = (kind: string): number => places.filter((place) => kindOf(place) === kind).length
  const words = (['step', 'criterion', 'rule'] as const).flatMap((kind) => {
    const number = count(kind)
    if (number === 0) return []
    return [`${number} ${number === 1 ? kind : { step: 'steps', criterion: 'criteria', rule: 'rules' }[kind]}`]
  })
  const list = words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
  return `${list} ${places.length === 1 ? 'covers' : 'cover'} this`
}

function kindOf({ kind }: CoveringPlace): 'step' | 'criterion' | 'rule' {
  return kind === 'criterion' || kind === 'rule' ? kind : 'step'
}

const counted: ReadonlySet<NameKind> = new Set(['input', 'component', 'role', 'window', 'criterion'])

/** How often what is declared is used. A criterion that nobody names is used all the same: steps verify all of them. */
function useLenses(document: ReadDocument): readonly Lens[] {
  const uses = new Map<string, OffsetRange[]>()
  for (const { kind, name, range, isDefinition } of namesIn(document)) {
    if (isDefinition || !counted.has(kind)) continue
    const key = `${kind} ${name}`
    uses.set(key, [...(uses.get(key) ?? []), range])
  }
  return namesIn(document).flatMap(({ kind, name, range, isDefinition }): readonly Lens[] => {
    if (!isDefinition || !counted.has(kind)) return []
    const places = uses.get(`${kind} ${name}`) ?? []
    if (kind === 'criterion' && places.length === 0) return []
    const title = `used ${['nowhere', 'once', 'twice'][places.length] ?? `${places.length} times`}`
    return [{ range, title, command: 'references', places }]
  })
}
