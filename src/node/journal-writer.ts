/**
 * Appends to the last segment. Who owns what: `#filling` takes new records, `#sealed` waits for its turn, `#flushing` is at
 * the disk. Invariants:
 *
 * 1. At most one flush is under way, so a torn write is at most one flush long.
 * 2. A record is acknowledged only after the flush that covers it and all before it.
 * 3. After a failed write or flush nothing is written any more: what the disk holds is no longer known, and asking again
 *    would be answered "all is well" by systems that drop the failed pages.
 * 4. The file is touched only while `mayWrite` lets it: a process that hung and woke up must neither write over what
 *    another one has recorded since, nor cut it off at the end.
 */

import { Buffer } from 'node:buffer'
import { closeSync, fdatasync, fdatasyncSync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { RollbookError } from '../base/error.ts'
import { writeFailed } from '../journal/journal-error.ts'
import { eventMembers } from '../journal/record-line.ts'
import { type ChainPosition, flushBytesMax } from '../journal/segment-scan.ts'
import type { JournalEvent, JournalWriter } from '../ports/journal.ts'
import { JournalBatch } from './journal-batch.ts'
import { createSegment, segmentName } from './journal-segments.ts'

export interface JournalWriterStart {
  readonly directory: string
  /** The segment to append to, from 1. */
  readonly segment: number
  /** Its length up to the last good line; behind it nothing may stand. */
  readonly bytes: number
  readonly position: ChainPosition
  readonly segmentBytesMax: number
  /** Throws when this process may write no more. */
  readonly mayWrite?: () => void
}

/** After a flush that took longer, the next one leaves the event loop even when it is for a single record. */
const blockingFlushMsMax = 2
const eagerRecordsMin = 16
const startBytes = 1 << 16
/** A journal lays out as much as it holds already, within these bounds: a short one stays small, a long one waits seldom. */
const layoutBytesMin = 1 << 16
const layoutBytesMax = 1 << 20
const zeros = Buffer.alloc(layoutBytesMax)

export class JournalFileWriter implements JournalWriter {
  readonly #directory: string
  readonly #segmentBytesMax: number
  readonly #mayWrite: () => void
  #segment: number
  #fd: number
  #used: number
  /** The file's length; blocks between `#used` and here exist already, which saves the disk from finding them. */
  #laidOut: number
  #flushed: ChainPosition
  #encoded: ChainPosition
  #filling: JournalBatch | undefined
  readonly #sealed: JournalBatch[] = []
  /** Where a batch is encoded; free again once it is written, before its flush. */
  #bytes: Buffer = Buffer.allocUnsafeSlow(startBytes)
  #flushing = false
  #scheduled = false
  #lastFlushMs = 0
  /**
   * An idle disk is set to work as soon as so many records wait: half of those that were on their way when the last flush
   * ended. Writers that go round together are so cut into two halves, one being encoded while the other is being flushed.
   */
  #eagerRecords = eagerRecordsMin
  #failure: Error | undefined
  #closed = false
  #onIdle: (() => void) | undefined

  constructor(start: JournalWriterStart) {
    this.#directory = start.directory
    this.#segmentBytesMax = start.segmentBytesMax
    this.#mayWrite = start.mayWrite ?? (() => undefined)
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

  append(events: readonly JournalEvent[]): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure)
    if (this.#closed) return Promise.reject(new Error('the journal is closed'))
    if (events.length === 0) return Promise.resolve()
    try {
      // All are printed before the first is taken: an event that cannot be printed must not leave half of its append behind.
      return this.#take(events.map(eventMembers))
    } catch (error) {
      return Promise.reject(error)
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    if (!this.#failure && this.#pending()) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve
      })
    }
    try {
      if (!this.#failure && this.#isOurs()) {
        ftruncateSync(this.#fd, this.#used)
        fsyncSync(this.#fd)
      }
    } finally {
      closeSync(this.#fd)
    }
  }

  #isOurs(): boolean {
    try {
      this.#mayWrite()
      return true
    } catch {
      // Nothing of ours is missing: all that was acknowledged is on disk.
      return false
    }
  }

  #take(lines: readonly string[]): Promise<void> {
    let batch = this.#filling ?? this.#newBatch()
    for (const members of lines) {
      if (batch.isFull(members)) {
        this.#sealed.push(batch)
        batch = this.#newBatch()
      }
      batch.add(members)
      this.#encoded = batch.position
    }
    const { flushed } = batch
    if (!this.#flushing) {
      if (batch.records >= this.#eagerRecords) this.#flushNext()
      else this.#schedule()
    }
    return flushed
  }

  #newBatch(): JournalBatch {
    const batch = new JournalBatch(this.#encoded)
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
    let length: number
    try {
      this.#mayWrite()
      length = this.#encode(batch)
      if (this.#used + length > this.#segmentBytesMax) this.#rotate()
      if (this.#used + length > this.#laidOut) this.#layOut(length)
      this.#write(length)
      if (batch.records === 1 && this.#lastFlushMs < blockingFlushMsMax) {
        fdatasyncSync(this.#fd)
        this.#finish(batch, length, started)
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
      else this.#finish(batch, length, started)
    })
  }

  /** @returns how many of `#bytes` the batch takes; a buffer that one large record blew up is not kept for others */
  #encode(batch: JournalBatch): number {
    if (batch.bytesMax > this.#bytes.length || this.#bytes.length > flushBytesMax) {
      this.#bytes = Buffer.allocUnsafeSlow(Math.max(batch.bytesMax, startBytes))
    }
    return this.#bytes.write(batch.text)
  }

  #write(length: number): void {
    let written = 0
    while (written < length) {
      written += writeSync(this.#fd, this.#bytes, written, length - written, this.#used + written)
    }
  }

  #finish(batch: JournalBatch, length: number, started: number): void {
    this.#used += length
    this.#flushed = batch.position
    this.#laidOut = Math.max(this.#laidOut, this.#used)
    this.#lastFlushMs = performance.now() - started
    const waiting = this.#filling?.records ?? 0
    this.#eagerRecords = Math.max(eagerRecordsMin, (batch.records + waiting) >> 1)
    if (this.#sealed.length > 0 || waiting >= this.#eagerRecords) this.#flushNext()
    else if (waiting > 0) this.#schedule()
    else this.#onIdle?.()
    batch.resolve()
  }

  #fail(cause: unknown, batch: JournalBatch): void {
    const failure = cause instanceof RollbookError ? cause : writeFailed(this.#directory, cause)
    this.#failure = failure
    for (const each of [batch, ...this.#sealed, ...(this.#filling ? [this.#filling] : [])]) each.reject(failure)
    this.#onIdle?.()
  }

  /** Writes zeros ahead of need. A disk too full for that may still hold the records, so a failure here is none. */
  #layOut(bytes: number): void {
    const used = this.#used + bytes
    const ahead = used + Math.min(Math.max(used, layoutBytesMin), layoutBytesMax)
    const end = Math.max(used, Math.min(ahead, this.#segmentBytesMax))
    try {
      for (let at = Math.max(this.#laidOut, used); at < end; ) {
        at += writeSync(this.#fd, zeros, 0, Math.min(zeros.length, end - at), at)
        this.#laidOut = at
      }
    } catch {
      this.#laidOut = Math.max(this.#laidOut, used)
    }
  }

  /** Ends the segment without laid-out space and begins the next. All of it is flushed: no flush is under way here. */
  #rotate(): void {
    ftruncateSync(this.#fd, this.#used)
    fsyncSync(this.#fd)
    const { seq, hash } = this.#flushed
    const segment = this.#segment + 1
    const used = createSegment(this.#directory, { segment, first: seq + 1, prev: hash })
    const fd = openSync(join(this.#directory, segmentName(segment)), 'r+')
    // Only now: when the next one cannot be made, this one is still ours to close.
    closeSync(this.#fd)
    this.#fd = fd
    this.#segment = segment
    this.#used = used
    this.#laidOut = used
  }
}
