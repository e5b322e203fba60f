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
import type { ChainPosition } from '../journal/segment-scan.ts'
import type { JournalEvent, JournalRecord, JournalWriter } from '../ports/journal.ts'
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
}

/** A flush that took longer than this is not waited for on the event loop next time. */
const blockingFlushMsMax = 2
/** An idle disk is set to work as soon as so many records wait, so that encoding and flushing overlap. */
const eagerRecords = 64
const layoutBytesMin = 1 << 16
const layoutBytesMax = 1 << 22
const zeros = Buffer.alloc(layoutBytesMax)

export class JournalFileWriter implements JournalWriter {
  readonly #directory: string
  readonly #segmentBytesMax: number
  #segment: number
  #fd: number
  #used: number
  /** The file's length; blocks between `#used` and here exist already, which saves the disk from finding them. */
  #laidOut: number
  #layoutBytes = layoutBytesMin
  #flushed: ChainPosition
  #encoded: ChainPosition
  #filling: JournalBatch | undefined
  readonly #sealed: JournalBatch[] = []
  #spare: JournalBatch | undefined
  #flushing = false
  #scheduled = false
  #lastFlushMs = 0
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
      if (this.#failure) return reject(this.#failure)
      if (this.#closed) return reject(new Error('the journal is closed'))
      if (events.length === 0) return resolve([])
      const records: JournalRecord[] = []
      let batch = this.#openBatch()
      for (const event of events) {
        if (batch.full) batch = this.#nextBatch(batch)
        const record = batch.add(event, this.#encoded)
        this.#encoded = batch.position
        records.push(record)
      }
      batch.waiters.push({ resolve, reject, records })
      if (this.#flushing) return
      if (batch.records >= eagerRecords) this.#flushNext()
      else this.#schedule()
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

  #openBatch(): JournalBatch {
    if (!this.#filling) {
      this.#filling = this.#spare ?? new JournalBatch()
      this.#spare = undefined
    }
    return this.#filling
  }

  #nextBatch(full: JournalBatch): JournalBatch {
    this.#sealed.push(full)
    this.#filling = undefined
    return this.#openBatch()
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
      if (batch.records === 1 && this.#lastFlushMs < blockingFlushMsMax) {
        this.#writeAll(batch)
        fdatasyncSync(this.#fd)
        this.#finish(batch, started)
        return
      }
      this.#flushing = true
      this.#writeAll(batch)
    } catch (error) {
      this.#fail(error, batch)
      return
    }
    // The write only fills the page cache; the flush is what takes time, so it alone leaves the loop.
    fdatasync(this.#fd, (error) => {
      this.#flushing = false
      if (error) this.#fail(error, batch)
      else this.#finish(batch, started)
    })
  }

  #writeAll(batch: JournalBatch): void {
    let written = 0
    while (written < batch.length) {
      written += writeSync(this.#fd, batch.bytes, written, batch.length - written, this.#used + written)
    }
  }

  #finish(batch: JournalBatch, started: number): void {
    this.#used += batch.length
    this.#flushed = batch.position
    this.#lastFlushMs = performance.now() - started
    const waiters = batch.waiters.slice()
    batch.clear()
    this.#spare = batch
    const waiting = this.#sealed.length > 0 || (this.#filling?.records ?? 0) >= eagerRecords
    if (waiting) this.#flushNext()
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
    const ahead = this.#used + bytes + this.#layoutBytes
    const end = Math.max(this.#used + bytes, Math.min(ahead, this.#segmentBytesMax))
    this.#layoutBytes = Math.min(this.#layoutBytes * 4, layoutBytesMax)
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
