/** The outline in the words of the domain: phases, steps, rollouts; not the nodes of YAML. */
import { entriesIn, mapIn, mapsIn, type PhaseSite, rolloutActions, type StepSite, textIn } from '../language/outline.ts'
import type { MapEntry, MapNode, OffsetRange, SourceNode } from '../source/index.ts'
import { type NameKind, namesIn } from './names.ts'
import type { Workspace } from './workspace.ts'

export type SymbolKind = NameKind | 'section' | 'release'

export interface DomainSymbol {
  readonly kind: SymbolKind
  readonly name: string
  /** What stands behind the name, in grey: the form of a step, the kind of a phase. */
  readonly detail: string
  readonly range: OffsetRange
  /** What is marked when it is chosen; inside of `range`. */
  readonly selection: OffsetRange
  readonly children: readonly DomainSymbol[]
}

export function outlineOfDocument(workspace: Workspace, path: string): readonly DomainSymbol[] {
  const document = workspace.read(path)
  if (!document?.root) return []
  if (document.outline) {
    const { root, phases } = document.outline
    const sections = sectionKeys.flatMap(([key, kind, title]) => section(root, key, kind, title))
    return [...sections, ...phases.map(phaseSymbol)]
  }
  const { root } = document
  if (document.kind === 'inventory/v1')
    return [...section(root, 'systems', 'system', 'Systems'), ...section(root, 'targets', 'target', 'Targets')]
  if (document.kind === 'scenario/v1') return section(root, 'faults', 'fault', 'Faults')
  if (document.kind === 'catalog/v1') return section(root, 'products', 'release', 'Products')
  return []
}

const sectionKeys: readonly (readonly [string, SymbolKind, string])[] = [
  ['requirements', 'requirement', 'Requirements'],
  ['inputs', 'input', 'Inputs'],
  ['roles', 'role', 'Roles'],
  ['windows', 'window', 'Windows'],
  ['components', 'component', 'Components'],
  ['rules', 'rule', 'Safety rules'],
  ['acceptance_criteria', 'criterion', 'Acceptance criteria'],
]

function section(root: MapNode, key: string, kind: SymbolKind, title: string): readonly DomainSymbol[] {
  const entry = root.byKey.get(key)
  if (!entry) return []
  const children = [
    ...mapsIn(root, key).map((node) =>
      symbol(kind, node, textIn(node, 'title')?.text ?? textIn(node, 'text')?.text ?? ''),
    ),
    ...entriesIn(root, key).map((member) => keySymbol(kind, member)),
  ]
  return [{ kind: 'section', name: title, detail: String(children.length), ...rangesOf(entry), children }]
}

function phaseSymbol(phase: PhaseSite): DomainSymbol {
  return symbol('phase', phase.node, phase.kind ?? '', phase.steps.map(stepSymbol))
}

function stepSymbol(step: StepSite): DomainSymbol {
  const rollout = mapIn(step.node, 'rollout')
  const canary = mapIn(rollout, 'canary')
  const waves = [
    ...(canary ? [{ ...symbol('wave', canary, 'canary'), name: textIn(canary, 'title')?.text ?? 'Canary' }] : []),
    ...mapsIn(rollout, 'waves').map((wave) => symbol('wave', wave, 'wave')),
  ]
  const calls = rolloutActions(rollout).map(({ node, stage }) =>
    symbol('call', node, `${stage} · ${textIn(node, 'action')?.text ?? ''}`),
  )
  return symbol('step', step.node, stepDetail(step), [
    ...waves,
    ...calls,
    ...step.children.map(stepSymbol),
    ...step.backOut.map(stepSymbol),
  ])
}

function stepDetail({ node, form, undoes }: StepSite): string {
  const what = textIn(node, 'action')?.text ?? (form === 'steps' ? 'group' : (form ?? ''))
  return undoes ? `back-out · ${what}` : what
}

/** A map with an id; the title is what people look for, and the id what they type. */
function symbol(kind: SymbolKind, node: MapNode, detail: string, children: readonly DomainSymbol[] = []): DomainSymbol {
  const title = kind === 'requirement' ? undefined : textIn(node, 'title')
  const id = textIn(node, 'id') ?? textIn(node, 'action') ?? textIn(node, 'version')
  const selection = (id ?? title)?.node.range ?? node.entries[0]?.key.range ?? node.range
  const name = title?.text ?? id?.text ?? '(without a name)'
  const words =
    title && id && title !== id
      ? [id.text, ...(detail === title.text || detail === '' ? [] : [detail])].join(' · ')
      : detail
  return { kind, name, detail: words, range: node.range, selection, children }
}

function keySymbol(kind: SymbolKind, entry: MapEntry): DomainSymbol {
  const { node, key } = entry
  const detail = textIn(node, 'type')?.text ?? textIn(node, 'kind')?.text ?? textIn(node, 'title')?.text ?? ''
  return { kind, name: key.text, detail, ...rangesOf(entry), children: [] }
}

function rangesOf({
  key,
  node,
}: {
  readonly key: MapEntry['key']
  readonly node: SourceNode
}): Pick<DomainSymbol, 'range' | 'selection'> {
  return { range: { start: key.range.start, end: Math.max(key.range.end, node.range.end) }, selection: key.range }
}

export interface WorkspaceSymbol {
  readonly kind: NameKind
  readonly name: string
  readonly title: string
  readonly path: string
  readonly range: OffsetRange
}

/** Definitions of all files whose name or title holds the letters of the query in their order. */
export function workspaceSymbols(workspace: Workspace, query: string): readonly WorkspaceSymbol[] {
  const letters = [...query.toLowerCase()].map((letter) => letter.replace(/[.*+?^${}()|[\]\\]/, '\\$&')).join('.*')
  const pattern = new RegExp(letters)
  return workspace.paths().flatMap((path) => {
    const document = workspace.read(path)
    if (!document?.kind) return []
    return namesIn(document).flatMap(({ kind, name, title = '', range, isDefinition }) =>
      isDefinition && pattern.test(`${name} ${title}`.toLowerCase()) ? [{ kind, name, title, path, range }] : [],
    )
  })
}
