/** What people want to know of the thing under the cursor, as Markdown. */
import { isJsonObject } from '../base/json.ts'
import { describeType } from '../expression/types.ts'
import { catalogueEntry } from '../language/catalogue/catalogue.ts'
import { type OffsetRange, startOfLine } from '../source/index.ts'
import { documentationOf, kindOf } from './completion.ts'
import { type Cursor, cursorAt, pathOf } from './cursor.ts'
import { describeAction } from './describe-action.ts'
import { describeName } from './describe-name.ts'
import { explainValue } from './explain-value.ts'
import { boundTypes, expressionAround, scopeAt, typeOfPath } from './expression-place.ts'
import { expressionTokens, namePaths } from './expression-tokens.ts'
import { functionHelp } from './function-help.ts'
import { explainSpot, expressionSpotAt } from './hover-expression.ts'
import { knownValues } from './known-values.ts'
import { nameAt, placesOf } from './navigation.ts'
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
  if (name && definition) {
    const parts = [describeName(workspace, definition, known ?? [], now), ...wholeExpression(workspace, path, offset)]
    return { markdown: parts.join('\n\n'), range: name.range }
  }
  const end = endOfWord(text, offset)
  const cursor = cursorAt(text, end)
  const inExpression = expressionHover(workspace, path, text, end, cursor)
  if (inExpression) return inExpression
  const place = placeHover(workspace, text, cursor)
  return place && { ...place, markdown: [place.markdown, ...wholeExpression(workspace, path, offset)].join('\n\n') }
}

/** What the expression as a whole gives; nothing when it is one name only, which was explained already. */
function wholeExpression(workspace: Workspace, path: string, offset: number): readonly string[] {
  const document = workspace.recent(path)
  const known = knownValues(workspace, path)
  // Places of an older text are not where the cursor stands.
  if (!document || !known || document !== workspace.read(path)) return []
  const spot = expressionSpotAt(document, known, offset)
  if (!spot || /^[\w.]+$/.test(spot.text.trim())) return []
  const explained = explainSpot(spot, known)
  return explained.length === 0 ? [] : ['---', `\`${shorten(spot.text)}\``, ...explained]
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length > 120 ? `${line.slice(0, 119)}…` : line
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
    return {
      markdown: [
        `\`${help.signature}\``,
        help.description,
        `For example \`${help.example}\``,
        ...wholeExpression(workspace, path, end),
      ].join('\n\n'),
      range,
    }
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
    markdown: [
      `\`${found.path.map((part) => part ?? '[]').join('.')}\`: ${describeType(type)}`,
      ...(description ? [description] : []),
      ...nameValue(workspace, path, end, found.path),
      ...wholeExpression(workspace, path, end),
    ].join('\n\n'),
    range,
  }
}

/** What a name such as `target.version` stands for where it is written. */
function nameValue(
  workspace: Workspace,
  path: string,
  offset: number,
  parts: readonly (string | undefined)[],
): readonly string[] {
  const document = workspace.recent(path)
  const known = knownValues(workspace, path)
  if (!document || !known || !parts.every((part) => part !== undefined && /^[A-Za-z_]\w*$/.test(part))) return []
  const spot = document === workspace.read(path) ? expressionSpotAt(document, known, offset) : undefined
  return explainValue(parts.join('.'), known, spot?.on)
}

function placeHover(workspace: Workspace, text: string, cursor: Cursor): Hover | undefined {
  const allow = /#\s*rollbook:\s*allow\s+([A-Z_]+)/.exec(
    text.slice(startOfLine(text, cursor.range.end), cursor.range.end),
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
