/**
 * Appends to the last segment. Who owns what: `#filling` takes new records, `#sealed` waits for its turn, `#flushing` is at
 * the disk. Invariants:
 *
 * 1. At most one flush is under way, so a torn write is at most one flush long.
 * 2. A record is acknowledged only after the flush that covers it and all before it.
 * 3. After a failed write or flush nothing is written any more: what the disk holds is no longer known, and asking again
 *    would be answered "all is well" by systems that drop the failed pages.
 */

import { Buffer } from 'node:buffer'
import { closeSync, fdatasync, fdatasyncSync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { writeFailed } from '../journal/journal-error.ts'
import { eventMembers } from '../journal/record-line.ts'
import type { ChainPosition } from '../journal/segment-scan.ts'
import type { JournalEvent, JournalRecord, JournalWriter } from '../ports/journal.ts'
import { type BatchWaiter, JournalBatch, lineBytesMax } from './journal-batch.ts'
import { createSegment, segmentName } from './journal-segments.ts'

export interface JournalWriterStart {
  readonly directory: string
  /** The segment to append to, from 1. */
  readonly segment: number
  /** Its length up to the last good line; behind it nothing may stand. */
  readonly bytes: number
  readonly position: ChainPosition
  readonly segmentBytesMax: number
}

/** After a flush that took longer, the next one leaves the event loop even when it is for a single record. */
const blockingFlushMsMax = 2
const eagerRecordsMin = 16
/** Small enough that the flush which carries the zeros is hardly longer than others. */
const layoutBytes = 1 << 18
const zeros = Buffer.alloc(layoutBytes)

export class JournalFileWriter implements JournalWriter {
  readonly #directory: string
  readonly #segmentBytesMax: number
  #segment: number
  #fd: number
  #used: number
  /** The file's length; blocks between `#used` and here exist already, which saves the disk from finding them. */
  #laidOut: number
  #flushed: ChainPosition
  #encoded: ChainPosition
  #filling: JournalBatch | undefined
  readonly #sealed: JournalBatch[] = []
  #spare: JournalBatch | undefined
  #flushing = false
  #scheduled = false
  #lastFlushMs = 0
  #lastRecords = 0
  /**
   * An idle disk is set to work as soon as so many records wait: the mean of the last two flushes. Writers that go round
   * together then settle into two halves, one being encoded while the other is being flushed.
   */
  #eagerRecords = eagerRecordsMin
  #failure: Error | undefined
  #closed = false
  #onIdle: (() => void) | undefined

  constructor(start: JournalWriterStart) {
    this.#directory = start.directory
    this.#segmentBytesMax = start.segmentBytesMax
    this.#segment = start.segment
    this.#fd = openSync(join(start.directory, segmentName(start.segment)), 'r+')
    this.#used = start.bytes
    this.#laidOut = start.bytes
    this.#flushed = start.position
    this.#encoded = start.position
  }

  get seq(): number {
    return this.#flushed.seq
  }

  get lastHash(): string {
    return this.#flushed.hash
  }

  append(events: readonly JournalEvent[]): Promise<readonly JournalRecord[]> {
    return new Promise((resolve, reject) => {
      if (this.#failure) reject(this.#failure)
      else if (this.#closed) reject(new Error('the journal is closed'))
      else if (events.length === 0) resolve([])
      else this.#take(events, resolve, reject)
    })
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    if (!this.#failure && this.#pending()) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve
      })
    }
    if (!this.#failure) {
      ftruncateSync(this.#fd, this.#used)
      fsyncSync(this.#fd)
    }
    closeSync(this.#fd)
  }

  #take(events: readonly JournalEvent[], resolve: BatchWaiter['resolve'], reject: BatchWaiter['reject']): void {
    // All are printed before the first is taken: an event that cannot be printed must not leave half of its append behind.
    const members = events.map(eventMembers)
    const records: JournalRecord[] = []
    let batch = this.#filling ?? this.#newBatch()
    for (let n = 0; n < members.length; n += 1) {
      const text = members[n] as string
      if (batch.isFull(lineBytesMax(text))) {
        this.#sealed.push(batch)
        batch = this.#newBatch()
      }
      records.push(batch.add(events[n] as JournalEvent, text))
      this.#encoded = batch.position
    }
    batch.waiters.push({ resolve, reject, records })
    if (this.#flushing) return
    if (batch.records >= this.#eagerRecords) this.#flushNext()
    else this.#schedule()
  }

  #newBatch(): JournalBatch {
    const batch = this.#spare ?? new JournalBatch(this.#encoded)
    this.#spare = undefined
    batch.clear(this.#encoded)
    this.#filling = batch
    return batch
  }

  #pending(): boolean {
    return this.#flushing || this.#sealed.length > 0 || this.#filling !== undefined
  }

  /** Waits until the loop has handed over what has arrived already, so that it shares the flush. */
  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      if (!this.#flushing) this.#flushNext()
    })
  }

  #flushNext(): void {
    if (this.#failure) return
    let batch = this.#sealed.shift()
    if (!batch) {
      batch = this.#filling
      this.#filling = undefined
    }
    if (!batch) {
      this.#onIdle?.()
      return
    }
    const started = performance.now()
    try {
      if (this.#used + batch.length > this.#segmentBytesMax) this.#rotate()
      if (this.#used + batch.length > this.#laidOut) this.#layOut(batch.length)
      this.#write(batch.bytes, batch.length)
      if (batch.records === 1 && this.#lastFlushMs < blockingFlushMsMax) {
        fdatasyncSync(this.#fd)
        this.#finish(batch, started)
        return
      }
    } catch (error) {
      this.#fail(error, batch)
      return
    }
    // The write only fills the page cache; the flush is what takes time.
    this.#flushing = true
    fdatasync(this.#fd, (error) => {
      this.#flushing = false
      if (error) this.#fail(error, batch)
      else this.#finish(batch, started)
    })
  }

  #write(bytes: Buffer, length: number): void {
    let written = 0
    while (written < length) written += writeSync(this.#fd, bytes, written, length - written, this.#used + written)
  }

  #finish(batch: JournalBatch, started: number): void {
    this.#used += batch.length
    this.#flushed = batch.position
    this.#laidOut = Math.max(this.#laidOut, this.#used)
    this.#lastFlushMs = performance.now() - started
    this.#eagerRecords = Math.max(eagerRecordsMin, (batch.records + this.#lastRecords) >> 1)
    this.#lastRecords = batch.records
    const { waiters } = batch
    this.#spare = batch
    if (this.#sealed.length > 0 || (this.#filling?.records ?? 0) >= this.#eagerRecords) this.#flushNext()
    else if (this.#filling) this.#schedule()
    else this.#onIdle?.()
    for (const waiter of waiters) waiter.resolve(waiter.records)
  }

  #fail(cause: unknown, batch: JournalBatch): void {
    const failure = writeFailed(this.#directory, cause)
    this.#failure = failure
    const batches = [batch, ...this.#sealed, ...(this.#filling ? [this.#filling] : [])]
    for (const waiter of batches.flatMap((each) => each.waiters)) waiter.reject(failure)
    this.#onIdle?.()
  }

  /** Writes zeros ahead of need. A disk too full for that may still hold the records, so a failure here is none. */
  #layOut(bytes: number): void {
    const ahead = this.#used + bytes + layoutBytes
    const end = Math.max(this.#used + bytes, Math.min(ahead, this.#segmentBytesMax))
    try {
      for (let at = Math.max(this.#laidOut, this.#used + bytes); at < end; ) {
        at += writeSync(this.#fd, zeros, 0, Math.min(zeros.length, end - at), at)
        this.#laidOut = at
      }
    } catch {
      this.#laidOut = Math.max(this.#laidOut, this.#used + bytes)
    }
  }

  /** Ends the segment without laid-out space and begins the next. All of it is flushed: no flush is under way here. */
  #rotate(): void {
    ftruncateSync(this.#fd, this.#used)
    fsyncSync(this.#fd)
    closeSync(this.#fd)
    this.#segment += 1
    const { seq, hash } = this.#flushed
    this.#used = createSegment(this.#directory, { segment: this.#segment, first: seq + 1, prev: hash })
    this.#laidOut = this.#used
    this.#fd = openSync(join(this.#directory, segmentName(this.#segment)), 'r+')
  }
}
