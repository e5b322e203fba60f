/** Cures of findings, and changes that somebody may want. Every one is a list of edits of one file. */
import type { Diagnostic } from '../base/diagnostic.ts'
import type { DiagnosticCode } from '../language/catalogue/catalogue.ts'
import { type StepSite, textIn } from '../language/outline.ts'
import { placeholder, placeholderReason } from '../language/placeholder.ts'
import { lineOfText } from '../language/suppressions.ts'
import {
  type ListNode,
  type OffsetRange,
  type ScalarNode,
  type SourceDocument,
  type SourceNode,
  startOfLine,
} from '../source/index.ts'
import { coverageOf } from './coverage-tree.ts'
import type { Repair } from './repair.ts'
import { changeToNearest } from './repair-value.ts'
import { type RepairRow, repairs } from './repairs.ts'
import { titleOf, withDeclared } from './sections.ts'
import { shellToAction } from './shell-to-action.ts'
import { addEntry, columnOf, endOf } from './tree-edits.ts'
import type { ReadDocument, Workspace } from './workspace.ts'

export interface CodeChange {
  readonly title: string
  readonly kind: 'fix' | 'refactor'
  /** It never changes what the runbook means. */
  readonly safe: boolean
  readonly edits: readonly { readonly range: OffsetRange; readonly text: string }[]
  /** What it cures. */
  readonly cures?: Diagnostic
}

/** @param found - findings of the present text */
export function changesAt(
  workspace: Workspace,
  path: string,
  range: OffsetRange,
  found: readonly Diagnostic[],
): readonly CodeChange[] {
  const document = workspace.read(path)
  if (!document) return []
  const { lines } = document.source
  const here = found.filter((finding) => {
    const start = lines.offset(finding.range.start)
    const end = lines.offset(finding.range.end)
    return start <= range.end && end >= range.start
  })
  return [
    ...here.flatMap((finding) => fixesOf(document, finding, workspace.settings.actions)),
    ...refactorings(document, range, workspace.settings.actions),
  ]
}

/** Every safe cure that does not touch the same text as another one. */
export function safeFixes(source: SourceDocument, found: readonly Diagnostic[]): CodeChange['edits'] {
  const edits: { range: OffsetRange; text: string }[] = []
  for (const { fix } of found) {
    if (fix?.safe !== true) continue
    const own = fix.edits.map((edit) => ({ range: offsetsOf(source, edit.range), text: edit.text }))
    const clashes = own.some(({ range }) =>
      edits.some((other) => range.start <= other.range.end && range.end >= other.range.start),
    )
    if (!clashes) edits.push(...own)
  }
  return edits
}

function offsetsOf({ lines }: SourceDocument, range: Diagnostic['range']): OffsetRange {
  return { start: lines.offset(range.start), end: lines.offset(range.end) }
}

function fixesOf(
  document: ReadDocument,
  finding: Diagnostic,
  actions: Workspace['settings']['actions'],
): readonly CodeChange[] {
  const { source } = document
  const { fix, code } = finding
  const range = offsetsOf(source, finding.range)
  const written = source.text.slice(range.start, range.end).replace(/^["']|["']$/g, '')
  const row: RepairRow | undefined = Object.hasOwn(repairs, code) ? repairs[code as DiagnosticCode] : undefined
  // Findings about calendars, inventories and executors have no row; a near name is a cure for them, too.
  const make = row === undefined ? [changeToNearest] : row.kind === 'repair' ? row.make : []
  const found: Repair[] = [
    ...(fix
      ? [{ ...fix, edits: fix.edits.map((edit) => ({ range: offsetsOf(source, edit.range), text: edit.text })) }]
      : []),
    ...suppressionRepairs(source, finding),
    ...make.flatMap((repair) => repair({ document, finding, range, written, actions }) ?? []),
    ...silencing(source, finding),
  ]
  // The same change under two names is offered once.
  const changes = new Map(found.toReversed().map((repair) => [JSON.stringify(repair.edits), repair]))
  return found
    .filter((repair) => changes.get(JSON.stringify(repair.edits)) === repair)
    .map(({ title, safe, edits }) => ({ title, kind: 'fix', safe, edits, cures: finding }))
}

/** A comment that silences nothing has no effect, so that it may go. */
function suppressionRepairs(source: SourceDocument, finding: Diagnostic): readonly Repair[] {
  const { code, hint } = finding
  if (code !== 'SUPPRESSION_UNUSED' && code !== 'SUPPRESSION_REFUSED') return []
  const nearest = /did you mean "([^"]+)"\?/.exec(hint ?? '')?.[1]
  return [
    ...(nearest === undefined
      ? []
      : [
          {
            title: `Change to "${nearest}"`,
            safe: true,
            edits: [{ range: offsetsOf(source, finding.range), text: nearest }],
          },
        ]),
    { title: 'Take the comment away', safe: true, edits: [commentEdit(source, finding)] },
  ]
}

