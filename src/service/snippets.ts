/** Whole phases, steps, rollouts, windows and inputs, with holes for what only the author knows. */
import { isJsonObject, type Json } from '../base/json.ts'
import type { FileKind } from '../runbook/kinds.ts'
import type { CompletionItem } from './completion-item.ts'
import type { CursorFrame } from './cursor.ts'
import { byList, byMap, type Snippet } from './snippet-table.ts'

/**
 * @param path - where the cursor stands, without what was typed
 * @param hasDash - `- ` stands in front of the cursor
 */
export function snippetsAt(
  kind: FileKind,
  path: readonly string[],
  hasDash: boolean,
  flow: boolean,
  frames: readonly CursorFrame[],
): readonly Omit<CompletionItem, 'range'>[] {
  if (kind !== 'runbook/v1') return []
  const isItem = hasDash && /^\d+$/.test(path.at(-1) ?? '')
  const key = isItem ? path.at(-2) : path.at(-1)
  const maps = path.length === 1 ? (byMap[key ?? ''] ?? []) : []
  const lists = key === 'roles' || path.includes('with') ? [] : (byList[key ?? ''] ?? [])
  // Under a key whose list has items already, the next one begins where the others do.
  const isOpen = frames.at(-1)?.kind === 'map' && !isItem && flow
  if (isOpen) return []
  const indent = ''
  return [
    ...lists.map((snippet, index) =>
      item(
        snippet,
        isItem || flow ? print(snippet.body, indent, flow) : `- ${print(snippet.body, '  ', false)}`,
        index,
      ),
    ),
    ...maps.map((snippet, index) => item(snippet, print(snippet.body, indent, flow), index)),
  ]
}

function item(snippet: Snippet, insert: string, index: number): Omit<CompletionItem, 'range'> {
  const { label, detail } = snippet
  return {
    label,
    kind: 'snippet',
    detail,
    documentation: `\`\`\`yaml\n${plain(insert)}\n\`\`\``,
    insert,
    isSnippet: true,
    rank: 3 + index / 100,
  }
}

/** Without holes, for people. */
function plain(insert: string): string {
  return insert.replaceAll('\\}', '}').replaceAll(/\$\{\d+:?((?:\$\{\{.*?\}\}|[^}])*)\}/g, '$1')
}

/** As YAML: maps in blocks, lists of single words in brackets. Editors indent further lines as the first. */
function print(value: Json, indent: string, flow: boolean): string {
  if (Array.isArray(value)) {
    const words = value.every((entry: Json) => typeof entry === 'string')
    if (words || flow) return `[${value.map((entry: Json) => print(entry, indent, true)).join(', ')}]`
    return value.map((entry: Json) => `\n${indent}- ${print(entry, `${indent}  `, false)}`).join('')
  }
  if (!isJsonObject(value)) return String(value)
  const entries = Object.entries(value)
  if (flow) return `{${entries.map(([key, entry]) => `${key}: ${print(entry, indent, true)}`).join(', ')}}`
  return entries
    .map(([key, entry], index) => `${index === 0 ? '' : indent}${key}:${printValue(entry, `${indent}  `)}`)
    .join('\n')
}

function printValue(value: Json, indent: string): string {
  if (isJsonObject(value)) {
    const isSmall = Object.values(value).every((entry) => typeof entry !== 'object')
    return isSmall ? ` ${print(value, indent, true)}` : `\n${indent}${print(value, indent, false)}`
  }
  const text = print(value, indent, false)
  return text.startsWith('\n') ? text : ` ${text}`
}
