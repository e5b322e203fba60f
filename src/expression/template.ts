import type { OffsetRange } from './expression-error.ts'

/** Literal text, or the inside of `${{ … }}`. `range` covers the part in the template, markers included. */
export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string; readonly range: OffsetRange }
  | {
      readonly kind: 'expression'
      /** Without markers and surrounding white space. */
      readonly text: string
      readonly range: OffsetRange
      /** Where `text` starts in the template. */
      readonly offset: number
    }

export interface TemplateFinding {
  readonly code: 'EXPRESSION_UNCLOSED' | 'EXPRESSION_EMPTY'
  readonly message: string
  readonly range: OffsetRange
}

export interface SplitTemplate {
  /** Together they cover the text from start to end, in order. After an unclosed marker the rest is text. */
  readonly parts: readonly TemplatePart[]
  readonly findings: readonly TemplateFinding[]
}

const open = '${{'

/**
 * Cuts a text at its `${{ … }}`. `}}` inside a string or behind an open `{` of a CEL map does not close.
 * A literal `${{` is written as `${{ "${{" }}`.
 */
export function splitTemplate(text: string): SplitTemplate {
  const parts: TemplatePart[] = []
  const findings: TemplateFinding[] = []
  let position = 0
  const addText = (end: number): void => {
    if (end > position) parts.push({ kind: 'text', text: text.slice(position, end), range: { start: position, end } })
    position = end
  }
  while (position < text.length) {
    const start = text.indexOf(open, position)
    if (start < 0) break
    const close = findClose(text, start + open.length)
    if (close === undefined) {
      findings.push({
        code: 'EXPRESSION_UNCLOSED',
        message: 'the expression that starts here with "${{" is never closed with "}}"',
        range: { start, end: start + open.length },
      })
      break
    }
    addText(start)
    const inside = text.slice(start + open.length, close)
    const trimmed = inside.trim()
    const end = close + 2
    if (trimmed === '') {
      findings.push({ code: 'EXPRESSION_EMPTY', message: 'the expression is empty', range: { start, end } })
    }
    const offset = start + open.length + (inside.length - inside.trimStart().length)
    parts.push({ kind: 'expression', text: trimmed, range: { start, end }, offset })
    position = end
  }
  addText(text.length)
  return { parts, findings }
}

/** Prints parts so that {@link splitTemplate} reads them back with the same meaning. */
export function printTemplate(parts: readonly Pick<TemplatePart, 'kind' | 'text'>[]): string {
  return parts
    .map((part) => (part.kind === 'expression' ? `\${{ ${part.text} }}` : part.text.replaceAll(open, '${{ "${{" }}')))
    .join('')
}

/** Says quickly whether a text holds anything to resolve. */
export function hasExpression(text: string): boolean {
  return text.includes(open)
}

/** Gives the offset of the closing `}}`, or `undefined`. */
function findClose(text: string, from: number): number | undefined {
  let depth = 0
  let index = from
  while (index < text.length) {
    const char = text[index]!
    if (char === '"' || char === "'") {
      index = skipString(text, index)
      continue
    }
    if (char === '{') depth += 1
    if (char === '}') {
      if (depth === 0) {
        if (text[index + 1] === '}') return index
      } else depth -= 1
    }
    index += 1
  }
  return undefined
}

/** Gives the offset behind the string that starts at `start`; an unclosed one ends with the text. */
function skipString(text: string, start: number): number {
  const quote = text[start]!
  const raw = /[rR]/.test(text[start - 1] ?? '') && !/\w/.test(text[start - 2] ?? '')
  const mark = text.startsWith(quote.repeat(3), start) ? quote.repeat(3) : quote
  let index = start + mark.length
  while (index < text.length) {
    if (text[index] === '\\' && !raw) index += 2
    else if (text.startsWith(mark, index)) return index + mark.length
    else index += 1
  }
  return text.length
}
