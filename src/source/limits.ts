/**
 * What a file may cost. The numbers are far above what runbooks and inventories need; a hostile file ends with a
 * finding. Time and memory stay proportional to `lengthMax` because everything after it is linear.
 */
export const sourceLimits: {
  readonly lengthMax: number
  readonly depthMax: number
  readonly aliasesMax: number
  readonly expandedNodesMax: number
} = {
  /** UTF-16 units of a file; an inventory of 100,000 targets belongs into CSV. */
  lengthMax: 4 * 1024 * 1024,
  /** Maps and lists inside each other. */
  depthMax: 64,
  /** Aliases in one file. */
  aliasesMax: 200,
  /** Values after every alias is written out. */
  expandedNodesMax: 500_000,
}
