import type { Json } from '../base/json.ts'
import { type EvaluationContext, ExpressionError, evaluateExpression } from '../expression/index.ts'
import type { PlanTarget } from './model.ts'

/**
 * What a target is grouped by, as text: under `unit` of a component, `lanes`, `failure_domain` and `spread_over`.
 *
 * @param key - name of a field or a free attribute of targets, or an expression over `target`
 * @returns empty when the target has no such thing: it belongs to no group
 * @throws ExpressionError when an expression fails or gives a list or a map
 */
export function groupText(key: string, target: PlanTarget, context: EvaluationContext): string {
  const value = isFieldName(key) ? fieldOf(target, key) : evaluateExpression(key, context)
  if (value === undefined || value === null) return ''
  if (typeof value === 'object') {
    throw new ExpressionError('EXPRESSION_TYPE', 'targets can be grouped by a text, and this is a list or a map', {
      text: key,
      range: { start: 0, end: key.length },
    })
  }
  return String(value)
}

/** A single word, as opposed to an expression. */
export function isFieldName(key: string): boolean {
  return /^[A-Za-z][\w-]*$/.test(key)
}

function fieldOf(target: PlanTarget, key: string): Json | undefined {
  const fields = target as unknown as Readonly<Record<string, Json | undefined>>
  return Object.hasOwn(target, key) ? fields[key] : target.attributes[key]
}
