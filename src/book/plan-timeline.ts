import type { Plan, PlanStep } from '../plan/model.ts'
import { type PlanSpan, phaseMs, stepMs } from '../plan/timeline.ts'
import { durationText } from './text.ts'
import type { BarKind, Timeline, TimelineLine, TimelineRow } from './view.ts'

/** A step with the time at which the simulator reaches it when all goes as expected, counted from the start of the run. */
export interface PlacedStep {
  readonly step: PlanStep
  readonly phase: string
  readonly level: 1 | 2
  /** Absent: nobody played the plan, or it does not come as far. */
  readonly span?: PlanSpan
}

/** Every step of the plan in its order; groups before what they hold. */
export function placeSteps(plan: Plan): readonly PlacedStep[] {
  const place = (step: PlanStep, phase: string, level: 1 | 2): readonly PlacedStep[] => {
    const span = plan.timeline?.steps[step.path]?.expected
    const inner = step.form === 'group' ? step.steps.flatMap((child) => place(child, phase, 2)) : []
    return [{ step, phase, level, ...(span ? { span } : {}) }, ...inner]
  }
  return plan.phases.flatMap((phase) => phase.steps.flatMap((step) => place(step, phase.id, 1)))
}

/** The plan as bars: phases and steps, gates and manual steps marked, the point of no return across all rows. */
export function planTimeline(plan: Plan): Timeline | null {
  const total = plan.timeline?.expected.ms ?? 0
  if (total === 0) return null
  const placed = placeSteps(plan)
  const latest = Math.max(total, ...placed.map((item) => (item.span?.from_ms ?? 0) + (worstMs(plan, item) ?? 0)))
  return {
    kind: 'timeline',
    id: 'timeline',
    title: `Timeline: ${durationText(total)} expected`,
    rows: plan.phases.flatMap((phase) => {
      const steps = placed.filter((item) => item.phase === phase.id)
      return steps.length === 0 ? [] : [phaseRow(plan, phase), ...steps.map((item) => stepRow(plan, item))]
    }),
    lines: pointOfNoReturn(placed),
    // A wait of days at worst must not press the night into a corner.
    end_ms: Math.min(latest, total * 1.4),
  }
}

function worstMs(plan: Plan, { step }: PlacedStep): number | undefined {
  return stepMs(plan, step.path, 'worst')
}

function phaseRow(plan: Plan, phase: Plan['phases'][number]): TimelineRow {
  const spans = phase.steps.flatMap((step) => plan.timeline?.steps[step.path]?.expected ?? [])
  const from_ms = Math.min(...spans.map((span) => span.from_ms))
  const to_ms = Math.max(...spans.map((span) => span.to_ms))
  const took = phaseMs(plan, phase, 'expected')
  return {
    number: phase.number,
    label: phase.title,
    level: 0,
    bars: took === undefined ? [] : [{ from_ms, to_ms, kind: 'phase' }],
    marks: [],
    note: took === undefined ? 'not reached' : durationText(took),
  }
}

function stepRow(plan: Plan, item: PlacedStep): TimelineRow {
  const { step, level, span } = item
  const row = { number: step.number, label: step.title, level }
  if (step.skip !== undefined) return { ...row, bars: [], marks: [], note: 'left out' }
  if (!span) return { ...row, bars: [], marks: [], note: 'not reached' }
  const { from_ms, to_ms } = span
  const worst = from_ms + (worstMs(plan, item) ?? 0)
  return {
    ...row,
    bars: [
      ...(step.form !== 'group' && worst > to_ms ? [{ from_ms: to_ms, to_ms: worst, kind: 'worst' as const }] : []),
      { from_ms, to_ms, kind: barKind(step) },
    ],
    marks: step.form === 'gate' || step.form === 'manual' ? [{ at_ms: from_ms, kind: step.form }] : [],
    note: durationText(to_ms - from_ms),
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
  const first = placed.find(({ step, span }) => step.point_of_no_return && step.skip === undefined && span)
  return first?.span ? [{ at_ms: first.span.from_ms, label: `Point of no return (${first.step.number})` }] : []
}
