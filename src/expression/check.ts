import type { ASTNode } from '@marcbachmann/cel-js'
import { isJsonObject, type Json } from '../base/json.ts'
import { nearestName } from '../base/nearest.ts'
import { type CheckEnvironment, checkEnvironment } from './check-environment.ts'
import { parseExpression } from './compile.ts'
import { baseEnvironment } from './environment.ts'
import { didYouMean, explain, isLibraryError } from './evaluation-failure.ts'
import { type ExpressionCode, ExpressionError, type OffsetRange } from './expression-error.ts'
import type { ExpressionScope } from './scopes.ts'
import { childrenOf, freeVariables } from './syntax-tree.ts'
import { splitTemplate } from './template.ts'
import { describeType, type ExpressionType, type ObjectType } from './types.ts'
import { versionMembers } from './version-member.ts'

/** One mistake in an expression. `range` points into the text that was handed in. */
export interface ExpressionFinding {
  readonly code: ExpressionCode
  readonly message: string
  readonly hint?: string
  readonly range: OffsetRange
  /** The name that was probably meant, for a quick fix on `range`. */
  readonly nearest?: string
}

/** What an expression has to give; absent: anything. */
export type ExpectedType = 'bool' | 'text' | 'number' | 'list'

/**
 * Checks CEL against a typed scope without evaluating it. Unknown names and members are all told; of errors in types
 * only the first, because the rest often follows from it.
 *
 * @param text - CEL without `${{ }}`
 */
export function checkExpression(
  text: string,
  scope: ExpressionScope,
  expected?: ExpectedType,
): readonly ExpressionFinding[] {
  const known = checkEnvironment(scope)
  let parsed: ReturnType<typeof parseExpression>
  try {
    parsed = parseExpression(known.environment, text)
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    return [{ code: error.code, message: error.message, range: error.range }]
  }
  const unknown = unknownNames(parsed.ast, scope)
  if (unknown.length > 0) return unknown
  const members = unknownMembers(parsed.ast, scope)
  if (members.length > 0) return members
  const result = parsed.check()
  if (!result.valid) return [typeFinding(result.error, text, known)]
  return resultFinding(result.type ?? 'dyn', text, expected)
}

/**
 * Checks every `${{ … }}` of a text.
 *
 * @param expected - what the value must be when the text is exactly one expression
 */
export function checkTemplate(
  text: string,
  scope: ExpressionScope,
  expected?: ExpectedType,
): readonly ExpressionFinding[] {
  const { parts, findings } = splitTemplate(text)
  const found: ExpressionFinding[] = findings.map(({ code, message, range }) => ({
    code: code === 'EXPRESSION_EMPTY' ? 'EXPRESSION_SYNTAX' : code,
    message,
    range,
  }))
  for (const part of parts) {
    if (part.kind === 'text' || part.text === '') continue
    for (const finding of checkExpression(part.text, scope, parts.length === 1 ? expected : undefined)) {
      const range = { start: part.offset + finding.range.start, end: part.offset + finding.range.end }
      found.push({ ...finding, range })
    }
  }
  return found
}

/** Checks every template inside a value; `at` leads to the string, as keys and indexes. */
export function checkTemplates(
  value: Json,
  scope: ExpressionScope,
): readonly { readonly at: readonly (string | number)[]; readonly finding: ExpressionFinding }[] {
  if (typeof value === 'string') return checkTemplate(value, scope).map((finding) => ({ at: [], finding }))
  const entries: readonly (readonly [string | number, Json])[] = Array.isArray(value)
    ? value.map((item: Json, index) => [index, item] as const)
    : isJsonObject(value)
      ? Object.entries(value)
      : []
  return entries.flatMap(([key, item]) =>
    checkTemplates(item, scope).map(({ at, finding }) => ({ at: [key, ...at], finding })),
  )
}

function unknownNames(root: ASTNode, scope: ExpressionScope): readonly ExpressionFinding[] {
  const names = Object.keys(scope.variables)
  const found: ExpressionFinding[] = []
  for (const [name, nodes] of freeVariables(root)) {
    if (Object.hasOwn(scope.variables, name) || baseEnvironment.hasVariable(name)) continue
    const nearest = nearestName(name, names)
    for (const node of nodes) {
      found.push({
        code: 'EXPRESSION_UNKNOWN_NAME',
        message: `there is no "${name}" here`,
        range: { start: node.start, end: node.end },
        ...(nearest === undefined
          ? { hint: `Available here: ${names.join(', ')}.` }
          : { nearest, ...didYouMean(name, names) }),
      })
    }
  }
  return found
}

/** Follows `a.b.c` from the variables of the scope; names bound by macros are left to the library. */
function unknownMembers(root: ASTNode, scope: ExpressionScope): readonly ExpressionFinding[] {
  const free = new Set([...freeVariables(root).values()].flat())
  const found: ExpressionFinding[] = []
  const walk = (node: ASTNode): ExpressionType | undefined => {
    if (node.op === 'id') return free.has(node) ? scope.variables[node.args]?.type : undefined
    if (node.op !== '.' && node.op !== '[]') {
      for (const child of childrenOf(node)) walk(child)
      return undefined
    }
    const left = walk(node.args[0])
    if (node.op === '[]') walk(node.args[1])
    const name = node.op === '.' ? node.args[1] : literalText(node.args[1])
    if (left?.kind === 'list' || left?.kind === 'map') return left.of
    if (left?.kind !== 'object' || name === undefined) return undefined
    const member = left.fields[name]
    if (!member || !Object.hasOwn(left.fields, name)) found.push(memberFinding(name, left, memberRange(node)))
    return member?.type
  }
  walk(root)
  return found
}

