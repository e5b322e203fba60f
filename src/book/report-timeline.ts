import type { StepState } from '../run/state.ts'
import type { ReportSource } from './report-source.ts'
import { stepBadge } from './report-words.ts'
import { differenceText, durationText } from './text.ts'
import type { BarKind, Timeline, TimelineRow } from './view.ts'

/** The plan as outlines and the run as bars, over the time since the run began. */
export function reportTimeline(source: ReportSource): Timeline | null {
  const { state, plan, placed } = source
  const length = Math.max(source.until - state.startedAt, ...placed.map((item) => item.span?.to_ms ?? 0))
  if (length <= 0 || placed.length === 0) return null
  const crossing = placed.find((item) => item.step.point_of_no_return && isCrossed(state.steps[item.step.path]?.status))
  const crossedAt = crossing === undefined ? undefined : state.steps[crossing.step.path]?.startedAt
  return {
    kind: 'timeline',
    id: 'timeline',
    title: `Planned against actual: ${durationText(source.until - state.startedAt)}`,
    rows: plan.phases.flatMap((phase) => {
      const steps = placed.filter((item) => item.phase === phase.id)
      return steps.length === 0 ? [] : [phaseRow(source, phase), ...steps.map((item) => stepRow(source, item))]
    }),
    lines:
      crossing === undefined || crossedAt === undefined
        ? []
        : [{ at_ms: crossedAt - state.startedAt, label: `Point of no return (${crossing.step.number})` }],
    end_ms: length,
  }
}

/** What was left out was never crossed. */
function isCrossed(status: StepState['status'] | undefined): boolean {
  return status !== undefined && status !== 'skipped' && status !== 'waiting'
}

function phaseRow(source: ReportSource, phase: ReportSource['plan']['phases'][number]): TimelineRow {
  const at = source.state.phases[phase.id]
  const from = at === undefined ? 0 : at.startedAt - source.state.startedAt
  const to = at === undefined ? 0 : (at.endedAt ?? source.until) - source.state.startedAt
  return {
    number: phase.number,
    label: phase.title,
    level: 0,
    bars: at === undefined ? [] : [{ from_ms: from, to_ms: to, kind: 'phase' }],
    marks: [],
    note: at === undefined ? 'not reached' : durationText(to - from),
  }
}

function stepRow(source: ReportSource, item: ReportSource['placed'][number]): TimelineRow {
  const { step } = item
  const state = source.state.steps[step.path]
  const from = (state?.startedAt ?? 0) - source.state.startedAt
  const to = (state?.endedAt ?? source.until) - source.state.startedAt
  const ran = state?.startedAt !== undefined
  return {
    number: step.number,
    label: step.title,
    level: item.level,
    bars: [
      ...(ran ? [{ from_ms: from, to_ms: to, kind: kindOf(state) }] : []),
      ...(item.span ? [{ ...item.span, kind: 'planned' as const }] : []),
    ],
    marks: ran && (step.form === 'gate' || step.form === 'manual') ? [{ at_ms: from, kind: step.form }] : [],
    note: noteOf(state, to - from, item.span && item.span.to_ms - item.span.from_ms),
  }
}

function noteOf(state: StepState | undefined, actual: number, planned: number | undefined): string {
  if (state?.startedAt === undefined || state.endedAt === undefined || state.status === 'skipped')
    return stepBadge(state).text.toLowerCase()
  return planned === undefined ? durationText(actual) : differenceText(actual, planned)
}

function kindOf(state: StepState): BarKind {
  switch (state.status) {
    case 'succeeded':
    case 'marked_done':
      return 'succeeded'
    case 'failed':
      return 'failed'
    case 'skipped':
      return 'passed_over'
    case 'backed_out':
      return 'backed_out'
    case 'waiting':
    case 'running':
      return 'open'
  }
}
