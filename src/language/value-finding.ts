import { parseDuration } from '../base/duration.ts'
import {
  entryAt,
  nodeAt,
  type OffsetRange,
  parsePointer,
  type SchemaFinding,
  type SourceNode,
} from '../source/index.ts'
import { quoted, type Words } from './catalogue/entry.ts'
import { nearestDuration } from './duration-advice.ts'
import { type Reporter, replaceFix } from './reporter.ts'

const order = ['discriminator', 'type', 'const', 'enum', 'minLength', 'maxLength', 'pattern']

/** Of several complaints about one value, the one that comes first here is told. */
export function keywordOrder(keyword: string): number {
  const at = order.indexOf(keyword)
  return at < 0 ? order.length : at
}

/** Words a finding about one value. */
export function explainValue(finding: SchemaFinding, root: SourceNode, reporter: Reporter): void {
  const place = placeOf(finding, root)
  switch (finding.keyword) {
    case 'type':
      return reportType(finding, place, reporter)
    case 'const':
    case 'enum':
    case 'discriminator':
      return reportChoice(finding, root, place, reporter)
    case 'pattern':
    case 'format':
      return reportShape(finding, place, reporter)
    case 'uniqueItems':
      return reportTwice(finding, root, place, reporter)
    default:
      return reportRange(finding, root, place, reporter)
  }
}

interface Place {
  readonly range: OffsetRange
  /** Name of the key for messages, in quotes. */
  readonly key: string
  readonly node: SourceNode | undefined
}

function placeOf(finding: SchemaFinding, root: SourceNode): Place {
  const path = parsePointer(finding.instancePath)
  const node = nodeAt(root, path)
  const name = nameOfKey(finding, node)
  if (name !== undefined) {
    const entry = entryAt(root, [...path, name])
    return { range: entry?.key.range ?? root.range, key: 'a name', node: undefined }
  }
  return { range: node?.range ?? root.range, key: keyWords(path), node }
}

/**
 * The key that is complained about, not the map that holds it.
 *
 * @param node - that the finding names
 */
export function nameOfKey({ propertyName, data }: SchemaFinding, node: SourceNode | undefined): string | undefined {
  // Where the schema of the names stands elsewhere, only the text itself is told.
  return propertyName ?? (node?.kind === 'map' && typeof data === 'string' ? data : undefined)
}

/** `"deadline"`, or `an item of "covers"`. */
function keyWords(path: readonly string[]): string {
  const last = path.at(-1)
  if (last === undefined) return 'the file'
  if (!/^\d+$/.test(last)) return quoted(last)
  const owner = path.findLast((part) => !/^\d+$/.test(part))
  return owner === undefined ? 'an item' : `an item of ${quoted(owner)}`
}

function kindOf(finding: SchemaFinding): string {
  return kindOfSchema(finding.parentSchema)
}

function kindOfSchema(schema: SchemaFinding['parentSchema']): string {
  return String(schema?.['x-kind'] ?? '')
}

function reportType(finding: SchemaFinding, place: Place, reporter: Reporter): void {
  const { data } = finding
  const kind = kindOf(finding)
  if (typeof data === 'number' || (typeof data === 'string' && kind === 'count')) {
    if (reportByKind(kind, String(data), place, reporter, typeof data === 'number')) return
  }
  const types = [finding.params['type']].flat().map(String)
  const written = reporter.source.text.slice(place.range.start, place.range.end)
  const words: Words = {
    key: place.key,
    expected: types.map(typeWords).join(' or '),
    found: valueWords(data, place.node),
    ...optional('advice', typeAdvice(types, finding, data, written)),
  }
  const wrap = types.includes('array') && !types.includes('string') && typeof data === 'string'
  const list = wrap && place.node?.kind === 'scalar' && place.node.style === 'plain'
  const edits = [{ range: place.range, text: `[${written}]` }]
  reporter.report('VALUE_TYPE', place.range, words, list ? { fix: { title: 'Make it a list', safe: true, edits } } : {})
}

function typeWords(type: string): string {
  const words: Readonly<Record<string, string>> = {
    string: 'text',
    integer: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
    object: 'a mapping',
    array: 'a list',
  }
  return words[type] ?? type
}

function valueWords(value: unknown, node: SourceNode | undefined): string {
  if (node?.kind === 'scalar' && node.missing) return 'empty'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  if (typeof value === 'string') return `the text ${quoted(value)}`
  return typeof value === 'number' ? `the number ${value}` : String(value)
}

