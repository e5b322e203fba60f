import type { ASTNode } from '@marcbachmann/cel-js'
import { expressionLimits } from './limits.ts'
import { roundMacros, visit } from './syntax-tree.ts'

/** Thrown in the middle of an evaluation; the evaluator adds the place. */
export class CostExceeded extends Error {}

/** How much one evaluation has spent. */
export interface Meter {
  spent: number
}

type Evaluate = (evaluator: unknown, node: unknown, context: unknown) => unknown

/**
 * Makes a compiled expression count what it does: each round of a macro, and the size of everything that `+` and calls
 * build. The library evaluates a node through its `evaluate` member and replaces that member at first use, hence the
 * accessor.
 */
export function meter(root: ASTNode, gauge: Meter): void {
  visit(root, (node) => {
    if (node.op === 'rcall' && roundMacros.has(node.args[0])) {
      for (const body of node.args[2].slice(1)) watch(gauge, body, () => spend(gauge, 1))
    }
    if (node.op === '+' || node.op === 'call' || node.op === 'rcall')
      watch(gauge, node, (result) => weigh(gauge, result))
  })
}

function watch(gauge: Meter, node: ASTNode, after: (result: unknown) => void): void {
  const holder = node as unknown as { evaluate: Evaluate }
  let inner = holder.evaluate
  const outer: Evaluate = (evaluator, self, context) => {
    refuseExceeded(gauge)
    const result = inner.call(node, evaluator, self, context)
    after(result)
    return result
  }
  Object.defineProperty(node, 'evaluate', {
    configurable: true,
    get: () => outer,
    set: (replacement: Evaluate) => {
      if (replacement !== outer) inner = replacement
    },
  })
}

function weigh(gauge: Meter, result: unknown): void {
  const size = typeof result === 'string' || Array.isArray(result) ? result.length : 1
  spend(gauge, size > expressionLimits.resultLengthMax ? expressionLimits.costMax + 1 : size)
}

function spend(gauge: Meter, amount: number): void {
  gauge.spent += amount
  refuseExceeded(gauge)
}

/** One error for all, because `all` and `exists` catch what their rounds throw and go on to the next. */
const exceeded = new CostExceeded('it takes too many steps or builds too much')

/** Ends an evaluation that is over its budget. To be asked after the run too: `||` and `exists` swallow errors. */
export function refuseExceeded(gauge: Meter): void {
  if (gauge.spent > expressionLimits.costMax) throw exceeded
}
