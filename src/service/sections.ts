/** Declarations at the top of a runbook. */
import { addEntry, columnOf, endOf, endOfEntry, endOfLine, type TextEdit } from './tree-edits.ts'
import type { ReadDocument } from './workspace.ts'

/**
 * Adds one line to a section; makes the section in front of the phases when there is none. What is no section gets none.
 *
 * @param line - `name: {…}`, or `- {…}` in a list
 */
export function withDeclared({ source, root }: ReadDocument, key: string, line: string): TextEdit | undefined {
  const entry = root?.byKey.get(key)
  const node = entry?.node
  if (entry && node?.kind === 'scalar') {
    const colon = source.text.indexOf(':', entry.key.range.end) + 1
    return node.missing ? { range: { start: colon, end: colon }, text: `\n  ${line}` } : undefined
  }
  if (root === undefined || root.flow) return undefined
  if (!entry || !node) {
    const phases = root.byKey.get('phases')?.key.range.start
    if (phases !== undefined) return { range: { start: phases, end: phases }, text: `${key}:\n  ${line}\n` }
    return addEntry(source, root, key, `\n  ${line}`)
  }
  if (node.kind === 'scalar' || (node.kind === 'list') !== line.startsWith('- ')) return undefined
  if (node.flow) {
    const end = node.range.end - 1
    const isEmpty = node.kind === 'map' ? node.entries.length === 0 : node.items.length === 0
    return { range: { start: end, end }, text: `${isEmpty ? '' : ', '}${line.replace(/^- /, '')}` }
  }
  const last = node.kind === 'map' ? node.entries.at(-1) : undefined
  const end = endOfLine(source, last ? endOfEntry(source, last) : endOf(source, node))
  const first = node.kind === 'map' ? node.entries[0]?.key.range.start : node.range.start
  const own = ' '.repeat(columnOf(source, first ?? node.range.start))
  return { range: { start: end, end }, text: `\n${own}${line}` }
}

/** `load_balancer` as people write it. */
export function titleOf(name: string): string {
  const words = name.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
