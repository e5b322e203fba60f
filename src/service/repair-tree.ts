/** Repairs of what is wrong with the parts of a file: keys, steps and declarations are added, renamed and taken away. */
import { formatDuration } from '../base/duration.ts'
import { type StepSite, textIn } from '../language/outline.ts'
import { placeholder } from '../language/placeholder.ts'
import type { MapEntry, MapNode } from '../source/index.ts'
import type { Repair, RepairSite } from './repair.ts'
import { titleOf, withDeclared } from './sections.ts'
import { addEntry, addItemBefore, endOfEntry, removeEntry, removeItem, spotAt } from './tree-edits.ts'

/** Takes the key away at which the finding stands. */
export function takeKeyAway({ document, range }: RepairSite): Repair | undefined {
  const { maps, entry } = spotAt(document.source.root, range.start)
  const map = maps.at(-1)
  return map && entry && keyAway(document, map, entry)
}

/** Takes the nearest key of that name away, around the place of the finding. */
export function takeAwayKey(key: string): (site: RepairSite) => Repair | undefined {
  return ({ document, range }) => {
    const { maps } = spotAt(document.source.root, range.start)
    const map = maps.findLast((each) => each.byKey.has(key))
    const entry = map?.byKey.get(key)
    return map && entry && keyAway(document, map, entry)
  }
}

function keyAway({ source }: RepairSite['document'], map: MapNode, entry: MapEntry): Repair | undefined {
  const edit = removeEntry(source, map, entry)
  return edit && { title: `Take "${entry.key.text}" away`, safe: false, edits: [edit] }
}

/** Takes an item of a list away; safe where it has no effect. */
export function takeItemAway(title: string, safe: boolean): (site: RepairSite) => Repair | undefined {
  return ({ document, range }) => {
    const { list, item } = spotAt(document.source.root, range.start)
    const edit = list && item && removeItem(document.source, list, item)
    return edit && { title, safe, edits: [edit] }
  }
}

/** A declaration that nothing uses: an entry of a map or an item of a list, and the section when nothing is left. */
export function takeDeclarationAway(title: string): (site: RepairSite) => Repair | undefined {
  return (site) => {
    const { document, range } = site
    const { root } = document
    const section = root?.entries.findLast(({ node }) => range.start >= node.range.start && range.end <= node.range.end)
    if (!root || !section) return undefined
    const { node } = section
    const item = node.kind === 'list' ? node.items.findLast((each) => range.start >= each.range.start) : undefined
    const own = node.kind === 'map' ? spotEntry(node, range.start) : undefined
    const edit =
      (node.kind === 'list' && item && removeItem(document.source, node, item)) ||
      (node.kind === 'map' && own && removeEntry(document.source, node, own)) ||
      removeEntry(document.source, root, section)
    return edit ? { title, safe: false, edits: [edit] } : undefined
  }
}

function spotEntry(map: MapNode, offset: number): MapEntry | undefined {
  return map.entries.findLast(({ key }) => offset >= key.range.start)
}

/** An id that is taken becomes `a_2`. */
export function renameToFree({ document, range, written }: RepairSite): Repair | undefined {
  const words = new Set(document.source.text.match(/[\w-]+/g) ?? [])
  const joint = /[A-Z]/.test(written) ? '-' : '_'
  const free = [2, 3, 4, 5, 6, 7, 8, 9].map((number) => `${written}${joint}${number}`).find((name) => !words.has(name))
  if (free === undefined || !/^[\w.-]+$/.test(written)) return undefined
  return { title: `Change to "${free}"`, safe: false, edits: [{ range, text: free }] }
}

/** A step that says nothing about how it is done is done by a person. */
export function makeManual({ document, finding, range }: RepairSite): Repair | undefined {
  if (finding.fix) return undefined
  const map = spotAt(document.source.root, range.start).maps.at(-1)
  return (
    map && {
      title: finding.message.startsWith('the criterion ') ? 'Have somebody check it' : 'Make it a manual step',
      safe: false,
      edits: [addEntry(document.source, map, 'manual', placeholder)],
    }
  )
}

/** Of two forms the one goes at which the finding stands. */
export function takeFormAway(site: RepairSite): Repair | undefined {
  return takeKeyAway(site)
}

/** The first role decides; without any, one is declared. */
function decider({ document }: RepairSite): { readonly role: string; readonly edits: Repair['edits'] } | undefined {
  const role = document.outline?.roles[0]?.key.text
  if (role !== undefined) return { role, edits: [] }
  const edit = withDeclared(document, 'roles', 'approver: {title: Approver}')
  return edit && { role: 'approver', edits: [edit] }
}