/** @param written - what stands there: `1.10` is not the number 1.1 when it was meant as text */
function typeAdvice(
  types: readonly string[],
  finding: SchemaFinding,
  data: unknown,
  written: string,
): string | undefined {
  if (types.includes('boolean') && typeof data === 'string') {
    if (/^(?:yes|on|y)$/i.test(data)) return 'write true'
    if (/^(?:no|off|n)$/i.test(data)) return 'write false'
  }
  if (types.includes('array') && typeof data === 'string') return `write [${data}]`
  if (types.includes('string') && (typeof data === 'number' || typeof data === 'boolean') && mayBe(written, finding))
    return `put it in quotes: "${written}"`
  const isWhole = typeof data === 'string' && String(Number(data)) === data && Number.isSafeInteger(Number(data))
  if (types.includes('integer') && isWhole) return `write ${data} without quotes`
  if (types.includes('number') && typeof data === 'string' && (isWhole || /^-?\d{1,9}\.\d{1,6}$/.test(data)))
    return `write ${data} without quotes`
  const example = finding.parentSchema?.['examples']
  if (types.includes('object') && Array.isArray(example) && example.length > 0)
    return `for example ${flowText(example[0])}`
  const keys = Object.keys((finding.parentSchema?.['properties'] ?? {}) as object)
  return types.includes('object') && keys.length > 0 ? `keys: ${keys.join(', ')}` : undefined
}

/** Whether a text could stand there; a text of the wrong shape is no advice. */
function mayBe(text: string, { parentSchema }: SchemaFinding): boolean {
  const { pattern, enum: words, const: word } = parentSchema ?? {}
  if (kindOfSchema(parentSchema) === 'expression' || kindOfSchema(parentSchema) === 'on') return false
  if (typeof pattern === 'string' && !new RegExp(pattern, 'u').test(text)) return false
  return (!Array.isArray(words) || words.includes(text)) && (word === undefined || word === text)
}