/** What is no error can be silenced; why, only the author knows. */
function silencing(source: SourceDocument, finding: Diagnostic): readonly Repair[] {
  const { severity, code } = finding
  if (severity === 'error' || code.startsWith('SUPPRESSION_')) return []
  const line = lineOfText(finding, source)
  const start = source.lines.offset({ line, column: 1 })
  const indent = /^\s*/.exec(source.lines.line(line))![0]
  const edits = [{ range: { start, end: start }, text: `${indent}# rollbook: allow ${code} ${placeholderReason}\n` }]
  return [{ title: `Silence ${code} here, with a reason`, safe: false, edits }]
}

function commentEdit(source: SourceDocument, finding: Diagnostic): { range: OffsetRange; text: string } {
  const at = source.lines.offset(finding.range.start)
  const comment = source.comments.findLast(({ start }) => start <= at)
  const start = comment?.start ?? at
  const { line } = finding.range.start
  const isAlone = source.lines.line(line).trim().startsWith('#')
  if (isAlone)
    return {
      range: {
        start: source.lines.offset({ line, column: 1 }),
        end: source.lines.offset({ line: line + 1, column: 1 }),
      },
      text: '',
    }
  const blanks = /[ \t]*$/.exec(source.text.slice(0, start))![0].length
  return { range: { start: start - blanks, end: start + (comment?.text.length ?? 0) }, text: '' }
}

function refactorings(
  document: ReadDocument,
  range: OffsetRange,
  actions: Workspace['settings']['actions'],
): readonly CodeChange[] {
  const { outline } = document
  if (!outline) return []
  const holds = (node: SourceNode): boolean => range.start >= node.range.start && range.end <= node.range.end
  const step = outline.steps.findLast(({ node }) => holds(node))
  return [
    ...extractInput(document, range),
    ...wrapInGroup(document, range),
    ...(step
      ? [...addBackOut(document, step), ...shellToAction(document, step, actions), ...addCover(document, step)]
      : []),
  ]
}

function scalarAt(
  node: SourceNode,
  offset: number,
  keys: readonly string[],
): { readonly node: ScalarNode; readonly keys: readonly string[] } | undefined {
  if (offset < node.range.start || offset > node.range.end) return undefined
  if (node.kind === 'scalar') return { node, keys }
  if (node.kind === 'list')
    return node.items.map((item) => scalarAt(item, offset, keys)).find((found) => found !== undefined)
  return node.entries
    .map((entry) => scalarAt(entry.node, offset, [...keys, entry.key.text]))
    .find((found) => found !== undefined)
}

/** A value inside of `with` becomes an input, with the value as its default. */
function extractInput(document: ReadDocument, range: OffsetRange): readonly CodeChange[] {
  const { root, source, outline } = document
  const found = root && scalarAt(root, range.start, [])
  if (!found || !outline || !found.keys.includes('with') || found.node.missing || range.end > found.node.range.end)
    return []
  const { value, style } = found.node
  if (
    value === null ||
    (typeof value === 'string' && (value.includes('${{') || style === 'literal' || style === 'folded'))
  )
    return []
  const key = (found.keys.at(-1) ?? 'value').replace(/\W/g, '_').toLowerCase()
  const taken = new Set(outline.inputs.map((entry) => entry.key.text))
  const isFree = (name: string): boolean => /^[a-z]/.test(name) && !taken.has(name)
  const name = isFree(key) ? key : [2, 3, 4, 5].map((number) => `${key}_${number}`).find(isFree)
  if (name === undefined) return []
  const type =
    typeof value === 'boolean'
      ? 'boolean'
      : typeof value === 'number'
        ? Number.isInteger(value)
          ? 'integer'
          : 'number'
        : 'string'
  const written = source.text.slice(found.node.range.start, found.node.range.end)
  const line = `${name}: {type: ${type}, title: ${titleOf(name)}, default: ${/[,{}[\]]/.test(written) && style === 'plain' ? JSON.stringify(written) : written}}`
  const declared = withDeclared(document, 'inputs', line)
  if (!declared) return []
  const edits = [declared, { range: found.node.range, text: `"\${{ inputs.${name} }}"` }]
  return [{ title: `Make it the input "${name}"`, kind: 'refactor', safe: true, edits }]
}

