import { canonicalJson, isJsonObject, type Json } from '../base/json.ts'
import { carriesSecret, isTainted, type SecretRef } from '../base/secret.ts'
import type { EvaluationContext } from './context.ts'
import { evaluateExpression, variablesOf } from './evaluate.ts'
import { ExpressionError, type OffsetRange } from './expression-error.ts'
import { expressionLimits } from './limits.ts'
import { hasExpression, splitTemplate, type TemplatePart } from './template.ts'
import { secretText } from './value.ts'

type ExpressionPart = Extract<TemplatePart, { kind: 'expression' }>

/**
 * Resolves every `${{ … }}` inside a value, through lists and maps (keys stay as they are). A string that is exactly one
 * expression keeps the type of its value; otherwise the result is text. A secret alone stays a SecretRef; inside text
 * the whole becomes a SecretText.
 *
 * @throws ExpressionError with the range in the string that holds the expression
 */
export function resolveTemplate(value: Json, context: EvaluationContext): Json {
  return resolveDeep(value, (part, text) => evaluatePart(part, text, context), 0)
}

/**
 * Like {@link resolveTemplate}, but an expression that reads a name outside of `known` keeps its `${{ … }}` text: a
 * preview of what only the run can tell.
 */
export function resolveKnown(value: Json, context: EvaluationContext, known: ReadonlySet<string>): Json {
  const evaluate: EvaluatePart = (part, text) => {
    if (isKnown(part.text, known)) return evaluatePart(part, text, context)
    return `\${{ ${part.text} }}`
  }
  return resolveDeep(value, evaluate, 0)
}

/** Names that the expressions inside a value read. @throws ExpressionError */
export function templateVariables(value: Json): ReadonlySet<string> {
  const names = new Set<string>()
  resolveDeep(
    value,
    (part) => {
      for (const name of variablesOf(part.text)) names.add(name)
      return ''
    },
    0,
  )
  return names
}

function isKnown(text: string, known: ReadonlySet<string>): boolean {
  return variablesOf(text).every((name) => known.has(name))
}

type EvaluatePart = (part: ExpressionPart, text: string) => Json

function resolveDeep(value: Json, evaluate: EvaluatePart, depth: number): Json {
  if (typeof value === 'string') return hasExpression(value) ? resolveText(value, evaluate) : value
  if (typeof value !== 'object' || value === null || isTainted(value)) return value
  if (depth >= expressionLimits.templateDepthMax) {
    throw new ExpressionError('EXPRESSION_TOO_LARGE', 'the value is nested too deeply', {
      text: '',
      range: { start: 0, end: 0 },
    })
  }
  if (Array.isArray(value)) return value.map((item: Json) => resolveDeep(item, evaluate, depth + 1))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolveDeep(item, evaluate, depth + 1)]))
}

function resolveText(text: string, evaluate: EvaluatePart): Json {
  const { parts, findings } = splitTemplate(text)
  const [finding] = findings
  if (finding) {
    const code = finding.code === 'EXPRESSION_EMPTY' ? 'EXPRESSION_SYNTAX' : finding.code
    throw new ExpressionError(code, finding.message, { text, range: finding.range })
  }
  const [only] = parts
  if (parts.length === 1 && only?.kind === 'expression') return evaluate(only, text)
  const pieces: (string | SecretRef)[] = []
  for (const part of parts) {
    if (part.kind === 'text') pieces.push(part.text)
    else pieces.push(...inText(evaluate(part, text), text, part.range))
  }
  const joined = joinNeighbours(pieces)
  if (joined.every((piece) => typeof piece === 'string')) return joined.join('')
  return secretText(joined)
}

/** A value between other text. */
function inText(value: Json, text: string, range: OffsetRange): readonly (string | SecretRef)[] {
  const tainted: unknown = value
  if (isTainted(tainted)) return '$secret' in tainted ? [tainted] : tainted.$secret_text
  if (carriesSecret(value)) {
    throw new ExpressionError('EXPRESSION_SECRET', 'a list or map with a secret cannot become part of a text', {
      text,
      range,
    })
  }
  if (value === null) {
    throw new ExpressionError(
      'EXPRESSION_TYPE',
      'the expression has no value, so it cannot become part of a text',
      { text, range },
      { hint: 'Give a value for that case: ${{ x == null ? "" : x }}.' },
    )
  }
  return [typeof value === 'object' ? canonicalJson(value) : String(value)]
}

function joinNeighbours(pieces: readonly (string | SecretRef)[]): readonly (string | SecretRef)[] {
  const joined: (string | SecretRef)[] = []
  for (const piece of pieces) {
    const last = joined.at(-1)
    if (typeof piece === 'string' && typeof last === 'string') joined[joined.length - 1] = last + piece
    else joined.push(piece)
  }
  return joined
}

function evaluatePart(part: ExpressionPart, text: string, context: EvaluationContext): Json {
  try {
    return evaluateExpression(part.text, context)
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    const range = { start: part.offset + error.range.start, end: part.offset + error.range.end }
    throw new ExpressionError(error.code, error.message, { text, range }, { hint: error.hint, cause: error })
  }
}