function literalText(node: ASTNode): string | undefined {
  return node.op === 'value' && typeof node.args === 'string' ? node.args : undefined
}

function memberRange(node: ASTNode): OffsetRange {
  if (node.op === '[]') return { start: node.args[1].start, end: node.args[1].end }
  return { start: node.pos, end: node.end }
}

function memberFinding(name: string, type: ObjectType, range: OffsetRange): ExpressionFinding {
  const names = Object.keys(type.fields)
  const nearest = nearestName(name, names)
  const listed = names.length === 0 ? `"${type.name}" has no members.` : `It has: ${names.slice(0, 12).join(', ')}.`
  return {
    code: 'EXPRESSION_UNKNOWN_MEMBER',
    message: `"${type.name}" has no member "${name}"`,
    range,
    ...(nearest === undefined ? { hint: listed } : { nearest, ...didYouMean(name, names) }),
  }
}

function typeFinding(error: unknown, text: string, known: CheckEnvironment): ExpressionFinding {
  if (!isLibraryError(error)) throw error
  const range = error.range ?? { start: 0, end: text.length }
  const node = error.node as (ASTNode & { readonly op: string }) | undefined
  if (error.code === 'no_such_key' && node?.op === '.') {
    const holder = node.args[0] as ASTNode & { readonly checkedType?: { readonly name: string } }
    const type = known.objects.get(holder.checkedType?.name ?? '')
    if (type) return memberFinding(node.args[1], type, memberRange(node))
  }
  const member = node?.op === 'call' ? memberNamed(node.args[0]) : undefined
  if (node && member !== undefined) return versionMemberFinding(member, node, known)
  const { code, message, hint } = explain(error, [])
  const place = code === 'EXPRESSION_UNKNOWN_FUNCTION' && node ? functionRange(node, text) : range
  return { code, message: ownTypeNames(message, known), range: place, ...(hint === undefined ? {} : { hint }) }
}

function memberNamed(name: unknown): string | undefined {
  return Object.entries(versionMembers).find(([, written]) => written === name)?.[0]
}

/** `major` of what is neither a version nor a map. */
function versionMemberFinding(member: string, node: ASTNode, known: CheckEnvironment): ExpressionFinding {
  const [holder] = (node as Extract<ASTNode, { op: 'call' }>).args[1]
  const name = (holder as { readonly checkedType?: { readonly name: string } } | undefined)?.checkedType?.name ?? ''
  const range = { start: node.pos, end: node.end }
  const type = known.objects.get(name)
  if (type) return memberFinding(member, type, range)
  return {
    code: 'EXPRESSION_TYPE',
    message: `"${member}" is a member of versions, and this is ${resultInWords(name)}`,
    range,
  }
}

/** The name of the function alone, so that a fix can replace it. */
function functionRange(node: ASTNode, text: string): OffsetRange {
  if (node.op === 'rcall') {
    const start = text.indexOf(node.args[0], node.args[1].end)
    if (start >= 0) return { start, end: start + node.args[0].length }
  }
  if (node.op === 'call') return { start: node.start, end: node.start + node.args[0].length }
  return { start: node.start, end: node.end }
}

function ownTypeNames(message: string, known: CheckEnvironment): string {
  return message.replaceAll(/\bObject\d+\b/g, (name) => {
    const type = known.objects.get(name)
    return type ? describeType(type) : name
  })
}

const accepted: Readonly<Record<ExpectedType, { readonly types: RegExp; readonly words: string }>> = {
  bool: { types: /^bool$/, words: 'true or false' },
  text: { types: /^(string|google\.protobuf\.Duration|google\.protobuf\.Timestamp|Secret)$/, words: 'text' },
  number: { types: /^(int|double)$/, words: 'a number' },
  list: { types: /^list/, words: 'a list' },
}

function resultFinding(type: string, text: string, expected: ExpectedType | undefined): readonly ExpressionFinding[] {
  const plain = /^dyn<(.*)>$/.exec(type)?.[1] ?? type
  if (!expected || plain === 'dyn' || accepted[expected].types.test(plain)) return []
  return [
    {
      code: 'EXPRESSION_TYPE',
      message: `the expression must give ${accepted[expected].words}, and gives ${resultInWords(plain)}`,
      range: { start: 0, end: text.length },
    },
  ]
}

function resultInWords(type: string): string {
  if (/^list/.test(type)) return 'a list'
  if (/^(map|Object)/.test(type)) return 'a map'
  const words: Readonly<Record<string, string>> = {
    string: 'text',
    int: 'a number',
    double: 'a number',
    bool: 'true or false',
    null: 'nothing',
    Secret: 'a secret',
    'google.protobuf.Duration': 'a duration',
    'google.protobuf.Timestamp': 'an instant',
  }
  return words[type] ?? type
}
