import type { MapNode, ScalarNode } from '../source/index.ts'

/** What a file can be: its kind and language version, as the key `rollbook` says it. */
export const fileKinds = [
  'runbook/v1',
  'inventory/v1',
  'scenario/v1',
  'catalog/v1',
  'config/v1',
  'executor/v1',
] as const
export type FileKind = (typeof fileKinds)[number]

export type Header =
  | { readonly state: 'known'; readonly kind: FileKind; readonly node: ScalarNode }
  | { readonly state: 'unknown'; readonly text: string; readonly node: ScalarNode }
  | { readonly state: 'missing' }

/** Reads which kind of file this is. */
export function readHeader(root: MapNode): Header {
  const node = root.byKey.get('rollbook')?.node
  if (node?.kind !== 'scalar' || node.missing) return { state: 'missing' }
  const text = String(node.value)
  const kind = fileKinds.find((known) => known === text)
  return kind === undefined ? { state: 'unknown', text, node } : { state: 'known', kind, node }
}
