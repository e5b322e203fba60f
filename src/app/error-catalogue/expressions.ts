import type { ExpressionCode } from '../../expression/index.ts'
import type { DiagnosticCode } from '../../language/catalogue/catalogue.ts'
import type { ErrorEntry } from './entry.ts'

/** What only the evaluation of an expression can tell; the rest is told by `rollbook validate`. */
export const expressionErrors: Readonly<Record<Exclude<ExpressionCode, DiagnosticCode>, ErrorEntry>> = {
  EXPRESSION_FAILED: {
    title: 'An expression cannot be evaluated',
    meaning:
      'The expression is well formed and its types fit, and with the values of this plan or run it has no result.',
    why: 'A division by zero, an index outside of a list, or a text that is no version, duration or size.',
    cure: 'Ask first whether the value is usable, as in `size(list) > 0 ? list[0] : "none"`.',
    example: {
      kind: 'expression',
      bad: '[3, 1].filter(n, n > 5)[0] > 0',
      good: '[3, 1].filter(n, n > 5).size() == 0',
    },
  },
}
