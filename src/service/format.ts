import { isMap, isScalar, isSeq, parseDocument, type Scalar, visit } from 'yaml'
import { parseSource } from '../source/index.ts'

/**
 * The text in the usual form: two blanks per level, one blank after signs, no blanks at ends of lines. Comments, quotes,
 * blank lines, line ends and the order of keys stay, and so does the meaning: where that cannot be proven, nothing is changed.
 */
export function formatText(text: string): string {
  // For YAML a line end is a line end: where all of them are those of Windows, they stay, and mixed ones do not.
  if (!text.includes('\r\n')) return formatLines(text)
  const formatted = formatLines(text.replaceAll('\r\n', '\n'))
  return /(?<!\r)\n/.test(text) ? formatted : formatted.replaceAll('\n', '\r\n')
}

/** @param text - whose line ends are all the same */
function formatLines(text: string): string {
  const before = parseSource(text, '')
  if (before.broken || before.findings.length > 0) return text
  const document = parseDocument(text, { version: '1.2', resolveKnownTags: false, keepSourceTokens: false })
  const word = unusedWord(text)
  const wrapped: (readonly string[])[] = []
  // Wrapped text would come out as one line.
  visit(document, (key, node) => {
    if ((isMap(node) || isSeq(node)) && node.flow === true && node.range) {
      const written = text.slice(node.range[0], node.range[1])
      if (written.includes('\n')) return visit.SKIP
    }
    if (!isScalar(node)) return undefined
    const lines = key === 'key' ? undefined : wrappedLines(node, text)
    if (lines) {
      node.value = `${word}${wrapped.length}_`
      node.type = 'PLAIN'
      wrapped.push(lines)
    }
    if (node.type === 'PLAIN') delete (node as { source?: string }).source
    return undefined
  })
  const marked = document.toString({
    lineWidth: 0,
    indentSeq: true,
    flowCollectionPadding: false,
    singleQuote: null,
    nullStr: '',
  })
  const printed = withWrapped(marked, word, wrapped)
  const after = parseSource(printed, '')
  const words = (comments: typeof before.comments): string =>
    JSON.stringify(comments.map((comment) => comment.text.trim()))
  const isSame =
    !after.broken &&
    JSON.stringify(after.root?.value) === JSON.stringify(before.root?.value) &&
    words(after.comments) === words(before.comments)
  return isSame ? printed : text
}

/** A word that the text does not hold. */
function unusedWord(text: string): string {
  let word = 'wrapped_'
  while (text.includes(word)) word += '_'
  return word
}

/**
 * The lines of a text that its author has wrapped: the first as it stands, the others without their common indentation.
 *
 * @returns undefined when the text stands in one line, or its form says how far it is indented
 */
function wrappedLines(node: Scalar, text: string): readonly string[] | undefined {
  if (!node.range) return undefined
  const [first = '', ...others] = text.slice(node.range[0], node.range[1]).trimEnd().split('\n')
  if (others.length === 0) return undefined
  if (node.type === 'BLOCK_FOLDED') {
    const indentation = others.find((line) => line.trim() !== '')?.search(/\S/)
    if (!/^>-?$/.test(first.trimEnd()) || indentation === undefined) return undefined
    return [first.trimEnd(), ...others.map((line) => line.slice(indentation))]
  }
  if (node.type === 'BLOCK_LITERAL') return undefined
  return [first.trimEnd(), ...others.map((line) => line.trim())]
}

/** Puts wrapped texts where their marks stand, indented as their places ask for. */
function withWrapped(printed: string, word: string, wrapped: readonly (readonly string[])[]): string {
  if (wrapped.length === 0) return printed
  return printed.replaceAll(
    new RegExp(`^( *(?:- +)*)(.*?)${word}(\\d+)_`, 'gm'),
    (_, before: string, key: string, index) => {
      const [first, ...others] = wrapped[Number(index)] ?? []
      const indentation = ' '.repeat(before.length + (key === '' ? 0 : 2))
      return [`${before}${key}${first}`, ...others.map((line) => (line === '' ? '' : `${indentation}${line}`))].join(
        '\n',
      )
    },
  )
}