export function addRoles(site: RepairSite): Repair | undefined {
  const { document, range } = site
  const { maps } = spotAt(document.source.root, range.start)
  const gate = maps.findLast(({ byKey }) => byKey.has('gate'))?.byKey.get('gate')?.node ?? maps.at(-1)
  const decides = decider(site)
  if (gate?.kind !== 'map' || !decides) return undefined
  const { role, edits } = decides
  const written = gate.byKey.get('roles')
  const edit =
    written === undefined
      ? addEntry(document.source, gate, 'roles', `[${role}]`)
      : { range: { start: written.key.range.end, end: endOfEntry(document.source, written) }, text: `: [${role}]` }
  return { title: `Have the role "${role}" decide`, safe: false, edits: [...edits, edit] }
}

function stepAt({ document, range }: RepairSite): StepSite | undefined {
  return document.outline?.steps.findLast(
    ({ node }) => range.start >= node.range.start && range.start <= node.range.end,
  )
}

/** A gate right in front of the step. */
export function addGateBefore(site: RepairSite): Repair | undefined {
  const step = stepAt(site)
  if (!step?.id) return undefined
  const { source } = site.document
  const { list, item } = around(site, step)
  const decides = decider(site)
  if (!list || !item || !decides) return undefined
  const { role, edits } = decides
  const gate = `{id: go_${step.id.text}, title: "Go?", gate: {type: go_no_go, roles: [${role}]}}`
  return { title: 'Add a gate in front of it', safe: false, edits: [...edits, addItemBefore(source, list, item, gate)] }
}

function around({ document }: RepairSite, step: StepSite): Pick<ReturnType<typeof spotAt>, 'list' | 'item'> {
  let list: ReturnType<typeof spotAt>['list']
  const visit = (node: ReturnType<typeof spotAt>['item']): void => {
    if (node?.kind === 'list') {
      if (node.items.includes(step.node)) list = node
      for (const each of node.items) visit(each)
    } else if (node?.kind === 'map') for (const { node: inner } of node.entries) visit(inner)
  }
  visit(document.root)
  return { list, item: list && step.node }
}

/** The inverse that the action has, or one that a person carries out. */
export function addBackOut(site: RepairSite): Repair | undefined {
  const step = stepAt(site)
  if (!step?.id || step.node.byKey.has('back_out')) return undefined
  const action = site.actions.find(({ name }) => name === textIn(step.node, 'action')?.text)
  const value =
    action?.capabilities.reversible === true
      ? 'undo'
      : `\n  - {id: undo_${step.id.text}, title: Undo ${plainTitle(step)}, manual: ${placeholder}}`
  return { title: 'Add a back-out', safe: false, edits: [addEntry(site.document.source, step.node, 'back_out', value)] }
}

function plainTitle(step: StepSite): string {
  const title = textIn(step.node, 'title')?.text ?? step.id?.text ?? ''
  return /^[\w ]+$/.test(title) ? `"${title}"`.slice(1, -1) : (step.id?.text ?? '')
}

/** `undo` that there is not becomes something that a person does. */
export function undoByHand(site: RepairSite): Repair | undefined {
  const step = stepAt(site)
  const entry = step?.node.byKey.get('back_out')
  if (!step?.id || !entry) return undefined
  const text = `[{id: undo_${step.id.text}, title: Undo ${plainTitle(step)}, manual: ${placeholder}}]`
  return { title: 'Have a person undo it', safe: false, edits: [{ range: entry.node.range, text }] }
}

/** As long as the action takes at worst. */
export function addDeadline(site: RepairSite): Repair | undefined {
  const { document, range, actions } = site
  const step = stepAt(site)
  const rollout = step?.node.byKey.get('rollout')?.node
  const names = step === undefined ? [] : (document.outline?.actions ?? []).filter((each) => each.step === step)
  const worst = names.map(({ action }) => actions.find(({ name }) => name === action.text)?.duration.worst_ms ?? 0)
  const ms = Math.max(
    60_000,
    worst.reduce((sum, each) => sum + each, 0),
  )
  const map = rollout?.kind === 'map' ? rollout : (step?.node ?? spotAt(document.source.root, range.start).maps.at(-1))
  if (!map || map.byKey.has('deadline')) return undefined
  const value = formatDuration(Math.ceil(ms / 60_000) * 60_000)
  return {
    title: `Add a deadline of ${value}`,
    safe: false,
    edits: [addEntry(document.source, map, 'deadline', value)],
  }
}

/** An action that works on targets needs some; one that does not must not have any. */
export function moveAction(site: RepairSite): Repair | undefined {
  const step = stepAt(site)
  const action = site.actions.find(({ name }) => name === textIn(step?.node, 'action')?.text)
  if (!step || !action) return undefined
  const on = step.node.byKey.get('on')
  const { source } = site.document
  if (action.runs_on === 'control') {
    const edit = on && removeEntry(source, step.node, on)
    return edit && { title: 'Take "on" away: it works where the engine runs', safe: false, edits: [edit] }
  }
  const component = site.document.outline?.components[0]?.key.text
  const value = component ?? `'target.kind == "${placeholder}"'`
  const edit = on ? { range: on.node.range, text: value } : addEntry(source, step.node, 'on', value)
  return { title: `Run it on ${component === undefined ? 'targets' : `"${component}"`}`, safe: false, edits: [edit] }
}

