/** What an editor shows between the words: resolved counts, how long things take at worst, and when windows open. */
import { formatDurationForPeople } from '../base/duration.ts'
import { isBareWord } from '../language/id-check.ts'
import { mapIn, mapsIn, type PlacedText, type StepSite, textIn } from '../language/outline.ts'
import { phaseMs, stepMs } from '../plan/timeline.ts'
import type { MapNode, OffsetRange } from '../source/index.ts'
import { targetsOn } from './explain-value.ts'
import { type KnownValues, knownValues, targetsSelected } from './known-values.ts'
import { lastPlan } from './made-plans.ts'
import { nextOpeningWords, windowIds, windowsInUse } from './window-words.ts'
import type { ReadDocument, Workspace } from './workspace.ts'

/** Text that stands behind a place and belongs to no file. */
export interface InlayNote {
  readonly offset: number
  readonly text: string
  /** Says more when a pointer rests on it. */
  readonly tooltip?: string
}

/**
 * Times come from the plan that was made last, see made-plans.ts: nothing is planned here.
 *
 * @param now - for next openings, in milliseconds since the epoch
 * @param range - only notes inside are needed
 */
export function inlayNotes(workspace: Workspace, path: string, now: number, range?: OffsetRange): readonly InlayNote[] {
  const document = workspace.read(path)
  if (!document?.outline) return []
  const known = knownValues(workspace, path)
  const notes = [
    ...(known ? selectionNotes(document, known, range) : []),
    ...windowNotes(workspace, document, known, now),
    ...timeNotes(workspace, document),
  ]
  notes.sort((a, b) => a.offset - b.offset)
  return range ? notes.filter(({ offset }) => offset >= range.start && offset <= range.end) : notes
}

/** `matches 37 targets` behind what selects targets of components, of steps and of waves. */
function selectionNotes(
  { outline }: ReadDocument,
  known: KnownValues,
  range: OffsetRange | undefined,
): readonly InlayNote[] {
  const all = Object.values(known.inventory?.targets ?? {})
  if (all.length === 0) return []
  const isSeen = (node: MapNode): boolean =>
    range === undefined || (node.range.start <= range.end && node.range.end >= range.start)
  const components = outline!.components.flatMap(({ key, node }) => {
    const count = known.components.get(key.text)?.length
    return count === undefined ? [] : matchNote(textIn(node, 'select'), count)
  })
  const steps = outline!.steps.filter(({ node }) => isSeen(node)).flatMap((step) => stepNotes(step, known))
  const criteria = outline!.criteria.filter(isSeen).flatMap((node) => onNote(node, known))
  return [...components, ...steps, ...criteria]
}

function stepNotes({ node }: StepSite, known: KnownValues): readonly InlayNote[] {
  const rollout = mapIn(node, 'rollout')
  const component = textIn(rollout, 'component')
  const targets = component && targetsOn(component.text, known)
  if (!rollout || !component || !targets) return onNote(node, known)
  const choosing = [mapIn(rollout, 'canary'), ...mapsIn(rollout, 'waves')].flatMap(
    (wave) => textIn(wave, 'select') ?? [],
  )
  return [
    ...matchNote(component, targets.length, 'rolls out to'),
    ...choosing.flatMap((select) => {
      const chosen = targetsSelected(select.text, targets, known.context)
      return chosen ? matchNote(select, chosen.length) : []
    }),
  ]
}

/** Behind an `on` that is a component or a selection. */
function onNote(node: MapNode, known: KnownValues): readonly InlayNote[] {
  const on = textIn(node, 'on')
  if (!on || on.text === 'control' || (isBareWord(on.text) && !known.components.has(on.text))) return []
  const targets = targetsOn(on.text, known)
  return targets ? matchNote(on, targets.length) : []
}

function matchNote(place: PlacedText | undefined, count: number, verb = 'matches'): readonly InlayNote[] {
  if (!place || place.text.includes('${{')) return []
  return [{ offset: place.node.range.end, text: `${verb} ${count} ${count === 1 ? 'target' : 'targets'}` }]
}

/** `opens Sun 01:00 Europe/Paris` behind the id of a window. */
function windowNotes(
  workspace: Workspace,
  document: ReadDocument,
  known: KnownValues | undefined,
  now: number,
): readonly InlayNote[] {
  const ids = windowIds(document)
  return [...windowsInUse(workspace, document, known)].flatMap(([id, window]) => {
    const at = ids.get(id)
    const text = at && nextOpeningWords(window, now)
    return at && text !== undefined ? [{ offset: at.end, text }] : []
  })
}

/** `worst case 3 h 10 min` behind the titles of the runbook, of phases and of steps with a rollout. */
function timeNotes(workspace: Workspace, { path, outline }: ReadDocument): readonly InlayNote[] {
  const plan = lastPlan(workspace, path)?.plan
  const timeline = plan?.timeline
  if (!plan || !timeline) return []
  const phases = new Map(plan.phases.map((phase) => [phase.id, phase]))
  const whole = { expected: timeline.expected.ms, worst: timeline.worst.ms }
  return [
    ...timeNote(textIn(outline!.root, 'title'), whole.expected, whole.worst),
    ...outline!.phases.flatMap(({ id, node, steps }) => {
      const phase = id && phases.get(id.text)
      if (!phase) return []
      const own = timeNote(textIn(node, 'title'), phaseMs(plan, phase, 'expected'), phaseMs(plan, phase, 'worst'))
      const rollouts = steps.filter((step) => step.form === 'rollout')
      return [
        ...own,
        ...rollouts.flatMap((step) => {
          const at = `${phase.id}/${step.id?.text ?? ''}`
          return timeNote(textIn(step.node, 'title'), stepMs(plan, at, 'expected'), stepMs(plan, at, 'worst'))
        }),
      ]
    }),
  ]
}

function timeNote(
  place: PlacedText | undefined,
  expected: number | undefined,
  worst: number | undefined,
): readonly InlayNote[] {
  if (!place || worst === undefined || worst <= 0) return []
  const usual = expected === undefined ? '' : `As expected ${formatDurationForPeople(expected)}, at worst `
  return [
    {
      offset: place.node.range.end,
      text: `worst case ${formatDurationForPeople(worst)}`,
      tooltip: `${usual}${formatDurationForPeople(worst)}, as the simulator plays the plan, without waiting for windows.`,
    },
  ]
}
