/**
 * Tells where in a file a cursor stands, from the lines around it: while somebody types, the text is hardly ever valid
 * YAML, and whoever waits for a tree waits too long.
 */
import { type OffsetRange, startOfLine } from '../source/index.ts'

/** A map or list around the cursor, outermost first. */
export type CursorFrame =
  | {
      readonly kind: 'map'
      readonly keys: ReadonlyMap<string, string> /** The way on. */
      readonly key: string | undefined
    }
  | { readonly kind: 'list'; readonly index: number; readonly before: readonly string[] }

export interface Cursor {
  readonly frames: readonly CursorFrame[]
  /** What may be written here. */
  readonly at: 'key' | 'value'
  /** What was typed of it. */
  readonly typed: string
  /** What a completion replaces. */
  readonly range: OffsetRange
  /** Column of the keys, from 0: text of several lines is indented by it. */
  readonly indent: number
  /** Inside of `{ }` or `[ ]`, where text stays on one line. */
  readonly flow: boolean
  /** Inside of a text of several lines. */
  readonly block: boolean
  /** The `- ` of the item stands in front of the cursor, or something else that must not be followed by another item. */
  readonly isItemStart: boolean
}

interface Line {
  /** Columns of `- `. */
  readonly dashes: readonly number[]
  /** Column of what follows. */
  readonly column: number
  readonly key: string | undefined
  readonly value: string
}

