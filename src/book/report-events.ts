/** What departed from the plan, what failed, and who said what. */

import { formatSize } from '../base/size.ts'
import type { AttemptState } from '../run/state.ts'
import { rangesText } from './name-list.ts'
import { leafSteps } from './plan-words.ts'
import { type ReportSource, stepAt } from './report-source.ts'
import type {
  ReportEventRow,
  ReportEvidenceRow,
  ReportFailureRow,
  ReportPersonRow,
  ReportVoteRow,
} from './report-view.ts'
import { deviationTitles, voteBadges } from './report-words.ts'
import { wordsOf } from './text.ts'
import { inlineCode, type Ref, refs, stepAnchor, stepRef } from './view.ts'

/** The step of the book to which a path belongs, for reference. */
function pathRefs(source: ReportSource, path: string): readonly Ref[] {
  const step = stepAt(source, path)
  if (step !== undefined && step.number !== '') return [{ label: step.number, anchor: anchorOf(source, path) }]
  return path.includes('/') ? pathRefs(source, path.slice(0, path.lastIndexOf('/'))) : []
}

/** The row to which a path belongs: actions inside a rollout and inverse steps have none of their own. */
function anchorOf(source: ReportSource, path: string): string {
  const row = source.placed.find((item) => item.step.path === path)
  if (row !== undefined) return stepAnchor(row.step.number)
  return path.includes('/') ? anchorOf(source, path.slice(0, path.lastIndexOf('/'))) : ''
}

export function deviationRows(source: ReportSource): readonly ReportEventRow[] {
  const rows = source.state.deviations.map((deviation) => ({
    what: deviationTitles[deviation.kind],
    step: refs(pathRefs(source, deviation.step)),
    on: deviation.target ?? '',
    by: deviation.by,
    reason: deviation.reason,
    at: source.instants.full(deviation.at),
    seq: deviation.seq,
  }))
  const broken = source.state.rulesBroken.map((rule) => ({
    what: `${deviationTitles.rule_broken}: ${rule.title}`,
    step: refs(pathRefs(source, rule.step)),
    on: rule.target,
    by: '',
    reason: `rule ${rule.rule}; the effect was refused`,
    at: source.instants.full(rule.at),
    seq: rule.seq,
  }))
  return [...rows, ...broken].sort((a, b) => a.seq - b.seq).map(({ seq, ...row }) => ({ ...row, records: String(seq) }))
}

/** Every attempt that failed or of which nobody could say how it ended, in the order in which it began. */
export function failureRows(source: ReportSource): readonly ReportFailureRow[] {
  const found = Object.values(source.state.steps).flatMap((step) =>
    Object.entries(step.targets).flatMap(([target, state]) =>
      state.attempts.flatMap((attempt, index) =>
        attempt.outcome === 'failed' || attempt.outcome === 'unsettled'
          ? [{ path: step.path, target, attempt, next: state.attempts[index + 1], status: state.status }]
          : [],
      ),
    ),
  )
  return found
    .sort((a, b) => (a.attempt.records[0] ?? 0) - (b.attempt.records[0] ?? 0))
    .map(({ path, target, attempt, next, status }) => ({
      step: refs(pathRefs(source, path)),
      title: stepAt(source, path)?.title ?? path,
      on: target === '' ? 'control' : target,
      attempt: String(attempt.attempt),
      failure: attempt.outcome === 'unsettled' ? 'end unknown' : (attempt.class ?? 'unknown').replaceAll('_', ' '),
      text: attempt.message ?? '',
      then: thenText(next, status),
      records: rangesText(attempt.records),
    }))
}

function thenText(next: AttemptState | undefined, status: string): string {
  if (next === undefined) return status === 'succeeded' ? 'settled by a person' : status.replaceAll('_', ' ')
  const how = next.op === 'probe' ? 'asked whether it was done' : `attempt ${next.attempt}`
  return next.outcome === undefined ? how : `${how} ${next.outcome}`
}

