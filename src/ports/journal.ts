/**
 * The journal: the only memory of a run. Append-only, flushed before anything depends on it, hash-chained.
 * A line is one record: JSON whose last member is `hash`, sha256 over the line up to that member's comma.
 */
import type { Json } from '../base/json.ts'

/** What is appended. `id` makes it idempotent within the run; `of` names the command that it settles. */
export interface JournalEvent {
  readonly id: string
  readonly type: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly of?: string
  readonly data?: Json
}

/** What stands in the journal. */
export interface JournalRecord extends JournalEvent {
  /** From 1, without gaps. */
  readonly seq: number
  /** Hash of the record before; 64 zeros for the first. */
  readonly prev: string
  readonly hash: string
}

export interface JournalWriter {
  /** Sequence number of the last record, 0 when empty. */
  readonly seq: number
  readonly lastHash: string
  /**
   * Appends in one write, in this order; resolves when flushed to disk. Concurrent calls share a flush.
   * After a failed flush every call rejects with the same error, for ever: what the disk holds is no longer known.
   */
  append(events: readonly JournalEvent[]): Promise<void>
  close(): Promise<void>
}

export interface JournalOpened {
  readonly writer: JournalWriter
  /** Bytes that were cut because the last write was torn; reported to the user. */
  readonly tornBytes: number
}

export interface Journals {
  /**
   * Opens for writing, hands every record to `onRecord` in order, cuts a torn tail.
   *
   * @throws RollbookError `JOURNAL_CHAIN_BROKEN` with the sequence number, `JOURNAL_VERSION_UNKNOWN`;
   *   `RUN_DAMAGED` when there is no record although the run has begun
   */
  open(directory: string, onRecord: (record: JournalRecord) => void): Promise<JournalOpened>
  /** Reads without writing; a torn tail is passed over and told. */
  read(directory: string, onRecord: (record: JournalRecord) => void): Promise<{ readonly tornBytes: number }>
}
