/** What an editor shows between the lines: resolved counts, next openings, how often something is used, and links. */

import { formatDurationForPeople, parseDuration } from '../base/duration.ts'
import { localText, upcoming } from '../calendar/describe.ts'
import { evaluateCondition } from '../expression/evaluate.ts'
import { mapIn, mapsIn, placedText, textIn } from '../language/outline.ts'
import type { OffsetRange, SourceNode } from '../source/index.ts'
import { inventoryOf } from './families.ts'
import { pathBeside } from './files.ts'
import { namesIn } from './names.ts'
import type { Workspace } from './workspace.ts'

/** Text that stands behind a place and belongs to no file. */
export interface InlayNote {
  readonly offset: number
  readonly text: string
}

/** @param now - for next openings, in milliseconds since the epoch */
export function inlayNotes(workspace: Workspace, path: string, now: number): readonly InlayNote[] {
  const outline = workspace.read(path)?.outline
  if (!outline) return []
  return [...selectionNotes(workspace, path), ...windowNotes(workspace, path, now), ...phaseNotes(workspace, path)]
}

/** `matches 37 targets` behind what selects components and steps. */
function selectionNotes(workspace: Workspace, path: string): readonly InlayNote[] {
  const outline = workspace.read(path)!.outline!
  const at = inventoryOf(workspace, path)
  const inventory = at === undefined ? undefined : workspace.inventory(at)?.inventory
  if (!inventory) return []
  const targets = Object.values(inventory.targets)
  return outline.components.flatMap((entry): InlayNote[] => {
    const select = textIn(entry.node, 'select')
    if (!select || select.text.includes('inputs')) return []
    try {
      const count = targets.filter((target) => evaluateCondition(select.text, { target, targets })).length
      return [{ offset: select.node.range.end, text: `matches ${count} ${count === 1 ? 'target' : 'targets'}` }]
    } catch {
      // What is wrong with it is told as a finding.
      return []
    }
  })
}

/** `opens 2026-11-22 01:00` behind the id of a window. */
function windowNotes(workspace: Workspace, path: string, now: number): readonly InlayNote[] {
  const { root, windows } = workspace.read(path)!.outline!
  const parsed = workspace.settings.parseCalendar?.({ windows: root.value['windows'] as never }, () => undefined)
  const all = parsed?.definition?.windows
  if (!parsed?.definition || all === undefined || all === 'always') return []
  const { definition } = parsed
  return windows.flatMap((node): InlayNote[] => {
    const id = textIn(node, 'id')
    const window = all.find((each) => each.id === id?.text)
    if (!id || !window) return []
    const zone = window.zone === 'target' ? 'UTC' : window.zone
    const [next] = upcoming({ ...definition, windows: [window] }, zone, now, 1)
    return next ? [{ offset: id.node.range.end, text: `opens ${localText(next.start, zone)}` }] : []
  })
}

/** `worst case 3 h 10 min` behind the title of a phase: what its steps say of themselves, one after the other. */
function phaseNotes(workspace: Workspace, path: string): readonly InlayNote[] {
  const { phases } = workspace.read(path)!.outline!
  return phases.flatMap((phase): InlayNote[] => {
    const worst = phase.steps.map(
      (step) => parseDuration(textIn(mapIn(step.node, 'duration'), 'worst')?.text ?? '') ?? 0,
    )
    const sum = worst.reduce((total, ms) => total + ms, 0)
    const title = textIn(phase.node, 'title')
    if (!title || sum === 0) return []
    return [{ offset: title.node.range.end, text: `steps say: worst case ${formatDurationForPeople(sum)}` }]
  })
}

/** A line above a place that can be clicked. */
export interface Lens {
  readonly range: OffsetRange
  readonly title: string
  /** Absent: the places of the name are shown. */
  readonly command?: 'plan' | 'simulate'
  /** Where the name is used. */
  readonly uses?: readonly { readonly path: string; readonly range: OffsetRange }[]
}

export function lensesIn(workspace: Workspace, path: string): readonly Lens[] {
  const document = workspace.read(path)
  if (!document?.outline) return []
  const start = document.outline.root.entries[0]?.key.range ?? { start: 0, end: 0 }
  const commands: readonly Lens[] = [
    { range: start, title: 'Plan', command: 'plan' },
    { range: start, title: 'Simulate', command: 'simulate' },
  ]
  const counted = new Set(['requirement', 'input', 'component', 'role', 'window', 'criterion'])
  const places = namesIn(document)
  const named = places.filter((place) => place.isDefinition && counted.has(place.kind))
  const byName = new Map<string, (typeof places)[number][]>()
  for (const place of places)
    byName.set(`${place.kind} ${place.name}`, [...(byName.get(`${place.kind} ${place.name}`) ?? []), place])
  return [
    ...commands,
    ...named.map((name): Lens => {
      const own = byName.get(`${name.kind} ${name.name}`) ?? []
      const used = own.filter((place) => !place.isDefinition).map((place) => ({ path, range: place.range }))
      const count = used.length
      const covers = name.kind === 'requirement'
      const title = covers
        ? `${count} ${count === 1 ? 'place covers' : 'places cover'} this`
        : `used ${count === 1 ? 'once' : `${count} times`}`
      return { range: name.range, title, uses: used }
    }),
  ]
}

/** Every file that a file names. */
export function linksIn(
  workspace: Workspace,
  path: string,
): readonly { readonly range: OffsetRange; readonly path: string }[] {
  const document = workspace.read(path)
  if (!document?.root) return []
  const { root } = document
  const named: readonly (SourceNode | undefined)[] = [
    root.byKey.get('catalog')?.node,
    ...[...mapsIn(root, 'windows'), ...mapsIn(root, 'freezes')].map((node) => node.byKey.get('calendar')?.node),
    mapIn(root, 'targets_from')?.byKey.get('csv')?.node ?? root.byKey.get('targets_from')?.node,
  ]
  const links = named.flatMap((node) => {
    const text = placedText(node)
    return text && !text.text.includes('${{') ? [{ range: text.node.range, path: pathBeside(path, text.text) }] : []
  })
  const schema = document.source.comments.flatMap((comment) => {
    const match = /\$schema=(\S+)/.exec(comment.text)
    if (!match || match[1]!.includes('://')) return []
    const start = comment.start + match.index + '$schema='.length
    return [{ range: { start, end: start + match[1]!.length }, path: pathBeside(path, match[1]!) }]
  })
  return [...links, ...schema]
}
