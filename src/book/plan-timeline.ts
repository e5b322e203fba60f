import type { Plan, PlanStep } from '../plan/model.ts'
import { durationText } from './text.ts'
import type { BarKind, Timeline, TimelineLine, TimelineRow } from './view.ts'

/** A step with the time at which it starts when all goes well, counted from the start of the run. */
export interface PlacedStep {
  readonly step: PlanStep
  readonly phase: string
  readonly level: 1 | 2
  readonly from_ms: number
  readonly to_ms: number
}

/** Places every step by the expected durations of the plan: one after another, side by side in a parallel group. */
export function placeSteps(plan: Plan): readonly PlacedStep[] {
  const placed: PlacedStep[] = []
  const place = (step: PlanStep, phase: string, from_ms: number, level: 1 | 2): number => {
    const at = placed.length
    let to_ms = from_ms + step.duration.expected_ms
    if (step.form === 'group') {
      let cursor = from_ms
      for (const child of step.steps) {
        const end = place(child, phase, step.parallel ? from_ms : cursor, 2)
        cursor = step.parallel ? Math.max(cursor, end) : end
      }
      to_ms = Math.max(to_ms, cursor)
    }
    placed.splice(at, 0, { step, phase, level, from_ms, to_ms })
    return to_ms
  }
  let cursor = 0
  for (const phase of plan.phases) for (const step of phase.steps) cursor = place(step, phase.id, cursor, 1)
  return placed
}

/** The plan as bars: phases and steps, gates and manual steps marked, the point of no return across all rows. */
export function planTimeline(plan: Plan): Timeline | null {
  const placed = placeSteps(plan)
  const total = Math.max(0, ...placed.map((step) => step.to_ms))
  if (total === 0) return null
  const latest = Math.max(total, ...placed.map((item) => item.from_ms + item.step.duration.worst_ms))
  return {
    kind: 'timeline',
    id: 'timeline',
    title: `Timeline: ${durationText(total)} expected`,
    rows: plan.phases.flatMap((phase) => {
      const steps = placed.filter((item) => item.phase === phase.id)
      return steps.length === 0 ? [] : [phaseRow(phase, steps), ...steps.map(stepRow)]
    }),
    lines: pointOfNoReturn(placed),
    // A wait of days at worst must not press the night into a corner.
    end_ms: Math.min(latest, total * 1.4),
  }
}

function phaseRow(phase: Plan['phases'][number], steps: readonly PlacedStep[]): TimelineRow {
  const from_ms = Math.min(...steps.map((item) => item.from_ms))
  const to_ms = Math.max(...steps.map((item) => item.to_ms))
  return {
    number: phase.number,
    label: phase.title,
    level: 0,
    bars: [{ from_ms, to_ms, kind: 'phase' }],
    marks: [],
    note: durationText(to_ms - from_ms),
  }
}

function stepRow({ step, level, from_ms, to_ms }: PlacedStep): TimelineRow {
  const worst = from_ms + step.duration.worst_ms
  return {
    number: step.number,
    label: step.title,
    level,
    bars: [
      ...(step.form !== 'group' && worst > to_ms ? [{ from_ms: to_ms, to_ms: worst, kind: 'worst' as const }] : []),
      { from_ms, to_ms, kind: barKind(step) },
    ],
    marks:
      step.skip === undefined && (step.form === 'gate' || step.form === 'manual')
        ? [{ at_ms: from_ms, kind: step.form }]
        : [],
    note: step.skip === undefined ? durationText(to_ms - from_ms) : 'left out',
  }
}

export function barKind(step: PlanStep): BarKind {
  if (step.skip !== undefined) return 'passed_over'
  switch (step.form) {
    case 'group':
      return 'planned'
    case 'gate':
    case 'manual':
      return 'person'
    case 'acceptance':
      return 'read'
    case 'rollout':
      return 'disruptive'
    case 'action':
      return step.capabilities.effect === 'none' ? 'read' : step.capabilities.effect
  }
}

function pointOfNoReturn(placed: readonly PlacedStep[]): readonly TimelineLine[] {
  const first = placed.find((item) => item.step.point_of_no_return)
  return first === undefined ? [] : [{ at_ms: first.from_ms, label: `Point of no return (${first.step.number})` }]
}
