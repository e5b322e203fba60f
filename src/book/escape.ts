/** What keeps data from becoming layout. Everything that a document prints passes through here. */

/**
 * Makes text harmless to look at: control characters and marks that reorder a line (which can make a command look like
 * another one) become a visible replacement character. Line ends and tabs stay.
 */
export function visibleText(text: string): string {
  return text
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(
      /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g,
      '\ufffd',
    )
    .replaceAll('\u2028', '\n')
    .replaceAll('\u2029', '\n')
    .replaceAll(/\p{Surrogate}/gu, '\ufffd')
}

const htmlEntities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
  '=': '&#61;',
}

/** For text and quoted attributes in HTML and SVG. */
export function escapeHtml(text: string): string {
  return visibleText(text).replaceAll(/[&<>"'`=]/g, (character) => htmlEntities[character]!)
}

/**
 * For one line of running text or one table cell in Markdown (CommonMark, GitHub's dialect): no emphasis, code, link,
 * image, HTML, math, table cell or block can start inside. White space is folded, because a line end would end a table row.
 */
export function escapeMarkdown(text: string): string {
  return escapeLineStart(escapeMarkdownInside(text))
}

/** As {@link escapeMarkdown}, for text that never stands at the start of a line. */
export function escapeMarkdownInside(text: string): string {
  const line = visibleText(text).replaceAll(/\s+/g, ' ').trim()
  return line
    .replaceAll('&', '&amp;')
    .replaceAll(/[\\`*[\]~$@]/g, '\\$&')
    .replaceAll('|', '&#124;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
    .replaceAll('://', '\\://')
    .replaceAll(/(www)\./gi, '$1\\.')
    .replaceAll(/(mailto|xmpp):/gi, '$1\\:')
}

/** Marks that only mean something at the start of a line; a template may put any text there. */
function escapeLineStart(line: string): string {
  return line.replace(/^[-+=#]/, '\\$&').replace(/^(\d{1,9})([.)])(?=\s|$)/, '$1\\$2')
}

/** For the inside of a quoted string in a style sheet. */
export function escapeCssString(text: string): string {
  const line = visibleText(text).replaceAll(/\s+/g, ' ')
  return line.replaceAll(
    /[^\p{L}\p{N} ._·–-]/gu,
    (character) => `\\${character.codePointAt(0)!.toString(16).padStart(6, '0')} `,
  )
}

/** A fenced block that no content can close. Tabs and spaces stay as they are. */
export function fenceMarkdown(text: string, language = ''): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1))
  return `${fence}${language}\n${visibleText(text)}\n${fence}`
}

/** A code span that may stand in a table cell. Readers do not agree on a bar inside one, so that case is written as HTML. */
export function codeSpanMarkdown(text: string): string {
  const line = visibleText(text).replaceAll(/\s+/g, ' ').trim()
  if (line === '') return ''
  if (line.includes('|')) return `<code>${escapeMarkdown(line)}</code>`
  const mark = '`'.repeat(longestRun(line) + 1)
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : ''
  return `${mark}${pad}${line}${pad}${mark}`
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map((match) => match[0].length))
}
