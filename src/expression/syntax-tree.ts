import type { ASTNode } from '@marcbachmann/cel-js'

/** Macros that run their last arguments once per element. */
export const roundMacros: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'map', 'filter'])

/** The nodes directly below a node, in the order of the text. */
export function childrenOf(node: ASTNode): readonly ASTNode[] {
  switch (node.op) {
    case 'value':
    case 'id':
      return []
    case '.':
    case '.?':
      return [node.args[0]]
    case 'call':
      return node.args[1]
    case 'rcall':
      return [node.args[1], ...node.args[2]]
    case 'list':
      return node.args
    case 'map':
      return node.args.flat()
    case '!_':
    case '-_':
      return [node.args]
    default:
      return node.args
  }
}

export function visit(node: ASTNode, see: (node: ASTNode) => void): void {
  see(node)
  for (const child of childrenOf(node)) visit(child, see)
}

/** Finds variables that are not bound by a macro, each with the nodes where it stands. */
export function freeVariables(root: ASTNode): ReadonlyMap<string, readonly ASTNode[]> {
  const found = new Map<string, ASTNode[]>()
  const walk = (node: ASTNode, bound: ReadonlySet<string>): void => {
    if (node.op === 'id') {
      if (!bound.has(node.args)) found.set(node.args, [...(found.get(node.args) ?? []), node])
      return
    }
    if (node.op === 'rcall' && roundMacros.has(node.args[0])) {
      const [variable, ...bodies] = node.args[2]
      walk(node.args[1], bound)
      const inner = variable?.op === 'id' ? new Set([...bound, variable.args]) : bound
      for (const body of bodies) walk(body, inner)
      return
    }
    for (const child of childrenOf(node)) walk(child, bound)
  }
  walk(root, new Set())
  return found
}