function indentOf(source: SourceDocument, node: SourceNode): string {
  return ' '.repeat(source.lines.position(node.range.start).column - 1)
}

function isBlock(source: SourceDocument, step: StepSite): boolean {
  return (
    !step.node.flow &&
    /^ *- $/.test(source.text.slice(startOfLine(source.text, step.node.range.start), step.node.range.start))
  )
}

/** One step, or all that are marked when they stand in one list. */
function wrapInGroup({ source, outline }: ReadDocument, range: OffsetRange): readonly CodeChange[] {
  const marked = outline!.steps.filter(
    (step) => step.node.range.start <= range.end && endOf(source, step.node) >= range.start,
  )
  const list = marked.at(-1)?.siblings
  // Of a step and what it holds, only the inner ones are meant when nothing outside of them is marked.
  const steps = marked.filter((step) => step.siblings === list)
  const [first] = steps
  const last = steps.at(-1)
  if (!first?.id || !last || !steps.every((step) => isBlock(source, step))) return []
  if (steps.length > 1 && marked.some((step) => step.siblings !== list && !steps.some((each) => holdsStep(each, step))))
    return []
  const pad = indentOf(source, first.node)
  const { start } = first.node.range
  if (!/^[a-z][a-z0-9_]*$/.test(first.id.text)) return []
  const end = endOf(source, last.node)
  const shifted = source.text.slice(start, end).replaceAll(/\n(?=[^\n])/g, '\n    ')
  const own = textIn(first.node, 'title')?.text ?? ''
  const title = steps.length === 1 && /^[\w ]+$/.test(own) ? own : 'Group'
  const text = `id: ${first.id.text}_group\n${pad}title: ${title}\n${pad}steps:\n${pad}  - ${shifted}`
  const words = steps.length === 1 ? 'the step' : `${steps.length} steps`
  return [{ title: `Wrap ${words} in a group`, kind: 'refactor', safe: true, edits: [{ range: { start, end }, text }] }]
}

function holdsStep(outer: StepSite, inner: StepSite): boolean {
  return inner.node.range.start >= outer.node.range.start && inner.node.range.end <= outer.node.range.end
}

function addBackOut({ source }: ReadDocument, step: StepSite): readonly CodeChange[] {
  if (!isBlock(source, step) || !step.id || step.undoes || step.node.byKey.has('back_out')) return []
  if (step.form !== 'action' && step.form !== 'manual') return []
  const pad = indentOf(source, step.node)
  const end = step.node.range.start + source.text.slice(step.node.range.start, step.node.range.end).trimEnd().length
  const text = `\n${pad}back_out:\n${pad}  - {id: undo_${step.id.text}, title: ${placeholder}, manual: ${placeholder}}`
  return [{ title: 'Add a back-out', kind: 'refactor', safe: false, edits: [{ range: { start: end, end }, text }] }]
}

/** Offers the requirements that nothing covers yet, at every step. */
function addCover(document: ReadDocument, step: StepSite): readonly CodeChange[] {
  const { source } = document
  const open = coverageOf(document).requirements.filter(
    ({ covered_by, note }) => covered_by.length === 0 && note === '',
  )
  const covers = step.node.byKey.get('covers')?.node
  return open.slice(0, 8).map(({ id }) => {
    const listed = covers?.kind === 'list' ? covers : undefined
    const last = listed?.items.at(-1)
    const edit = listed ? listItem(source, listed, last, id) : addEntry(source, step.node, 'covers', `[${id}]`)
    return { title: `Say that this step covers ${id}`, kind: 'refactor', safe: true, edits: [edit] }
  })
}

function listItem(
  source: SourceDocument,
  list: ListNode,
  last: SourceNode | undefined,
  text: string,
): CodeChange['edits'][number] {
  if (!last) return { range: { start: list.range.start + 1, end: list.range.start + 1 }, text }
  const end = endOf(source, last)
  const pad = ' '.repeat(columnOf(source, list.range.start))
  return { range: { start: end, end }, text: list.flow ? `, ${text}` : `\n${pad}- ${text}` }
}
