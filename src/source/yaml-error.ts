import type { YAMLError } from 'yaml'
import { startOfLine } from './line-index.ts'
import type { SyntaxFinding } from './syntax-finding.ts'
import type { OffsetRange } from './tree.ts'

/**
 * Puts an error of the YAML library into words for people. The library says what its grammar missed; this looks at the
 * text around and says what was probably meant.
 *
 * @param longQuote - the last quoted text that spans lines or never ends
 */
export function explainYamlError(
  error: Pick<YAMLError, 'code' | 'message' | 'pos'>,
  text: string,
  longQuote: OffsetRange | undefined,
): SyntaxFinding {
  const start = Math.min(error.pos[0], text.length)
  const place: Place = { text, start, line: lineOf(text, start), error }
  return (
    tabNearby(place) ??
    unclosedQuote(place, longQuote) ??
    unquotedExpression(place) ??
    rules[error.code]?.(place) ??
    plainFinding(place, 'YAML_SYNTAX', { problem: otherProblems[error.code] ?? 'this cannot be read as YAML' })
  )
}

interface Place {
  readonly text: string
  readonly start: number
  /** The line that holds `start`, without its line end. */
  readonly line: OffsetRange
  readonly error: Pick<YAMLError, 'code' | 'message' | 'pos'>
}

const rules: Partial<Record<YAMLError['code'], (place: Place) => SyntaxFinding | undefined>> = {
  TAB_AS_INDENT: (place) => {
    const tabs = /^\t+/.exec(place.text.slice(place.start))?.[0].length ?? 1
    return { code: 'YAML_TAB', range: { start: place.start, end: place.start + tabs }, words: {} }
  },
  BLOCK_AS_IMPLICIT_KEY: (place) => deeperLine(place) ?? unquotedColon(place),
  MULTILINE_IMPLICIT_KEY: (place) => deeperLine(place) ?? notAPair(place),
  BAD_INDENT: (place) => unclosedBracket(place) ?? indentation(place),
  MISSING_CHAR: (place) => {
    if (place.error.message.startsWith('Sequence item')) return indentation(place)
    if (place.error.message.startsWith('Implicit map keys')) return notAPair(place)
    return unclosedBracket(place)
  },
  UNEXPECTED_TOKEN: (place) =>
    place.error.message.includes('block-seq-ind on same line') ? listOnKeyLine(place) : undefined,
  BAD_SCALAR_START: (place) => {
    const rest = restOfLine(place, place.start)
    const character = place.text[place.start] ?? ''
    const range = { start: place.start, end: place.start + 1 }
    return { code: 'YAML_RESERVED_CHARACTER', range, words: { character }, fix: quoteFix(place.text, rest) }
  },
  MULTIPLE_DOCS: (place) => plainFinding(place, 'YAML_SEVERAL_DOCUMENTS', {}),
  RESOURCE_EXHAUSTION: (place) => plainFinding(place, 'FILE_TOO_DEEP', { limit: '64' }),
}

/** Sentences for what has no rule of its own. */
const otherProblems: Partial<Record<YAMLError['code'], string>> = {
  ALIAS_PROPS: 'an alias stands alone, without an anchor or tag',
  BAD_ALIAS: 'an anchor or alias needs a name that does not end with a colon',
  BAD_DQ_ESCAPE:
    'a backslash in double quotes starts an escape, and this one does not exist; write \\\\ for a backslash',
  BAD_PROP_ORDER: 'an anchor stands behind the sign that starts the item',
  MISSING_CHAR: 'something is missing here, such as a comma, a colon or a space before a comment',
  MULTIPLE_ANCHORS: 'a value has at most one anchor',
  MULTIPLE_TAGS: 'a value has no tags in this language',
  UNEXPECTED_TOKEN: 'this does not fit to what stands before it',
  KEY_OVER_1024_CHARS: 'a key has at most 1024 characters',
}

function plainFinding(place: Place, code: SyntaxFinding['code'], words: SyntaxFinding['words']): SyntaxFinding {
  const rest = restOfLine(place, place.start)
  return { code, range: rest.end > rest.start ? rest : { start: place.start, end: place.start }, words }
}

/** A key behind a tab, on the line of the error or just above: the error often shows only behind it. */
function tabNearby(place: Place): SyntaxFinding | undefined {
  let end = place.line.end
  for (let count = 0; count < 3; count += 1) {
    const line = lineOf(place.text, end)
    const match = /^( *)(\t[ \t]*)(?:- )?[\w.-]+:(?:\s|$)/.exec(place.text.slice(line.start, line.end))
    if (match) {
      const start = line.start + match[1]!.length
      return { code: 'YAML_TAB', range: { start, end: start + match[2]!.length }, words: {} }
    }
    if (line.start === 0) return undefined
    end = line.start - 1
  }
  return undefined
}

