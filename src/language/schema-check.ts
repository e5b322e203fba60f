import type { JsonObject } from '../base/json.ts'
import {
  entryAt,
  type MapNode,
  nodeAt,
  type OffsetRange,
  parsePointer,
  type SchemaFinding,
  type SchemaValidator,
  type SourceNode,
} from '../source/index.ts'
import { quoted, type Words } from './catalogue/entry.ts'
import { checkForm, type FormedMap, formedMaps, nameOf } from './form-check.ts'
import { placeholder } from './placeholder.ts'
import { type Reporter, replaceFix } from './reporter.ts'
import { explainValue, keywordOrder, nameOfKey } from './value-finding.ts'

/**
 * Checks a document against its compiled schema and words every finding. One mistake gives one diagnostic: forms are
 * looked at first and silence what the schema says because of them, and of several complaints about one value the
 * first counts. Phases in which nothing was wrong are not looked at again: a phase is right or wrong by itself.
 */
export function checkSchema(root: SourceNode, validate: SchemaValidator, reporter: Reporter): void {
  const open = openPhases(root, validate)
  const formed = formedMaps(root, open?.right)
  const silenced = new Set<SourceNode>()
  for (const map of formed.values()) {
    if (map.forms.length === 1) continue
    checkForm(map, reporter)
    silenced.add(map.node)
  }
  const isRight = validate(open?.value ?? root.value)
  const complaints = isRight ? [] : (validate.errors ?? [])
  const told = open ? complaints.map((finding) => atItsPhase(finding, open.positions)) : complaints
  if (open && silenced.size === 0) rememberRight(told, open)
  if (isRight) return
  const findings = told.filter((finding) => !follows.has(finding.keyword))
  const context: Context = { root, reporter, formed, told: new Set(), strangers: unknownKeys(findings) }
  for (const finding of [...findings].sort((a, b) => keywordOrder(a.keyword) - keywordOrder(b.keyword))) {
    if (isSilenced(root, finding, silenced)) continue
    report(finding, context)
  }
}

/** A document without the phases that are right. */
interface OpenPhases {
  readonly value: JsonObject
  readonly phases: readonly SourceNode[]
  /** Of each phase in `value`, its place in the document. */
  readonly positions: readonly number[]
  readonly right: WeakSet<SourceNode>
}

const rightPhases = new WeakMap<SchemaValidator, WeakSet<SourceNode>>()

function openPhases(root: SourceNode, validate: SchemaValidator): OpenPhases | undefined {
  const list = root.kind === 'map' ? root.byKey.get('phases')?.node : undefined
  if (root.kind !== 'map' || list?.kind !== 'list') return undefined
  const right = rightPhases.get(validate) ?? new WeakSet()
  rightPhases.set(validate, right)
  const positions = [...list.items.keys()].filter((index) => !right.has(list.items[index]!))
  // A list must not be empty, and this one is not.
  if (positions.length === 0 && list.items.length > 0) positions.push(0)
  const phases = positions.map((index) => list.items[index]!.value)
  return { value: { ...root.value, phases }, phases: list.items, positions, right }
}

const phasePointer = /^\/phases\/(\d+)/

function atItsPhase(finding: SchemaFinding, positions: readonly number[]): SchemaFinding {
  const shown = phasePointer.exec(finding.instancePath)
  if (!shown) return finding
  const rest = finding.instancePath.slice(shown[0].length)
  return { ...finding, instancePath: `/phases/${positions[Number(shown[1])]}${rest}` }
}

function rememberRight(findings: readonly SchemaFinding[], { phases, positions, right }: OpenPhases): void {
  const wrong = new Set(findings.map(({ instancePath }) => phasePointer.exec(instancePath)?.[1]))
  for (const position of positions) if (!wrong.has(String(position))) right.add(phases[position]!)
}

interface Context {
  readonly root: SourceNode
  readonly reporter: Reporter
  readonly formed: ReadonlyMap<MapNode, FormedMap>
  /** Pointers of values that were complained about. */
  readonly told: Set<string>
  /** Unknown keys by the pointer of their map. */
  readonly strangers: ReadonlyMap<string, readonly SchemaFinding[]>
}

