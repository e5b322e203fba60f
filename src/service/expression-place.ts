/** What an expression under the cursor may read: the scope of its place, and the types of its parts. */
import type { ExpressionScope } from '../expression/scopes.ts'
import type { ExpressionType } from '../expression/types.ts'
import { mapIn, type Outline, outlineOf, rolloutActions, textIn } from '../language/outline.ts'
import { makeScopeOf, type ScopeOf, type ScopeSite } from '../language/scope.ts'
import { parseSource } from '../source/index.ts'
import type { Cursor, CursorFrame } from './cursor.ts'
import { type ExpressionToken, expressionTokens, namePaths } from './expression-tokens.ts'
import { inventoryOf } from './families.ts'
import { plainText } from './schema-lookup.ts'
import type { Workspace } from './workspace.ts'

const scopesOf = new WeakMap<Outline, ScopeOf>()

/** The variables at a cursor. */
export function scopeAt(
  workspace: Workspace,
  path: string,
  cursor: Pick<Cursor, 'frames'>,
  text: string,
): ExpressionScope {
  const outline = workspace.recent(path)?.outline ?? emptyOutline()
  let scopeOf = scopesOf.get(outline)
  if (!scopeOf) {
    const at = inventoryOf(workspace, path)
    const inventory = at === undefined ? undefined : workspace.inventory(at)?.inventory
    scopeOf = makeScopeOf(outline, { ...workspace.environment(), ...(inventory ? { inventory } : {}) })
    scopesOf.set(outline, scopeOf)
  }
  return scopeOf(siteOf(cursor.frames, outline), text)
}

let empty: Outline | undefined

function emptyOutline(): Outline {
  const { root } = parseSource('rollbook: runbook/v1', '')
  if (root?.kind === 'map') empty ??= outlineOf(root)
  return empty!
}

function siteOf(frames: readonly CursorFrame[], outline: Outline): ScopeSite {
  const keys = frames.flatMap((frame) => (frame.kind === 'map' && frame.key !== undefined ? [frame.key] : []))
  const maps = frames.flatMap((frame) => (frame.kind === 'map' ? [frame] : []))
  const inRollout = keys.includes('rollout')
  const holder = maps.findLast((frame) => frame.keys.has('action'))
  const owner = maps.findLast((frame) => frame.keys.has('on') || frame.keys.has('action') || frame.keys.has('id'))
  const on = plainText(owner?.keys.get('on') ?? '')
  const onTargets = inRollout || (owner?.keys.has('on') === true && on !== 'control')
  const bindings = maps.flatMap((frame) => {
    const loop = frame.keys.get('for_each')
    const name = loop === undefined ? undefined : /^\{?\s*([a-z]\w*):/.exec(loop)?.[1]
    return name === undefined ? [] : [name]
  })
  const stepId = maps.find((frame) => frame.key === 'rollout')?.keys.get('id')
  const step = outline.steps.find(({ id }) => id?.text === plainText(stepId ?? ''))
  const calls = rolloutActions(mapIn(step?.node, 'rollout')).flatMap(({ node }) => {
    const action = textIn(node, 'action')?.text
    const id = textIn(node, 'id')?.text ?? action?.replaceAll('.', '_')
    return id === undefined || action === undefined ? [] : [{ id, action }]
  })
  return {
    place: placeOf(keys, inRollout),
    onTargets,
    bindings,
    action: plainText(holder?.keys.get('action') ?? ''),
    ...(inRollout ? { calls } : {}),
  }
}

function placeOf(keys: readonly string[], inRollout: boolean): ScopeSite['place'] {
  const key = keys.at(-1)
  if (keys.includes('with')) return 'step'
  if (keys.includes('outputs') && key !== 'outputs') return 'result'
  if (keys.at(-2) === 'retry' && key === 'when') return inRollout ? 'retry' : 'result'
  switch (key) {
    case 'select':
    case 'by':
      return inRollout ? 'wave' : 'select'
    case 'prefer':
      return 'wave'
    case 'skip_when':
      return 'start'
    case 'pass_when':
      return 'criterion'
    case 'check':
      return 'rule'
    case 'at_close':
      return 'close'
    case 'on':
      return 'select'
    case 'to':
      return 'plan'
  }
  if (keys[0] === 'rules') return 'rule'
  if (keys[0] === 'components') return 'select'
  return keys.includes('steps') || keys.includes('acceptance_criteria') ? 'step' : 'plan'
}

/** The type of a name with what leads to it; undefined when it is not known. */
export function typeOfPath(
  path: readonly (string | undefined)[],
  scope: ExpressionScope,
  bound: ReadonlyMap<string, ExpressionType>,
): ExpressionType | undefined {
  const [head, ...rest] = path
  let type = head === undefined ? undefined : (bound.get(head) ?? scope.variables[head]?.type)
  for (const name of rest) {
    if (type?.kind === 'list' || type?.kind === 'map')
      type = name === undefined || type.kind === 'map' ? type.of : undefined
    else if (type?.kind === 'object') type = name === undefined ? undefined : type.fields[name]?.type
    else return undefined
  }
  return type
}

/** Variables that `all`, `filter` and their like give to each element. */
export function boundTypes(
  tokens: readonly ExpressionToken[],
  scope: ExpressionScope,
): ReadonlyMap<string, ExpressionType> {
  const bound = new Map<string, ExpressionType>()
  const paths = new Map(namePaths(tokens).map(({ path, token }) => [token.end, path]))
  for (const [index, token] of tokens.entries()) {
    if (!/^(?:all|exists|exists_one|map|filter)$/.test(token.text) || tokens[index + 1]?.text !== '(') continue
    const variable = tokens[index + 2]
    const owner = paths.get(tokens[index - 2]?.end ?? -1)
    if (variable?.kind !== 'name' || owner === undefined) continue
    const type = typeOfPath(owner, scope, bound)
    if (type?.kind === 'list') bound.set(variable.text, type.of)
  }
  return bound
}

/** The expression that a cursor stands in: all of a bare one, or what is between the braces around it. */
export function expressionAround(
  typed: string,
  bare: boolean,
): { readonly text: string; readonly start: number } | undefined {
  const open = typed.lastIndexOf('${{')
  if (open >= 0) return typed.indexOf('}}', open) >= 0 ? undefined : { text: typed.slice(open + 3), start: open + 3 }
  if (!bare) return undefined
  const quote = /^["']/.exec(typed)?.[0].length ?? 0
  return { text: typed.slice(quote), start: quote }
}

export { expressionTokens }
