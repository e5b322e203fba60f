/**
 * Parses a text again after it was edited. The text is cut at its top-level keys, and `phases` at its items; only pieces
 * that changed are parsed. What comes out equals {@link parseSource} of the whole text: wherever the pieces do not
 * plainly settle it, the whole text is parsed.
 *
 * 1. Pieces that did not change keep their nodes, so that everything remembered by node stays true. Those behind the edit
 *    are moved in place: a parsed text is taken over at most once, and its tree counts no more from then on.
 * 2. Nothing is moved before everything new has been parsed: a caller may give up at any time.
 * 3. A piece holds a text of its own. A part of the whole text would keep every version alive that it came from.
 * 4. While somebody types, a text is often broken. Then the pieces of the last sound version are kept for the next one.
 */
import type { Json } from '../base/json.ts'
import {
  type ListNode,
  type MapEntry,
  type MapNode,
  makeLineIndex,
  moveNode,
  type OffsetRange,
  parsePart,
  parseSource,
  type SourceComment,
  type SourceDocument,
  type SourceNode,
  type SourcePart,
  type SyntaxFinding,
  sourceLimits,
} from '../source/index.ts'
import { brokenDocument } from './broken-piece.ts'
import { type Cut, cutText, cutWindow, endOf } from './cut-text.ts'

/** A text that was parsed, with what the next version may take over. */
export interface ParsedText {
  readonly source: SourceDocument
  readonly pieces?: readonly ParsedPiece[]
  /** Of a text without pieces: the last one that had some. */
  readonly last?: ParsedText
  /** The next version has taken the pieces, and has moved them. */
  spent?: boolean
}

export interface ParsedPiece extends Cut {
  start: number
  /** The entries of an `entry`, the key of `phases`, the item of a `phase`; offsets are those of the document. */
  readonly root: MapNode | ListNode
  readonly comments: readonly { readonly text: string; start: number }[]
  readonly findings: readonly SyntaxFinding[]
  /** The last quoted text in it that spans lines, from its own start. */
  readonly longQuote?: OffsetRange
}

/** Below this a whole parse takes about a millisecond. */
const lengthMin = 4_000

export function parseAgain(text: string, file: string, before: ParsedText | undefined): ParsedText {
  const steps = parseInSteps(text, file, before)
  for (let step = steps.next(); ; step = steps.next()) if (step.done === true) return step.value
}

/** {@link parseAgain} in pieces, so that a caller may do something else between them, or give up. */
export function* parseInSteps(text: string, file: string, before: ParsedText | undefined): Generator<void, ParsedText> {
  if (text.length < lengthMin || text.length > sourceLimits.lengthMax) return { source: parseSource(text, file) }
  const base = usable(before)
  const whole = (): ParsedText => ({ source: parseSource(text, file), ...(base ? { last: base } : {}) })
  const arranged = arrange(text, base)
  if (arranged === undefined) return whole()
  const places: Place[] = []
  let parsed = 0
  for (const { cut, piece } of arranged) {
    if (piece !== undefined) {
      places.push({ cut, piece })
      continue
    }
    const part = parsePart(ownText(text.slice(cut.start, endOf(cut))), file)
    places.push({ cut, part })
    parsed += cut.length
    if (parsed < 20_000) continue
    parsed = 0
    yield
  }
  // Somebody else may have taken the pieces since.
  if (base?.spent === true) return { source: parseSource(text, file) }
  const broken = places.filter(({ part }) => part?.source.broken === true)
  if (broken.length > 0) {
    const source = broken.length === 1 ? brokenDocument(text, file, places) : undefined
    return source && base ? { source, last: base } : whole()
  }
  const pieces: ParsedPiece[] = []
  for (const { cut, piece, part } of places) {
    const own = piece ?? (part && asPiece(cut, part))
    if (own === undefined) return whole()
    pieces.push(own)
  }
  if (!canJoin(pieces)) return whole()
  if (base) base.spent = true
  for (const [index, { cut, piece }] of places.entries()) if (piece) movePiece(pieces[index]!, cut.start)
  const comments: SourceComment[] = []
  const findings: SyntaxFinding[] = []
  for (const piece of pieces) {
    for (const comment of piece.comments) comments.push(comment)
    findings.push(...piece.findings)
  }
  const source = { file, text, lines: makeLineIndex(text), root: join(pieces), findings, comments, broken: false }
  return { source, pieces }
}

/** A part of the text with what was read of it: before, or just now. */
export interface Place {
  readonly cut: Cut
  readonly piece?: ParsedPiece
  readonly part?: SourcePart
}

function usable(before: ParsedText | undefined): ParsedText | undefined {
  const base = before?.pieces === undefined ? before?.last : before
  return base?.pieces !== undefined && base.spent !== true ? base : undefined
}

