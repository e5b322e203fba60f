import type { OffsetRange, SourceNode } from './tree.ts'

/**
 * Moves a tree in place: after an edit in front of it everything in it is as it was, only further down. The tree must
 * belong to the caller alone and hold no node twice, as without aliases.
 */
export function moveNode(node: SourceNode, by: number): void {
  moveRange(node.range, by)
  if (node.kind === 'list') for (const item of node.items) moveNode(item, by)
  if (node.kind !== 'map') return
  for (const entry of node.entries) {
    moveRange(entry.key.range, by)
    moveNode(entry.node, by)
  }
}

function moveRange(range: OffsetRange, by: number): void {
  const own: { start: number; end: number } = range
  own.start += by
  own.end += by
}
