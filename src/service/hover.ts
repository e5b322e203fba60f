/** What people want to know of the thing under the cursor, as Markdown. */
import { isJsonObject } from '../base/json.ts'
import { describeWindow, localText, upcoming } from '../calendar/describe.ts'
import { describeType } from '../expression/types.ts'
import { catalogueEntry } from '../language/catalogue/catalogue.ts'
import { textIn } from '../language/outline.ts'
import type { OffsetRange } from '../source/index.ts'
import { documentationOf, kindOf } from './completion.ts'
import { type Cursor, cursorAt, pathOf } from './cursor.ts'
import { describeAction } from './describe-action.ts'
import { boundTypes, expressionAround, scopeAt, typeOfPath } from './expression-place.ts'
import { expressionTokens, namePaths } from './expression-tokens.ts'
import { inventoryOf } from './families.ts'
import { functionHelp } from './function-help.ts'
import type { NamePlace } from './names.ts'
import { type NamedPlace, nameAt, placesOf } from './navigation.ts'
import { expand, flat, keysOf, schemaOf, spotOf } from './schema-lookup.ts'
import type { Workspace } from './workspace.ts'

export interface Hover {
  readonly markdown: string
  readonly range: OffsetRange
}

/** @param now - for the next openings of windows, in milliseconds since the epoch */
export function hover(workspace: Workspace, path: string, offset: number, now: number): Hover | undefined {
  const text = workspace.document(path)?.text
  if (text === undefined) return undefined
  const name = nameAt(workspace, path, offset)
  const known = name && placesOf(workspace, path, name)
  const definition = known?.find((place) => place.name.isDefinition)
  if (name && definition) return { markdown: describeName(workspace, definition, known ?? [], now), range: name.range }
  const end = endOfWord(text, offset)
  const cursor = cursorAt(text, end)
  return expressionHover(workspace, path, text, end, cursor) ?? placeHover(workspace, text, cursor)
}

