/** What can be written at a cursor, best first. Made from the lines around it, so that it never waits for a parse. */
import type { Json, JsonObject } from '../base/json.ts'
import { takesSecret } from '../language/expression-check.ts'
import { type FileKind, fileKinds } from '../runbook/kinds.ts'
import { completeExpression } from './complete-expression.ts'
import type { CompletionItem } from './completion-item.ts'
import { type Cursor, type CursorFrame, cursorAt, pathOf } from './cursor.ts'
import { describeAction } from './describe-action.ts'
import { expressionAround, scopeAt } from './expression-place.ts'
import { homeOf, isValuesFile } from './families.ts'
import { definitionsIn, type NameKind, namesIn } from './names.ts'
import { enter, expand, flat, keysOf, plainText, type SchemaKey, schemaOf, spotOf } from './schema-lookup.ts'
import { snippetsAt } from './snippets.ts'
import type { Workspace } from './workspace.ts'
import {
  askedFor,
  comparedValues,
  dayNames,
  filesBeside,
  groupings,
  silenceable,
  targetFields,
  valuesOfTargets,
} from './world-values.ts'

export function complete(workspace: Workspace, path: string, offset: number): readonly CompletionItem[] {
  const document = workspace.document(path)
  if (!document) return []
  const cursor = cursorAt(document.text, offset)
  const kind = kindOf(document.text)
  const codes = silenceable(document.text, offset)
  if (codes) return codes
  if (kind === undefined) return [...askedIn(workspace, path, cursor), ...startOf(cursor)]
  workspace.readAround(path, offset)
  const place = new CompletionPlace(workspace, path, kind, cursor)
  const items = place.items()
  return [...items].sort((a, b) => a.rank - b.rank)
}

/** Files of values and of answers say by their names what they are. */
function askedIn(workspace: Workspace, path: string, cursor: Cursor): readonly CompletionItem[] {
  const [root, inner] = cursor.frames
  const frame = isValuesFile(workspace, path)
    ? root
    : root?.kind === 'map' && root.key === 'answers'
      ? inner
      : undefined
  if (frame?.kind !== 'map' || cursor.at !== 'key' || cursor.frames.at(-1) !== frame) return []
  return askedFor(workspace, path, new Set(frame.keys.keys()), cursor.range)
}

