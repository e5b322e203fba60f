import { canonicalJson, type JsonObject } from '../base/json.ts'
import type { AttemptState, StepState } from '../run/state.ts'
import { namesText, rangesText } from './name-list.ts'
import { type ReportSource, recordNumbers } from './report-source.ts'
import type { ReportAttemptRow, ReportStepDetail } from './report-view.ts'
import { attemptBadges, attemptOpen, callTitles } from './report-words.ts'
import { durationText, pairsOf, shorten } from './text.ts'
import { lines } from './view.ts'

interface Entry {
  readonly target: string
  readonly attempt: AttemptState
}

/** Values in a table are cut here; the whole stands in the journal and in the evidence. */
const valueLengthMax = 200

/**
 * Attempts of one action. What went alike on many targets is one row with the first start, the last end and the longest
 * time; whatever failed or was tried again has rows of its own.
 *
 * @param alters - whether the action changes its target at all
 */
export function attemptRows(
  source: ReportSource,
  what: string,
  step: StepState | undefined,
  alters: boolean,
): readonly ReportAttemptRow[] {
  const entries = Object.entries(step?.targets ?? {}).flatMap(([target, state]) =>
    state.attempts.map((attempt): Entry => ({ target, attempt })),
  )
  const groups = new Map<string, Entry[]>()
  const troubled = new Set(entries.flatMap(({ target, attempt }) => (attempt.outcome === 'succeeded' ? [] : [target])))
  for (const entry of entries) {
    const key = groupKey(entry, troubled.has(entry.target))
    groups.set(key, [...(groups.get(key) ?? []), entry])
  }
  return [...groups.values()].map((group) => attemptRow(source, what, group, alters))
}

function groupKey({ target, attempt }: Entry, troubled: boolean): string {
  if (troubled) return `${target} ${attempt.call}`
  return `${attempt.op} ${attempt.criterion ?? ''} ${attempt.summary ?? ''} ${attempt.changed ?? ''}`
}

function attemptRow(source: ReportSource, what: string, group: readonly Entry[], alters: boolean): ReportAttemptRow {
  const first = group[0]!.attempt
  const starts = group.map(({ attempt }) => attempt.startedAt ?? attempt.requestedAt)
  const ends = group.flatMap(({ attempt }) => (attempt.endedAt === undefined ? [] : [attempt.endedAt]))
  const longest = Math.max(
    0,
    ...group.map(({ attempt }) => (attempt.endedAt ?? 0) - (attempt.startedAt ?? attempt.requestedAt)),
  )
  const done = ends.length === group.length
  const word = callTitles[first.op]
  return {
    what: word === '' ? what : `${what} (${word})`,
    on: namesText([...new Set(group.flatMap(({ target }) => (target === '' ? [] : [target])))]),
    attempt: rangesText(group.map(({ attempt }) => attempt.attempt)),
    start: source.moment(Math.min(...starts)),
    end: done ? source.moment(Math.max(...ends)) : '',
    duration: done ? `${group.length > 1 ? 'up to ' : ''}${durationText(longest)}` : '–',
    status: first.outcome === undefined ? attemptOpen : attemptBadges[first.outcome],
    text: attemptText(first, alters),
    records: recordNumbers(group.flatMap(({ attempt }) => attempt.records)),
  }
}

/** That nothing had to be changed is worth a word only where the action would have changed something. */
function attemptText(attempt: AttemptState, alters: boolean): string {
  const parts = [
    attempt.class === undefined ? '' : `${attempt.class.replaceAll('_', ' ')}:`,
    attempt.message ?? attempt.summary ?? '',
    attempt.changed === false && alters ? '(was so already)' : '',
    attempt.probe === undefined ? '' : `(${attempt.probe.replaceAll('_', ' ')})`,
    attempt.advice ?? '',
  ]
  return shorten(parts.filter((part) => part !== '').join(' '), 400)
}

/** Outputs of the last success per target, equal ones together. */
export function outputRows(step: StepState | undefined, before: string): ReportStepDetail['outputs'] {
  const groups = new Map<string, { readonly names: string[]; readonly outputs: JsonObject }>()
  for (const [target, state] of Object.entries(step?.targets ?? {})) {
    const last = state.attempts.filter((attempt) => attempt.outcome === 'succeeded' && attempt.op !== 'probe').at(-1)
    if (last === undefined || Object.keys(last.outputs).length === 0) continue
    const key = canonicalJson(last.outputs)
    const group = groups.get(key) ?? { names: [], outputs: last.outputs }
    if (target !== '') group.names.push(target)
    groups.set(key, group)
  }
  const rows = [...groups.values()].map(({ names, outputs }) => ({
    on: `${before}${namesText(names)}`,
    values: outputLines(outputs),
  }))
  const known = [...groups.keys(), canonicalJson(step?.form ?? {}), '{}']
  return step === undefined || known.includes(canonicalJson(step.outputs))
    ? rows
    : [{ on: `${before}the step`, values: outputLines(step.outputs) }, ...rows]
}

export function outputLines(outputs: JsonObject): ReportStepDetail['outputs'][number]['values'] {
  return lines(pairsOf(outputs).map((pair) => shorten(pair.replaceAll(/\s+/g, ' '), valueLengthMax)))
}
