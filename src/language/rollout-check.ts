import type { MapNode, OffsetRange, SourceNode } from '../source/index.ts'
import type { ActionInfo, CheckEnvironment } from './environment.ts'
import { checkReference } from './id-check.ts'
import { mapIn, mapsIn, type Outline, type PlacedText, placedText, type StepSite, textIn, textsIn } from './outline.ts'
import { factsIn } from './phase-facts.ts'
import type { Reporter } from './reporter.ts'
import { actionsByName } from './scope.ts'

/** Checks what a rollout says against the rest of the runbook and against itself. */
export function checkRollouts(outline: Outline, environment: CheckEnvironment, reporter: Reporter): void {
  const rollouts = factsIn(outline, 'rollouts')
  checkWindows(outline, rollouts, reporter)
  const actions = actionsByName(environment.actions)
  for (const site of rollouts) {
    checkWaveIds(site, reporter)
    checkUnit(site, outline, reporter)
    checkDeadline(site, reporter)
    checkStage(site, actions, reporter)
    checkRollback(site, outline, reporter)
    checkFailureRows(site, reporter)
  }
}

interface RolloutSite {
  readonly step: StepSite
  readonly node: MapNode
}

/** Ids of the windows that a rollout names: one, several, or in a map. */
export function windowsNamed(rollout: MapNode): readonly PlacedText[] {
  const one = textIn(rollout, 'window')
  return one ? [one] : [...textsIn(rollout, 'window'), ...textsIn(mapIn(rollout, 'window'), 'ids')]
}

function checkWindows(outline: Outline, rollouts: readonly RolloutSite[], reporter: Reporter): void {
  const windows = outline.windows.flatMap((node) => textIn(node, 'id') ?? [])
  const known = new Set(windows.map((window) => window.text))
  const used = new Set<string>()
  let misspelt = false
  for (const window of rollouts.flatMap(({ node }) => windowsNamed(node))) {
    if (!checkReference('WINDOW_UNKNOWN', window, known, reporter)) misspelt = true
    used.add(window.text)
  }
  // A name that leads nowhere is probably meant for one of the windows that nobody names.
  if (misspelt) return
  for (const window of windows) {
    if (!used.has(window.text)) reporter.report('WINDOW_UNUSED', window.node.range, { id: window.text })
  }
}

const takenIds: ReadonlySet<string> = new Set(['canary', 'remainder', 'all'])

function checkWaveIds({ node }: RolloutSite, reporter: Reporter): void {
  for (const wave of mapsIn(node, 'waves')) {
    const id = textIn(wave, 'id')
    if (id && takenIds.has(id.text)) reporter.report('WAVE_ID_RESERVED', id.node.range, { id: id.text })
  }
}

function checkUnit({ node }: RolloutSite, outline: Outline, reporter: Reporter): void {
  const unit = node.byKey.get('unit')
  const id = textIn(node, 'component')?.text
  const component = outline.components.find((entry) => entry.key.text === id)?.node
  if (!unit || component?.kind !== 'map' || component.byKey.has('unit')) return
  reporter.report('UNIT_MISSING', unit.key.range, { component: id ?? '' })
}

/** Where a deadline is needed, the missing one is told there, and not again as a piece of advice. */
export function deadlineNeeded(
  rollout: MapNode,
): { readonly range: OffsetRange; readonly because: string } | undefined {
  if (rollout.byKey.has('deadline')) return undefined
  const window = rollout.byKey.get('window')
  if (window) return { range: window.key.range, because: 'nothing fits into a window unless it is sure to end' }
  const next = textIn(mapIn(rollout, 'canary'), 'next')
  if (next && next.text !== 'when_done') return { range: next.node.range, because: 'slots are counted in deadlines' }
  const at = textIn(mapIn(rollout, 'retry'), 'at')
  if (at?.text === 'deadline') return { range: at.node.range, because: 'the next attempt waits for the deadline' }
  return undefined
}

