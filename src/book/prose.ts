/**
 * The part of Markdown that descriptions and instructions may use: paragraphs, headings, lists, task lists, quotes as
 * paragraphs, fenced code, code spans, strong and emphasis. Anything else, HTML, images and links included, stays the
 * text that was written: after planning nobody can tell an author's link from one that came in with data.
 */

export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'strong' | 'emphasis'; readonly parts: readonly Inline[] }

export interface ListItem {
  /** Absent: no task. */
  readonly done?: boolean
  readonly depth: number
  /** Text of the number as written; absent: a bullet. */
  readonly number?: string
  readonly parts: readonly Inline[]
}

export type Block =
  | { readonly kind: 'paragraph'; readonly parts: readonly Inline[] }
  | { readonly kind: 'heading'; readonly parts: readonly Inline[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly ListItem[] }

const fenceOpen = /^\s*(`{3,}|~{3,})[^`]*$/
const listLine = /^(\s*)(?:([-*+])|(\d{1,9})[.)])\s+(.*)$/
const taskMark = /^\[([ xX])\]\s+(.*)$/
const headingLine = /^\s{0,3}#{1,6}\s+(.*?)\s*#*$/

export function parseProse(text: string): readonly Block[] {
  const lines = text.replaceAll(/\r\n?/g, '\n').split('\n')
  const blocks: Block[] = []
  let paragraph: string[] = []
  const flush = (): void => {
    if (paragraph.length > 0) blocks.push({ kind: 'paragraph', parts: parseInline(paragraph.join(' ')) })
    paragraph = []
  }
  let at = 0
  while (at < lines.length) {
    const line = lines[at]!
    const fence = fenceOpen.exec(line)?.[1]
    const heading = headingLine.exec(line)
    if (fence !== undefined) {
      flush()
      const code = readFence(lines, at + 1, fence)
      blocks.push({ kind: 'code', text: code.text })
      at = code.next
    } else if (heading !== null) {
      flush()
      blocks.push({ kind: 'heading', parts: parseInline(heading[1]!) })
      at += 1
    } else if (listLine.test(line)) {
      flush()
      const list = readList(lines, at)
      blocks.push(list.block)
      at = list.next
    } else {
      if (line.trim() === '') flush()
      else paragraph.push(line.trim().replace(/^>\s?/, ''))
      at += 1
    }
  }
  flush()
  return blocks.filter((block) => !('parts' in block) || block.parts.length > 0)
}

function readFence(lines: readonly string[], from: number, fence: string): { text: string; next: number } {
  const closing = lines.findIndex(
    (line, index) => index >= from && line.trim().startsWith(fence) && line.trim().replaceAll(fence[0]!, '') === '',
  )
  const end = closing < 0 ? lines.length : closing
  return { text: lines.slice(from, end).join('\n'), next: end + 1 }
}

function readList(lines: readonly string[], from: number): { block: Block; next: number } {
  const items: { depth: number; number?: string; text: string }[] = []
  const ordered = listLine.exec(lines[from]!)?.[3] !== undefined
  let at = from
  for (; at < lines.length; at += 1) {
    const match = listLine.exec(lines[at]!)
    const last = items.at(-1)
    if (match !== null) {
      const depth = Math.min(4, Math.floor(match[1]!.length / 2))
      if (depth === 0 && items.length > 0 && (match[3] !== undefined) !== ordered) break
      items.push({ depth, text: match[4]!, ...(match[3] === undefined ? {} : { number: match[3] }) })
    } else if (last !== undefined && /^\s+\S/.test(lines[at]!)) {
      last.text += ` ${lines[at]!.trim()}`
    } else break
  }
  return { block: { kind: 'list', ordered, items: items.map(makeItem) }, next: at }
}

function makeItem(item: { depth: number; number?: string; text: string }): ListItem {
  const task = taskMark.exec(item.text)
  return {
    depth: item.depth,
    parts: parseInline(task === null ? item.text : task[2]!),
    ...(item.number === undefined ? {} : { number: item.number }),
    ...(task === null ? {} : { done: task[1] !== ' ' }),
  }
}

const inlineMark = /(`+)(.+?)\1(?!`)|\*\*(?=\S)(.+?)(?<=\S)\*\*|\*(?=[^\s*])(.+?)(?<=[^\s*])\*|\\([!-/:-@[-`{-~])/

/** Reads one line of running text. Marks that have no partner stay text. */
export function parseInline(text: string, depth = 0): readonly Inline[] {
  const parts: Inline[] = []
  let rest = text
  const plain = (value: string): void => {
    const last = parts.at(-1)
    if (value === '') return
    if (last?.kind === 'text') parts[parts.length - 1] = { kind: 'text', text: last.text + value }
    else parts.push({ kind: 'text', text: value })
  }
  while (depth < 4) {
    const match = inlineMark.exec(rest)
    if (match === null) break
    plain(rest.slice(0, match.index))
    if (match[2] !== undefined) parts.push({ kind: 'code', text: match[2].trim() })
    else if (match[3] !== undefined) parts.push({ kind: 'strong', parts: parseInline(match[3], depth + 1) })
    else if (match[4] !== undefined) parts.push({ kind: 'emphasis', parts: parseInline(match[4], depth + 1) })
    else plain(match[5]!)
    rest = rest.slice(match.index + match[0].length)
  }
  plain(rest)
  return parts
}