/** Keywords that only say that another complaint exists. */
const follows = new Set(['if', 'propertyNames', 'allOf', 'oneOf'])

function isSilenced(root: SourceNode, finding: SchemaFinding, silenced: ReadonlySet<SourceNode>): boolean {
  if (silenced.size === 0) return false
  let node: SourceNode | undefined = root
  for (const part of parsePointer(finding.instancePath)) {
    node = nodeAt(node, [part])
    if (node && silenced.has(node)) return true
  }
  return false
}

function unknownKeys(findings: readonly SchemaFinding[]): ReadonlyMap<string, readonly SchemaFinding[]> {
  const found = new Map<string, SchemaFinding[]>()
  for (const finding of findings) {
    if (finding.keyword !== 'additionalProperties') continue
    const known = found.get(finding.instancePath)
    if (known) known.push(finding)
    else found.set(finding.instancePath, [finding])
  }
  return found
}

function report(finding: SchemaFinding, context: Context): void {
  if (finding.keyword === 'additionalProperties') return reportUnknownKey(finding, context)
  if (finding.keyword === 'required') return reportMissingKey(finding, context)
  if (finding.keyword === 'anyOf') return reportAlternatives(finding, context)
  if (finding.keyword === 'discriminator' && finding.params['error'] === 'tag') {
    const tag = String(finding.params['tag'])
    const node = nodeAt(context.root, parsePointer(finding.instancePath))
    // A missing tag is told by `required`.
    if (node?.kind !== 'map' || !node.byKey.has(tag)) return
  }
  const name = nameOfKey(finding, nodeAt(context.root, parsePointer(finding.instancePath)))
  const place = `${finding.instancePath}${name === undefined ? '' : `/ ${name}`}`
  if (context.told.has(place)) return
  context.told.add(place)
  explainValue(finding, context.root, context.reporter)
}

function reportUnknownKey(finding: SchemaFinding, { root, reporter, formed, told }: Context): void {
  const path = parsePointer(finding.instancePath)
  const key = String(finding.params['additionalProperty'])
  const entry = entryAt(root, [...path, key])
  if (!entry || told.has(`${finding.instancePath}/${key}`)) return
  told.add(`${finding.instancePath}/${key}`)
  const { range } = entry.key
  const owner = nodeAt(root, path)
  const form = owner?.kind === 'map' ? formed.get(owner) : undefined
  const properties = Object.entries((finding.parentSchema?.['properties'] ?? {}) as Record<string, JsonObject>)
    .filter(([, property]) => property['deprecated'] !== true)
    .map(([name]) => name)
  // A key that stands there already is not what was meant.
  const nearest = reporter.nearestKey(
    key,
    properties.filter((name) => owner?.kind !== 'map' || !owner.byKey.has(name)),
  )
  const otherForms = form ? formsWith(form, key) : []
  if (form && otherForms.length > 0) {
    const current = form.table.names[form.forms[0] ?? ''] ?? ''
    const forms = otherForms.map((other) => form.table.names[other] ?? '').join(' and ')
    reporter.report('KEY_MISPLACED', range, { key, forms, form: current })
    return
  }
  const words: Words = {
    key,
    owner: form ? (form.table.names[form.forms[0] ?? ''] ?? '') : ownerWords(finding, root),
    ...(nearest === undefined ? { keys: properties.join(', ') } : { nearest }),
  }
  reporter.report('KEY_UNKNOWN', range, words, replaceFix(range, nearest))
}

function formsWith(form: FormedMap, key: string): readonly string[] {
  return Object.entries(form.table.keys)
    .filter(([name, keys]) => name !== form.forms[0] && keys.includes(key))
    .map(([name]) => name)
}

