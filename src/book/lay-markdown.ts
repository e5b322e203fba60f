import { assertNever } from '../base/assert.ts'
import { codeSpanMarkdown, escapeMarkdown, fenceMarkdown } from './escape.ts'
import { proseMarkdown } from './prose-markdown.ts'
import { timelineText } from './timeline-text.ts'
import type { Content, WaveBox } from './view.ts'

/** Content as Markdown. Code, prose and pictures are blocks of their own; the rest fits a line and a table cell. */
export function contentMarkdown(content: Content): string {
  switch (content.kind) {
    case 'code':
      return fenceMarkdown(content.text)
    case 'inline_code':
      return codeSpanMarkdown(content.text)
    case 'prose':
      return proseMarkdown(content.text)
    case 'lines':
      return content.lines.map(escapeMarkdown).join('<br>')
    case 'page_text':
      return escapeMarkdown(content.text)
    case 'refs':
      return content.refs.map((ref) => escapeMarkdown(ref.label)).join(', ')
    case 'timeline':
      return fenceMarkdown(timelineText(content), 'text')
    case 'waves':
      return content.boxes.map(boxMarkdown).join('\n')
    default:
      return assertNever(content)
  }
}

function boxMarkdown(box: WaveBox, index: number): string {
  return `${index + 1}. **${escapeMarkdown(box.title)}**: ${box.lines.map(escapeMarkdown).join(', ')}`
}
