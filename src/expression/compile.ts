import { type ASTNode, type Environment, ParseError } from '@marcbachmann/cel-js'
import { type Meter, meter, refuseExceeded } from './cost.ts'
import { baseEnvironment } from './environment.ts'
import { ExpressionError } from './expression-error.ts'
import { replacedFunctions } from './functions.ts'
import { expressionLimits } from './limits.ts'
import { freeVariables, visit } from './syntax-tree.ts'
import { readVersionMember } from './version-member.ts'

export interface CompiledExpression {
  /** Names that the context must give. */
  readonly variables: readonly string[]
  /** @throws errors of the library, {@link CostExceeded}, FunctionRefusal */
  run(context: Readonly<Record<string, unknown>>): unknown
}

const evaluating: Environment = baseEnvironment.clone({ unlistedVariablesAreDyn: true })
const compiled = new Map<string, CompiledExpression>()
const compiledMax = 2000

/** Compiles once per text; the cache is bounded and forgets the oldest. @throws ExpressionError */
export function compileExpression(text: string): CompiledExpression {
  const known = compiled.get(text)
  if (known) return known
  const fresh = compile(text)
  if (compiled.size >= compiledMax) for (const oldest of compiled.keys()) if (compiled.delete(oldest)) break
  compiled.set(text, fresh)
  return fresh
}

/**
 * Parses with the limits applied, and points the replaced functions to ours.
 *
 * @throws ExpressionError `EXPRESSION_SYNTAX`, `EXPRESSION_TOO_LARGE`
 */
export function parseExpression(environment: Environment, text: string): ReturnType<Environment['parse']> {
  if (text.length > expressionLimits.lengthMax) {
    throw new ExpressionError(
      'EXPRESSION_TOO_LARGE',
      `the expression has ${text.length} characters; at most ${expressionLimits.lengthMax} are allowed`,
      { text, range: { start: 0, end: text.length } },
    )
  }
  try {
    const parsed = environment.parse(text)
    visit(parsed.ast, replaceFunctions)
    visit(parsed.ast, (node) => readVersionMember(environment, node))
    return parsed
  } catch (error) {
    throw syntaxError(text, error)
  }
}

function replaceFunctions(node: ASTNode): void {
  if (node.op === 'id' && node.args === 'cel') {
    throw new ParseError({ code: 'unknown', message: '"cel.bind" is not available here', node, range: node.range })
  }
  if (node.op !== 'call' && node.op !== 'rcall') return
  const replacement = Object.hasOwn(replacedFunctions, node.args[0]) ? replacedFunctions[node.args[0]] : undefined
  if (replacement !== undefined) node.args[0] = replacement
}

function syntaxError(text: string, error: unknown): ExpressionError {
  if (error instanceof RangeError) {
    const range = { start: 0, end: text.length }
    return new ExpressionError('EXPRESSION_TOO_LARGE', 'the expression is nested too deeply', { text, range })
  }
  if (!(error instanceof ParseError)) throw error
  const start = Math.min(error.range?.start ?? 0, text.length)
  const end = Math.max(start, Math.min(error.range?.end ?? text.length, text.length))
  const tooLarge = /^Exceeded/.test(error.summary)
  const message = tooLarge ? 'the expression is too large or nested too deeply' : syntaxMessage(error.summary)
  return new ExpressionError(
    tooLarge ? 'EXPRESSION_TOO_LARGE' : 'EXPRESSION_SYNTAX',
    message,
    { text, range: { start, end } },
    { cause: error },
  )
}

function syntaxMessage(summary: string): string {
  if (/Unexpected token: EOF|got EOF/.test(summary)) return 'the expression ends too early'
  return summary.charAt(0).toLowerCase() + summary.slice(1)
}

function compile(text: string): CompiledExpression {
  const parsed = parseExpression(evaluating, text)
  const gauge: Meter = { spent: 0 }
  const checked = parsed.check()
  // What is wrong whatever the variables hold is told at evaluation, by the same path as every other failure.
  const broken = checked.valid ? undefined : checked.error
  meter(parsed.ast, gauge)
  return {
    variables: [...freeVariables(parsed.ast).keys()].filter((name) => !baseEnvironment.hasVariable(name)),
    run: (context) => {
      if (broken) throw broken
      gauge.spent = 0
      const result = parsed(context) as unknown
      refuseExceeded(gauge)
      return result
    },
  }
}
