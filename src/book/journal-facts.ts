import type { RunEvent } from '../run/events.ts'

/**
 * What a report needs from the journal beyond the state of the run: the chain itself, and what came and went without a
 * trace in the state. Fold every record through {@link noteRecord}, in order.
 */
export interface JournalFacts {
  /** How many records there are; their numbers go from 1 to this. */
  records: number
  /** 64 hex digits; zeros before the first record. */
  last_hash: string
  first_at: number
  last_at: number
  started?: { seq: number; rollbook_version: string; runbook_hash: string; role?: string }
  ended_seq?: number
  pauses: JournalPause[]
  /** Bytes of a torn last write that were passed over. */
  torn_bytes: number
}

export interface JournalPause {
  asked_seq: number
  asked_at: number
  by: string
  reason: string
  resumed_seq?: number
  resumed_at?: number
  resumed_by?: string
}

export function initialFacts(): JournalFacts {
  return {
    records: 0,
    last_hash: '0'.repeat(64),
    first_at: 0,
    last_at: 0,
    pauses: [],
    torn_bytes: 0,
  }
}

/** Uses its first argument up and gives it back, as `evolve` does with the state. */
export function noteRecord(facts: JournalFacts, event: RunEvent, seq: number, hash: string): JournalFacts {
  facts.records = seq
  facts.last_hash = hash
  facts.first_at ||= event.at
  facts.last_at = Math.max(facts.last_at, event.at)
  if (event.type === 'RunStarted') {
    const { rollbook_version, runbook, role } = event.data
    facts.started = { seq, rollbook_version, runbook_hash: runbook.hash, ...(role === undefined ? {} : { role }) }
  }
  if (event.type === 'RunEnded') facts.ended_seq = seq
  if (event.type === 'PauseRequested')
    facts.pauses.push({ asked_seq: seq, asked_at: event.at, by: event.data.by, reason: event.data.reason ?? '' })
  const last = facts.pauses.at(-1)
  if (event.type === 'ResumeRequested' && last !== undefined && last.resumed_seq === undefined)
    Object.assign(last, { resumed_seq: seq, resumed_at: event.at, resumed_by: event.data.by })
  return facts
}
