import type { ASTNode } from '@marcbachmann/cel-js'
import type { Json } from '../base/json.ts'
import { parseExpression } from './compile.ts'
import type { EvaluationContext } from './context.ts'
import { baseEnvironment } from './environment.ts'
import { evaluateExpression } from './evaluate.ts'
import { ExpressionError } from './expression-error.ts'
import { childrenOf, freeVariables } from './syntax-tree.ts'

export interface ShownValue {
  /** As the author wrote it: `target.version`. */
  readonly text: string
  readonly value: Json
}

/** The values that an expression reads, for telling why it does not hold: each `a.b.c` once, plain values only. */
export function shownValues(text: string, context: EvaluationContext): readonly ShownValue[] {
  const root = parseExpression(baseEnvironment, text).ast
  const free = new Set([...freeVariables(root).values()].flat())
  const found = new Map<string, Json>()
  const walk = (node: ASTNode): void => {
    if (isChain(node, free)) {
      const source = text.slice(node.start, node.end)
      const value = found.has(source) ? undefined : valueAt(source, context)
      if (value !== undefined && isPlain(value)) found.set(source, value)
      return
    }
    for (const child of childrenOf(node)) walk(child)
  }
  walk(root)
  return [...found].map(([source, value]) => ({ text: source, value }))
}

/** `a.b.c` from a variable on. */
function isChain(node: ASTNode, free: ReadonlySet<ASTNode>): boolean {
  if (node.op === '.') return node.args[0].op === 'id' ? free.has(node.args[0]) : isChain(node.args[0], free)
  return false
}

function valueAt(source: string, context: EvaluationContext): Json | undefined {
  try {
    return evaluateExpression(source, context)
  } catch (error) {
    if (error instanceof ExpressionError) return undefined
    throw error
  }
}

function isPlain(value: Json): boolean {
  if (Array.isArray(value)) return value.length <= 8 && value.every((item) => typeof item !== 'object')
  return typeof value !== 'object' || value === null
}
