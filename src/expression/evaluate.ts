import type { Json } from '../base/json.ts'
import { compileExpression } from './compile.ts'
import { celContext, contextNames, type EvaluationContext } from './context.ts'
import { evaluationFailure } from './evaluation-failure.ts'
import { ExpressionError } from './expression-error.ts'
import { fromCel } from './value.ts'

/**
 * Evaluates CEL over a context. Whole numbers are numbers, durations text such as `17m`, secrets references.
 *
 * @param text - CEL without `${{ }}`
 * @throws ExpressionError with the range in `text`
 */
export function evaluateExpression(text: string, context: EvaluationContext): Json {
  const compiled = compileExpression(text)
  try {
    return fromCel(compiled.run(celContext(context, compiled.variables)))
  } catch (error) {
    throw evaluationFailure(text, error, contextNames(context))
  }
}

/**
 * Evaluates a `when`, `select` or rule.
 *
 * @throws ExpressionError `EXPRESSION_TYPE` when the result is neither true nor false
 */
export function evaluateCondition(text: string, context: EvaluationContext): boolean {
  const result = evaluateExpression(text, context)
  if (typeof result === 'boolean') return result
  throw new ExpressionError('EXPRESSION_TYPE', `the condition must be true or false, and is ${describeValue(result)}`, {
    text,
    range: { start: 0, end: text.length },
  })
}

/** Names that an expression reads from its context; `bindings` count under their own names. @throws ExpressionError */
export function variablesOf(text: string): readonly string[] {
  return compileExpression(text).variables
}

function describeValue(value: Json): string {
  if (value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a map'
  return typeof value === 'string' ? `the text "${value}"` : `the number ${value}`
}
