import { isMap, isScalar, isSeq, parseDocument, visit } from 'yaml'
import { parseSource } from '../source/index.ts'

/**
 * The text in the usual form: two blanks per level, one blank after signs, no blanks at ends of lines. Comments, quotes,
 * blank lines and the order of keys stay, and so does the meaning: where that cannot be proven, nothing is changed.
 */
export function formatText(text: string): string {
  const before = parseSource(text, '')
  if (before.broken || before.findings.length > 0) return text
  const document = parseDocument(text, { version: '1.2', resolveKnownTags: false, keepSourceTokens: false })
  // Wrapped text would come out as one line.
  visit(document, (_, node) => {
    if ((isMap(node) || isSeq(node)) && node.flow === true && node.range) {
      const written = text.slice(node.range[0], node.range[1])
      if (written.includes('\n')) return visit.SKIP
    }
    if (isScalar(node) && node.type === 'PLAIN') delete (node as { source?: string }).source
    return undefined
  })
  const printed = document.toString({
    lineWidth: 0,
    indentSeq: true,
    flowCollectionPadding: false,
    singleQuote: null,
    nullStr: '',
  })
  const after = parseSource(printed, '')
  const words = (comments: typeof before.comments): string =>
    JSON.stringify(comments.map((comment) => comment.text.trim()))
  const isSame =
    !after.broken &&
    JSON.stringify(after.root?.value) === JSON.stringify(before.root?.value) &&
    words(after.comments) === words(before.comments)
  return isSame ? printed : text
}