function reportMissingKey(finding: SchemaFinding, context: Context): void {
  const { root, reporter, strangers } = context
  const path = parsePointer(finding.instancePath)
  const key = String(finding.params['missingProperty'])
  // A mistyped key is told where it stands; that it is missing under its right name follows.
  const typos = strangers.get(finding.instancePath) ?? []
  if (typos.some((typo) => reporter.nearestKey(String(typo.params['additionalProperty']), [key]) !== undefined)) return
  const place = `${finding.instancePath}/${key}`
  if (context.told.has(place)) return
  context.told.add(place)
  const node = nodeAt(root, path)
  const owner = ownerName(finding, root, context.formed)
  const range = placeOfMissing(root, path, node)
  if (finding.parentSchema?.['title'] === 'Gate' && key === 'roles') {
    reporter.report('GATE_WITHOUT_ROLE', range, { owner: stepAround(root, path) })
    return
  }
  const property = (finding.parentSchema?.['properties'] as Record<string, { description?: string }> | undefined)?.[key]
  const description = property?.description?.split(/(?<=[.;:]) /)[0]?.replace(/[.;:]$/, '')
  reporter.report(
    'KEY_MISSING',
    range,
    { owner, key, ...(description ? { description: lowerFirst(description) } : {}) },
    insertFix(node, key, reporter),
  )
}

/** `anyOf` stands only where one of several keys must be there. */
function reportAlternatives(finding: SchemaFinding, context: Context): void {
  const { root, reporter, formed } = context
  const path = parsePointer(finding.instancePath)
  const node = nodeAt(root, path)
  if (node?.kind === 'map' && formed.has(node)) return
  const alternatives = (finding.schema as { required?: readonly string[] }[] | undefined) ?? []
  const keys = alternatives.flatMap((alternative) => alternative.required ?? [])
  for (const key of keys) context.told.add(`${finding.instancePath}/${key}`)
  const owner = ownerName(finding, root, formed)
  reporter.report('KEY_MISSING', placeOfMissing(root, path, node), { owner, key: keys.join('" or "') })
}

/** The key that owns the map, or its first key when it stands in a list. */
function placeOfMissing(root: SourceNode, path: readonly string[], node: SourceNode | undefined): OffsetRange {
  const owner = entryAt(root, path)
  if (owner) return owner.key.range
  return (node?.kind === 'map' ? node.entries[0]?.key.range : undefined) ?? node?.range ?? root.range
}

function insertFix(node: SourceNode | undefined, key: string, reporter: Reporter): Parameters<Reporter['report']>[3] {
  if (node?.kind !== 'map') return {}
  const [first] = node.entries
  if (!first && !node.flow) return {}
  const start = first?.key.range.start ?? node.range.start + 1
  const indentation = ' '.repeat(reporter.source.lines.position(start).column - 1)
  const behind = node.flow ? (first ? ', ' : '') : `\n${indentation}`
  const edits = [{ range: { start, end: start }, text: `${key}: ${placeholder}${behind}` }]
  return { fix: { title: `Add "${key}"`, safe: false, edits } }
}

function ownerName(finding: SchemaFinding, root: SourceNode, formed: ReadonlyMap<MapNode, FormedMap>): string {
  const node = nodeAt(root, parsePointer(finding.instancePath))
  const form = node?.kind === 'map' ? formed.get(node) : undefined
  if (node?.kind === 'map' && form) return nameOf(node, form.table.noun)
  return ownerWords(finding, root)
}

/** `the input "release"`, `a phase`, `the runbook`. */
export function ownerWords(finding: SchemaFinding, root: SourceNode): string {
  const title = finding.parentSchema?.['title']
  const noun = typeof title === 'string' ? lowerFirst(title) : 'mapping'
  const path = parsePointer(finding.instancePath)
  const node = nodeAt(root, path)
  if (path.length === 0) return `the ${noun}`
  const id = node?.kind === 'map' ? node.byKey.get('id')?.node : undefined
  if (id?.kind === 'scalar' && typeof id.value === 'string') return `the ${noun} ${quoted(id.value)}`
  return `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`
}

function stepAround(root: SourceNode, path: readonly string[]): string {
  const step = nodeAt(root, path.slice(0, -1))
  return step?.kind === 'map' ? `the gate of ${nameOf(step, 'step')}` : 'the gate'
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text
}
