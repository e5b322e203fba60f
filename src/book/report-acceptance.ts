/** Acceptance before and after, and what of the requirements the run has shown. */
import { canonicalJson, isJsonObject, type JsonObject } from '../base/json.ts'
import type { PlanCriterion, PlanStep } from '../plan/model.ts'
import { isCured } from '../run/cure.ts'
import type { AcceptanceResult, StepState } from '../run/state.ts'
import { namesText, rangesText } from './name-list.ts'
import { outputLines } from './report-attempts.ts'
import { type PartShown, rolloutPart, wentItsWay } from './report-rollout-part.ts'
import { type ReportSource, recordsOf } from './report-source.ts'
import type { ReportAcceptanceRow, ReportRequirementRow } from './report-view.ts'
import { isCutOff, type RequirementVerdict, requirementBadges, stepBadge, verdictBadges } from './report-words.ts'
import { count } from './text.ts'
import { type Badge, lines } from './view.ts'

interface Pair {
  readonly target: string
  readonly before: AcceptanceResult | undefined
  readonly after: AcceptanceResult | undefined
}

export function acceptanceRows(source: ReportSource): readonly ReportAcceptanceRow[] {
  return source.plan.acceptance_criteria.flatMap((criterion) => {
    const pairs = (criterion.targets.length > 0 ? criterion.targets : ['']).map((target) =>
      pairOf(source, criterion, target),
    )
    const groups = new Map<string, Pair[]>()
    for (const pair of pairs) {
      const key = canonicalJson([
        pair.before?.verdict,
        pair.before?.outputs,
        pair.after?.verdict,
        pair.after?.outputs,
        pair.after?.reason,
      ])
      groups.set(key, [...(groups.get(key) ?? []), pair])
    }
    return [...groups.values()].map((group) => acceptanceRow(criterion, group))
  })
}

function pairOf(source: ReportSource, criterion: PlanCriterion, target: string): Pair {
  const last = (moment: AcceptanceResult['moment']): AcceptanceResult | undefined =>
    source.state.acceptance.findLast(
      (result) => result.criterion === criterion.id && result.target === target && result.moment === moment,
    )
  return { target, before: last('baseline'), after: last('final') }
}

function acceptanceRow(criterion: PlanCriterion, group: readonly Pair[]): ReportAcceptanceRow {
  const { before, after } = group[0]!
  const by = after?.by === undefined ? '' : `by ${after.by}`
  return {
    id: criterion.id,
    title: criterion.title,
    severity: criterion.severity,
    on: criterion.targets.length === 0 ? '' : namesText(group.map((pair) => pair.target)),
    before: lines(resultLines(before, criterion.baseline ? 'not captured' : 'no baseline wanted')),
    after: lines(resultLines(after, 'not tested')),
    changed: changedText(before, after),
    verdict: verdictBadges[after?.verdict ?? 'not_tested'],
    reason: [after?.reason ?? '', by].filter((part) => part !== '').join(', '),
    records: rangesText(
      group.flatMap((pair) => [pair.before?.seq, pair.after?.seq].filter((seq) => seq !== undefined)),
    ),
  }
}

function resultLines(result: AcceptanceResult | undefined, none: string): readonly string[] {
  if (result === undefined) return [none]
  return [verdictBadges[result.verdict].text, ...outputLines(withoutLists(result.outputs)).lines]
}

/** Lists of things are counted, so that verdicts stay in sight; the details of the step and the journal hold them whole. */
function withoutLists(outputs: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(outputs).map(([key, value]) =>
      Array.isArray(value) && value.some(isJsonObject) ? [key, count(value.length, 'entry', 'entries')] : [key, value],
    ),
  )
}

function changedText(before: AcceptanceResult | undefined, after: AcceptanceResult | undefined): string {
  if (before === undefined || after === undefined) return ''
  return canonicalJson(before.outputs) === canonicalJson(after.outputs) ? 'as before' : 'changed'
}

interface Proof {
  readonly label: string
  readonly shown: PartShown
  readonly badge: Badge
  readonly records: readonly number[]
}

export function requirementRows(source: ReportSource): readonly ReportRequirementRow[] {
  return source.plan.requirements.map((requirement) => {
    const proofs = requirement.covered_by.map((id) => proofOf(source, id))
    const byNote = proofs.length === 0 && requirement.note !== undefined
    const shownBy = proofs.map((proof) => `${proof.label}: ${proof.badge.text.toLowerCase()}`)
    return {
      id: requirement.id,
      text: requirement.text,
      covered_by: lines([...shownBy, ...(requirement.note === undefined ? [] : [`note: ${requirement.note}`])]),
      verdict: requirementBadges[byNote ? 'by_note' : requirementVerdict(proofs.map((proof) => proof.shown))],
      records: rangesText(byNote ? startOf(source) : proofs.flatMap((proof) => proof.records)),
    }
  })
}

