/** Markdown as a terminal can show it: headings, lists, quotes, code, emphasis and links; everything else as it is. */
import type { Style } from '../style.ts'
import { wrapText } from '../wrap.ts'

/** @param width - columns that a line may take */
export function markdownLines(text: string, style: Style, width: number): readonly string[] {
  const lines: string[] = []
  let paragraph: string[] = []
  let inCode = false
  const flush = (): void => {
    if (paragraph.length === 0) return
    lines.push(...wrapText(paragraph.join(' '), width).map((line) => inline(line, style)))
    paragraph = []
  }
  for (const raw of text.replaceAll('\r', '').split('\n')) {
    const line = raw.trimEnd()
    if (/^\s*(```|~~~)/.test(line)) {
      flush()
      inCode = !inCode
      continue
    }
    if (inCode) {
      lines.push(`  ${style.cyan(line)}`)
      continue
    }
    const heading = /^#{1,6}\s+(.*?)\s*#*$/.exec(line)
    const item = /^(\s*)([-*+]|\d+[.)])\s+(.*)$/.exec(line)
    const quote = /^>\s?(.*)$/.exec(line)
    if (line.trim() === '') {
      flush()
      if (lines.length > 0 && lines.at(-1) !== '') lines.push('')
    } else if (heading) {
      flush()
      lines.push(style.bold(heading[1] ?? ''))
    } else if (item) {
      flush()
      lines.push(...hanging(item[1] ?? '', item[2] ?? '-', item[3] ?? '', style, width))
    } else if (quote) {
      flush()
      lines.push(...wrapText(quote[1] ?? '', width - 2).map((part) => `${style.dim('│')} ${inline(part, style)}`))
    } else paragraph.push(line.trim())
  }
  flush()
  while (lines.at(-1) === '') lines.pop()
  return lines
}

function hanging(indent: string, mark: string, text: string, style: Style, width: number): readonly string[] {
  const lead = `${indent}${/\d/.test(mark) ? mark : '•'} `
  const wrapped = wrapText(text, Math.max(10, width - lead.length))
  return wrapped.map((line, index) => `${index === 0 ? lead : ' '.repeat(lead.length)}${inline(line, style)}`)
}

/** Emphasis of one line; what opens on a line and closes on another stays as it was typed. */
function inline(text: string, style: Style): string {
  return text
    .split(/(`[^`]+`)/)
    .map((part) =>
      part.startsWith('`') && part.length > 1
        ? style.cyan(part.slice(1, -1))
        : part
            .replaceAll(/\*\*([^*]+)\*\*/g, (_, inner: string) => style.bold(inner))
            .replaceAll(
              /(^|[\s(])[*_]([^*_\s][^*_]*)[*_](?=$|[\s).,;:!?])/g,
              (_, before: string, inner: string) => `${before}${style.underline(inner)}`,
            )
            .replaceAll(/\[([^\]]+)\]\(([^)\s]+)\)/g, (_, words: string, address: string) =>
              words === address ? address : `${words} (${style.underline(address)})`,
            ),
    )
    .join('')
}
