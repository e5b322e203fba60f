import { version as rollbookVersion } from '../base/version.ts'
import type { Plan, PlanStep } from '../plan/model.ts'
import type { RunState } from '../run/state.ts'
import type { JournalFacts } from './journal-facts.ts'
import { rangesText } from './name-list.ts'
import { leafSteps, walkSteps } from './plan-words.ts'
import { shortHash } from './recipe-book.ts'
import { acceptanceRows, requirementRows } from './report-acceptance.ts'
import { detailOf, isDetailed } from './report-detail.ts'
import { deviationRows, evidenceRows, failureRows, personRows, voteRows } from './report-events.ts'
import { makeReportSource, type ReportSource, stepAt } from './report-source.ts'
import { backOutRows, phaseRows, stepRows } from './report-steps.ts'
import { reportTimeline } from './report-timeline.ts'
import type { ReportView } from './report-view.ts'
import { outcomeBadges, runStatusBadges } from './report-words.ts'
import { count, differenceText, durationText, listText } from './text.ts'
import { type Badge, type Fact, type Figure, type Heading, inlineCode, pageText } from './view.ts'

export interface ReportOptions {
  /** IANA name for instants; default UTC. */
  readonly timeZone?: string
}

/**
 * The as-executed record: what the journal says, in the order and with the numbers of the plan.
 *
 * @param state - fold of the journal, see run/evolve.ts
 * @param facts - fold of the same journal, see journal-facts.ts
 */
export function asExecuted(plan: Plan, state: RunState, facts: JournalFacts, options: ReportOptions = {}): ReportView {
  const source = makeReportSource(plan, state, facts, options.timeZone)
  const outcome = state.outcome === undefined ? runStatusBadges[state.status] : outcomeBadges[state.outcome]
  const backOut = backOutRows(source)
  const view: Omit<ReportView, 'contents' | 'figures' | 'summary'> = {
    document: 'as_executed',
    title: plan.runbook.title,
    kind_title: state.mode === 'dry_run' ? 'Dry run record' : 'As-executed record',
    version: plan.runbook.version,
    footer: pageText(`${plan.runbook.title} · run ${state.run} · journal ${facts.last_hash.slice(0, 12)}`),
    outcome,
    outcome_text: state.reason ?? state.ending?.reason ?? '',
    cover: coverFacts(source),
    warnings: warningsOf(source),
    timeline: reportTimeline(source),
    phases: phaseRows(source),
    steps: stepRows(source),
    details: [...walkSteps(plan), ...backOutSteps(source)]
      .filter((step) => isDetailed(source, step))
      .map((step) => detailOf(source, step)),
    deviations: deviationRows(source),
    failures: failureRows(source),
    gates: voteRows(source),
    people: personRows(source),
    back_out: backOut,
    back_out_text: backOutText(source),
    acceptance: acceptanceRows(source),
    requirements: requirementRows(source),
    evidence: evidenceRows(source),
    signatures: ['Operator', plan.runbook.owner ?? 'Owner of the change'],
    references: referenceFacts(source),
  }
  const figures = figuresOf(source, view)
  const whole = { ...view, figures, summary: summaryOf(source, view, outcome) }
  return { ...whole, contents: contentsOf(whole) }
}

function backOutSteps(source: ReportSource): readonly PlanStep[] {
  const planned = new Set(walkSteps(source.plan).map((step) => step.path))
  return Object.keys(source.state.steps).flatMap((path) => {
    const step = path.includes('/back_out') && !planned.has(path) ? stepAt(source, path) : undefined
    return step === undefined ? [] : [step]
  })
}

