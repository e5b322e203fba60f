import { type ASTNode, TypeError as CelTypeError, EvaluationError, ParseError } from '@marcbachmann/cel-js'
import { nearestName } from '../base/nearest.ts'
import { CostExceeded } from './cost.ts'
import { type ExpressionCode, ExpressionError, type OffsetRange } from './expression-error.ts'
import { functionNames, writtenName } from './function-names.ts'
import { FunctionRefusal } from './function-refusal.ts'
import { expressionFunctions } from './functions.ts'
import { UnsafeValue } from './value.ts'

export type LibraryError = EvaluationError | CelTypeError | ParseError

export function isLibraryError(error: unknown): error is LibraryError {
  return error instanceof EvaluationError || error instanceof CelTypeError || error instanceof ParseError
}

/** Code and sentence for what the library says; `names` are the variables that exist. */
export function explain(
  error: LibraryError,
  names: Iterable<string>,
): { readonly code: ExpressionCode; readonly message: string; readonly hint?: string } {
  const node = error.node as ASTNode | undefined
  const summary = writtenName(error.summary)
  if (/Secret/.test(summary)) {
    return {
      code: 'EXPRESSION_SECRET',
      message: 'a secret cannot be changed, compared or turned into text by an expression',
      hint: 'Hand it on as it is: alone, or between other text outside of the braces.',
    }
  }
  switch (error.code) {
    case 'unknown_variable': {
      const name = /: (.*)$/.exec(summary)?.[1] ?? ''
      return { code: 'EXPRESSION_UNKNOWN_NAME', message: `there is no "${name}" here`, ...didYouMean(name, names) }
    }
    case 'no_such_key': {
      const name = /: (.*)$/s.exec(summary)?.[1] ?? ''
      return { code: 'EXPRESSION_UNKNOWN_MEMBER', message: `there is no member "${name}"` }
    }
    case 'no_matching_overload': {
      const name = node && (node.op === 'call' || node.op === 'rcall') ? writtenName(node.args[0]) : undefined
      if (name !== undefined && !functionNames.has(name)) {
        return {
          code: 'EXPRESSION_UNKNOWN_FUNCTION',
          message: `there is no function "${name}"`,
          ...didYouMean(name, functionNames),
        }
      }
      const call = /for '(.*)'$/s.exec(summary)?.[1] ?? name
      const forms = formsOf(name, call ?? '')
      return {
        code: 'EXPRESSION_TYPE',
        message: `"${name}" cannot be called like this: ${plainTypes(call ?? '')}`,
        ...(forms === '' ? {} : { hint: `It is called as ${forms}.` }),
      }
    }
    case 'no_such_overload': {
      const operation = plainTypes(summary.replace(/^no such overload: /, ''))
      const hint = /string \+|\+ string/.test(operation) ? 'Turn the other side into text with string(…).' : undefined
      return {
        code: 'EXPRESSION_TYPE',
        message: `these types do not go together: ${operation}`,
        ...(hint ? { hint } : {}),
      }
    }
    case 'invalid_condition_type':
    case 'invalid_logical_operand':
    case 'invalid_index_type':
    case 'cannot_index_type':
    case 'incompatible_ternary_branches':
    case 'invalid_comprehension_range':
      return { code: 'EXPRESSION_TYPE', message: plainTypes(lowerFirst(summary)) }
    default:
      return { code: 'EXPRESSION_FAILED', message: plainTypes(lowerFirst(summary)) }
  }
}

/** How the language's own functions of a name are called, for the receiver of a call such as `Versions.path(string)`. */
function formsOf(name: string | undefined, call: string): string {
  const receiver = /^[A-Za-z]+(?=\.)/.exec(call)?.[0]?.toLowerCase()
  return expressionFunctions
    .map((row) => row.name)
    .filter((form) => form.startsWith(receiver === undefined ? `${name}(` : `${receiver}.${name}(`))
    .join(' or ')
}

export function didYouMean(name: string, names: Iterable<string>): { readonly hint?: string } {
  const near = nearestName(name, names)
  return near === undefined ? {} : { hint: `Did you mean "${near}"?` }
}

/** The library's type names in the words of the language. */
export function plainTypes(text: string): string {
  return text
    .replace(/dyn<([^<>]*)>/g, '$1')
    .replaceAll('google.protobuf.Duration', 'duration')
    .replaceAll('google.protobuf.Timestamp', 'timestamp')
    .replaceAll(/\bdyn\b/g, 'any')
    .replaceAll(/\b(Versions|Sizes|Durations)\./g, (name) => name.toLowerCase())
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}

/** Turns whatever an evaluation threw into an {@link ExpressionError}; a defect of ours stays what it is. */
export function evaluationFailure(text: string, error: unknown, names: Iterable<string>): unknown {
  const whole: OffsetRange = { start: 0, end: text.length }
  if (error instanceof ExpressionError) return error
  if (error instanceof CostExceeded) {
    return new ExpressionError('EXPRESSION_TOO_LARGE', `the expression is too expensive: ${error.message}`, {
      text,
      range: whole,
    })
  }
  if (error instanceof RangeError) {
    return new ExpressionError(
      'EXPRESSION_TOO_LARGE',
      'the expression is too expensive',
      { text, range: whole },
      { cause: error },
    )
  }
  if (error instanceof FunctionRefusal || error instanceof UnsafeValue) {
    const hint = error instanceof FunctionRefusal ? error.hint : undefined
    return new ExpressionError('EXPRESSION_FAILED', error.message, { text, range: whole }, { hint, cause: error })
  }
  if (!isLibraryError(error)) return error
  const { code, message, hint } = explain(error, names)
  return new ExpressionError(code, message, { text, range: error.range ?? whole }, { hint, cause: error })
}
