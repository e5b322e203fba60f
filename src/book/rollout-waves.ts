import type { Plan, PlanRollout } from '../plan/model.ts'
import { targetsInOrder } from '../plan/order-targets.ts'
import type { RolloutPicture } from './book-view.ts'
import { lanePicture, laneRows, unfitRows, waveRows } from './lane-view.ts'
import { compressNames } from './name-list.ts'
import { count } from './text.ts'
import { refs, stepAnchor, stepRef, type WaveBox, type Waves } from './view.ts'

/** Boxes that a page can hold; longer orders are drawn in larger parts. */
const boxesMax = 10
const linesMax = 6

/** Which targets of a rollout start in which order, as many in a box as may be in progress at once. */
export function rolloutPicture(plan: Plan, step: PlanRollout, timeZone?: string): RolloutPicture {
  const component = plan.components.find((candidate) => candidate.id === step.component)
  const atOnce = Math.max(1, step.max_concurrency)
  const unit = component?.unit === undefined ? '' : `, never two of the same ${component.unit} at once`
  const rows = isPlain(step) && !step.window ? [] : laneRows(plan, step, timeZone)
  const pace =
    atOnce === 1
      ? 'one target after another'
      : `at most ${count(Math.min(atOnce, step.targets.length), 'target')} at once`
  return {
    step: refs([stepRef(step.number)]),
    title: step.title,
    sentence: `${component?.title ?? step.component} to version ${step.to}: ${count(step.targets.length, 'target')}${laneText(step)}, ${pace}${unit}.`,
    picture: {
      kind: 'waves',
      id: `waves-${stepAnchor(step.number)}`.replaceAll('.', '-'),
      title: `Order of the targets in step ${step.number} ${step.title}`,
      boxes:
        step.lanes.some((lane) => lane.waves.length > 1) || step.lanes.length > 1
          ? waveBoxes(step)
          : batchBoxes(targetsInOrder(step), atOnce),
    },
    lanes: lanePicture(plan, step),
    lane_rows: rows,
    has_windows: rows.some(({ closes }) => closes !== ''),
    has_turn_back: rows.some(({ turn_back }) => turn_back !== ''),
    wave_rows: isPlain(step) ? [] : waveRows(step),
    unfit: unfitRows(plan, step),
  }
}

/** One lane with one wave: the picture tells everything. */
function isPlain({ lanes }: PlanRollout): boolean {
  return lanes.length < 2 && (lanes[0]?.waves ?? []).filter(({ targets }) => targets.length > 0).length < 2
}

function laneText({ lanes }: PlanRollout): string {
  return lanes.length < 2 ? '' : ` in ${lanes.length} lanes that go side by side`
}

/** One box per wave; with several lanes it tells how many targets of each. */
function waveBoxes({ lanes }: PlanRollout): readonly WaveBox[] {
  const waves = (lanes[0]?.waves ?? []).map((wave, place): WaveBox => {
    const parts = lanes.flatMap((lane) => {
      const { targets } = lane.waves[place]!
      return targets.length === 0 ? [] : [{ lane, names: targets.map(({ name }) => name) }]
    })
    if (lanes.length === 1) return { title: wave.title, lines: nameLines(parts[0]?.names ?? []) }
    return {
      title: wave.title,
      lines: cut(parts.map(({ lane, names }) => `${lane.title}: ${count(names.length, 'target')}`)),
    }
  })
  const shown = waves.filter(({ lines }) => lines.length > 0)
  if (shown.length <= boxesMax) return shown
  return [...shown.slice(0, boxesMax - 1), { title: 'Then', lines: [`${shown.length - boxesMax + 1} more waves`] }]
}

function batchBoxes(targets: readonly string[], atOnce: number): readonly WaveBox[] {
  const batches = Math.ceil(targets.length / atOnce)
  const size = atOnce * Math.max(1, Math.ceil(batches / boxesMax))
  const boxes: WaveBox[] = []
  for (let from = 0; from < targets.length; from += size) {
    const part = targets.slice(from, from + size)
    const place = part.length === 1 ? `${from + 1}` : `${from + 1} to ${from + part.length}`
    boxes.push({ title: place, lines: nameLines(part) })
  }
  return boxes
}

function nameLines(names: readonly string[]): readonly string[] {
  return cut(compressNames(names))
}

function cut(lines: readonly string[]): readonly string[] {
  if (lines.length <= linesMax) return lines
  return [...lines.slice(0, linesMax - 1), `and ${lines.length - linesMax + 1} more`]
}

/** Components in an order that respects what each comes after; `null` when none depends on another. */
export function dependencyPicture(plan: Plan): Waves | null {
  if (plan.components.every((component) => component.after.length === 0)) return null
  const placed = new Set<string>()
  const boxes: WaveBox[] = []
  while (boxes.length < plan.components.length) {
    const next =
      plan.components.find((item) => !placed.has(item.id) && item.after.every((id) => placed.has(id))) ??
      plan.components.find((item) => !placed.has(item.id))!
    placed.add(next.id)
    const after = next.after.length === 0 ? [] : [`after ${next.after.join(', ')}`]
    boxes.push({ title: next.title, lines: [...nameLines(next.targets), ...after] })
  }
  return { kind: 'waves', id: 'dependencies', title: 'Components in the order in which they are upgraded', boxes }
}