/** `key: some text: more`. */
function unquotedColon(place: Place): SyntaxFinding | undefined {
  const rest = restOfLine(place, place.start)
  const written = place.text.slice(rest.start, rest.end)
  const colon = written.search(/:(?:\s|$)/)
  if (colon < 0 || /^["'[{]/.test(written)) return undefined
  return { code: 'YAML_UNQUOTED_COLON', range: rest, words: { text: written }, fix: quoteFix(place.text, rest) }
}

/** A key that stands deeper than its sister above reads as more text of that sister's value. */
function deeperLine(place: Place): SyntaxFinding | undefined {
  const newline = place.text.indexOf('\n', place.start)
  const end = Math.max(place.error.pos[1], place.start + 1)
  const firstLine = place.text.slice(place.start, newline < 0 ? undefined : newline)
  if (newline < 0 || /:(?:\s|$)/.test(firstLine) || /^["'[{|>]/.test(firstLine)) return undefined
  const below = lineOf(place.text, newline + 1)
  const match = /^(\s*)(?:- )?([\w.-]+):(?:\s|$)/.exec(place.text.slice(below.start, below.end))
  const before = /^([\s-]*)[\w.-]+:\s/.exec(place.text.slice(place.line.start, place.line.end))
  if (!match || !before || end < place.start) return undefined
  const start = below.start + match[1]!.length
  return {
    code: 'YAML_INDENTATION',
    range: { start, end: start + match[2]!.length },
    words: { key: match[2]!, found: String(match[1]!.length), expected: String(before[1]!.length) },
  }
}

function indentation(place: Place): SyntaxFinding {
  const written = place.text.slice(place.line.start, place.line.end)
  const found = /^\s*/.exec(written)?.[0].length ?? 0
  const range = { start: place.line.start + found, end: restOfLine(place, place.line.start + found).end }
  const key = /^[\w.-]+(?=:)/.exec(written.slice(found))?.[0]
  const narrow = key === undefined ? range : { start: range.start, end: range.start + key.length }
  return { code: 'YAML_INDENTATION', range: narrow, words: { key: key ?? '', found: String(found) } }
}

function notAPair(place: Place): SyntaxFinding {
  const rest = restOfLine(place, place.start)
  const written = place.text.slice(rest.start, rest.end)
  return {
    code: 'YAML_SYNTAX',
    range: rest,
    words: { problem: `"${shorten(written)}" is not followed by a colon and a value` },
  }
}

function listOnKeyLine(place: Place): SyntaxFinding {
  return plainFinding(place, 'YAML_SYNTAX', { problem: 'a list item with "-" starts on a line of its own' })
}

function unclosedBracket(place: Place): SyntaxFinding | undefined {
  const bracket = / (?:end|must.*end) with an? ([\]}])/.exec(place.error.message)?.[1]
  if (bracket === undefined) return undefined
  const open = bracket === ']' ? '[' : '{'
  const start = lastUnclosed(place.text.slice(0, place.start), open, bracket)
  if (start === undefined) return undefined
  return { code: 'YAML_UNCLOSED', range: { start, end: start + 1 }, words: { open, close: bracket } }
}

function unclosedQuote(place: Place, longQuote: OffsetRange | undefined): SyntaxFinding | undefined {
  if (!longQuote) return undefined
  const isMissing = place.error.code === 'MISSING_CHAR' && place.error.message.startsWith('Missing closing')
  const followsQuote = place.start >= longQuote.end - 1 && !place.text.slice(longQuote.end, place.start).includes('\n')
  if (!isMissing && !followsQuote) return undefined
  const quote = place.text[longQuote.start] ?? ''
  const end = restOfLine(place, longQuote.start).end
  return { code: 'YAML_UNCLOSED', range: { start: longQuote.start, end }, words: { open: quote, close: quote } }
}

/** `[${{ … }}]`: inside brackets the braces start a map. */
function unquotedExpression(place: Place): SyntaxFinding | undefined {
  const line = place.text.slice(place.line.start, place.line.end)
  for (const match of line.matchAll(/\$\{\{.*?\}\}/g)) {
    const range = { start: place.line.start + match.index, end: place.line.start + match.index + match[0].length }
    if (place.start < range.start || place.start > range.end) continue
    if (/["']$/.test(line.slice(0, match.index).trimEnd())) continue
    return { code: 'YAML_UNQUOTED_EXPRESSION', range, words: {}, fix: quoteFix(place.text, range) }
  }
  return undefined
}

function quoteFix(text: string, range: OffsetRange): NonNullable<SyntaxFinding['fix']> {
  const written = text.slice(range.start, range.end)
  const quoted = /["\\]/.test(written) ? `'${written.replaceAll("'", "''")}'` : `"${written}"`
  return { title: 'Put the value in quotes', range, text: quoted }
}

/** What is left of the line, without comment and white space around. */
function restOfLine(place: Pick<Place, 'text'>, start: number): OffsetRange {
  const { end } = lineOf(place.text, start)
  const written = place.text.slice(start, end)
  const comment = written.search(/\s#/)
  return { start, end: start + (comment < 0 ? written : written.slice(0, comment)).trimEnd().length }
}

function lineOf(text: string, offset: number): OffsetRange {
  const end = text.indexOf('\n', offset)
  return { start: startOfLine(text, offset), end: end < 0 ? text.length : end }
}

function lastUnclosed(text: string, open: string, close: string): number | undefined {
  let depth = 0
  for (let at = text.length - 1; at >= 0; at -= 1) {
    if (text[at] === close) depth += 1
    else if (text[at] === open) {
      if (depth === 0) return at
      depth -= 1
    }
  }
  return undefined
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text
}
