import { assertNever } from '../base/assert.ts'
import { escapeCssString, escapeHtml } from './escape.ts'
import { proseHtml } from './prose-html.ts'
import { timelineSvg } from './timeline-svg.ts'
import type { Content } from './view.ts'
import { wavesSvg } from './waves-svg.ts'

/** Content as HTML. What is not made here goes through the escaping of the templates. */
export function contentHtml(content: Content): string {
  switch (content.kind) {
    case 'code':
      return `<pre tabindex="0"><code>${escapeHtml(content.text)}</code></pre>`
    case 'inline_code':
      return content.text === '' ? '' : `<code>${escapeHtml(content.text)}</code>`
    case 'prose':
      return proseHtml(content.text)
    case 'lines':
      return content.lines.map(escapeHtml).join('<br>')
    case 'page_text':
      return escapeCssString(content.text)
    case 'refs':
      return content.refs.map(refHtml).join(', ')
    case 'timeline':
      return timelineSvg(content.rows, content)
    case 'waves':
      return wavesSvg(content)
    default:
      return assertNever(content)
  }
}

function refHtml(ref: { readonly label: string; readonly anchor: string }): string {
  const label = escapeHtml(ref.label)
  return ref.anchor === '' ? label : `<a href="#${escapeHtml(ref.anchor)}">${label}</a>`
}