function coverFacts(source: ReportSource): readonly Fact[] {
  const { state, plan, facts, instants } = source
  const list: (readonly [string, Fact['value']])[] = [
    ['Run', state.run],
    ['Runbook', `${plan.runbook.name} ${plan.runbook.version}`],
    ['Started', state.startedAt === 0 ? '–' : instants.full(state.startedAt)],
    ['Ended', state.endedAt === undefined ? 'not ended' : instants.full(state.endedAt)],
    ['Started by', state.initiator],
    ['Led at the end by', state.operator],
    ['Mode', state.mode.replaceAll('_', ' ')],
    ['Journal', `${count(facts.records, 'record')}, ${facts.last_hash.slice(0, 12)}`],
  ]
  return list.map(([label, value]) => ({ label, value }))
}

type Body = Omit<ReportView, 'contents' | 'figures' | 'summary'>

function figuresOf(source: ReportSource, view: Body): readonly Figure[] {
  const { state, plan } = source
  const actual = source.until - state.startedAt
  const planned = plan.timeline?.expected.ms
  const leaves = leafSteps(plan)
  const ended = leaves.filter((step) => state.steps[step.path]?.endedAt !== undefined).length
  const verdicts = view.acceptance.map((row) => row.verdict.text)
  const passed = verdicts.filter((verdict) => verdict === 'Pass').length
  const met = view.requirements.filter(
    (row) => row.verdict.tone === 'good' || ['Met with deviation', 'Not needed', 'By note'].includes(row.verdict.text),
  ).length
  return [
    figure(
      durationText(actual),
      'actual',
      planned === undefined ? '' : `${differenceText(actual, planned)} against ${durationText(planned)} expected`,
    ),
    figure(`${ended} of ${leaves.length}`, 'steps ended', count(plan.totals.targets, 'target')),
    figure(
      String(view.failures.length),
      view.failures.length === 1 ? 'failed attempt' : 'failed attempts',
      'all of them listed',
      view.failures.length === 0 ? 'good' : 'warning',
    ),
    figure(
      String(view.deviations.length),
      view.deviations.length === 1 ? 'deviation' : 'deviations',
      'from the runbook',
      view.deviations.length === 0 ? 'good' : 'warning',
    ),
    ...(verdicts.length === 0
      ? []
      : [
          figure(
            `${passed} of ${verdicts.length}`,
            'acceptance results',
            'passed',
            verdicts.includes('Fail') ? 'bad' : passed === verdicts.length ? 'good' : 'warning',
          ),
        ]),
    ...(plan.requirements.length === 0
      ? []
      : [
          figure(
            `${met} of ${plan.requirements.length}`,
            'requirements',
            'met, by note or not needed',
            met === plan.requirements.length ? 'good' : 'warning',
          ),
        ]),
    figure(
      String(view.evidence.length),
      view.evidence.length === 1 ? 'piece of evidence' : 'pieces of evidence',
      'with hashes',
    ),
    figure(
      String(source.facts.records),
      source.facts.records === 1 ? 'journal record' : 'journal records',
      'hash-chained',
    ),
  ]
}

function figure(value: string, label: string, note: string, tone: Figure['tone'] = 'plain'): Figure {
  return { value, label, note, tone }
}

function summaryOf(source: ReportSource, view: Body, outcome: Badge): readonly string[] {
  const { state, plan, instants } = source
  const actual = source.until - state.startedAt
  const planned = plan.timeline?.expected.ms
  const end =
    state.endedAt === undefined ? `The run has not ended; this record goes up to ${instants.full(source.until)}.` : ''
  const time =
    planned === undefined
      ? `It took ${durationText(actual)}.`
      : differenceText(actual, planned) === 'on time'
        ? `It took ${durationText(actual)}, as expected.`
        : `It took ${durationText(actual)}, ${durationText(Math.abs(actual - planned))} ${actual > planned ? 'more' : 'less'} than the ${durationText(planned)} that were expected.`
  const departures = [
    ...(view.failures.length > 0 ? [count(view.failures.length, 'failed attempt')] : []),
    ...(view.deviations.length > 0 ? [count(view.deviations.length, 'deviation')] : []),
  ]
  const people = [
    ...(view.gates.length > 0 ? [count(view.gates.length, 'vote')] : []),
    ...(state.handovers.length > 0 ? [count(state.handovers.length, 'hand-over')] : []),
  ]
  return [
    `Outcome: ${outcome.text.toLowerCase()}${view.outcome_text === '' ? '.' : ` (${view.outcome_text}).`}`,
    end === '' ? time : end,
    departures.length === 0
      ? 'Nothing failed, and nothing departed from the runbook.'
      : `On record: ${listText([...departures, ...people])}.`,
    'Every row names the journal records behind it; "rollbook verify" checks the chain and the hashes of the evidence.',
  ]
}

