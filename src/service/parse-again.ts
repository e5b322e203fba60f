/**
 * Parses a text again after it was edited. The text is cut at its top-level keys, and `phases` at its items; only pieces
 * that changed are parsed. What comes out equals {@link parseSource} of the whole text: wherever a piece is not plainly
 * valid by itself, the whole text is parsed.
 */
import type { Json } from '../base/json.ts'
import {
  type LineIndex,
  type ListNode,
  type MapEntry,
  type MapNode,
  makeLineIndex,
  type OffsetRange,
  parseSource,
  type SourceComment,
  type SourceDocument,
  type SourceNode,
  sourceLimits,
} from '../source/index.ts'

/** A text that was parsed, with what the next version may take over. */
export interface ParsedText {
  readonly source: SourceDocument
  readonly pieces?: readonly ParsedPiece[]
}

interface ParsedPiece {
  readonly kind: 'entry' | 'phases' | 'phase'
  readonly text: string
  /** Where it starts in the text of the document. */
  readonly start: number
  /** The entries of an `entry`, the key of `phases`, the item of a `phase`; offsets are those of the document. */
  readonly root: MapNode | ListNode
  readonly comments: readonly SourceComment[]
}

type Cut = Pick<ParsedPiece, 'kind' | 'text' | 'start'>

/** Below this a whole parse takes about a millisecond. */
const lengthMin = 4_000

export function parseAgain(text: string, file: string, before: ParsedText | undefined): ParsedText {
  const steps = parseInSteps(text, file, before)
  for (let step = steps.next(); ; step = steps.next()) if (step.done === true) return step.value
}

/** {@link parseAgain} in pieces, so that a caller may do something else between them, or give up. */
export function* parseInSteps(text: string, file: string, before: ParsedText | undefined): Generator<void, ParsedText> {
  const cuts = text.length < lengthMin || text.length > sourceLimits.lengthMax ? undefined : cutText(text)
  if (cuts === undefined) return { source: parseSource(text, file) }
  const known = matcher(before?.pieces ?? [], cuts)
  const pieces: ParsedPiece[] = []
  let parsed = 0
  for (const [index, cut] of cuts.entries()) {
    const old = known(index)
    const piece = old === undefined ? parsePiece(cut, file) : move(old, cut.start)
    if (piece === undefined) return { source: parseSource(text, file) }
    pieces.push(piece)
    if (old === undefined) parsed += cut.text.length
    if (parsed < 20_000) continue
    parsed = 0
    yield
  }
  const root = join(pieces)
  if (root === undefined) return { source: parseSource(text, file) }
  const lines: LineIndex = makeLineIndex(text)
  const comments = pieces.flatMap((piece) => piece.comments)
  return { source: { file, text, lines, root, findings: [], comments, broken: false }, pieces }
}

