import type { Style } from './style.ts'
import { wrapText } from './wrap.ts'

/** The Markdown of our own short texts for a terminal: headings, lists, emphasis, code. */
export function renderMarkdown(text: string, style: Style, columns: number): string {
  let isCode = false
  const lines = text.split('\n').flatMap((line): readonly string[] => {
    if (line.startsWith('```')) {
      isCode = !isCode
      return []
    }
    if (isCode) return [`    ${style.cyan(line)}`]
    const heading = /^#+ (.*)$/.exec(line)
    if (heading) return [style.bold(heading[1] ?? '')]
    const hanging = line.startsWith('- ') ? '  ' : ''
    return wrapText(line, Math.max(20, Math.min(columns, 100) - 2)).map((part, index) =>
      inline(index === 0 ? part : `${hanging}${part}`, style),
    )
  })
  return lines.join('\n')
}

function inline(line: string, style: Style): string {
  return line
    .replaceAll(/`([^`]+)`/g, (_, code: string) => style.cyan(code))
    .replaceAll(/(?<!\*)\*([^*\s][^*]*)\*(?!\*)/g, (_, words: string) => style.dim(words))
}
