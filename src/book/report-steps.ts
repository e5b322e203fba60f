/** Planned against actual: one row per phase and step, in the order and with the numbers of the plan. */
import type { PlanStep } from '../plan/model.ts'
import { phaseMs, stepMs } from '../plan/timeline.ts'
import type { StepState } from '../run/state.ts'
import { rangesText } from './name-list.ts'
import { personText } from './person-text.ts'
import { leafSteps } from './plan-words.ts'
import { isDetailed } from './report-detail.ts'
import { operatorAt, type ReportSource, recordsText, stepAt } from './report-source.ts'
import type { ReportPhaseRow, ReportStepRow } from './report-view.ts'
import { stepBadge } from './report-words.ts'
import { differenceText, durationText } from './text.ts'
import { type Badge, stepAnchor } from './view.ts'

export function phaseRows(source: ReportSource): readonly ReportPhaseRow[] {
  return source.plan.phases.map((phase) => {
    const state = source.state.phases[phase.id]
    const planned = phaseMs(source.plan, phase, 'expected')
    return {
      number: phase.number,
      title: phase.title,
      status: phaseBadge(state?.status),
      ...times(source, planned, state?.startedAt, state?.endedAt),
      records: rangesText(state?.records ?? []),
    }
  })
}

function phaseBadge(status: 'running' | 'ended' | undefined): Badge {
  if (status === 'ended') return { text: 'Ended', sign: '✓', tone: 'good' }
  if (status === 'running') return { text: 'Not ended', sign: '▷', tone: 'warning' }
  return stepBadge(undefined)
}

export function stepRows(source: ReportSource): readonly ReportStepRow[] {
  return source.placed.map((item) => stepRow(source, item.step, item.level - 1))
}

/** What ran on the way back: inverse steps and undone actions. */
export function backOutRows(source: ReportSource): readonly ReportStepRow[] {
  const planned = new Set(source.placed.map((item) => item.step.path))
  const inner = new Set(leafSteps(source.plan).flatMap((step) => (step.form === 'rollout' ? [`${step.path}/`] : [])))
  return Object.keys(source.state.steps)
    .filter(
      (path) =>
        path.includes('/back_out') &&
        !planned.has(path) &&
        ![...inner].some((start) => path.startsWith(start) && !path.startsWith(`${start}back_out`)),
    )
    .flatMap((path) => {
      const step = stepAt(source, path)
      return step === undefined ? [] : [stepRow(source, step, 0)]
    })
}

function stepRow(source: ReportSource, step: PlanStep, depth: number): ReportStepRow {
  const state = source.state.steps[step.path]
  const planned = stepMs(source.plan, step.path, 'expected')
  return {
    number: step.number,
    title: step.title,
    anchor: stepAnchor(step.number),
    depth,
    status: stepBadge(state),
    ...(state?.status === 'skipped'
      ? times(source, planned, undefined, undefined)
      : times(source, planned, state?.startedAt, state?.endedAt)),
    who: state === undefined ? '' : whoDid(source, step, state),
    reason: state?.reason ?? '',
    detailed: isDetailed(source, step),
    records: recordsText(source, step),
  }
}

function times(
  source: ReportSource,
  planned: number | undefined,
  start: number | undefined,
  end: number | undefined,
): Pick<ReportPhaseRow, 'planned' | 'start' | 'end' | 'actual' | 'difference'> {
  const both = start !== undefined && end !== undefined
  return {
    planned: planned === undefined ? '–' : durationText(planned),
    start: start === undefined ? '' : source.moment(start),
    end: end === undefined ? '' : source.moment(end),
    actual: both ? durationText(end - start) : '–',
    difference: both && planned !== undefined ? differenceText(end - start, planned) : '–',
  }
}

/** The people who decided something in a step; for what ran by itself, whoever led the run. */
export function whoDid(source: ReportSource, step: PlanStep, state: StepState): string {
  const answers = source.state.answered.filter((prompt) => prompt.step === step.path && prompt.answer !== undefined)
  const people = [
    ...state.votes.map((vote) => personText(vote.by, source.roleText(vote.role))),
    ...answers.map((prompt) => personText(prompt.answer!.by, source.roleText(prompt.answer!.role))),
    ...(state.by === undefined || state.by === 'clock' || state.votes.length > 0 ? [] : [state.by]),
  ]
  const named = [...new Set(people)].filter((person, _, all) => !all.some((other) => other.startsWith(`${person} (`)))
  if (named.length > 0) return named.join(', ')
  return state.startedAt === undefined || state.status === 'skipped'
    ? ''
    : `automatic, led by ${operatorAt(source, state.records[0] ?? 0)}`
}
