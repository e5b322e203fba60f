import type { Diagnostic } from '../base/diagnostic.ts'
import { splitTemplate } from '../expression/template.ts'
import { type MapNode, type OffsetRange, rangeInScalar, type ScalarNode, type SourceNode } from '../source/index.ts'
import type { DiagnosticCode } from './catalogue/catalogue.ts'
import { expressionSites } from './expression-sites.ts'
import { outlineOf } from './outline.ts'
import { placeholder } from './placeholder.ts'
import type { Reporter } from './reporter.ts'

/**
 * Warns of placeholders that were left: whole values, parts of paths, and texts in expressions. In a sentence the word
 * may be meant. Call it last: where an error is told of the same value, its cause is known already.
 *
 * @param isRunbook - some values are expressions
 */
export function checkPlaceholders(root: MapNode, isRunbook: boolean, reporter: Reporter): void {
  const { source } = reporter
  if (!source.text.includes(placeholder)) return
  const bare = new Set<SourceNode>()
  if (isRunbook) for (const site of expressionSites(outlineOf(root))) if (site.bare) bare.add(site.node)
  const failed = reporter.diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ range }) => source.lines.offset(range.start))
  const seen = new Set<SourceNode>()
  const visit = (node: SourceNode, key: string): void => {
    // What an anchor names stands in the file once.
    if (seen.has(node)) return
    seen.add(node)
    if (node.kind === 'map') for (const entry of node.entries) visit(entry.node, `"${entry.key.text}"`)
    else if (node.kind === 'list')
      for (const item of node.items) visit(item, key.startsWith('"') ? `an item of ${key}` : key)
    else report(node, key)
  }
  const report = (node: ScalarNode, key: string): void => {
    const { value, range } = node
    if (typeof value !== 'string' || !value.includes(placeholder)) return
    if (failed.some((start) => start >= range.start && start <= range.end)) return
    for (const place of placesIn(value, bare.has(node)))
      reporter.report('PLACEHOLDER_LEFT', rangeInScalar(source.text, node, place), { key })
  }
  visit(root, 'the file')
}

/**
 * Findings of an inventory as a file, without placeholders that the reading of the inventory refused.
 *
 * @param refused - what it told
 */
export function withoutRefused(told: readonly Diagnostic[], refused: readonly Diagnostic[]): readonly Diagnostic[] {
  const places = new Set(refused.flatMap((each) => (each.severity === 'error' ? [placeOf(each)] : [])))
  return told.filter(
    (each) => each.code !== ('PLACEHOLDER_LEFT' satisfies DiagnosticCode) || !places.has(placeOf(each)),
  )
}

function placeOf({ file, range: { start } }: Diagnostic): string {
  return `${file}:${start.line}:${start.column}`
}

/** @returns offsets in the value */
function placesIn(value: string, bare: boolean): readonly OffsetRange[] {
  if (bare) return textsIn(value, 0)
  const { parts } = splitTemplate(value)
  const inside = parts.flatMap((part) => (part.kind === 'expression' ? textsIn(part.text, part.offset) : []))
  // Expressions are no part of what stands around them, and keep its places.
  const around = parts
    .map((part) => (part.kind === 'text' ? part.text : '$'.repeat(part.range.end - part.range.start)))
    .join('')
  return /\s/.test(around.trim()) ? inside : [...inside, ...matches(around, pathPart, 0)]
}

/** The whole of a text, or a part between slashes. */
const pathPart = new RegExp(`(?<=^\\s*|/)${placeholder}(?=\\s*$|/)`, 'g')

/** In an expression a whole text in quotes; a bare word is an unknown name, which is told. */
function textsIn(expression: string, offset: number): readonly OffsetRange[] {
  return matches(expression, quotedText, offset).filter(({ start, end }) => {
    const text = expression.slice(start - offset, end - offset)
    return text.slice(1, -1) === placeholder
  })
}

const quotedText = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g

function matches(text: string, pattern: RegExp, offset: number): readonly OffsetRange[] {
  return Array.from(text.matchAll(pattern), (match) => ({
    start: offset + match.index,
    end: offset + match.index + match[0].length,
  }))
}
