import type { Plan, PlanStep } from '../plan/model.ts'
import { indexPlan, type PlanIndex } from '../run/plan-index.ts'
import type { RunState, StepState } from '../run/state.ts'
import { type InstantFormat, makeInstantFormat } from './instant.ts'
import type { JournalFacts } from './journal-facts.ts'
import { rangesText } from './name-list.ts'
import { type PlacedStep, placeSteps } from './plan-timeline.ts'
import { roleTitle } from './plan-words.ts'

/** Everything that a report is made from, with the look-ups that all its parts share. */
export interface ReportSource {
  readonly plan: Plan
  readonly state: RunState
  readonly facts: JournalFacts
  readonly index: PlanIndex
  readonly placed: readonly PlacedStep[]
  readonly instants: InstantFormat
  /** Milliseconds since the epoch up to which the record goes. */
  readonly until: number
  /** `01:23:15`; with its day when the run went on for more than one. */
  moment(ms: number): string
  /** Title of a role, empty for none. */
  roleText(role: string | undefined): string
}

export function makeReportSource(plan: Plan, state: RunState, facts: JournalFacts, timeZone?: string): ReportSource {
  const instants = makeInstantFormat(timeZone)
  const until = state.endedAt ?? state.lastAt
  const oneDay = instants.day(state.startedAt) === instants.day(until)
  return {
    plan,
    state,
    facts,
    index: indexPlan(plan),
    placed: placeSteps(plan),
    instants,
    until,
    moment: (ms) => (oneDay ? instants.time(ms) : `${instants.day(ms)} ${instants.time(ms)}`),
    roleText: (role) => (role === undefined ? '' : roleTitle(plan, role)),
  }
}

/** Paths of the actions that a step stands on: those of a rollout, the checks of an acceptance step. */
export function innerPaths(step: PlanStep): readonly string[] {
  if (step.form === 'acceptance') return step.criteria.map((id) => `${step.path}/${id}`)
  if (step.form !== 'rollout') return []
  const checks = step.health?.checks ?? []
  const actions = [
    ...step.stage,
    ...step.preflight,
    ...step.each,
    ...step.post_checks,
    ...checks,
    ...step.rollback.steps,
    ...step.gates,
  ]
  return actions.map((action) => action.path)
}

/** Numbers of all journal records about a step, those of its inner actions and targets included. */
export function recordsOf(source: ReportSource, step: PlanStep): readonly number[] {
  return [step.path, ...innerPaths(step)].flatMap((path) => ownRecords(source.state.steps[path]))
}

function ownRecords(step: StepState | undefined): readonly number[] {
  if (step === undefined) return []
  const attempts = Object.values(step.targets).flatMap((target) =>
    target.attempts.flatMap((attempt) => attempt.records),
  )
  const rollout = Object.values(step.rollout?.targets ?? {}).flatMap((target) => target.records)
  return [...step.records, ...attempts, ...rollout, ...step.votes.map((vote) => vote.seq)]
}

/** Record numbers of a step, see {@link recordNumbers}. */
export function recordsText(source: ReportSource, step: PlanStep): string {
  return recordNumbers(recordsOf(source, step))
}

/** As ranges. Work side by side shares a stretch of the journal: when that breaks into many, first, last and count are told. */
export function recordNumbers(numbers: readonly number[]): string {
  const different = [...new Set(numbers)]
  const text = rangesText(different)
  if (text.split(', ').length <= 8) return text
  return `${Math.min(...different)}–${Math.max(...different)}, ${different.length} of them`
}

/** Who led the run when a record was written. */
export function operatorAt(source: ReportSource, seq: number): string {
  const later = source.state.handovers.filter((handover) => handover.seq <= seq).at(-1)
  return later?.to ?? source.state.initiator
}

/** A step by its path, also back-out steps and the actions inside rollouts. */
export function stepAt(source: ReportSource, path: string): PlanStep | undefined {
  return source.index.byPath.get(path)?.step
}