function endOfWord(text: string, offset: number): number {
  let end = offset
  while (/[\w.-]/.test(text[end] ?? '')) {
    if (text[end] === '.' && !/\w/.test(text[end + 1] ?? '')) break
    if (text[end] === '.' && /[{"'=]|: .*[ ("!&|]/.test(text.slice(text.lastIndexOf('\n', end) + 1, end))) break
    end += 1
  }
  return end
}

function expressionHover(
  workspace: Workspace,
  path: string,
  text: string,
  end: number,
  cursor: Cursor,
): Hover | undefined {
  const key = cursor.frames.findLast((frame) => frame.kind === 'map')?.key ?? ''
  const bare = /^(?:when|select|pass_when|check|at_close|prefer|skip_when|by|on)$/.test(key)
  const around = cursor.at === 'value' || cursor.block ? expressionAround(cursor.typed, bare) : undefined
  if (!around) return undefined
  const tokens = expressionTokens(around.text)
  const token = tokens.at(-1)
  if (token?.kind !== 'name') return undefined
  const range = { start: end - token.text.length, end }
  const isCall = /^\s*\(/.test(text.slice(end, end + 20))
  const help = isCall
    ? functionHelp.find(
        ({ name, on }) =>
          name === token.text &&
          (on === undefined || on === tokens.at(-3)?.text || !/^(?:versions|sizes|durations)$/.test(on)),
      )
    : undefined
  if (help)
    return { markdown: `\`${help.signature}\`\n\n${help.description}\n\nFor example \`${help.example}\``, range }
  const scope = scopeAt(workspace, path, cursor, around.text)
  const found = namePaths(tokens).find((each) => each.token.end === token.end)
  const type = found && typeOfPath(found.path, scope, boundTypes(tokens, scope))
  if (!found || !type) return undefined
  const owner = typeOfPath(found.path.slice(0, -1), scope, boundTypes(tokens, scope))
  const description =
    found.path.length === 1
      ? scope.variables[token.text]?.description
      : owner?.kind === 'object'
        ? owner.fields[token.text]?.description
        : undefined
  return {
    markdown: [`\`${found.path.join('.')}\`: ${describeType(type)}`, ...(description ? [description] : [])].join(
      '\n\n',
    ),
    range,
  }
}

function placeHover(workspace: Workspace, text: string, cursor: Cursor): Hover | undefined {
  const allow = /#\s*rollbook:\s*allow\s+([A-Z_]+)/.exec(
    text.slice(text.lastIndexOf('\n', cursor.range.end - 1) + 1, cursor.range.end),
  )
  const entry = allow && catalogueEntry(allow[1]!)
  if (entry) return { markdown: `**${entry.title}**\n\n${entry.explanation}`, range: cursor.range }
  const kind = kindOf(text)
  if (kind === undefined || cursor.block) return undefined
  const actionOf = (name: string): Workspace['settings']['actions'][number] | undefined =>
    workspace.settings.actions.find((each) => each.name === name)
  const frame = cursor.frames.at(-1)
  const spot = spotOf(schemaOf[kind], cursor.frames, (name) => actionOf(name)?.with)
  if (frame?.kind !== 'map') return undefined
  const name = cursor.at === 'key' ? cursor.typed : (frame.key ?? '')
  const value = cursor.at === 'value' ? text.slice(cursor.range.start, cursor.range.end).trim() : ''
  const action = name === 'action' && !pathOf(cursor).includes('with') ? actionOf(value) : undefined
  if (action) return { markdown: describeAction(action), range: cursor.range }
  const key = keysOf(spot).find((each) => each.name === name)
  if (!key) return undefined
  const ways = expand(spot.root, key.schema, undefined, 0)
  const way =
    ways.find((each) => each['const'] === value) ??
    (typeof key.schema['description'] === 'string' ? key.schema : ways[0])
  const title = String(flat(spot.root, key.schema)['title'] ?? name)
  const required = key.required ? ' (required)' : ''
  return {
    markdown: `**${title}** \`${name}\`${required}\n\n${way && isJsonObject(way) ? documentationOf(way) : ''}`.trim(),
    range: cursor.range,
  }
}

function describeName(
  workspace: Workspace,
  definition: NamedPlace,
  places: readonly NamedPlace[],
  now: number,
): string {
  const { name, path } = definition
  const uses = places.filter((place) => !place.name.isDefinition).length
  const head = `**${name.title ?? name.name}**\n\n${name.kind} \`${name.name}\`, used ${uses === 1 ? 'once' : uses === 0 ? 'nowhere' : `${uses} times`}`
  return [head, ...details(workspace, path, name, now)].join('\n\n')
}

function details(workspace: Workspace, path: string, name: NamePlace, now: number): readonly string[] {
  const document = workspace.read(path)
  const { outline } = document ?? {}
  if (!document || !outline) return inventoryDetails(workspace, path, name)
  if (name.kind === 'input') {
    const node = outline.inputs.find((entry) => entry.key.text === name.name)?.node
    const type = textIn(node, 'type')?.text ?? 'string'
    const byDefault = node?.kind === 'map' ? node.byKey.get('default')?.node.value : undefined
    return [
      `type \`${type}\``,
      ...(byDefault === undefined ? [] : [`default \`${JSON.stringify(byDefault)}\``]),
      ...[textIn(node, 'description')?.text ?? []].flat(),
    ]
  }
  if (name.kind === 'window') return windowDetails(workspace, outline.root.value['windows'], name.name, now)
  const lists = { requirement: outline.requirements, criterion: outline.criteria, rule: outline.rules } as const
  if (name.kind === 'requirement' || name.kind === 'criterion' || name.kind === 'rule') {
    const node = lists[name.kind].find((each) => textIn(each, 'id')?.text === name.name)
    return ['source', 'note', 'description', 'check'].flatMap((key) => {
      const text = textIn(node, key)?.text
      return text === undefined ? [] : [`*${key}*: ${text}`]
    })
  }
  if (name.kind === 'component') {
    const node = outline.components.find((entry) => entry.key.text === name.name)?.node
    const select = textIn(node, 'select')?.text
    return select === undefined ? [] : [`select \`${select}\``]
  }
  if (name.kind !== 'step') return []
  const step = outline.steps.find((each) => each.id?.text === name.name)
  const action = workspace.settings.actions.find((each) => each.name === textIn(step?.node, 'action')?.text)
  return action ? [describeAction(action)] : [...[textIn(step?.node, 'description')?.text ?? []].flat()]
}

function windowDetails(workspace: Workspace, windows: unknown, id: string, now: number): readonly string[] {
  const parsed = workspace.settings.parseCalendar?.({ windows: windows as never }, () => undefined)
  const all = parsed?.definition?.windows
  const window = all === 'always' ? undefined : all?.find((each) => each.id === id)
  if (!parsed?.definition || !window) return []
  const zone = window.zone === 'target' ? 'UTC' : window.zone
  const next = upcoming({ ...parsed.definition, windows: [window] }, zone, now, 3)
  return [describeWindow(window), ...next.map((opening) => `- ${localText(opening.start, zone)}`)]
}

function inventoryDetails(workspace: Workspace, path: string, name: NamePlace): readonly string[] {
  const at = inventoryOf(workspace, path)
  const inventory = at === undefined ? undefined : workspace.inventory(at)?.inventory
  if (name.kind === 'system') {
    const system = inventory?.systems[name.name]
    return system ? [`kind \`${system.kind}\``, ...(system.address ? [`address \`${system.address}\``] : [])] : []
  }
  const target = name.kind === 'target' ? inventory?.targets[name.name] : undefined
  if (!target) return []
  const { kind, version, site, roles } = target
  return [
    [
      `kind \`${kind}\``,
      ...(version ? [`version \`${version}\``] : []),
      ...(site ? [`site \`${site}\``] : []),
      ...(roles.length > 0 ? [`roles ${roles.join(', ')}`] : []),
    ].join(', '),
  ]
}
