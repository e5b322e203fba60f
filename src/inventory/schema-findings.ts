import { nearestName } from '../base/nearest.ts'
import type { SourceDocument } from '../source/parse-source.ts'
import type { SchemaFinding } from '../source/schema-finding.ts'
import { entryAt, nodeAt, type OffsetRange, parsePointer, type SourcePath } from '../source/tree.ts'
import { at, type Findings } from './findings.ts'

/** Tells what the schema refuses, one diagnostic per place: the first complaint there says it. */
export function addSchemaFindings(
  document: SourceDocument,
  complaints: readonly SchemaFinding[],
  findings: Findings,
): void {
  const told = new Set<string>()
  for (const complaint of complaints) {
    if (silent.has(complaint.keyword) || isAboutKey(document, complaint)) continue
    if (complaint.keyword === 'required' && isMisspelt(complaint, complaints)) continue
    const key =
      complaint.keyword === 'additionalProperties'
        ? `${complaint.instancePath}/${unknownKey(complaint)}`
        : complaint.instancePath
    if (told.has(key)) continue
    told.add(key)
    addFinding(document, complaint, findings)
  }
}

/** What a key must look like is complained about at its map; the keyword `propertyNames` then names the key. */
function isAboutKey(document: SourceDocument, complaint: SchemaFinding): boolean {
  const isText = complaint.keyword === 'pattern' || complaint.keyword === 'maxLength'
  return isText && nodeAt(document.root, parsePointer(complaint.instancePath))?.kind === 'map'
}

/** Whether the key that is missing stands there under a name that is nearly right, which is told already. */
function isMisspelt(missing: SchemaFinding, complaints: readonly SchemaFinding[]): boolean {
  const key = String(missing.params['missingProperty'])
  return complaints.some(
    (other) =>
      other.keyword === 'additionalProperties' &&
      other.instancePath === missing.instancePath &&
      nearestName(unknownKey(other), [key]) === key,
  )
}

/** Follow from others. */
const silent = new Set(['if', 'anyOf', 'oneOf', 'allOf'])

function unknownKey(complaint: SchemaFinding): string {
  return String(complaint.params['additionalProperty'])
}

function addFinding(document: SourceDocument, complaint: SchemaFinding, findings: Findings): void {
  const path = parsePointer(complaint.instancePath)
  const where = wordsFor(path)
  if (complaint.keyword === 'additionalProperties') {
    const key = unknownKey(complaint)
    const known = Object.keys((complaint.parentSchema?.['properties'] ?? {}) as object)
    const near = nearestName(key, known)
    const hint = near === undefined ? `Known here: ${known.join(', ')}.` : `Did you mean "${near}"?`
    const range = entryAt(document.root, [...path, key])?.key.range ?? rangeOf(document, path)
    findings.add('error', 'INVENTORY_KEY_UNKNOWN', at(document, range), `${where} has no key "${key}"`, { hint })
    return
  }
  if (complaint.keyword === 'required') {
    const key = String(complaint.params['missingProperty'])
    const range = placeOfMap(document, path)
    findings.add('error', 'INVENTORY_KEY_MISSING', at(document, range), `${where} needs the key "${key}"`)
    return
  }
  if (complaint.keyword === 'propertyNames') {
    const key = String(complaint.params['propertyName'])
    const range = entryAt(document.root, [...path, key])?.key.range ?? rangeOf(document, path)
    findings.add('error', 'INVENTORY_VALUE', at(document, range), `"${key}" cannot be a name`, {
      hint: 'A name has no white space, slashes and quotes.',
    })
    return
  }
  findings.add('error', 'INVENTORY_VALUE', at(document, rangeOf(document, path)), `${where} ${refusal(complaint)}`, {
    hint: hintFor(complaint, path),
  })
}

function rangeOf(document: SourceDocument, path: SourcePath): OffsetRange {
  return nodeAt(document.root, path)?.range ?? firstLine(document)
}

/** Where a map begins, for what is missing in it: its key, its first key in a list, or the first line. */
function placeOfMap(document: SourceDocument, path: SourcePath): OffsetRange {
  const entry = entryAt(document.root, path)
  const node = path.length === 0 ? undefined : nodeAt(document.root, path)
  return (
    entry?.key.range ??
    (node?.kind === 'map' ? node.entries[0]?.key.range : undefined) ??
    node?.range ??
    firstLine(document)
  )
}

function firstLine(document: SourceDocument): OffsetRange {
  return { start: 0, end: document.lines.line(1).length }
}

/** `targets.node-1.connection` as words. */
function wordsFor(path: readonly string[]): string {
  return path.length === 0 ? 'the inventory' : `"${path.join('.')}"`
}

function refusal(complaint: SchemaFinding): string {
  switch (complaint.keyword) {
    case 'type':
      return `must be ${typeWords(complaint.params['type'])}, and is ${valueWords(complaint.data)}`
    case 'enum':
      return `must be one of ${(complaint.params['allowedValues'] as readonly unknown[]).map((value) => JSON.stringify(value)).join(', ')}`
    case 'const':
      return `must be ${JSON.stringify(complaint.params['allowedValue'])}`
    case 'minLength':
    case 'minItems':
      return 'must not be empty'
    case 'uniqueItems':
      return 'holds the same value twice'
    case 'minimum':
    case 'maximum':
      return `must be ${complaint.params['comparison'] === '>=' ? 'at least' : 'at most'} ${String(complaint.params['limit'])}`
    default:
      return 'is not written as it should be'
  }
}

function hintFor(complaint: SchemaFinding, path: readonly string[]): string | undefined {
  if (path.at(-1) === 'version' && typeof complaint.data === 'number') return `Write it in quotes: "${complaint.data}".`
  const examples = complaint.parentSchema?.['examples']
  const first = Array.isArray(examples) ? (examples[0] as unknown) : undefined
  return first === undefined ? undefined : `For example: ${typeof first === 'string' ? first : JSON.stringify(first)}`
}

function typeWords(type: unknown): string {
  const words: Readonly<Record<string, string>> = {
    string: 'text',
    integer: 'a whole number',
    object: 'a map',
    array: 'a list',
  }
  return words[String(type)] ?? String(type)
}

function valueWords(value: unknown): string {
  if (value === null) return 'empty'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a map'
  if (typeof value === 'string') return 'text'
  return typeof value === 'number' ? `the number ${value}` : String(value)
}
