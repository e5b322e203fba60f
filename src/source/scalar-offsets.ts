import type { OffsetRange, ScalarNode } from './tree.ts'

/**
 * Finds where a part of a text stands in the file, through quotes, escapes, folding and block indentation.
 *
 * @param part - offsets in `node.value`
 * @returns offsets in the file; the whole scalar when the two cannot be aligned
 */
export function rangeInScalar(text: string, node: ScalarNode, part: OffsetRange): OffsetRange {
  const offsets = scalarOffsets(text, node)
  const start = offsets?.[part.start]
  const end = part.end > part.start ? offsets?.[part.end - 1] : start
  if (!offsets || start === undefined || end === undefined) return node.range
  return { start, end: part.end > part.start ? end + 1 : end }
}

/** For each character of the value, and its end, the offset in the file that it came from. */
export function scalarOffsets(text: string, node: ScalarNode): readonly number[] | undefined {
  if (typeof node.value !== 'string') return undefined
  switch (node.style) {
    case 'plain':
      return alignFlow(text, node.range.start, node.range.end, node.value, 'plain')
    case 'single_quoted':
    case 'double_quoted':
      return alignFlow(text, node.range.start + 1, node.range.end - 1, node.value, node.style)
    case 'literal':
    case 'folded':
      return alignBlock(text, node.range, node.value)
  }
}

/** Plain and quoted text: escapes, and line ends that are folded into a space or into fewer line ends. */
function alignFlow(
  text: string,
  start: number,
  end: number,
  value: string,
  style: 'plain' | 'single_quoted' | 'double_quoted',
): readonly number[] | undefined {
  const offsets: number[] = []
  let at = start
  while (offsets.length < value.length) {
    if (at >= end) return undefined
    const fold = /[ \t]*\r?\n\s*/y
    fold.lastIndex = at
    const folded = fold.exec(text)
    if (folded) {
      const breaks = folded[0].split('\n').length - 1
      for (let count = 0; count < Math.max(1, breaks - 1); count += 1) offsets.push(at)
      at += folded[0].length
    } else if (style === 'double_quoted' && text[at] === '\\') {
      const escaped = readEscape(text, at)
      for (let count = 0; count < escaped.length; count += 1) offsets.push(at)
      at += escaped.taken
    } else {
      offsets.push(at)
      at += style === 'single_quoted' && text.startsWith("''", at) ? 2 : 1
    }
  }
  offsets.push(at)
  return offsets
}

/** @returns characters taken from the file, and given to the value */
function readEscape(text: string, at: number): { readonly taken: number; readonly length: number } {
  const lineEnd = /\\\r?\n\s*/y
  lineEnd.lastIndex = at
  const joined = lineEnd.exec(text)
  if (joined) return { taken: joined[0].length, length: 0 }
  const digits = { x: 2, u: 4, U: 8 }[text[at + 1] ?? ''] ?? 0
  const isPair = digits === 8 && Number.parseInt(text.slice(at + 2, at + 10), 16) > 0xffff
  return { taken: 2 + digits, length: isPair ? 2 : 1 }
}

/** Block text: a header line, an indentation that is taken away, and for `>` line ends that become spaces. */
function alignBlock(text: string, range: OffsetRange, value: string): readonly number[] | undefined {
  const offsets: number[] = []
  let at = text.indexOf('\n', range.start) + 1
  if (at === 0) return undefined
  const indent = blockIndent(text, at, range, value)
  while (offsets.length < value.length && at <= range.end) {
    const newline = text.indexOf('\n', at)
    const end = newline < 0 ? text.length : newline
    const lineStart = Math.min(at + indent, end)
    for (let index = lineStart; index < end; index += 1) {
      if (text[index] === '\r' && index === end - 1) continue
      // A line end that folding dropped stands in the file and not in the value.
      if (value[offsets.length] !== text[index]) return offsets.length >= value.length ? offsets : undefined
      offsets.push(index)
    }
    const next = value[offsets.length]
    if (next === '\n' || (next === ' ' && newline >= 0)) offsets.push(end)
    at = end + 1
  }
  if (offsets.length < value.length) return undefined
  offsets.push(Math.min(at, range.end))
  return offsets
}

/** Spaces that the file has in front of the first line with text, less those that the value has there. */
function blockIndent(text: string, start: number, range: OffsetRange, value: string): number {
  const inFile = /^(?:[ \t]*\r?\n)*( *)(?=[^ \r\n])/.exec(text.slice(start, range.end))?.[1]?.length
  if (inFile === undefined) return Number.POSITIVE_INFINITY
  const inValue = /^(?:[ \t]*\n)*( *)(?=[^ \n])/.exec(value)?.[1]?.length ?? 0
  return inFile - inValue
}
