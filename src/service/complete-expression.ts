import type { ExpressionScope } from '../expression/scopes.ts'
import { describeType, type ExpressionType } from '../expression/types.ts'
import type { CompletionItem } from './completion-item.ts'
import { boundTypes, typeOfPath } from './expression-place.ts'
import { expressionTokens, namePaths } from './expression-tokens.ts'
import { functionHelp } from './function-help.ts'

/** What may follow an expression that was typed as far as the cursor; `replace` characters of it are typed anew. */
export function completeExpression(
  text: string,
  scope: ExpressionScope,
): { readonly items: readonly Omit<CompletionItem, 'range'>[]; readonly replace: number } {
  const tokens = expressionTokens(text)
  const last = tokens.at(-1)
  const isTyping = last?.kind === 'name' && last.end === text.length
  if (last?.kind === 'text' && last.end === text.length && !/^(["']).*\1$/s.test(text.slice(last.start)))
    return { items: [], replace: 0 }
  const replace = isTyping ? last.text.length : 0
  const before = isTyping ? tokens.slice(0, -1) : tokens
  if (before.at(-1)?.text !== '.')
    return { items: [...variables(scope, boundTypes(tokens, scope)), ...functionsOn(undefined)], replace }
  const owner = before.at(-2)
  const path = namePaths(before.slice(0, -1)).find(
    ({ token }) => token.end === owner?.end || token.end + 2 === owner?.end,
  )
  const receiver = functionHelp.filter(
    ({ on }) => on === owner?.text && /^(?:versions|sizes|durations)$/.test(on ?? ''),
  )
  if (receiver.length > 0) return { items: receiver.map(functionItem), replace }
  const ended = path?.path ?? chainEnding(before.slice(0, -1))
  const bound = boundTypes(tokens, scope)
  const type = ended ? typeOfPath(ended, scope, bound) : typeOfCall(before.slice(0, -1), scope, bound)
  return { items: membersOf(type), replace }
}

/** What a call gives that a sign ends: `targets.filter(t, t.kind == "node")`. */
function typeOfCall(
  tokens: ReturnType<typeof expressionTokens>,
  scope: ExpressionScope,
  bound: ReadonlyMap<string, ExpressionType>,
): ExpressionType | undefined {
  if (tokens.at(-1)?.text !== ')') return undefined
  const open = openingOf(tokens)
  const name = tokens[open - 1]
  const owner = tokens[open - 2]?.text === '.' ? tokens.slice(0, open - 2) : []
  const last = owner.at(-1)
  const path = namePaths(owner).find(({ token }) => token.end === last?.end || token.end + 2 === last?.end)?.path
  const ended = path ?? chainEnding(owner)
  const receiver = ended ? typeOfPath(ended, scope, bound) : typeOfCall(owner, scope, bound)
  switch (name?.text) {
    case 'filter':
      return receiver
    case 'map':
    case 'split':
      return { kind: 'list', of: { kind: 'text' } }
    case 'trim':
    case 'join':
    case 'lowerAscii':
    case 'upperAscii':
      return { kind: 'text' }
    default:
      return undefined
  }
}

/** Index of the bracket that the last one closes. */
function openingOf(tokens: ReturnType<typeof expressionTokens>): number {
  let depth = 0
  for (let index = tokens.length - 1; index >= 0; index -= 1) {
    if (tokens[index]?.text === ')') depth += 1
    if (tokens[index]?.text === '(') depth -= 1
    if (depth === 0) return index
  }
  return -1
}

/** `targets[0]` and `steps["look"]` end in a sign. */
function chainEnding(tokens: ReturnType<typeof expressionTokens>): readonly (string | undefined)[] | undefined {
  if (tokens.at(-1)?.text !== ']') return undefined
  let depth = 0
  for (let index = tokens.length - 1; index >= 0; index -= 1) {
    if (tokens[index]?.text === ']') depth += 1
    if (tokens[index]?.text === '[') depth -= 1
    if (depth > 0) continue
    const owner = tokens[index - 1]
    const path = namePaths(tokens.slice(0, index)).find(({ token }) => token.end === owner?.end)?.path
    const key = tokens[index + 1]
    return path && [...path, key?.kind === 'text' ? key.text : undefined]
  }
  return undefined
}

function variables(
  scope: ExpressionScope,
  bound: ReadonlyMap<string, ExpressionType>,
): Omit<CompletionItem, 'range'>[] {
  const own = [...bound].map(([label, type]) => ({ label, type, description: 'The element at hand.' }))
  const all = [...own, ...Object.entries(scope.variables).map(([label, variable]) => ({ label, ...variable }))]
  const order = ['inputs', 'target', 'outputs', 'baseline', 'unit', 'change', 'steps']
  return all.map(({ label, type, description }) => ({
    label,
    kind: 'variable',
    detail: describeType(type),
    documentation: description,
    insert: label,
    rank: bound.has(label) ? 0 : order.includes(label) ? 1 + order.indexOf(label) : 10,
  }))
}

function membersOf(type: ExpressionType | undefined): readonly Omit<CompletionItem, 'range'>[] {
  if (type === undefined) return []
  if (type.kind === 'object') {
    return Object.entries(type.fields).map(([label, field], index) => ({
      label,
      kind: 'member',
      detail: `${describeType(field.type)}${field.optional === true ? ', may be absent' : ''}`,
      ...(field.description === undefined ? {} : { documentation: field.description }),
      insert: label,
      rank: index / 1000,
    }))
  }
  if (type.kind === 'text') {
    const parts = ['major', 'minor'].map(
      (label): Omit<CompletionItem, 'range'> => ({
        label,
        kind: 'member',
        detail: 'whole number',
        documentation: 'Part of a version.',
        insert: label,
        rank: 1,
      }),
    )
    return [...parts, ...functionsOn('string')]
  }
  return type.kind === 'list' ? functionsOn('list') : []
}

function functionsOn(on: string | undefined): readonly Omit<CompletionItem, 'range'>[] {
  const found = functionHelp.filter((help) => help.on === on).map(functionItem)
  if (on !== undefined) return found
  const words = ['versions', 'sizes', 'durations'].map(
    (label): Omit<CompletionItem, 'range'> => ({
      label,
      kind: 'function',
      detail: `functions for ${label}`,
      insert: label,
      rank: 20,
    }),
  )
  return [...words, ...found]
}

function functionItem(help: (typeof functionHelp)[number]): Omit<CompletionItem, 'range'> {
  const holes = help.arguments.map((argument, index) => `\${${index + 1}:${argument}}`)
  return {
    label: help.signature.replace(/^\w+\./, ''),
    kind: 'function',
    detail: help.signature,
    documentation: `${help.description}\n\n\`${help.example}\``,
    insert: `${help.name}(${holes.join(', ')})`,
    isSnippet: holes.length > 0,
    filter: help.name,
    rank: 30,
  }
}
