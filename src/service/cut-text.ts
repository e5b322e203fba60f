/** Cuts a runbook into pieces that may be parsed by themselves: its top-level keys, and `phases` at its items. */

/** A part of a text. */
export interface Cut {
  readonly kind: 'entry' | 'phases' | 'phase'
  readonly start: number
  readonly length: number
}

/** What is cut anew, and how many of the known pieces in front of it and behind it stay as they are. */
export interface CutWindow {
  readonly cuts: readonly Cut[]
  readonly head: number
  readonly tail: number
}

/**
 * Aliases reach from one piece to another, where a key behind `?` ends is up to what follows, a mark at the start belongs
 * to no key, and some characters end a line for regular expressions alone.
 */
const unfit = /^[ \t]*(?:-[ \t]+)*\?(?:\s|$)|(?:^[ \t]*|[:\-?,[{][ \t]*)\*[^\s*,\]}]|[\uFEFF\u2028\u2029]|\r(?!\n)/m

/** @returns undefined where the text is not plainly a map of keys at the start of lines */
export function cutText(text: string): readonly Cut[] | undefined {
  if (unfit.test(text)) return undefined
  const starts = keyStarts(text)
  if (starts === undefined || starts.length === 0) return undefined
  starts[0] = 0
  const cuts: Cut[] = []
  for (const [index, start] of starts.entries()) {
    const end = starts[index + 1] ?? text.length
    const piece = text.slice(start, end)
    const items = phasesLine.test(piece) ? itemStarts(piece) : undefined
    if (items === undefined) {
      cuts.push({ kind: 'entry', start, length: end - start })
      continue
    }
    for (const [position, from] of items.entries()) {
      const length = (items[position + 1] ?? piece.length) - from
      cuts.push({ kind: position === 0 ? 'phases' : 'phase', start: start + from, length })
    }
  }
  return cuts
}

/**
 * Cuts only what an edit may have changed.
 *
 * @param before - the text that `pieces` are cuts of
 * @returns undefined when that cannot be told from the lines around the edit
 */
export function cutWindow(text: string, before: string, pieces: readonly Cut[]): CutWindow | undefined {
  const prefix = commonStart(before, text)
  const suffix = commonEnd(before, text, prefix)
  let whole = 0
  while (whole < pieces.length && endOf(pieces[whole]!) <= prefix) whole += 1
  // Whether the last one ends where it did is up to the line behind it, which may be another now.
  const head = Math.max(0, whole - 1)
  let tail = 0
  while (tail < pieces.length - head && pieces[pieces.length - 1 - tail]!.start > before.length - suffix) tail += 1
  const first = pieces[head]
  const behind = pieces[pieces.length - tail]
  const start = first?.start ?? 0
  const end = behind === undefined ? text.length : text.length - before.length + behind.start
  const part = text.slice(start, end)
  if (first === undefined || part === '' || unfit.test(part)) return undefined
  const cuts = first.kind === 'phase' ? cutPhases(part, start) : cutEntries(part, start, first, behind)
  return cuts && { cuts, head, tail }
}

function cutPhases(part: string, start: number): readonly Cut[] | undefined {
  const indent = /^ +(?=- )/.exec(part)?.[0]
  return indent === undefined || keyStarts(part)?.length !== 0
    ? undefined
    : asCuts(startsOf(part, new RegExp(`^${indent}- `, 'gm')), part, start, 'phase')
}

function cutEntries(part: string, start: number, first: Cut, behind: Cut | undefined): readonly Cut[] | undefined {
  if (first.kind !== 'entry' || behind?.kind === 'phase' || phasesLine.test(part)) return undefined
  const starts = keyStarts(part)
  if (starts === undefined || starts.length === 0) return undefined
  if (start === 0) starts[0] = 0
  return starts[0] === 0 ? asCuts(starts, part, start, 'entry') : undefined
}

function asCuts(starts: readonly number[], part: string, offset: number, kind: Cut['kind']): readonly Cut[] {
  return starts.map((start, index) => ({
    kind,
    start: offset + start,
    length: (starts[index + 1] ?? part.length) - start,
  }))
}

export function endOf({ start, length }: Cut): number {
  return start + length
}

const phasesLine = /(?:^|\n)phases:[ \t]*(?:#.*)?\r?\n/

/** @returns undefined when a line at the margin is no key */
function keyStarts(text: string): number[] | undefined {
  const starts: number[] = []
  const line = /^[^ \t\r\n#].*$/gm
  for (let match = line.exec(text); match; match = line.exec(text)) {
    if (!/^[A-Za-z_][\w-]*:(?:[ \t\r]|$)/.test(match[0])) return undefined
    starts.push(match.index)
  }
  return starts
}

/** Of the key with what stands in front of the first item, and then of each item. */
function itemStarts(piece: string): readonly number[] | undefined {
  const first = /\n( +)- /.exec(piece)
  return first ? [0, ...startsOf(piece, new RegExp(`^${first[1]}- `, 'gm'))] : undefined
}

function startsOf(text: string, pattern: RegExp): readonly number[] {
  return Array.from(text.matchAll(pattern), (match) => match.index)
}

const stride = 4096

/** How many characters are equal at the start. */
function commonStart(a: string, b: string): number {
  const most = Math.min(a.length, b.length)
  let at = 0
  while (at + stride <= most && a.slice(at, at + stride) === b.slice(at, at + stride)) at += stride
  while (at < most && a.charCodeAt(at) === b.charCodeAt(at)) at += 1
  return at
}

/** How many characters are equal at the end, besides those at the start. */
function commonEnd(a: string, b: string, start: number): number {
  const most = Math.min(a.length, b.length) - start
  const part = (text: string, from: number, to: number): string => text.slice(text.length - to, text.length - from)
  let at = 0
  while (at + stride <= most && part(a, at, at + stride) === part(b, at, at + stride)) at += stride
  while (at < most && a.charCodeAt(a.length - 1 - at) === b.charCodeAt(b.length - 1 - at)) at += 1
  return at
}
