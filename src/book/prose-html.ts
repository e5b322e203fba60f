import { escapeHtml } from './escape.ts'
import { type Block, type Inline, type ListItem, parseProse } from './prose.ts'

/** Author's Markdown as HTML; what is not in the small language of prose.ts comes out as text. */
export function proseHtml(text: string): string {
  return parseProse(text).map(blockHtml).join('\n')
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return `<p>${inlineHtml(block.parts)}</p>`
    case 'heading':
      return `<p class="prose-heading">${inlineHtml(block.parts)}</p>`
    case 'code':
      return `<pre tabindex="0"><code>${escapeHtml(block.text)}</code></pre>`
    case 'list':
      return listHtml(block.items, block.ordered)
  }
}

/** Depth is shown by indentation: the list itself stays flat, and numbers stay as they were written. */
function listHtml(items: readonly ListItem[], ordered: boolean): string {
  const tag = ordered ? 'ol' : 'ul'
  return `<${tag} class="prose-list">${items.map(itemHtml).join('')}</${tag}>`
}

function itemHtml(item: ListItem): string {
  const box = item.done === undefined ? '' : `<span class="box" aria-hidden="true">${item.done ? '✓' : ''}</span>`
  const classes = [
    `level-${item.depth}`,
    item.done === undefined ? '' : 'task',
    item.number === undefined ? 'bullet' : '',
  ]
  const value = item.number === undefined ? '' : ` value="${Number(item.number)}"`
  return `<li class="${classes.filter(Boolean).join(' ')}"${value}>${box}${inlineHtml(item.parts)}</li>`
}

function inlineHtml(parts: readonly Inline[]): string {
  return parts
    .map((part) => {
      if (part.kind === 'text') return escapeHtml(part.text)
      if (part.kind === 'code') return `<code>${escapeHtml(part.text)}</code>`
      const tag = part.kind === 'strong' ? 'strong' : 'em'
      return `<${tag}>${inlineHtml(part.parts)}</${tag}>`
    })
    .join('')
}