export function voteRows(source: ReportSource): readonly ReportVoteRow[] {
  return leafSteps(source.plan).flatMap((step) =>
    (source.state.steps[step.path]?.votes ?? []).map((vote) => ({
      step: refs([stepRef(step.number)]),
      title: step.title,
      by: vote.by,
      role: source.roleText(vote.role),
      decision: voteBadges[vote.decision],
      reason: vote.reason ?? '',
      at: source.instants.full(vote.at),
      records: String(vote.seq),
    })),
  )
}

const noticeTitles: Readonly<Record<string, string>> = {
  insecure: 'Insecure setting in use',
  taken_over: 'Run taken over',
  torn_tail: 'Torn last write',
  executor_changed: 'Executor changed',
  left_running: 'Program left running',
  not_given: 'Optional secret not given',
}

/** Who led the run, from when to when: start, hand-overs, pauses, engines that took over, an abort. */
export function personRows(source: ReportSource): readonly ReportPersonRow[] {
  const { state, facts } = source
  const rows: { what: string; by: string; text: string; at: number; seqs: readonly number[] }[] = []
  if (facts.started !== undefined)
    rows.push({
      what: 'Started the run',
      by: state.initiator,
      text: `mode ${state.mode.replaceAll('_', ' ')}`,
      at: state.startedAt,
      seqs: [facts.started.seq],
    })
  for (const engine of state.engines)
    rows.push({
      what: 'Engine took over',
      by: engine.by,
      text: `process ${engine.pid} on ${engine.host}`,
      at: engine.at,
      seqs: [engine.seq],
    })
  for (const handover of state.handovers)
    rows.push({
      what: 'Handed over',
      by: handover.by,
      text: `to ${handover.to}${handover.note === undefined ? '' : `: ${handover.note}`}`,
      at: handover.at,
      seqs: [handover.seq],
    })
  for (const notice of state.notices)
    rows.push({
      what: noticeTitles[notice.kind] ?? wordsOf(notice.kind),
      by: '',
      text: notice.message,
      at: notice.at,
      seqs: [notice.seq],
    })
  for (const pause of facts.pauses) {
    const resumed =
      pause.resumed_at === undefined
        ? 'not resumed'
        : `resumed by ${pause.resumed_by} at ${source.moment(pause.resumed_at)}`
    const text = pause.reason === '' ? resumed : `${pause.reason}; ${resumed}`
    rows.push({
      what: 'Paused',
      by: pause.by,
      text,
      at: pause.asked_at,
      seqs: [pause.asked_seq, ...(pause.resumed_seq === undefined ? [] : [pause.resumed_seq])],
    })
  }
  if (state.abort !== undefined)
    rows.push({
      what: state.abort.backOut ? 'Asked for the back-out' : 'Aborted',
      by: state.abort.by,
      text: state.abort.reason,
      at: state.abort.at,
      seqs: [state.abort.seq],
    })
  return rows
    .sort((a, b) => a.seqs[0]! - b.seqs[0]!)
    .map(({ what, by, text, at, seqs }) => ({
      what,
      by,
      text,
      at: source.instants.full(at),
      records: rangesText(seqs),
    }))
}

/** Files that were kept, each with the hash that the journal holds. */
export function evidenceRows(source: ReportSource): readonly ReportEvidenceRow[] {
  const seen = new Set<string>()
  return Object.values(source.state.steps).flatMap((step) =>
    step.evidence.flatMap((item) => {
      const key = `${step.path} ${item.name} ${item.sha256}`
      if (seen.has(key)) return []
      seen.add(key)
      const from = Object.values(step.targets).flatMap((target) =>
        target.attempts.filter((attempt) =>
          attempt.evidence.some((kept) => kept.sha256 === item.sha256 && kept.name === item.name),
        ),
      )
      const seqs = from.flatMap((attempt) => attempt.records.at(-1) ?? [])
      const answered = source.state.answered.flatMap((prompt) =>
        prompt.step === step.path && prompt.answer !== undefined ? [prompt.answer.seq] : [],
      )
      return [
        {
          step: refs(pathRefs(source, step.path)),
          name: item.name,
          media: item.media,
          size: formatSize(item.bytes),
          sha256: inlineCode(item.sha256),
          records: rangesText(seqs.length > 0 ? seqs : answered.length > 0 ? answered : step.records),
        },
      ]
    }),
  )
}
