/** Definition, references, rename and highlight: look-ups in the lists of names. */
import type { OffsetRange } from '../source/index.ts'
import { homeOf, isValuesFile, runbookOf } from './families.ts'
import { type NamePlace, namedInPath, namesIn } from './names.ts'
import type { Workspace } from './workspace.ts'

export interface Place {
  readonly path: string
  readonly range: OffsetRange
}

/** A place with what is named there. */
export interface NamedPlace extends Place {
  readonly name: NamePlace
}

/** The names of a file, as the runbook beside it means them. */
function namesOf(workspace: Workspace, path: string): readonly NamePlace[] {
  const document = workspace.read(path)
  if (!document) return []
  const names = namesIn(document)
  // Any YAML file has keys.
  if (document.root && !document.root.byKey.has('rollbook') && !isValuesFile(workspace, path)) return []
  if (!names.some(({ behind }) => behind !== undefined)) return names
  const home = runbookOf(workspace, path)
  const outline = home === undefined ? undefined : workspace.recent(home)?.outline
  return outline ? names.map((place) => namedInPath(place, outline)) : names
}

/** The name at an offset, its end included: a cursor stands behind what was just typed. */
export function nameAt(workspace: Workspace, path: string, offset: number): NamePlace | undefined {
  return namesOf(workspace, path).find(({ range }) => offset >= range.start && offset <= range.end)
}

export function definitionsAt(workspace: Workspace, path: string, offset: number): readonly NamedPlace[] {
  return placesAt(workspace, path, offset).filter(({ name }) => name.isDefinition)
}

/** Every place of the name at an offset, in all files that belong together. */
export function placesAt(workspace: Workspace, path: string, offset: number): readonly NamedPlace[] {
  const name = nameAt(workspace, path, offset)
  return name === undefined ? [] : placesOf(workspace, path, name)
}

/** Every place of a name that stands in a file. */
export function placesOf(workspace: Workspace, path: string, name: NamePlace): readonly NamedPlace[] {
  const home = homeOf(workspace, path, name.kind)
  const paths = home === undefined ? [path] : [...new Set([path, home, ...workspace.paths()])]
  return paths.flatMap((each) => {
    if (home !== undefined && each !== path && each !== home && homeOf(workspace, each, name.kind) !== home) return []
    return namesOf(workspace, each)
      .filter((other) => isSame(other, name))
      .map((other) => ({ path: each, range: other.range, name: other }))
  })
}

/** Places of the same file, for a quiet mark while the cursor stands on one. */
export function highlightsAt(workspace: Workspace, path: string, offset: number): readonly NamedPlace[] {
  const name = nameAt(workspace, path, offset)
  if (!name) return []
  return namesOf(workspace, path)
    .filter((other) => isSame(other, name))
    .map((other) => ({ path, range: other.range, name: other }))
}

/** What a name may look like; see the schema. */
const forms: Readonly<Record<string, RegExp>> = {
  requirement: /^[A-Za-z0-9][A-Za-z0-9_.-]*$/,
  target: /^[^\s"'\\:#{}[\],&*!|>%@`]+$/,
  system: /^[A-Za-z_]\w*$/,
}

export type Renaming =
  | { readonly kind: 'edits'; readonly edits: readonly { readonly place: NamedPlace; readonly text: string }[] }
  | { readonly kind: 'refused'; readonly reason: string }

/** Gives a name a new text everywhere; refused when that would change what any of the files means. */
export function renameAt(workspace: Workspace, path: string, offset: number, text: string): Renaming {
  const name = nameAt(workspace, path, offset)
  if (!name) return { kind: 'refused', reason: 'here is nothing that has a name of its own' }
  if (!(forms[name.kind] ?? /^[a-z][a-z0-9_]*$/).test(text) || text.length > 64) {
    return { kind: 'refused', reason: `"${text}" cannot be the name of a ${name.kind}: ${formWords(name.kind)}` }
  }
  const places = placesOf(workspace, path, name)
  if (!places.some((place) => place.name.isDefinition)) {
    return {
      kind: 'refused',
      reason: `"${name.name}" is defined nowhere, so that it cannot be told what belongs to it`,
    }
  }
  const other = placesOf(workspace, path, { ...name, name: text }).find((place) => place.name.isDefinition)
  if (other && text !== name.name) return { kind: 'refused', reason: `there is a ${name.kind} "${text}" already` }
  return { kind: 'edits', edits: places.map((place) => ({ place, text })) }
}

function formWords(kind: string): string {
  if (kind === 'requirement') return 'write letters, digits, and ". _ -" between them'
  return kind === 'target' ? 'write it without blanks and signs of YAML' : 'write lower case letters, digits and "_"'
}

function isSame(a: NamePlace, b: NamePlace): boolean {
  return a.kind === b.kind && a.name === b.name && a.inside === b.inside
}