/** A note stands in the runbook, and the record of the start pins that. */
function startOf(source: ReportSource): readonly number[] {
  return source.facts.started === undefined ? [] : [source.facts.started.seq]
}

function requirementVerdict(shown: readonly PartShown[]): RequirementVerdict {
  if (shown.length === 0) return 'not_covered'
  if (shown.includes('bad')) return 'not_met'
  if (shown.includes('open')) return 'open'
  if (shown.includes('deviation')) return 'met_with_deviation'
  return shown.includes('good') ? 'met' : 'not_needed'
}

function proofOf(source: ReportSource, id: string): Proof {
  const criterion = source.plan.acceptance_criteria.find((candidate) => candidate.id === id)
  if (criterion !== undefined) return criterionProof(source, criterion)
  const rule = source.plan.rules.find((candidate) => candidate.id === id)
  if (rule !== undefined) {
    const broken = source.state.rulesBroken.filter((item) => item.rule === id)
    const kept: Badge = {
      text: broken.length === 0 ? 'Never broken' : 'An effect was refused',
      sign: '',
      tone: 'plain',
    }
    return {
      label: `rule ${id}`,
      shown: 'good',
      badge: kept,
      records: broken.length > 0 ? broken.map((item) => item.seq) : wholeJournal(source),
    }
  }
  const found = [...source.index.byPath.values()].find(({ step }) => step.number === id)
  const state = found === undefined ? undefined : source.state.steps[found.step.path]
  const part = found === undefined ? undefined : rolloutPart(source, found.step)
  if (part !== undefined) return { label: `step ${id}`, ...part }
  const eased = found === undefined ? undefined : easedFailure(source, found.step, state)
  if (eased !== undefined && found !== undefined)
    return { label: `step ${id}`, shown: 'deviation', badge: eased, records: recordsOf(source, found.step) }
  return {
    label: `step ${id}`,
    shown: stepShown(state),
    badge: stepBadge(state),
    records: found === undefined ? [] : recordsOf(source, found.step),
  }
}

/**
 * A failure that leaves a demand met all the same: a later step made it good, or a rollout went its way to the end and
 * only some of its targets did not arrive.
 */
function easedFailure(source: ReportSource, step: PlanStep, state: StepState | undefined): Badge | undefined {
  if (state?.status !== 'failed') return undefined
  if (isCured(source, step)) return { text: 'Failed, and made good by a later step', sign: '', tone: 'plain' }
  const { rollout } = state
  if (rollout === undefined || !wentItsWay(rollout)) return undefined
  const ends = Object.values(rollout.targets)
  const arrived = ends.filter((target) => target.state === 'succeeded').length
  return { text: `Ended, ${arrived} of ${count(ends.length, 'target')} succeeded`, sign: '', tone: 'plain' }
}

/** That something never happened is shown by all records together. */
function wholeJournal(source: ReportSource): readonly number[] {
  return Array.from({ length: source.facts.records }, (_, index) => index + 1)
}

function stepShown(state: StepState | undefined): PartShown {
  switch (state?.status) {
    case 'succeeded':
      return 'good'
    case 'marked_done':
      return 'deviation'
    case 'skipped':
      return state.by === undefined && !isCutOff(state) ? 'not_needed' : 'open'
    case 'failed':
      return 'bad'
    default:
      return 'open'
  }
}

function criterionProof(source: ReportSource, criterion: PlanCriterion): Proof {
  const results = (criterion.targets.length > 0 ? criterion.targets : ['']).map(
    (target) => pairOf(source, criterion, target).after,
  )
  const verdicts = results.map((result) => result?.verdict ?? 'not_tested')
  const worst =
    (['fail', 'unknown', 'not_tested', 'waived', 'pass'] as const).find((verdict) => verdicts.includes(verdict)) ??
    'not_tested'
  const shown = { fail: 'bad', unknown: 'open', not_tested: 'open', waived: 'deviation', pass: 'good' } as const
  return {
    label: `criterion ${criterion.id}`,
    shown: shown[worst],
    badge: verdictBadges[worst],
    records: results.flatMap((result) => (result === undefined ? [] : [result.seq])),
  }
}