function warningsOf(source: ReportSource): readonly string[] {
  const { plan, state, facts } = source
  const warnings: string[] = []
  if (state.planDigest !== '' && state.planDigest !== plan.digest)
    warnings.push(
      `The run was started for plan ${shortHash(state.planDigest)}, and this record was made with plan ${shortHash(plan.digest)}.`,
    )
  if (facts.torn_bytes > 0)
    warnings.push(
      `The last write to the journal was torn; ${count(facts.torn_bytes, 'byte')} after record ${facts.records} do not count.`,
    )
  const open = Object.keys(state.calls).length
  if (open > 0) warnings.push(`${count(open, 'call')} ${open === 1 ? 'has' : 'have'} no recorded end.`)
  return warnings
}

function backOutText(source: ReportSource): string {
  const { backOut } = source.state
  if (backOut === undefined) return ''
  const who = backOut.by === undefined ? '' : ` by ${backOut.by}`
  return `Begun at ${source.instants.full(backOut.at)}${who} (record ${backOut.seq}): ${backOut.reason}`
}

function referenceFacts(source: ReportSource): readonly Fact[] {
  const { plan, state, facts } = source
  const records = [facts.started?.seq, facts.ended_seq].filter((seq) => seq !== undefined)
  const list: (readonly [string, Fact['value']])[] = [
    ['Run', inlineCode(state.run)],
    ['Plan digest', inlineCode(state.planDigest === '' ? plan.digest : state.planDigest)],
    ['Runbook', inlineCode(plan.runbook.file)],
    ['Runbook hash', inlineCode(facts.started?.runbook_hash ?? plan.runbook.hash)],
    ['Journal records', `1–${facts.records}${records.length === 0 ? '' : `; start and end: ${rangesText(records)}`}`],
    ['Hash of the last record', inlineCode(facts.last_hash)],
    ['Run with', facts.started === undefined ? '–' : `Rollbook ${facts.started.rollbook_version}`],
    ['Made with', `Rollbook ${rollbookVersion}`],
    ['Time zone of this record', source.instants.timeZone],
  ]
  return list.map(([label, value]) => ({ label, value }))
}

function contentsOf(view: Omit<ReportView, 'contents'>): readonly Heading[] {
  const sections: readonly (readonly [string, string, boolean])[] = [
    ['Summary', 'summary', true],
    ['Timeline', 'timeline-section', view.timeline !== null],
    ['Planned against actual', 'steps', view.steps.length > 0],
    ['Deviations', 'deviations', view.deviations.length > 0],
    ['Failures and retries', 'failures', view.failures.length > 0],
    ['Decisions', 'gates', view.gates.length > 0],
    ['Back-out', 'back-out', view.back_out_text !== ''],
    ['Acceptance', 'acceptance', view.acceptance.length > 0],
    ['Requirements', 'requirements', view.requirements.length > 0],
    ['Steps in detail', 'details', view.details.length > 0],
    ['People and engines', 'people', view.people.length > 0],
    ['Evidence', 'evidence', view.evidence.length > 0],
    ['Sign-off', 'sign-off', true],
    ['References', 'references', true],
  ]
  return sections.flatMap(([title, anchor, present]) => (present ? [{ title, anchor }] : []))
}