/** The parts of the text, with the pieces that did not change: those in front of the edit, and those behind it. */
function arrange(text: string, base: ParsedText | undefined): readonly Pick<Place, 'cut' | 'piece'>[] | undefined {
  const known = base?.pieces ?? []
  const before = base?.source.text ?? ''
  const window = base && cutWindow(text, before, known)
  const cuts = window?.cuts ?? cutText(text)
  if (cuts === undefined) return undefined
  const { head, tail } = window ?? { head: 0, tail: 0 }
  const same = (piece: ParsedPiece | undefined, cut: Cut): boolean =>
    piece !== undefined &&
    piece.kind === cut.kind &&
    piece.length === cut.length &&
    before.slice(piece.start, endOf(piece)) === text.slice(cut.start, endOf(cut))
  const between = known.slice(head, known.length - tail)
  let front = 0
  while (front < cuts.length && same(between[front], cuts[front]!)) front += 1
  let back = 0
  const backMax = Math.min(between.length, cuts.length) - front
  while (back < backMax && same(between[between.length - 1 - back], cuts[cuts.length - 1 - back]!)) back += 1
  const moved = text.length - before.length
  const stay = (piece: ParsedPiece, by: number): Pick<Place, 'cut' | 'piece'> => {
    const { kind, length } = piece
    const cut = { kind, length, start: piece.start + by }
    // Findings share ranges with the tree; a piece that has some is read again at its new place.
    return piece.findings.length > 0 && by !== 0 ? { cut } : { cut, piece }
  }
  return [
    ...known.slice(0, head + front).map((piece) => stay(piece, 0)),
    ...cuts.slice(front, cuts.length - back).map((cut) => ({ cut })),
    ...known.slice(known.length - tail - back).map((piece) => stay(piece, moved)),
  ]
}

/** A copy that does not keep the text alive that it was cut from. */
function ownText(part: string): string {
  return `\n${part}`.slice(1)
}

function asPiece(cut: Cut, { source, longQuote, deep }: SourcePart): ParsedPiece | undefined {
  const { root, findings } = source
  const fits =
    cut.kind === 'phase'
      ? root?.kind === 'list' && root.items.length === 1 && !root.flow
      : root?.kind === 'map' && !root.flow
  if (deep || !fits || root === undefined || root.kind === 'scalar') return undefined
  if (cut.kind === 'phases') {
    const [only, ...others] = root.kind === 'map' ? root.entries : []
    if (others.length > 0 || only?.node.kind !== 'scalar' || !only.node.missing) return undefined
  }
  const piece: ParsedPiece = {
    ...cut,
    start: 0,
    root,
    comments: source.comments.map((comment) => ({ ...comment })),
    findings: findings.map((finding) => findingAt(finding, cut.start)),
    ...(longQuote ? { longQuote } : {}),
  }
  movePiece(piece, cut.start)
  return piece
}

function findingAt(finding: SyntaxFinding, by: number): SyntaxFinding {
  const { range, related, fix } = finding
  const at = ({ start, end }: OffsetRange): OffsetRange => ({ start: start + by, end: end + by })
  return {
    ...finding,
    range: at(range),
    ...(related ? { related: { ...related, range: at(related.range) } } : {}),
    ...(fix ? { fix: { ...fix, range: at(fix.range) } } : {}),
  }
}

/** To another place in the document. */
function movePiece(piece: ParsedPiece, start: number): void {
  const by = start - piece.start
  if (by === 0) return
  piece.start = start
  moveNode(piece.root, by)
  for (const comment of piece.comments) comment.start += by
}

/** @returns false when a key stands twice or phases are missing; the whole parse tells about it */
function canJoin(pieces: readonly ParsedPiece[]): boolean {
  const keys = pieces.flatMap(({ kind, root }) =>
    kind !== 'phase' && root.kind === 'map' ? root.entries.map(({ key }) => key.text) : [],
  )
  const hasPhases = pieces.every(({ kind }, index) => kind !== 'phases' || pieces[index + 1]?.kind === 'phase')
  return keys.length > 0 && new Set(keys).size === keys.length && hasPhases
}

function join(pieces: readonly ParsedPiece[]): MapNode {
  const entries: MapEntry[] = []
  for (const [index, piece] of pieces.entries()) {
    if (piece.root.kind !== 'map') continue
    if (piece.kind === 'entry') entries.push(...piece.root.entries)
    else entries.push({ key: piece.root.entries[0]!.key, node: joinPhases(pieces, index + 1) })
  }
  const byKey = new Map(entries.map((entry) => [entry.key.text, entry]))
  const value: Record<string, Json> = {}
  for (const { key, node } of entries) {
    Object.defineProperty(value, key.text, { value: node.value, enumerable: true, configurable: true, writable: true })
  }
  const end = Math.max(entries.at(-1)!.node.range.end, pieces.at(-1)!.root.range.end)
  return { kind: 'map', range: { start: entries[0]!.key.range.start, end }, value, entries, byKey, flow: false }
}

function joinPhases(pieces: readonly ParsedPiece[], from: number): ListNode {
  const items: SourceNode[] = []
  let at = from
  for (let root = pieces[at]?.root; root?.kind === 'list'; root = pieces[at]?.root) {
    items.push(...root.items)
    at += 1
  }
  const range = { start: pieces[from]!.root.range.start, end: pieces[at - 1]!.root.range.end }
  return { kind: 'list', range, value: items.map((item) => item.value), items, flow: false }
}
