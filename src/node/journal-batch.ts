import { hash as digest } from 'node:crypto'
import { hashMember, recordHead, recordOf } from '../journal/record-line.ts'
import { type ChainPosition, flushBytesMax } from '../journal/segment-scan.ts'
import type { JournalEvent, JournalRecord } from '../ports/journal.ts'

export interface BatchWaiter {
  readonly resolve: (records: readonly JournalRecord[]) => void
  readonly reject: (error: Error) => void
  readonly records: readonly JournalRecord[]
}

/** UTF-8 takes at most three bytes for each code unit of a string. */
const textLengthMax = Math.floor(flushBytesMax / 3)

/** Lines that go to disk in one write and one flush, and who waits for them. */
export class JournalBatch {
  /** The lines so far. A string that only grows is cheaper than as many small writes into a buffer. */
  text = ''
  records = 0
  readonly waiters: BatchWaiter[] = []
  /** The last record in here. */
  position: ChainPosition

  /** @param after - the last record before this batch */
  constructor(after: ChainPosition) {
    this.position = after
  }

  get full(): boolean {
    return this.text.length >= textLengthMax
  }

  /**
   * Puts a record's line at the end.
   *
   * @param members - `eventMembers` of the event
   */
  add(event: JournalEvent, members: string): JournalRecord {
    const prev = this.position.hash
    const seq = this.position.seq + 1
    const head = recordHead(seq, members, prev)
    const hash = digest('sha256', head)
    this.text += head + hashMember(hash)
    this.records += 1
    this.position = { seq, hash }
    return recordOf(seq, event, prev, hash)
  }
}
