import { Buffer } from 'node:buffer'
import { hash as sha256 } from 'node:crypto'
import { hashMember, hashMemberBytes, recordHead, recordOf } from '../journal/record-line.ts'
import { type ChainPosition, flushBytesMax } from '../journal/segment-scan.ts'
import type { JournalEvent, JournalRecord } from '../ports/journal.ts'

interface Waiter {
  readonly resolve: (records: readonly JournalRecord[]) => void
  readonly reject: (error: Error) => void
  readonly records: readonly JournalRecord[]
}

/** Lines that go to disk in one write and one flush, and who waits for them. */
export class JournalBatch {
  bytes: Buffer = Buffer.allocUnsafeSlow(1 << 16)
  length = 0
  records = 0
  position: ChainPosition = { seq: 0, hash: '' }
  readonly waiters: Waiter[] = []

  /** Whether one more record may join. */
  get full(): boolean {
    return this.length >= flushBytesMax
  }

  /** Puts a record's line at the end. */
  add(event: JournalEvent, after: ChainPosition): JournalRecord {
    const seq = after.seq + 1
    const head = recordHead(seq, event, after.hash)
    this.#reserve(head.length * 3 + hashMemberBytes + 1)
    const start = this.length
    const end = start + this.bytes.write(head, start, 'utf8')
    const hash = sha256('sha256', this.bytes.subarray(start, end))
    this.length = end + this.bytes.write(hashMember(hash), end, 'latin1')
    this.records += 1
    this.position = { seq, hash }
    return recordOf(seq, event, after.hash, hash)
  }

  clear(): void {
    this.length = 0
    this.records = 0
    this.waiters.length = 0
  }

  /** UTF-8 takes at most three bytes for each of a string's code units. */
  #reserve(bytes: number): void {
    if (this.length + bytes <= this.bytes.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.length + bytes))
    this.bytes.copy(larger, 0, 0, this.length)
    this.bytes = larger
  }
}
