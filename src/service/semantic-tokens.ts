import { splitTemplate } from '../expression/template.ts'
import { expressionSites } from '../language/expression-sites.ts'
import { type OffsetRange, rangeInScalar } from '../source/index.ts'
import { expressionTokens } from './expression-tokens.ts'
import { namesIn } from './names.ts'
import type { Workspace } from './workspace.ts'

/** The words of the protocol that we use, in the order of its legend. */
export const tokenKinds = [
  'namespace',
  'variable',
  'property',
  'function',
  'string',
  'number',
  'operator',
  'enumMember',
  'class',
] as const
export type TokenKind = (typeof tokenKinds)[number]

export interface SemanticToken {
  readonly kind: TokenKind
  readonly range: OffsetRange
  readonly isDefinition: boolean
}

/** Names, actions, and the parts of expressions; the rest is YAML, which editors colour themselves. */
export function semanticTokens(workspace: Workspace, path: string): readonly SemanticToken[] {
  const document = workspace.read(path)
  if (!document) return []
  const tokens = new Map<number, SemanticToken>()
  const { outline, source } = document
  if (outline) {
    for (const { action } of outline.actions)
      tokens.set(action.node.range.start, { kind: 'function', range: action.node.range, isDefinition: false })
    for (const site of expressionSites(outline)) {
      const parts = site.bare
        ? [{ text: site.text, offset: 0 }]
        : splitTemplate(site.text).parts.flatMap((part) => (part.kind === 'expression' ? [part] : []))
      for (const part of parts) {
        const words = expressionTokens(part.text)
        for (const [index, word] of words.entries()) {
          const range = rangeInScalar(source.text, site.node, {
            start: part.offset + word.start,
            end: part.offset + word.end,
          })
          if (range.end - range.start !== word.end - word.start) continue
          const isMember = words[index - 1]?.text === '.'
          const isCall = words[index + 1]?.text === '('
          const kind = kindOfWord(word.kind, isMember, isCall)
          if (kind) tokens.set(range.start, { kind, range, isDefinition: false })
        }
      }
    }
  }
  for (const { range, isDefinition, kind } of namesIn(document)) {
    tokens.set(range.start, {
      kind: kind === 'phase' || kind === 'component' ? 'class' : 'enumMember',
      range,
      isDefinition,
    })
  }
  return [...tokens.values()].sort((a, b) => a.range.start - b.range.start)
}

function kindOfWord(kind: string, isMember: boolean, isCall: boolean): TokenKind | undefined {
  if (kind === 'text') return 'string'
  if (kind === 'number') return 'number'
  if (kind === 'sign') return undefined
  if (isCall) return 'function'
  return isMember ? 'property' : 'variable'
}
