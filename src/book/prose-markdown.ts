import { codeSpanMarkdown, escapeMarkdown, escapeMarkdownInside, fenceMarkdown } from './escape.ts'
import { type Block, type Inline, type ListItem, parseProse } from './prose.ts'

/** Author's Markdown, read and written again, so that only what prose.ts knows is live. */
export function proseMarkdown(text: string): string {
  return parseProse(text).map(blockMarkdown).join('\n\n')
}

function blockMarkdown(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return inlineMarkdown(block.parts)
    case 'heading':
      return `**${inlineMarkdown(block.parts.map(plainPart))}**`
    case 'code':
      return fenceMarkdown(block.text)
    case 'list':
      return block.items.map(itemMarkdown).join('\n')
  }
}

function itemMarkdown(item: ListItem): string {
  const mark = item.number === undefined ? '-' : `${Number(item.number)}.`
  const box = item.done === undefined ? '' : item.done ? '[x] ' : '[ ] '
  return `${'   '.repeat(item.depth)}${mark} ${box}${inlineMarkdown(item.parts)}`
}

/** A heading is strong as a whole, and strong inside strong would end it. */
function plainPart(part: Inline): Inline {
  return part.kind === 'strong' ? { kind: 'emphasis', parts: part.parts } : part
}

function inlineMarkdown(parts: readonly Inline[]): string {
  return parts
    .map((part, index) => {
      if (part.kind === 'text') return escapePart(part.text, index === 0)
      if (part.kind === 'code') return codeSpanMarkdown(part.text)
      const mark = part.kind === 'strong' ? '**' : '*'
      return `${mark}${inlineMarkdown(part.parts)}${mark}`
    })
    .join('')
}

/** White space at the edges of a part separates it from its neighbours. */
function escapePart(text: string, first: boolean): string {
  const before = !first && /^\s/.test(text) ? ' ' : ''
  const after = /\s$/.test(text) ? ' ' : ''
  const escaped = first ? escapeMarkdown(text) : escapeMarkdownInside(text)
  return escaped === '' ? before || after : `${before}${escaped}${after}`
}
