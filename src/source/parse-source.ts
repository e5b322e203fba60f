import { Composer, type CST, type Document, Lexer, Parser, type YAMLError } from 'yaml'
import { buildTree } from './build-tree.ts'
import { sourceLimits } from './limits.ts'
import { type LineIndex, makeLineIndex, startOfLine } from './line-index.ts'
import type { SyntaxFinding } from './syntax-finding.ts'
import type { OffsetRange, SourceNode } from './tree.ts'
import { explainYamlError } from './yaml-error.ts'

/** A text that was parsed once; everything else asks this. */
export interface SourceDocument {
  /** Name for messages, as the user gave it. */
  readonly file: string
  readonly text: string
  readonly lines: LineIndex
  /** Absent when the text is empty or cannot be read at all. */
  readonly root?: SourceNode
  /** In the order of the file. When `broken`, what the tree says cannot be relied on. */
  readonly findings: readonly SyntaxFinding[]
  readonly broken: boolean
  readonly comments: readonly SourceComment[]
}

/** A comment from `#` to the end of its line. */
export interface SourceComment {
  readonly text: string
  readonly start: number
}

/**
 * Reads YAML 1.2 (core schema) as data: no tags, no merge keys, no code, bounded size, depth and aliases. Never throws
 * for any text.
 */
export function parseSource(text: string, file: string): SourceDocument {
  return parsePart(text, file).source
}

/** A text that was parsed, with what matters when it is only a part of a file. */
export interface SourcePart {
  readonly source: SourceDocument
  /** The last quoted text that spans lines or never ends. */
  readonly longQuote?: OffsetRange
  /** Inside another map and list it may be too deep. */
  readonly deep: boolean
}

/** {@link parseSource} for a part of a file. */
export function parsePart(text: string, file: string): SourcePart {
  const scan = text.length > sourceLimits.lengthMax ? undefined : scanTokens(text)
  return {
    source: readScan(text, file, scan),
    deep: scan === undefined || scan.stackMax > 2 * sourceLimits.depthMax - 8,
    ...(scan?.longQuote === undefined ? {} : { longQuote: scan.longQuote }),
  }
}

function readScan(text: string, file: string, scan: Scan | undefined): SourceDocument {
  const lines = makeLineIndex(scan === undefined ? '' : text)
  const refuse = (finding: SyntaxFinding): SourceDocument => ({
    file,
    text,
    lines,
    findings: [finding],
    comments: [],
    broken: true,
  })
  if (scan === undefined) {
    return refuse({
      code: 'FILE_TOO_LARGE',
      range: { start: 0, end: 0 },
      words: { limit: `${sourceLimits.lengthMax / 1024 / 1024} MiB` },
    })
  }
  if (scan.tooDeepAt !== undefined) {
    const range = { start: scan.tooDeepAt, end: Math.min(scan.tooDeepAt + 1, text.length) }
    return refuse({ code: 'FILE_TOO_DEEP', range, words: { limit: String(sourceLimits.depthMax) } })
  }
  const documents = compose(scan.tokens)
  const [first, second] = documents
  if (!first) return refuse({ code: 'FILE_EMPTY', range: { start: 0, end: 0 }, words: {} })
  const [error] = [...first.errors].sort((a, b) => a.pos[0] - b.pos[0])
  if (error) return refuse(explainYamlError(error, text, scan.longQuote))
  if (second) {
    const start = second.range?.[0] ?? text.length
    return refuse({ code: 'YAML_SEVERAL_DOCUMENTS', range: lineAround(text, start), words: {} })
  }
  const version = first.directives?.yaml
  if (version?.explicit && version.version !== '1.2') {
    return refuse({ code: 'YAML_DIRECTIVE', range: lineAround(text, 0), words: { version: version.version } })
  }
  const { root, findings } = buildTree(first, text)
  if (!root || (root.kind === 'scalar' && root.value === null && root.missing)) {
    return refuse({ code: 'FILE_EMPTY', range: { start: 0, end: 0 }, words: {} })
  }
  return { file, text, lines, root, findings, comments: scan.comments, broken: false }
}