/** A value as one line of YAML. */
function flowText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flowText).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, item]) => `${key}: ${flowText(item)}`)
      .join(', ')}}`
  }
  return String(value)
}

function reportChoice(finding: SchemaFinding, root: SourceNode, place: Place, reporter: Reporter): void {
  const isTag = finding.keyword === 'discriminator'
  const tag = String(finding.params['tag'] ?? '')
  const entry = isTag ? entryAt(root, [...parsePointer(finding.instancePath), tag]) : undefined
  const value = isTag ? finding.params['tagValue'] : finding.data
  const range = entry?.node.range ?? place.range
  const values = choices(finding)
  if (typeof value === 'object') {
    const key = isTag ? quoted(tag) : place.key
    const found = valueWords(value, entry?.node ?? place.node)
    reporter.report('VALUE_TYPE', range, { key, expected: `one of ${values.join(', ')}`, found })
    return
  }
  const nearest = reporter.nearest(String(value), values)
  const words: Words = {
    value: String(value),
    key: isTag ? quoted(tag) : place.key,
    values: values.join(', '),
    ...optional('nearest', nearest),
  }
  reporter.report('VALUE_NOT_ALLOWED', range, words, replaceFix(range, nearest))
}

function choices(finding: SchemaFinding): readonly string[] {
  if (finding.keyword === 'const') return [String(finding.params['allowedValue'])]
  if (finding.keyword === 'enum') return (finding.params['allowedValues'] as readonly unknown[]).map(String)
  // The definitions of a tagged union are named after their tag: "string_input".
  const branches = (finding.parentSchema?.['oneOf'] ?? []) as readonly { readonly $ref?: string }[]
  return branches.flatMap(({ $ref }) => ($ref === undefined ? [] : [$ref.replace(/^.*\//, '').replace(/_[a-z]+$/, '')]))
}

function reportShape(finding: SchemaFinding, place: Place, reporter: Reporter): void {
  const value = String(finding.propertyName ?? finding.data)
  if (reportByKind(kindOf(finding), value, place, reporter, false)) return
  const kind = kindOf(finding)
  const expected = shapes[kind]
  if (kind === 'identifier' || kind === 'label') {
    const nearest = kind === 'identifier' ? identifierFrom(value) : undefined
    reporter.report(
      'NAME_INVALID',
      place.range,
      { value, key: place.key, expected: expected ?? '', ...optional('nearest', nearest) },
      replaceFix(place.range, nearest),
    )
    return
  }
  reporter.report('VALUE_INVALID', place.range, {
    value,
    key: place.key,
    expected: expected ?? 'it is not written as it should be',
  })
}

const shapes: Readonly<Record<string, string>> = {
  identifier: 'lower case letters, digits and underscores, starting with a letter',
  label: 'letters, digits, underscores, hyphens and dots, starting with a letter',
  name: 'lower case letters, digits and hyphens, starting with a letter',
  semver: 'three numbers with dots, such as 1.2.0',
  action: 'the name of an executor, a dot and the name of the action, such as check.disk',
  back_out: 'a list of steps, or the word "undo"',
}

/** Kinds of values that have a code of their own. */
function reportByKind(kind: string, value: string, place: Place, reporter: Reporter, isNumber: boolean): boolean {
  const { range } = place
  switch (kind) {
    case 'duration': {
      const near = nearestDuration(value)
      const nearest = near !== undefined && parseDuration(near) !== undefined ? near : undefined
      const { fix } = replaceFix(range, nearest)
      // Of `90` and `1:30` nobody can be sure whether they are seconds, minutes or hours.
      const isSure = !/^\s*\d+(?:\.\d+)?\s*$|^\s*\d+:\d+\s*$/.test(value)
      const words = { value, ...optional('nearest', nearest) }
      reporter.report('DURATION_INVALID', range, words, fix ? { fix: { ...fix, safe: isSure } } : {})
      return true
    }
    case 'size':
      reporter.report('SIZE_INVALID', range, { value })
      return true
    case 'count':
      reporter.report('COUNT_INVALID', range, { value })
      return true
    case 'version': {
      const fix = isNumber
        ? {
            fix: {
              title: 'Put it in quotes',
              safe: true,
              edits: [{ range, text: `"${reporter.source.text.slice(range.start, range.end)}"` }],
            },
          }
        : {}
      const written = isNumber ? reporter.source.text.slice(range.start, range.end) : value
      reporter.report('VERSION_INVALID', range, { value: written, ...(isNumber ? { quoted: 'yes' } : {}) }, fix)
      return true
    }
    default:
      return false
  }
}

function identifierFrom(value: string): string | undefined {
  const made = value
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^[_0-9]+|_+$/g, '')
  return made === '' || made.length > 64 ? undefined : made
}

function reportTwice(finding: SchemaFinding, root: SourceNode, place: Place, reporter: Reporter): void {
  const list = nodeAt(root, parsePointer(finding.instancePath))
  const [first, second] = [Number(finding.params['j']), Number(finding.params['i'])].sort((a, b) => a - b)
  const items = list?.kind === 'list' ? list.items : []
  const [original, copy] = [items[first ?? 0], items[second ?? 0]]
  const value = copy?.kind === 'scalar' ? String(copy.value) : 'the same'
  const related = original ? [{ message: 'first written here', range: original.range }] : []
  reporter.report('LIST_DUPLICATE', copy?.range ?? place.range, { value, key: place.key }, { related })
}

function reportRange(finding: SchemaFinding, root: SourceNode, place: Place, reporter: Reporter): void {
  const path = parsePointer(finding.instancePath)
  if (finding.keyword === 'minItems' && path.at(-1) === 'roles' && path.at(-2) === 'gate') {
    const id = nodeAt(root, [...path.slice(0, -2), 'id'])
    const owner = id?.kind === 'scalar' ? `the gate of the step ${quoted(String(id.value))}` : 'the gate'
    reporter.report('GATE_WITHOUT_ROLE', place.range, { owner })
    return
  }
  const limit = String(finding.params['limit'] ?? '')
  const expected = rangeWords(finding.keyword, limit)
  const entry = entryAt(root, path)
  const range = place.node?.kind === 'scalar' || !entry ? place.range : entry.key.range
  const keys = Object.keys((finding.parentSchema?.['properties'] ?? {}) as object)
  const advice = /Properties$/.test(finding.keyword) && keys.length > 0 ? `keys: ${keys.join(', ')}` : undefined
  reporter.report('VALUE_OUT_OF_RANGE', range, { key: place.key, expected, ...optional('advice', advice) })
}

function rangeWords(keyword: string, limit: string): string {
  switch (keyword) {
    case 'minLength':
    case 'minItems':
      return limit === '1'
        ? 'not be empty'
        : `have at least ${limit} ${keyword === 'minItems' ? 'items' : 'characters'}`
    case 'maxLength':
      return `have at most ${limit} characters`
    case 'maxItems':
      return `have at most ${limit} items`
    case 'minProperties':
      return `have at least ${limit === '1' ? 'one key' : `${limit} keys`}`
    case 'maxProperties':
      return `have at most ${limit === '1' ? 'one key' : `${limit} keys`}`
    case 'minimum':
      return `be at least ${limit}`
    case 'maximum':
      return `be at most ${limit}`
    default:
      return 'be within its limits'
  }
}

function optional(name: string, value: string | undefined): Words {
  return value === undefined ? {} : { [name]: value }
}
