export { sourceLimits } from './limits.ts'
export { type LineIndex, makeLineIndex, startOfLine } from './line-index.ts'
export { moveNode } from './move-node.ts'
export {
  type FirstError,
  firstErrorBefore,
  parsePart,
  parseSource,
  type SourceComment,
  type SourceDocument,
  type SourcePart,
} from './parse-source.ts'
export { rangeInScalar, scalarOffsets } from './scalar-offsets.ts'
export type { SchemaFinding, SchemaValidator } from './schema-finding.ts'
export type { SyntaxCode, SyntaxFinding } from './syntax-finding.ts'
export {
  entryAt,
  type ListNode,
  type MapEntry,
  type MapNode,
  nodeAt,
  type OffsetRange,
  parsePointer,
  type ScalarNode,
  type ScalarStyle,
  type SourceNode,
  type SourcePath,
  scalarAt,
} from './tree.ts'
export { explainYamlError } from './yaml-error.ts'