/**
 * Finds the error that {@link parseSource} tells of a broken text, from as little of it as settles the matter.
 *
 * @param part - some lines before the broken ones, these, and then a sound line
 * @param next - where the sound line starts in `part`; its key or the `-` of its item stands there
 * @returns undefined when something else than the error decides how the sound line is read, or when there is no error
 */
export function firstErrorBefore(part: string, next: number): FirstError | undefined {
  const scan = scanTokens(part)
  if (scan.tooDeepAt !== undefined || !startsItem(scan.tokens, next)) return undefined
  const [first, second] = compose(scan.tokens)
  const [error] = [...(first?.errors ?? [])].sort((a, b) => a.pos[0] - b.pos[0])
  if (second !== undefined || error === undefined || error.pos[0] >= next) return undefined
  return { error, ...(scan.longQuote === undefined ? {} : { longQuote: scan.longQuote }) }
}

export interface FirstError {
  readonly error: Pick<YAMLError, 'code' | 'message' | 'pos'>
  /** The last quoted text of the part that spans lines or never ends. */
  readonly longQuote?: OffsetRange
}

/** Whether something starts at an offset that belongs to the map of the document, or to a list in it. */
function startsItem(tokens: readonly CST.Token[], offset: number): boolean {
  const document = tokens.find((token) => token.type === 'document')
  const map = document?.type === 'document' ? document.value : undefined
  if (map?.type !== 'block-map') return false
  if (map.items.some(({ key }) => key?.offset === offset)) return true
  const list = map.items.at(-1)?.value
  return list?.type === 'block-seq' && list.items.some(({ start }) => start.some((token) => token.offset === offset))
}

interface Scan {
  /** The most places that were taken on the parser's stack. */
  readonly stackMax: number
  readonly tokens: readonly CST.Token[]
  readonly comments: readonly SourceComment[]
  /** Where the last quoted text starts that spans lines or never ends. */
  readonly longQuote?: OffsetRange
  /** Where nesting passes the limit. */
  readonly tooDeepAt?: number
}

function scanTokens(text: string): Scan {
  const parser = new Parser()
  const tokens: CST.Token[] = []
  const comments: SourceComment[] = []
  let longQuote: OffsetRange | undefined
  let previous = ''
  let stackMax = 0
  for (const lexeme of new Lexer().lex(text)) {
    const start = parser.offset
    if (previous !== scalarMarker && lexeme.startsWith('#')) comments.push({ text: lexeme, start })
    if (/^["']/.test(lexeme) && (lexeme.includes('\n') || lexeme.length === 1 || !lexeme.endsWith(lexeme[0]!))) {
      longQuote = { start, end: start + lexeme.length }
    }
    for (const token of parser.next(lexeme)) tokens.push(token)
    // A list item that is a map takes two places on the parser's stack, and the document takes one.
    stackMax = Math.max(stackMax, parser.stack.length)
    if (stackMax > 2 * sourceLimits.depthMax) return { tokens, comments, stackMax, tooDeepAt: start }
    previous = lexeme
  }
  for (const token of parser.end()) tokens.push(token)
  return { tokens, comments, stackMax, ...(longQuote === undefined ? {} : { longQuote }) }
}

/** The lexer puts this in front of every plain and block scalar, so that its text is not taken for a sign. */
const scalarMarker = '\u001f'

/** Gives at most two documents: the second is only there to be refused. */
function compose(tokens: readonly CST.Token[]): readonly Document.Parsed[] {
  const composer = new Composer({
    prettyErrors: false,
    uniqueKeys: false,
    resolveKnownTags: false,
    merge: false,
    logLevel: 'silent',
  })
  const documents: Document.Parsed[] = []
  for (const document of composer.compose(tokens)) {
    documents.push(document)
    if (documents.length === 2) break
  }
  return documents
}

function lineAround(text: string, offset: number): OffsetRange {
  const start = startOfLine(text, offset)
  const end = text.indexOf('\n', offset)
  return { start, end: end < 0 ? text.length : end }
}