/** @returns undefined where the text is not plainly a map of keys at the start of lines */
function cutText(text: string): readonly Cut[] | undefined {
  // Aliases reach from one piece to another, and a stray line end is counted differently.
  if (/(?:^[ \t]*|[:\-?,[{][ \t]*)\*[^\s*,\]}]/m.test(text) || /^\uFEFF|\r(?!\n)/.test(text)) return undefined
  const cuts: Cut[] = []
  const starts: number[] = []
  const topLine = /^[^ \t\r\n#].*$/gm
  for (let match = topLine.exec(text); match; match = topLine.exec(text)) {
    if (!/^[A-Za-z_][\w-]*:(?:[ \t\r]|$)/.test(match[0])) return undefined
    starts.push(match.index)
  }
  if (starts.length === 0) return undefined
  starts[0] = 0
  for (const [index, start] of starts.entries()) {
    const piece = text.slice(start, starts[index + 1] ?? text.length)
    const items = /(?:^|\n)phases:[ \t]*(?:#.*)?\r?\n/.test(piece) ? cutItems(piece) : undefined
    if (items === undefined) cuts.push({ kind: 'entry', text: piece, start })
    else
      cuts.push(
        ...items.map(
          (item, position): Cut => ({
            kind: position === 0 ? 'phases' : 'phase',
            text: item.text,
            start: start + item.start,
          }),
        ),
      )
  }
  return cuts
}

/** The key with what stands in front of the first item, and then each item. */
function cutItems(piece: string): readonly Pick<Cut, 'text' | 'start'>[] | undefined {
  const first = /\n( +)- /.exec(piece)
  if (!first) return undefined
  const starts = [0]
  const item = new RegExp(`^${first[1]}- `, 'gm')
  for (let match = item.exec(piece); match; match = item.exec(piece)) starts.push(match.index)
  return starts.map((start, index) => ({ start, text: piece.slice(start, starts[index + 1] ?? piece.length) }))
}

/** Pairs pieces that did not change: those in front of the edit, and those behind it. */
function matcher(old: readonly ParsedPiece[], cuts: readonly Cut[]): (index: number) => ParsedPiece | undefined {
  const same = (piece: ParsedPiece | undefined, cut: Cut | undefined): boolean =>
    piece !== undefined && piece.kind === cut?.kind && piece.text === cut.text
  let head = 0
  while (head < cuts.length && same(old[head], cuts[head])) head += 1
  let tail = 0
  const tailMax = Math.min(old.length, cuts.length) - head
  while (tail < tailMax && same(old[old.length - 1 - tail], cuts[cuts.length - 1 - tail])) tail += 1
  return (index) => {
    if (index < head) return old[index]
    return index >= cuts.length - tail ? old[old.length - cuts.length + index] : undefined
  }
}

function parsePiece(cut: Cut, file: string): ParsedPiece | undefined {
  const { root, findings, broken, comments } = parseSource(cut.text, file)
  if (broken || findings.length > 0) return undefined
  const fits =
    cut.kind === 'phase'
      ? root?.kind === 'list' && root.items.length === 1 && !root.flow
      : root?.kind === 'map' && !root.flow
  if (!fits || root === undefined || root.kind === 'scalar') return undefined
  if (cut.kind === 'phases') {
    const [only, ...others] = root.kind === 'map' ? root.entries : []
    if (others.length > 0 || only?.node.kind !== 'scalar' || !only.node.missing) return undefined
  }
  return move({ ...cut, start: 0, root, comments }, cut.start)
}

/** The piece at another place. */
function move(piece: ParsedPiece, start: number): ParsedPiece {
  const by = start - piece.start
  if (by === 0) return piece
  const comments = piece.comments.map((comment) => ({ ...comment, start: comment.start + by }))
  return { ...piece, start, root: shift(piece.root, by) as MapNode | ListNode, comments }
}

function shift(node: SourceNode, by: number): SourceNode {
  const range = shiftRange(node.range, by)
  if (node.kind === 'scalar') return { ...node, range }
  if (node.kind === 'list') return { ...node, range, items: node.items.map((item) => shift(item, by)) }
  const entries = node.entries.map(
    (entry): MapEntry => ({
      key: { text: entry.key.text, range: shiftRange(entry.key.range, by) },
      node: shift(entry.node, by),
    }),
  )
  return { ...node, range, entries, byKey: new Map(entries.map((entry) => [entry.key.text, entry])) }
}

function shiftRange(range: OffsetRange, by: number): OffsetRange {
  return { start: range.start + by, end: range.end + by }
}

/** @returns undefined when a key stands twice; the whole parse tells about it */
function join(pieces: readonly ParsedPiece[]): MapNode | undefined {
  const entries: MapEntry[] = []
  for (const [index, piece] of pieces.entries()) {
    if (piece.kind === 'entry') entries.push(...(piece.root as MapNode).entries)
    if (piece.kind !== 'phases') continue
    const [only] = (piece.root as MapNode).entries
    const lists: ListNode[] = []
    for (let at = index + 1; pieces[at]?.kind === 'phase'; at += 1) lists.push(pieces[at]!.root as ListNode)
    if (!only || lists.length === 0) return undefined
    const items = lists.flatMap((list) => list.items)
    const range = { start: lists[0]!.range.start, end: lists.at(-1)!.range.end }
    const node: ListNode = { kind: 'list', range, value: items.map((item) => item.value), items, flow: false }
    entries.push({ key: only.key, node })
  }
  const byKey = new Map(entries.map((entry) => [entry.key.text, entry]))
  const [first] = entries
  const last = entries.at(-1)
  if (!first || !last || byKey.size !== entries.length) return undefined
  const value: Record<string, Json> = {}
  for (const { key, node } of entries) {
    Object.defineProperty(value, key.text, { value: node.value, enumerable: true, configurable: true, writable: true })
  }
  const ends = pieces.at(-1)!
  const range = { start: first.key.range.start, end: Math.max(last.node.range.end, ends.root.range.end) }
  return { kind: 'map', range, value, entries, byKey, flow: false }
}
