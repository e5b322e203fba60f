import type { PlanStep } from '../plan/model.ts'
import type { StepState } from '../run/state.ts'
import { rangesText } from './name-list.ts'
import { personText } from './person-text.ts'
import { isChange } from './plan-words.ts'
import { attemptRows, outputRows } from './report-attempts.ts'
import { innerPaths, type ReportSource, recordsText, stepAt } from './report-source.ts'
import type { ReportAnswerRow, ReportStepDetail, ReportTargetRow } from './report-view.ts'
import { choiceTitles, stepBadge, targetBadges } from './report-words.ts'
import { count, durationText, shorten, valueText } from './text.ts'
import { type Fact, inlineCode, stepAnchor } from './view.ts'

/** Whether a step left more behind than its row in the table of steps says. */
export function isDetailed(source: ReportSource, step: PlanStep): boolean {
  const states = [step.path, ...innerPaths(step)].flatMap((path) => source.state.steps[path] ?? [])
  return states.some(
    (state) => Object.keys(state.targets).length > 0 || state.prompts.length > 0 || state.rollout !== undefined,
  )
}

/** What happened in every step that was begun, attempt by attempt. */
export function detailOf(source: ReportSource, step: PlanStep): ReportStepDetail {
  const state = source.state.steps[step.path]
  const inner = innerPaths(step)
  return {
    number: step.number,
    anchor: `${stepAnchor(step.number)}-detail`,
    title: step.title,
    form: step.form,
    status: stepBadge(state),
    facts: detailFacts(step, state),
    note: null,
    attempts: [
      ...attemptRows(source, actionName(step), state, isChange(step)),
      ...inner.flatMap((path) =>
        attemptRows(source, innerTitle(source, path), source.state.steps[path], alters(source, path)),
      ),
    ],
    targets: state?.rollout === undefined ? [] : targetRows(source, state),
    outputs: [
      ...outputRows(state, ''),
      ...(step.form === 'rollout'
        ? inner.flatMap((path) => outputRows(source.state.steps[path], `${innerTitle(source, path)}: `))
        : []),
    ],
    form_values: Object.entries(state?.form ?? {}).map(([id, value]) => ({
      label: fieldTitle(step, id),
      value: valueText(value),
    })),
    answers: answerRows(source, [step.path, ...inner]),
    records: recordsText(source, step),
  }
}

function actionName(step: PlanStep): string {
  return step.form === 'action' ? step.action : step.title
}

function alters(source: ReportSource, path: string): boolean {
  const step = stepAt(source, path)
  return step !== undefined && isChange(step)
}

function innerTitle(source: ReportSource, path: string): string {
  const step = stepAt(source, path)
  if (step === undefined) return path.split('/').at(-1) ?? path
  return step.number === '' ? step.title : `${step.number} ${step.title}`
}

function fieldTitle(step: PlanStep, id: string): string {
  return (step.form === 'manual' ? step.fields.find((field) => field.id === id)?.title : undefined) ?? id
}

function detailFacts(step: PlanStep, state: StepState | undefined): readonly Fact[] {
  const facts: (readonly [string, Fact['value']])[] = [
    ['Reason', state?.reason ?? ''],
    ['Tried again', state === undefined || state.round === 1 ? '' : `${count(state.round - 1, 'time')} by a person`],
    ['Condition', step.when === undefined ? '' : inlineCode(step.when)],
    ['Coverage', coverageText(state)],
    ['Stopped', state?.rollout?.stopped === undefined ? '' : state.rollout.stopped.reason],
  ]
  return facts.filter(([, value]) => value !== '').map(([label, value]) => ({ label, value }))
}

function coverageText(state: StepState | undefined): string {
  const found = Object.values(state?.targets ?? {}).flatMap((target) => target.coverage ?? [])
  return [...new Set(found)].map((word) => word.replaceAll('_', ' ')).join(', ')
}

function targetRows(source: ReportSource, state: StepState): readonly ReportTargetRow[] {
  return Object.entries(state.rollout?.targets ?? {}).map(([name, target]) => ({
    name,
    status: targetBadges[target.state],
    attempts: String(target.attempt),
    start: target.startedAt === undefined ? '' : source.moment(target.startedAt),
    end: target.endedAt === undefined ? '' : source.moment(target.endedAt),
    duration:
      target.startedAt === undefined || target.endedAt === undefined
        ? '–'
        : durationText(target.endedAt - target.startedAt),
    reason: target.reason ?? '',
    records: rangesText(target.records),
  }))
}

function answerRows(source: ReportSource, paths: readonly string[]): readonly ReportAnswerRow[] {
  const votes = paths.flatMap((path) => source.state.steps[path]?.votes ?? [])
  const answers = source.state.answered.flatMap((prompt) => {
    if (!paths.includes(prompt.step) || prompt.answer === undefined) return []
    const { by, role, choice, reason, at, seq } = prompt.answer
    return [
      {
        asked: prompt.kind === 'manual' ? 'The manual step' : shorten(prompt.message, 160),
        answer: choiceTitles[choice],
        by: personText(by, source.roleText(role)),
        reason: reason ?? '',
        at: source.moment(at),
        records: rangesText([prompt.seq, seq]),
      },
    ]
  })
  return [
    ...answers,
    ...votes.map((vote) => ({
      asked: 'Vote',
      answer: choiceTitles[vote.decision],
      by: personText(vote.by, source.roleText(vote.role)),
      reason: vote.reason ?? '',
      at: source.moment(vote.at),
      records: String(vote.seq),
    })),
  ]
}