/** The kind of a file, from its first lines. */
export function kindOf(text: string): FileKind | undefined {
  const written = /^(?:"rollbook"|'rollbook'|rollbook)[ \t]*:[ \t]*["']?([a-z]+\/v\d+)/m.exec(text)?.[1]
  return fileKinds.find((kind) => kind === written)
}

/** An empty file says first what it is. */
function startOf(cursor: Cursor): readonly CompletionItem[] {
  if (cursor.frames.length > 1) return []
  const { range } = cursor
  return fileKinds.flatMap((kind, index): CompletionItem[] => {
    const name = kind.split('/')[0]!
    const documentation = String(schemaOf[kind]['description'] ?? '')
    if (cursor.at === 'value') return [{ label: kind, kind: 'value', documentation, insert: kind, range, rank: index }]
    return [
      {
        label: `rollbook: ${kind}`,
        kind: 'key',
        detail: `a new ${name}`,
        documentation,
        insert: `rollbook: ${kind}\n`,
        range,
        rank: index,
        goesOn: true,
      },
    ]
  })
}

class CompletionPlace {
  private readonly workspace: Workspace
  private readonly path: string
  private readonly kind: FileKind
  private readonly cursor: Cursor

  constructor(workspace: Workspace, path: string, kind: FileKind, cursor: Cursor) {
    this.workspace = workspace
    this.path = path
    this.kind = kind
    this.cursor = cursor
  }

  items(): readonly CompletionItem[] {
    const { cursor } = this
    const inside = expressionAround(cursor.typed, false)
    if (inside) return this.expression(inside.text)
    if (cursor.block) return []
    if (cursor.at === 'key') return [...this.keys(), ...this.listStart()]
    return this.values()
  }

  private expression(text: string): readonly CompletionItem[] {
    const { cursor } = this
    const at = cursor.range.start + cursor.typed.length
    const compared = comparedValues(this.workspace, this.path, text, at)
    if (compared) return compared
    const { items, replace } = completeExpression(text, scopeAt(this.workspace, this.path, cursor, text))
    return items.map((item) => ({ ...item, range: { start: at - replace, end: at } }))
  }

  private get spot(): ReturnType<typeof spotOf> {
    return spotOf(schemaOf[this.kind], this.cursor.frames, (name) => this.action(name)?.with)
  }

  private action(name: string): Workspace['settings']['actions'][number] | undefined {
    return this.workspace.settings.actions.find((action) => action.name === name)
  }

  private keys(): readonly CompletionItem[] {
    const { cursor } = this
    const frame = cursor.frames.at(-1)
    if (frame?.kind === 'list') return this.itemsOfList(frame)
    if (frame?.kind !== 'map') return []
    const keys = keysOf(this.spot).filter(
      ({ name, schema }) => schema['deprecated'] !== true && (!frame.keys.has(name) || name === frame.key),
    )
    const around = cursor.frames.at(-2)
    if (frame.keys.size === 0 && around?.kind === 'list' && keys.length === 0) return this.words().values()
    const isStep = this.isStep(frame)
    const items = keys.map((key, index): CompletionItem => {
      const form = isStep && forms.includes(key.name) && !forms.some((name) => frame.keys.has(name))
      const rank = (key.required ? 0 : form ? 1 : 2) + index / 1000
      return { ...this.keyItem(key), rank }
    })
    const named = frame.keys.size === 0 || cursor.typed !== '' ? this.freeKeys() : []
    return [...items, ...named, ...(frame.keys.size === 0 ? this.snippets(cursor.isItemStart || cursor.flow) : [])]
  }

  /** The same place, where items are no maps. */
  private words(): CompletionPlace {
    const { workspace, path, kind, cursor } = this
    return new CompletionPlace(workspace, path, kind, { ...cursor, frames: cursor.frames.slice(0, -1), at: 'value' })
  }

  /** At a place for a list, an item may begin. */
  private listStart(): readonly CompletionItem[] {
    const { cursor } = this
    if (cursor.flow || cursor.isItemStart) return []
    return this.snippets(false)
  }

  private snippets(hasDash: boolean): readonly CompletionItem[] {
    const path = pathOf(this.cursor).map(String)
    return snippetsAt(this.kind, path, hasDash, this.cursor.flow, this.cursor.frames).map((snippet) => ({
      ...snippet,
      insert: snippet.insert.replaceAll('\n', `\n${this.pad(0)}`),
      range: this.cursor.range,
    }))
  }

  /** Names of one's own, such as of inputs: nothing to offer but what other places already ask for. */
  private freeKeys(): readonly CompletionItem[] {
    const path = pathOf(this.cursor)
    const kinds: Readonly<Record<string, NameKind>> = { inputs: 'input', roles: 'role', components: 'component' }
    const kind = path.length === 1 ? kinds[String(path[0])] : undefined
    const document = this.workspace.recent(this.path)
    if (kind === undefined || !document) return []
    const names = namesIn(document).filter((place) => place.kind === kind)
    const defined = new Set(names.flatMap((place) => (place.isDefinition ? [place.name] : [])))
    const missing = [...new Set(names.map(({ name }) => name))].filter((name) => !defined.has(name))
    return missing.map((name) => ({
      label: name,
      kind: 'name',
      detail: 'used, and not defined yet',
      insert: this.cursor.flow ? `${name}: ` : `${name}:\n${this.pad(2)}`,
      range: this.cursor.range,
      rank: 0,
      goesOn: true,
    }))
  }

  private keyItem(key: SchemaKey): CompletionItem {
    const { root } = this.spot
    const ways = expand(root, key.schema, undefined, 0)
    const shape = shapeOf(ways)
    const only = ways.length === 1 && ways[0] && 'const' in ways[0] ? String(ways[0]['const']) : undefined
    const after = only ?? ''
    const deeper = this.cursor.flow
      ? ''
      : shape === 'map'
        ? `\n${this.pad(2)}`
        : shape === 'list'
          ? `\n${this.pad(2)}- `
          : ''
    return {
      label: key.name,
      kind: 'key',
      detail: `${String(key.schema['title'] ?? '')}${key.required ? ' (required)' : ''}`,
      documentation: documentationOf(key.schema),
      insert: `${key.name}:${deeper === '' ? ` ${after}` : deeper}`,
      range: this.cursor.range,
      rank: 0,
      goesOn: only === undefined,
    }
  }

  private pad(more: number): string {
    return ' '.repeat(this.cursor.indent + more)
  }

  private isStep(frame: CursorFrame): boolean {
    const path = pathOf(this.cursor)
    return (
      frame.kind === 'map' && ['steps', 'back_out'].includes(String(path.at(-2))) && typeof path.at(-1) === 'number'
    )
  }

  private itemsOfList(frame: CursorFrame): readonly CompletionItem[] {
    const listKey = this.cursor.frames.findLast((each) => each.kind === 'map')
    return listKey?.kind === 'map' && frame.kind === 'list' ? this.valuesOf(listKey.key ?? '', frame.before) : []
  }

  private values(): readonly CompletionItem[] {
    const frame = this.cursor.frames.at(-1)
    if (frame?.kind === 'list') return this.itemsOfList(frame)
    return frame?.kind === 'map' && frame.key !== undefined ? this.valuesOf(frame.key, []) : []
  }

  private valuesOf(key: string, taken: readonly string[]): readonly CompletionItem[] {
    const { cursor } = this
    const frame = cursor.frames.at(-1)
    if (!frame) return []
    const spot = enter(this.spot, frame, (name) => this.action(name)?.with)
    const ways = spot.ways.flatMap((way) => expand(spot.root, way, undefined, 0))
    const kinds = new Set([...spot.ways.map((way) => flat(spot.root, way)), ...ways].map((way) => way['x-kind']))
    if (kinds.has('action') || key === 'action') return this.actionItems()
    const isBare =
      kinds.has('expression') ||
      kinds.has('on') ||
      /^(?:when|select|pass_when|check|at_close|prefer|skip_when)$/.test(key)
    const names = this.nameItems(key, taken)
    const bare = isBare && !(cursor.flow && kinds.has('on')) ? expressionAround(cursor.typed, true) : undefined
    const expressions =
      bare === undefined || (kinds.has('on') && names.length > 0 && cursor.typed === '')
        ? []
        : this.expression(bare.text)
    const own = [
      ...names,
      ...this.schemaValues(ways, key),
      ...(kinds.has('duration') ? this.durations() : []),
      ...this.zones(key),
      ...this.ofWorld(key, taken),
    ]
    const unique = new Map([...own, ...expressions].map((item) => [item.label, item]))
    return [...unique.values(), ...this.inputTemplates(kinds, isBare)]
  }

  /** What the inventory and the other files know. */
  private ofWorld(key: string, taken: readonly string[]): readonly CompletionItem[] {
    const { workspace, path, cursor } = this
    const keys = pathOf(cursor)
    if (keys.includes('with')) return []
    if (key === 'days')
      return dayNames.filter((day) => !taken.includes(day)).map((day, index) => this.value(day, index / 1000))
    if (key === 'catalog' || key === 'calendar' || key === 'csv') return filesBeside(workspace, path, key, cursor.range)
    const inRunbook = this.kind === 'runbook/v1'
    if (inRunbook && groupingKeys.has(key) && keys.at(-2) !== 'rollout') return groupings(workspace, path, cursor.range)
    if (inRunbook && groupingKeys.has(key) && key !== 'unit') return groupings(workspace, path, cursor.range)
    const isField = this.kind === 'inventory/v1' && keys[0] === 'targets' && key !== 'time_zone'
    if (!isField || !(key === 'roles' || targetFields.some((field) => field === key))) return []
    return valuesOfTargets(workspace, path, key)
      .filter((value) => !taken.includes(value))
      .map((value, index) => this.value(quote(value), 0.5 + index / 1000, { detail: 'as other targets have it' }))
  }

  private value(label: string, rank: number, more: Partial<CompletionItem> = {}): CompletionItem {
    return { label, kind: 'value', insert: label, range: this.cursor.range, rank, ...more }
  }

  private schemaValues(ways: readonly JsonObject[], key: string): readonly CompletionItem[] {
    const found: CompletionItem[] = []
    for (const way of ways) {
      const documentation = documentationOf(way)
      const byDefault = way['default']
      const add = (value: Json, rank: number): void => {
        if (typeof value === 'object' && value !== null) return
        const text = typeof value === 'string' ? quote(value) : String(value)
        const isDefault = value === byDefault
        found.push(this.value(text, rank, { documentation, ...(isDefault ? { detail: 'default' } : {}) }))
      }
      if ('const' in way) add(way['const'] ?? null, 0)
      for (const [index, value] of listOf(way['enum']).entries()) add(value, index / 100)
      if (way['type'] === 'boolean') for (const value of [true, false]) add(value, value ? 0 : 0.01)
      const isOwnName = key === 'id' || way['x-kind'] === 'identifier' || way['x-kind'] === 'expression'
      // An example of a name is hardly ever the name of something in this file.
      const isName = nameKindOf(this.kind, key, pathOf(this.cursor).map(String)) !== undefined
      if (!isOwnName && !isName)
        for (const [index, value] of listOf(way['examples']).entries()) add(value, 5 + index / 100)
      if (byDefault !== undefined && !('enum' in way) && way['type'] !== 'boolean') add(byDefault, 4)
    }
    return found
  }

  private durations(): readonly CompletionItem[] {
    return ['30s', '5m', '10m', '30m', '1h', '2h', '1d'].map((text, index) =>
      this.value(text, 6 + index / 100, { detail: 'duration' }),
    )
  }

  private zones(key: string): readonly CompletionItem[] {
    if (key !== 'time_zone') return []
    const target =
      this.kind === 'runbook/v1' ? [this.value('target', 0, { detail: "each target's own time zone" })] : []
    return [
      ...target,
      ...['UTC', ...Intl.supportedValuesOf('timeZone')].map((zone, index) => this.value(zone, 7 + index / 1000)),
    ]
  }

  private actionItems(): readonly CompletionItem[] {
    const { cursor, workspace } = this
    const frame = cursor.frames.at(-1)
    const hasWith = frame?.kind === 'map' && frame.keys.has('with')
    const onControl = frame?.kind === 'map' && plainText(frame.keys.get('on') ?? 'control') === 'control'
    return workspace.settings.actions.map((action, index) => {
      const required = listOf(action.with['required']).map(String)
      const lines = required.map((name, at) => `${this.pad(2)}${name}: \${${at + 1}}`).join('\n')
      const withArguments = !hasWith && !cursor.flow && required.length > 0
      const isOut = onControl ? action.runs_on === 'target' : action.runs_on === 'control'
      return {
        label: action.name,
        kind: 'action',
        detail: action.title,
        documentation: describeAction(action),
        insert: withArguments ? `${action.name}\n${this.pad(0)}with:\n${lines}` : action.name,
        isSnippet: withArguments,
        range: cursor.range,
        rank: (isOut ? 1 : 0) + index / 1000,
      }
    })
  }

  private nameItems(key: string, taken: readonly string[]): readonly CompletionItem[] {
    const path = pathOf(this.cursor).map(String)
    const isTargetList = key === 'on' && this.cursor.frames.at(-1)?.kind === 'list'
    const kind = isTargetList ? 'target' : nameKindOf(this.kind, key, path)
    const ids = kind === undefined ? [] : this.namesOf(kind)
    const own = plainText(this.ownId())
    const control =
      key === 'on' && !isTargetList ? [this.value('control', 0.5, { detail: 'where the engine runs' })] : []
    return [
      ...control,
      ...ids
        .filter(({ name }) => !taken.includes(name) && name !== own)
        .map(
          ({ name, title }, index): CompletionItem => ({
            label: name,
            kind: 'name',
            ...(title === undefined ? {} : { detail: title }),
            insert: name,
            range: this.cursor.range,
            rank: index / 1000,
          }),
        ),
    ]
  }

  private ownId(): string {
    const frame = this.cursor.frames.findLast((each) => each.kind === 'map' && each.keys.has('id'))
    return frame?.kind === 'map' ? (frame.keys.get('id') ?? '') : ''
  }

  private namesOf(kind: NameKind): readonly { readonly name: string; readonly title?: string }[] {
    const home = homeOf(this.workspace, this.path, kind)
    const document = home === undefined ? undefined : this.workspace.recent(home)
    const found = document ? definitionsIn(document, kind) : []
    return [...new Map(found.map((place) => [place.name, place])).values()]
  }

  /** Values that come from inputs of the same kind, as whole texts. */
  private inputTemplates(kinds: ReadonlySet<Json | undefined>, isBare: boolean): readonly CompletionItem[] {
    if (isBare || this.kind !== 'runbook/v1') return []
    const { outline } = this.workspace.recent(this.path) ?? {}
    const wanted = ['version', 'duration', 'size', 'date_time'].find((kind) => kinds.has(kind))
    const path = pathOf(this.cursor)
    const argument = path.slice(path.indexOf('with') + 1)
    const isArgument = path.includes('with') && argument.length > 0
    if (!outline || (wanted === undefined && !isArgument)) return []
    const called = this.cursor.frames.findLast((frame) => frame.kind === 'map' && frame.key === 'with')
    const action = called?.kind === 'map' ? this.action(plainText(called.keys.get('action') ?? '')) : undefined
    const takes = (type: string): boolean => type !== 'secret' || (isArgument && takesSecret(action?.with, argument))
    return outline.inputs.flatMap(({ key, node }): CompletionItem[] => {
      const type = node.kind === 'map' ? String(node.value['type'] ?? '') : ''
      if ((wanted !== undefined && type !== wanted) || !takes(type)) return []
      const text = `\${{ inputs.${key.text} }}`
      const insert = this.cursor.flow ? `"${text}"` : text
      return [
        this.value(text, wanted === undefined ? 3 : 0.5, {
          insert,
          detail: `input of type ${type}`,
          filter: `inputs.${key.text}`,
        }),
      ]
    })
  }
}

/** Hold what targets are grouped by. */
const groupingKeys: ReadonlySet<string> = new Set(['unit', 'lanes', 'failure_domain', 'spread_over'])

const forms: readonly string[] = ['action', 'manual', 'gate', 'rollout', 'acceptance', 'steps']

const nameKinds: Readonly<Record<string, NameKind>> = {
  role: 'role',
  roles: 'role',
  override_by: 'role',
  accountable: 'role',
  responsible: 'role',
  consulted: 'role',
  informed: 'role',
  component: 'component',
  on: 'component',
  covers: 'requirement',
  criteria: 'criterion',
  window: 'window',
  ids: 'window',
  after: 'step',
  step: 'step',
  target: 'target',
  targets: 'target',
  system: 'system',
}

function nameKindOf(kind: FileKind, key: string, path: readonly string[]): NameKind | undefined {
  if (path.includes('with')) return undefined
  if (kind === 'inventory/v1') return key === 'system' ? 'system' : undefined
  if (path[0] === 'components' && key === 'after') return 'component'
  return nameKinds[key]
}

function shapeOf(ways: readonly JsonObject[]): 'scalar' | 'map' | 'list' {
  const types = ways.map((way) => way['type'])
  if (ways.length > 0 && types.every((type) => type === 'object' || type === undefined)) {
    return ways.some((way) => 'properties' in way || 'additionalProperties' in way || 'allOf' in way) ? 'map' : 'scalar'
  }
  return types.length > 0 && types.every((type) => type === 'array') ? 'list' : 'scalar'
}

export function documentationOf(schema: JsonObject): string {
  const examples = listOf(schema['examples']).map(
    (value) => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``,
  )
  const byDefault = schema['default'] === undefined ? [] : [`Default: \`${JSON.stringify(schema['default'])}\``]
  const description = typeof schema['description'] === 'string' ? schema['description'] : ''
  const shown = examples.length === 0 ? [] : [`For example ${examples.slice(0, 4).join(', ')}`]
  return [description, ...byDefault, ...shown].filter((part) => part !== '').join('\n\n')
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : []
}

/** Text as a plain scalar where YAML reads it as text, and in quotes elsewhere. */
function quote(text: string): string {
  const isPlain =
    /^[A-Za-z_/][\w ./+-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off)$/i.test(text) && !text.endsWith(' ')
  const isDuration = /^\d+(?:ms|[smhdw])(?:\d+[smh])*$/.test(text)
  return isPlain || isDuration ? text : JSON.stringify(text)
}