export function cursorAt(text: string, offset: number): Cursor {
  const start = startOfLine(text, offset)
  const newline = text.indexOf('\n', offset)
  const end = newline < 0 ? text.length : newline
  const before = text.slice(start, offset)
  const rest = text.slice(offset, end).replace(/\r$/, '')
  const { dashes, column, key, value } = readLine(before.endsWith('-') ? `${before} ` : before)
  const flow = readFlow(key === undefined ? before.slice(column) : value)
  const around = new Around(text, start, end)
  const outer = around.frames(dashes, column, key, key === undefined || flow !== undefined ? undefined : value, rest)
  if (flow) {
    const typed = flow.typed
    return {
      frames: [...outer.frames, ...flow.frames],
      at: flow.at,
      typed,
      range: { start: offset - typed.length, end: offset + (/^[\w.-]*/.exec(rest)?.[0].length ?? 0) },
      indent: column,
      flow: true,
      block: false,
      isItemStart: true,
    }
  }
  const typed = key === undefined ? before.slice(column) : value.trimStart()
  const tail = key === undefined ? (/^[\w-]*/.exec(rest)?.[0].length ?? 0) : rest.replace(/\s*(?:#.*)?$/, '').length
  return {
    frames: outer.frames,
    at: key === undefined ? 'key' : 'value',
    typed,
    range: { start: offset - typed.length, end: offset + tail },
    indent: column,
    flow: false,
    block: outer.block,
    isItemStart: dashes.length > 0,
  }
}

function readLine(line: string): Line {
  const dashes: number[] = []
  let column = /^ */.exec(line)![0].length
  for (let item = /^- +/.exec(line.slice(column)); item; item = /^- +/.exec(line.slice(column))) {
    dashes.push(column)
    column += item[0].length
  }
  const match = /^(?:([A-Za-z_][\w.-]*)|"([^"]*)"|'([^']*)'):(?:[ \t]+(.*)|$)/.exec(line.slice(column))
  return { dashes, column, key: match ? (match[1] ?? match[2] ?? match[3]) : undefined, value: match?.[4] ?? '' }
}

/** Goes up the lines from the one of the cursor. */
class Around {
  private readonly text: string
  private readonly start: number
  private readonly end: number

  constructor(text: string, start: number, end: number) {
    this.text = text
    this.start = start
    this.end = end
  }

  frames(
    dashes: readonly number[],
    column: number,
    key: string | undefined,
    value: string | undefined,
    rest: string,
  ): { readonly frames: readonly CursorFrame[]; readonly block: boolean } {
    const frames: CursorFrame[] = []
    const open = [...dashes]
    let keys = new Map<string, string>()
    if (key !== undefined) keys.set(key, (value ?? '') + rest)
    this.keysBelow(column, keys)
    let level = column
    let way = key
    let block = false
    let list: { column: number; before: string[] } | undefined
    const close = (): void => {
      frames.unshift({ kind: 'map', keys, key: way })
      keys = new Map()
    }
    const openList = (): void => {
      // Several `- - ` in one line are lists in lists.
      for (let dash = open.pop(); dash !== undefined; dash = open.pop()) {
        if (list) frames.unshift({ kind: 'list', index: 0, before: [] })
        list = { column: dash, before: [] }
      }
    }
    const closeList = (): void => {
      if (list) frames.unshift({ kind: 'list', index: list.before.length, before: list.before.reverse() })
      list = undefined
    }
    if (open.length > 0) {
      close()
      openList()
    }
    for (const line of this.upwards(() => list?.column ?? level)) {
      const { dashes: marks, column: at, key: name, value: content } = line
      const first = marks[0] ?? at
      if (list) {
        if (first > list.column) continue
        if (marks.length > 0 && first === list.column) {
          list.before.push(name === undefined ? content : `${name}: ${content}`)
          continue
        }
        if (name === undefined) continue
        const { column: listColumn } = list
        closeList()
        if (at > listColumn) continue
        level = at
        way = name
        keys.set(name, '')
      } else if (at === level && name !== undefined) {
        if (!keys.has(name)) keys.set(name, content)
      } else if (at < level && name !== undefined) {
        if (/^[|>][-+0-9]*\s*(?:#.*)?$/.test(content) && frames.length === 0) block = true
        close()
        level = at
        way = name
        keys.set(name, content)
        this.keysBelow(level, keys)
      } else continue
      if (marks.length === 0) continue
      close()
      open.push(...marks)
      openList()
    }
    closeList()
    if (frames[0]?.kind !== 'map' || keys.size > 0 || frames.length === 0) close()
    return { frames, block }
  }

  /** Keys of the same map that stand below. */
  private keysBelow(column: number, keys: Map<string, string>): void {
    let at = this.end + 1
    for (let count = 0; at < this.text.length && count < 2000; count += 1) {
      const newline = this.text.indexOf('\n', at)
      const end = newline < 0 ? this.text.length : newline
      const line = this.text.slice(at, end).replace(/\r$/, '')
      at = end + 1
      if (/^\s*(?:#|$)/.test(line)) continue
      const { dashes, column: own, key, value } = readLine(line)
      if ((dashes[0] ?? own) < column) return
      if (dashes.length === 0 && own === column && key !== undefined && !keys.has(key)) keys.set(key, value)
    }
  }

  /** @param deepest - column behind which nothing is of interest; most lines above stand deeper */
  private *upwards(deepest: () => number): Generator<Line> {
    let end = this.start - 1
    let deep = ''
    while (end >= 0) {
      const start = startOfLine(this.text, end)
      const column = deepest()
      if (deep.length !== column + 1) deep = ' '.repeat(column + 1)
      if (this.text.startsWith(deep, start)) {
        end = start - 1
        continue
      }
      const line = this.text.slice(start, end).replace(/\r$/, '')
      end = start - 1
      if (!/^\s*(?:#|$)/.test(line)) yield readLine(line)
    }
  }
}

interface Flow {
  readonly frames: readonly CursorFrame[]
  readonly at: 'key' | 'value'
  readonly typed: string
}

/** Reads `{id: a, with: {` as far as the cursor; undefined when nothing is open. */
function readFlow(text: string): Flow | undefined {
  interface Open {
    readonly kind: 'map' | 'list'
    readonly keys: Map<string, string>
    readonly before: string[]
    key: string | undefined
    start: number
  }
  const opened: Open[] = []
  const flush = (open: Open, end: number): void => {
    const written = text.slice(open.start, end).trim()
    if (open.kind === 'list') open.before.push(written)
    else if (open.key !== undefined) open.keys.set(open.key, written)
    open.key = undefined
  }
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at]!
    const top = opened.at(-1)
    if (char === '"' || char === "'") {
      const close = text.indexOf(char, at + 1)
      if (close < 0) break
      at = close
    } else if (text.startsWith('${{', at)) {
      const close = text.indexOf('}}', at)
      if (close < 0) break
      at = close + 1
    } else if (char === '{' || char === '[') {
      if (top === undefined && text.slice(0, at).trim() !== '') return undefined
      opened.push({ kind: char === '{' ? 'map' : 'list', keys: new Map(), before: [], key: undefined, start: at + 1 })
    } else if (top && (char === '}' || char === ']')) {
      opened.pop()
    } else if (top && char === ',') {
      flush(top, at)
      top.start = at + 1
    } else if (top?.kind === 'map' && char === ':' && /[\s]|^$/.test(text[at + 1] ?? '') && top.key === undefined) {
      top.key = text
        .slice(top.start, at)
        .trim()
        .replace(/^["']|["']$/g, '')
      top.start = at + 1
    }
  }
  const last = opened.at(-1)
  if (!last) return undefined
  const typed = text.slice(last.start).trimStart()
  return {
    frames: opened.map((open) => {
      if (open.kind === 'list') return { kind: 'list', index: open.before.length, before: open.before }
      if (open.key !== undefined) open.keys.set(open.key, open === last ? typed : '')
      return { kind: 'map', keys: open.keys, key: open.key }
    }),
    at: last.kind === 'map' && last.key === undefined ? 'key' : 'value',
    typed,
  }
}

/** Names and numbers from the root to what the cursor stands in. */
export function pathOf(cursor: Pick<Cursor, 'frames'>): readonly (string | number)[] {
  return cursor.frames.flatMap((frame): (string | number)[] => {
    if (frame.kind === 'list') return [frame.index]
    return frame.key === undefined ? [] : [frame.key]
  })
}
