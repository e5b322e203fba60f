/**
 * What an expression may cost. The numbers are far above what runbooks need, and low enough that a hostile file ends
 * with a finding and not with a machine at its knees.
 */
export const expressionLimits = {
  /** UTF-16 units of one expression. */
  lengthMax: 4096,
  /** Nested calls, brackets and operators. */
  depthMax: 60,
  /** Nodes of the syntax tree. */
  nodesMax: 1000,
  /** Elements of a list or map written in the expression. */
  literalElementsMax: 200,
  argumentsMax: 16,
  /** Rounds of `all`, `exists`, `map`, `filter` together, and elements or characters copied by `+` and calls. */
  costMax: 5_000_000,
  /** Length of a text or list that an expression may build. */
  resultLengthMax: 1_000_000,
  /** Levels of lists and maps inside a template value. */
  templateDepthMax: 64,
} as const
