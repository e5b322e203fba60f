import { Buffer } from 'node:buffer'
import { hash as digest } from 'node:crypto'
import { hashMember, hashMemberBytes, recordHead, recordOf } from '../journal/record-line.ts'
import { type ChainPosition, flushBytesMax } from '../journal/segment-scan.ts'
import type { JournalEvent, JournalRecord } from '../ports/journal.ts'

export interface BatchWaiter {
  readonly resolve: (records: readonly JournalRecord[]) => void
  readonly reject: (error: Error) => void
  readonly records: readonly JournalRecord[]
}

const startBytes = 1 << 16

/** Lines that go to disk in one write and one flush, and who waits for them. Used again after `clear`. */
export class JournalBatch {
  bytes: Buffer = Buffer.allocUnsafeSlow(startBytes)
  /** Bytes in use. */
  length = 0
  records = 0
  waiters: BatchWaiter[] = []
  /** The last record in here. */
  position: ChainPosition

  /** @param after - the last record before this batch */
  constructor(after: ChainPosition) {
    this.position = after
  }

  /** Whether what is in here could leave no room for `bytes` more in one flush. An empty batch takes any record. */
  isFull(bytes: number): boolean {
    return this.length > 0 && this.length + bytes > flushBytesMax
  }

  /** Puts a record's line at the end. `members` is `eventMembers` of the event. */
  add(event: JournalEvent, members: string): JournalRecord {
    const prev = this.position.hash
    const seq = this.position.seq + 1
    const start = this.length
    if (start + lineBytesMax(members) > this.bytes.length) this.#grow(lineBytesMax(members))
    const end = start + this.bytes.write(recordHead(seq, members, prev), start)
    const hash = digest('sha256', this.bytes.subarray(start, end))
    this.length = end + this.bytes.write(hashMember(hash), end)
    this.records += 1
    this.position = { seq, hash }
    return recordOf(seq, event, prev, hash)
  }

  /** Empties the batch. A buffer that one large record blew up is not kept. */
  clear(after: ChainPosition): void {
    this.length = 0
    this.records = 0
    this.waiters = []
    this.position = after
    if (this.bytes.length > flushBytesMax * 2) this.bytes = Buffer.allocUnsafeSlow(startBytes)
  }

  #grow(bytes: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.length + bytes))
    this.bytes.copy(larger, 0, 0, this.length)
    this.bytes = larger
  }
}

/** UTF-8 takes at most three bytes for each code unit; around the members stand `seq`, `prev` and `hash`. */
export function lineBytesMax(members: string): number {
  return members.length * 3 + hashMemberBytes + 128
}
