/** Changes of a text by its tree: entries and items are added and taken away without touching what stands around them. */
import {
  type ListNode,
  type MapEntry,
  type MapNode,
  type OffsetRange,
  type SourceDocument,
  type SourceNode,
  startOfLine,
} from '../source/index.ts'

export interface TextEdit {
  readonly range: OffsetRange
  readonly text: string
}

/** What stands at an offset, with what is around it. */
export interface Spot {
  /** From the root on; the last one holds the offset most closely. */
  readonly maps: readonly MapNode[]
  /** The entry of the innermost map that holds the offset, its key included. */
  readonly entry: MapEntry | undefined
  /** The innermost list that holds the offset, with the item. */
  readonly list: ListNode | undefined
  readonly item: SourceNode | undefined
}

export function spotAt(root: SourceNode | undefined, offset: number): Spot {
  const maps: MapNode[] = []
  let entry: MapEntry | undefined
  let list: ListNode | undefined
  let item: SourceNode | undefined
  let node = root
  while (node) {
    if (node.kind === 'map') {
      maps.push(node)
      // A value of several lines ends where the next key starts.
      entry = node.entries.findLast(({ key }) => offset >= key.range.start)
      if (entry && offset > Math.max(entry.key.range.end, entry.node.range.end)) entry = undefined
      const value = entry?.node
      node = value && offset >= value.range.start && offset > (entry?.key.range.end ?? 0) ? value : undefined
    } else if (node.kind === 'list') {
      list = node
      item = node.items.findLast(({ range }) => offset >= range.start && offset <= range.end)
      node = item
    } else node = undefined
  }
  return { maps, entry, list, item }
}

/** Column of a place, from 0. */
export function columnOf(source: SourceDocument, offset: number): number {
  return source.lines.position(offset).column - 1
}

/** End of what is written of a node, without blank lines and comments behind it. */
export function endOf(source: SourceDocument, { range }: Pick<SourceNode, 'range'>): number {
  return range.start + source.text.slice(range.start, range.end).trimEnd().length
}

/** End of what is written of an entry; where no value is, that of the colon. */
export function endOfEntry(source: SourceDocument, { key, node }: MapEntry): number {
  const isMissing = node.kind === 'scalar' && node.missing
  return isMissing ? source.text.indexOf(':', key.range.end) + 1 : Math.max(key.range.end, endOf(source, node))
}

/** @returns undefined when nothing would be left of the map */
export function removeEntry(source: SourceDocument, map: MapNode, entry: MapEntry): TextEdit | undefined {
  if (map.entries.length < 2) return undefined
  const index = map.entries.indexOf(entry)
  const next = map.entries[index + 1]
  const before = map.entries[index - 1]
  const end = endOfEntry(source, entry)
  if (next) return { range: { start: entry.key.range.start, end: next.key.range.start }, text: '' }
  if (!before) return undefined
  return { range: { start: endOfEntry(source, before), end }, text: '' }
}

/** The whole entry of a section, with the key when it was the only one. */
export function removeItem(source: SourceDocument, list: ListNode, item: SourceNode): TextEdit | undefined {
  if (list.items.length < 2) return undefined
  const index = list.items.indexOf(item)
  const next = list.items[index + 1]
  const before = list.items[index - 1]
  if (next) return { range: { start: item.range.start, end: next.range.start }, text: '' }
  return before && { range: { start: endOf(source, before), end: endOf(source, item) }, text: '' }
}

/**
 * Adds a key behind the others.
 *
 * @param value - YAML of one line, or of several: those behind the first are indented by the key
 */
export function addEntry(source: SourceDocument, map: MapNode, key: string, value: string): TextEdit {
  const last = map.entries.at(-1)
  const end = last ? endOfEntry(source, last) : map.range.start + 1
  if (map.flow || !last) return { range: { start: end, end }, text: `${last ? ', ' : ''}${key}: ${oneLine(value)}` }
  const pad = ' '.repeat(columnOf(source, map.entries[0]!.key.range.start))
  const lines = value.replaceAll('\n', `\n${pad}`)
  const start = endOfLine(source, end)
  return { range: { start, end: start }, text: `\n${pad}${key}:${lines.startsWith('\n') ? '' : ' '}${lines}` }
}

/** End of what is written with the comment behind it, which stays on its line. */
export function endOfLine(source: SourceDocument, offset: number): number {
  const comment = source.comments.find(({ start }) => start >= offset)
  const isBehind = comment !== undefined && /^[ \t]*$/.test(source.text.slice(offset, comment.start))
  return isBehind ? comment.start + comment.text.trimEnd().length : offset
}

/** `\n- {id: a}` of a list as `[{id: a}]`. */
function oneLine(value: string): string {
  if (!value.startsWith('\n')) return value
  const items = value
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('- '))
  return items.length > 0 ? `[${items.map((line) => line.slice(2)).join(', ')}]` : value.trim()
}

/** Puts an item in front of another one of the same list. */
export function addItemBefore(source: SourceDocument, list: ListNode, item: SourceNode, text: string): TextEdit {
  const { start } = item.range
  if (list.flow) return { range: { start, end: start }, text: `${text}, ` }
  const line = startOfLine(source.text, start)
  const dash = source.text.slice(line, start)
  return { range: { start, end: start }, text: `${text}\n${dash}` }
}
