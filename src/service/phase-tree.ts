/** A runbook as its phases, steps, waves and calls, each with the path under which a plan knows it. */
import type { StepForm } from '../language/form-check.ts'
import { mapIn, mapsIn, type PhaseSite, rolloutActions, type StepSite, textIn, textsIn } from '../language/outline.ts'
import type { MapNode, OffsetRange } from '../source/index.ts'
import type { ReadDocument } from './workspace.ts'

export interface PhaseTreeItem {
  readonly kind: 'phase' | 'step' | 'back_out' | 'cleanup' | 'wave' | 'call'
  /** Of a step. */
  readonly form?: StepForm
  /** Empty when there is none yet. */
  readonly id: string
  readonly title: string
  /** In a few words: the kind of a phase, what a step does. */
  readonly detail: string
  /** Path in the plan: `phase/group/step`, without the numbers of repetitions; empty when an id is missing. */
  readonly place: string
  readonly range: OffsetRange
  /** Where the cursor goes; inside of `range`. */
  readonly selection: OffsetRange
  /** Ids of requirements, its own only. */
  readonly covers: readonly string[]
  /** From here on there is no way back. */
  readonly point_of_no_return: boolean
  readonly children: readonly PhaseTreeItem[]
}

/** In the order of the file; empty for what is no runbook. */
export function phaseTree(document: ReadDocument): readonly PhaseTreeItem[] {
  return (document.outline?.phases ?? []).map(phaseItem)
}

function phaseItem(phase: PhaseSite): PhaseTreeItem {
  const place = phase.id?.text ?? ''
  return item('phase', phase.node, place, {
    detail: phase.kind ?? '',
    children: phase.steps.map((step) => stepItem(step, 'step', place)),
  })
}

function stepItem(step: StepSite, kind: 'step' | 'back_out', around: string): PhaseTreeItem {
  const { node, form } = step
  const place = below(around, step.id?.text)
  const rollout = mapIn(node, 'rollout')
  const cleanup = mapIn(node, 'cleanup')
  const canary = mapIn(rollout, 'canary')
  const waves = [
    ...(canary ? [item('wave', canary, '', { detail: 'canary' })] : []),
    ...mapsIn(rollout, 'waves').map((wave) => item('wave', wave, '', { detail: 'wave' })),
  ]
  const calls = rolloutActions(rollout).map(({ node: call, stage }) =>
    item('call', call, below(below(place, stage), textIn(call, 'id')?.text), {
      detail: [stage.replaceAll('_', ' '), textIn(call, 'action')?.text].filter(Boolean).join(' · '),
    }),
  )
  return item(kind, node, place, {
    form,
    detail: detailOf(node, form),
    children: [
      ...waves,
      ...calls,
      ...step.children.map((child) => stepItem(child, kind, place)),
      ...step.backOut.map((inverse) => stepItem(inverse, 'back_out', below(place, 'back_out'))),
      ...(cleanup
        ? [item('cleanup', cleanup, below(place, 'cleanup'), { detail: textIn(cleanup, 'action')?.text })]
        : []),
    ],
  })
}

function detailOf(node: MapNode, form: StepForm | undefined): string {
  switch (form) {
    case 'action':
      return textIn(node, 'action')?.text ?? ''
    case 'rollout':
      return ['rollout', textIn(mapIn(node, 'rollout'), 'component')?.text].filter(Boolean).join(' · ')
    case 'acceptance':
      return ['acceptance', textIn(node, 'acceptance')?.text].filter(Boolean).join(' · ')
    case 'manual':
      return ['by hand', textIn(node, 'role')?.text].filter(Boolean).join(' · ')
    case 'gate':
      return ['gate', ...textsIn(mapIn(node, 'gate'), 'roles').map(({ text }) => text)].join(' · ')
    case 'steps':
      return node.byKey.get('parallel')?.node.value === true ? 'side by side' : 'group'
    default:
      return ''
  }
}

interface More {
  readonly form?: StepForm | undefined
  readonly detail?: string | undefined
  readonly children?: readonly PhaseTreeItem[]
}

function item(kind: PhaseTreeItem['kind'], node: MapNode, place: string, more: More): PhaseTreeItem {
  const id = textIn(node, 'id')
  const title = textIn(node, 'title')
  const selection = (id ?? title)?.node.range ?? node.entries[0]?.key.range ?? node.range
  const { start, end } = node.range
  return {
    kind,
    ...(more.form === undefined ? {} : { form: more.form }),
    id: id?.text ?? '',
    title: title?.text ?? id?.text ?? textIn(node, 'action')?.text ?? (more.detail || '(without a name)'),
    detail: more.detail ?? '',
    place,
    range: { start: Math.min(start, selection.start), end: Math.max(end, selection.end) },
    selection,
    covers: textsIn(node, 'covers').map(({ text }) => text),
    point_of_no_return: node.byKey.get('point_of_no_return')?.node.value === true,
    children: more.children ?? [],
  }
}

function below(around: string, id: string | undefined): string {
  return around === '' || id === undefined || id === '' ? '' : `${around}/${id}`
}
