import type { Json } from '../base/json.ts'

/** Half-open range of UTF-16 offsets in the text of a file. */
export interface OffsetRange {
  readonly start: number
  readonly end: number
}

export type ScalarStyle = 'plain' | 'single_quoted' | 'double_quoted' | 'literal' | 'folded'

/** Text, a number, true, false or null. */
export interface ScalarNode {
  readonly kind: 'scalar'
  readonly range: OffsetRange
  readonly value: string | number | boolean | null
  readonly style: ScalarStyle
  /** Nothing was written, as in `key:`. The range then covers what the value belongs to. */
  readonly missing: boolean
}

export interface MapEntry {
  readonly key: { readonly text: string; readonly range: OffsetRange }
  readonly node: SourceNode
}

export interface MapNode {
  readonly kind: 'map'
  readonly range: OffsetRange
  readonly value: { readonly [key: string]: Json }
  /** In the order of the file; of two equal keys only the first. */
  readonly entries: readonly MapEntry[]
  readonly byKey: ReadonlyMap<string, MapEntry>
  /** Written with `{ }`. */
  readonly flow: boolean
}

export interface ListNode {
  readonly kind: 'list'
  readonly range: OffsetRange
  readonly value: readonly Json[]
  readonly items: readonly SourceNode[]
  readonly flow: boolean
}

/**
 * YAML as a tree of values that know where they stand. A node that is referred to by an alias is the same object at
 * both places, so the tree is never larger than the file; `value` shares in the same way.
 */
export type SourceNode = ScalarNode | MapNode | ListNode

/** Names and numbers that lead from the root to a value. */
export type SourcePath = readonly (string | number)[]

/** Gives the node at a path, or undefined where the path leads nowhere. */
export function nodeAt(root: SourceNode | undefined, path: SourcePath): SourceNode | undefined {
  let node = root
  for (const part of path) {
    if (node?.kind === 'map') node = node.byKey.get(String(part))?.node
    else if (node?.kind === 'list') node = node.items[Number(part)]
    else return undefined
  }
  return node
}

/** Gives the entry of a map at a path that ends in a key. */
export function entryAt(root: SourceNode | undefined, path: SourcePath): MapEntry | undefined {
  const owner = nodeAt(root, path.slice(0, -1))
  return owner?.kind === 'map' ? owner.byKey.get(String(path.at(-1))) : undefined
}

/** Gives the text or number that holds an offset; of several, as with aliases, the first. */
export function scalarAt(root: SourceNode | undefined, offset: number): ScalarNode | undefined {
  if (root === undefined || offset < root.range.start || offset > root.range.end) return undefined
  if (root.kind === 'scalar') return root
  const inside = root.kind === 'list' ? root.items : root.entries.map(({ node }) => node)
  // A text of several lines ends where the next key starts.
  for (const node of inside.toReversed()) {
    const found = scalarAt(node, offset)
    if (found) return found
  }
  return undefined
}

/** Reads a JSON pointer such as `/phases/0/steps`; list positions stay text. */
export function parsePointer(pointer: string): readonly string[] {
  if (pointer === '') return []
  return pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}
