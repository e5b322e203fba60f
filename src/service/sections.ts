/** Declarations at the top of a runbook. */
import { columnOf, endOf, type TextEdit } from './tree-edits.ts'
import type { ReadDocument } from './workspace.ts'

/**
 * Adds one line to a section; makes the section in front of the phases when there is none.
 *
 * @param line - `name: {…}`, or `- {…}` in a list
 */
export function withDeclared({ source, root }: ReadDocument, key: string, line: string): TextEdit {
  const entry = root?.byKey.get(key)
  const node = entry?.node
  if (!entry || !node || (node.kind === 'scalar' && node.missing)) {
    const phases = root?.byKey.get('phases')?.key.range.start ?? source.text.length
    return { range: { start: phases, end: phases }, text: `${key}:\n  ${line}\n` }
  }
  if (node.kind !== 'scalar' && node.flow) {
    const end = node.range.end - 1
    const isEmpty = node.kind === 'map' ? node.entries.length === 0 : node.items.length === 0
    return { range: { start: end, end }, text: `${isEmpty ? '' : ', '}${line.replace(/^- /, '')}` }
  }
  const end = endOf(source, node)
  const first = node.kind === 'map' ? node.entries[0]?.key.range.start : node.range.start
  const own = ' '.repeat(columnOf(source, first ?? node.range.start))
  return { range: { start: end, end }, text: `\n${own}${line}` }
}

/** `load_balancer` as people write it. */
export function titleOf(name: string): string {
  const words = name.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