/** A step at the beginning that captures what is compared later. */
export function addBaseline({ document }: RepairSite): Repair | undefined {
  const list = document.outline?.phases[0]?.node.byKey.get('steps')?.node
  const [first] = list?.kind === 'list' ? list.items : []
  if (list?.kind !== 'list' || !first) return undefined
  const text = '{id: baseline, title: Capture the baseline, acceptance: baseline}'
  return {
    title: 'Capture the baseline at the beginning',
    safe: false,
    edits: [addItemBefore(document.source, list, first, text)],
  }
}

/** A demand that asks for nothing to be done is met by its note. */
export function addNote({ document, range }: RepairSite): Repair | undefined {
  const map = spotAt(document.source.root, range.start).maps.at(-1)
  if (!map || map.byKey.has('note')) return undefined
  return {
    title: 'Say that it only informs',
    safe: false,
    edits: [addEntry(document.source, map, 'note', placeholder)],
  }
}

/** Two bounds change places. */
export function swapBounds({ document, range }: RepairSite): Repair | undefined {
  const { source } = document
  const map = spotAt(source.root, range.start).maps.findLast(({ byKey }) => byKey.has('min') && byKey.has('max'))
  const [min, max] = [map?.byKey.get('min')?.node.range, map?.byKey.get('max')?.node.range]
  if (!min || !max) return undefined
  const text = (at: typeof min): string => source.text.slice(at.start, at.end)
  return {
    title: 'Let them change places',
    safe: false,
    edits: [
      { range: min, text: text(max) },
      { range: max, text: text(min) },
    ],
  }
}

const declarations: Readonly<
  Record<string, { readonly key: string; readonly noun: string; line(name: string): string }>
> = {
  ROLE_UNKNOWN: { key: 'roles', noun: 'role', line: (name) => `${name}: {title: ${titleOf(name)}}` },
  COMPONENT_UNKNOWN: {
    key: 'components',
    noun: 'component',
    line: (name) => `${name}: {select: 'target.kind == "${name}"'}`,
  },
  REQUIREMENT_UNKNOWN: {
    key: 'requirements',
    noun: 'requirement',
    line: (name) => `- {id: ${name}, text: ${placeholder}, source: ${placeholder}}`,
  },
  CRITERION_UNKNOWN: {
    key: 'acceptance_criteria',
    noun: 'criterion',
    line: (name) => `- {id: ${name}, title: ${titleOf(name)}, severity: must, manual: ${placeholder}}`,
  },
  WINDOW_UNKNOWN: {
    key: 'windows',
    noun: 'window',
    line: (name) => `- {id: ${name}, days: [sun], start: "01:00", duration: 2h, time_zone: target}`,
  },
  EXPRESSION_UNKNOWN_MEMBER: {
    key: 'inputs',
    noun: 'input',
    line: (name) => `${name}: {type: string, title: ${titleOf(name)}, required: true}`,
  },
}

/** A name that is used and declared nowhere can be declared. */
export function declare({ document, finding, written }: RepairSite): Repair | undefined {
  const row = declarations[finding.code]
  if (!row || !document.outline || !/^[A-Za-z][\w-]*$/.test(written)) return undefined
  if (row.key === 'inputs' && !/"inputs" has no member/.test(finding.message)) return undefined
  const section = document.root?.byKey.get(row.key)?.node
  // It stands there, and cannot be read.
  if (section?.kind === 'map' && section.byKey.has(written)) return undefined
  const edit = withDeclared(document, row.key, row.line(written))
  return edit && { title: `Define the ${row.noun} "${written}"`, safe: false, edits: [edit] }
}

/** A file whose keys say what it is. */
export function sayKind({ document }: RepairSite): Repair | undefined {
  const { root } = document.source
  if (root?.kind !== 'map') return undefined
  const tells: readonly (readonly [string, string])[] = [
    ['phases', 'runbook/v1'],
    ['targets', 'inventory/v1'],
    ['systems', 'inventory/v1'],
    ['products', 'catalog/v1'],
    ['faults', 'scenario/v1'],
  ]
  const kind = tells.find(([key]) => root.byKey.has(key))?.[1] ?? 'runbook/v1'
  const entry = root.byKey.get('rollbook')
  const title = `Say that it is ${kind}`
  if (!entry) {
    const start = root.range.start
    return { title, safe: false, edits: [{ range: { start, end: start }, text: `rollbook: ${kind}\n` }] }
  }
  const { key, node } = entry
  const missing = node.kind === 'scalar' && node.missing
  const colon = document.source.text.indexOf(':', key.range.end) + 1
  const range = missing ? { start: colon, end: colon } : node.range
  return { title, safe: false, edits: [{ range, text: missing ? ` ${kind}` : kind }] }
}