function checkDeadline({ node }: RolloutSite, reporter: Reporter): void {
  const needed = deadlineNeeded(node)
  if (needed) reporter.report('DEADLINE_NEEDED', needed.range, { because: needed.because })
}

function checkStage({ node }: RolloutSite, actions: ReadonlyMap<string, ActionInfo>, reporter: Reporter): void {
  for (const call of mapsIn(node, 'stage')) {
    const name = textIn(call, 'action')
    const action = actions.get(name?.text ?? '')
    if (!name || !action) continue
    const given = mapIn(call, 'with')?.value ?? {}
    const { effect } = action.capabilitiesOf?.(given) ?? action.capabilities
    if (effect === 'disruptive') reporter.report('STAGE_DISRUPTIVE', name.node.range, { action: name.text })
  }
}

function checkRollback({ node }: RolloutSite, outline: Outline, reporter: Reporter): void {
  for (const { text, what } of rollbacksWithoutSteps(node, outline)) {
    reporter.report('ROLLBACK_MISSING', text.node.range, { what })
  }
  const mode = textIn(mapIn(node, 'rollback'), 'mode')
  if (mode?.text !== 'never' && mode?.text !== 'ask') return
  for (const { text, what, asks } of rollbacksWanted(node, outline)) {
    if (mode.text === 'ask' && asks) continue
    const related = [{ message: 'as it says here', range: mode.node.range }]
    reporter.report('ROLLBACK_MODE', text.node.range, { what, mode: mode.text }, { related })
  }
}

const rowOfTable = 'this row'

/** Where a rollout asks for a rollback that it does not have. */
export function rollbacksWithoutSteps(
  rollout: MapNode,
  outline: Outline,
): readonly { readonly text: PlacedText; readonly what: string }[] {
  return rollout.byKey.has('rollback') ? [] : rollbacksWanted(rollout, outline)
}

/** `asks`: there is a person who can be asked first, and time to wait for the answer. */
function rollbacksWanted(
  rollout: MapNode,
  outline: Outline,
): readonly { readonly text: PlacedText; readonly what: string; readonly asks: boolean }[] {
  const named = new Set(windowsNamed(rollout).map((window) => window.text))
  const windows = outline.windows.filter((window) => named.has(textIn(window, 'id')?.text ?? ''))
  const own = mapIn(rollout, 'window')?.byKey.get('overrun')?.node
  const places: readonly (readonly [SourceNode | undefined, string])[] = [
    ...mapsIn(rollout, 'on_failure').map((row) => [row.byKey.get('do')?.node, rowOfTable] as const),
    [rollout.byKey.get('in_flight')?.node, '"in_flight"'],
    [own, '"overrun"'],
    ...(own ? [] : windows).map((window) => [window.byKey.get('overrun')?.node, 'closing this window'] as const),
  ]
  return places.flatMap(([node, what]) => {
    const text = placedText(node)
    return text?.text === 'rollback' ? [{ text, what, asks: what === rowOfTable }] : []
  })
}

function checkFailureRows({ node }: RolloutSite, reporter: Reporter): void {
  const told: { readonly class: string | undefined; readonly retry: boolean; readonly range: OffsetRange }[] = []
  for (const row of mapsIn(node, 'on_failure')) {
    const own = { class: textIn(row, 'class')?.text, retry: textIn(row, 'do')?.text === 'retry' }
    const range = row.entries[0]?.key.range ?? row.range
    // A row that tries again leaves its class to the rows behind it, except to those that would try again too.
    const before = told.find(
      (other) => (other.class === undefined || other.class === own.class) && (!other.retry || own.retry),
    )
    if (before) {
      const because =
        before.class === undefined ? 'a row before it takes every class' : `a row before it takes "${before.class}"`
      const related = [{ message: 'this row wins', range: before.range }]
      reporter.report('FAILURE_ROW_UNREACHABLE', range, { because }, { related })
    }
    told.push({ ...own, range })
  }
}
