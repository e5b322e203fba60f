/** The journals of the embedded host: files of JSON lines in the run directory. */

import { Buffer } from 'node:buffer'
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { chainBroken } from '../journal/journal-error.ts'
import { noHash } from '../journal/record-line.ts'
import { type ChainPosition, type SegmentScanned, scanSegment } from '../journal/segment-scan.ts'
import type { JournalOpened, JournalRecord, Journals } from '../ports/journal.ts'
import { byteTools } from './byte-tools.ts'
import { createSegment, lastSegment, segmentName } from './journal-segments.ts'
import { JournalFileWriter } from './journal-writer.ts'
import { hasBegun, journalLost } from './run-begun.ts'

export interface JournalStoreOptions {
  /** A segment is ended before it grows past this; default 64 MiB, which is also what reading holds in memory. */
  readonly segmentBytesMax?: number
  /** Asked before each write; what it throws ends the writing for good. For a lock that another process may have taken. */
  readonly mayWrite?: () => void
}

/** How far a journal has been read; hand it back to go on from there. */
export interface JournalCursor {
  readonly segment: number
  readonly bytes: number
  readonly position: ChainPosition
}

const start: JournalCursor = { segment: 1, bytes: 0, position: { seq: 0, hash: noHash } }

type OnRecord = (record: JournalRecord) => void

export class JournalStore implements Journals {
  readonly #segmentBytesMax: number
  readonly #mayWrite: (() => void) | undefined

  constructor(options: JournalStoreOptions = {}) {
    this.#segmentBytesMax = options.segmentBytesMax ?? 1 << 26
    this.#mayWrite = options.mayWrite
  }

  async open(directory: string, onRecord: OnRecord): Promise<JournalOpened> {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    const found = scanAll(directory, start, onRecord)
    if (found.damage) throw found.damage
    const { segment, position } = found
    if (position.seq === 0 && hasBegun(directory)) throw journalLost(directory)
    const path = join(directory, segmentName(segment))
    let bytes = found.goodBytes
    if (existsSync(path)) {
      if (found.tornBytes > 0) keepTorn(directory, path, found)
      cut(path, bytes)
    }
    if (bytes === 0) bytes = createSegment(directory, { segment, first: position.seq + 1, prev: position.hash })
    const writer = new JournalFileWriter({
      directory,
      segment,
      bytes,
      position,
      segmentBytesMax: this.#segmentBytesMax,
      ...(this.#mayWrite ? { mayWrite: this.#mayWrite } : {}),
    })
    return { writer, tornBytes: found.tornBytes }
  }

  async read(directory: string, onRecord: OnRecord): Promise<{ readonly tornBytes: number }> {
    return this.readFrom(directory, undefined, onRecord)
  }

  /**
   * Reads what was appended since, also while another process writes.
   *
   * @param cursor - from an earlier call, or undefined for the beginning
   * @throws as `open` does
   */
  async readFrom(
    directory: string,
    cursor: JournalCursor | undefined,
    onRecord: OnRecord,
  ): Promise<{ readonly tornBytes: number; readonly cursor: JournalCursor }> {
    // Looked for before the journal is: a run that begins between the two has lost nothing.
    const begun = hasBegun(directory)
    let found = scanAll(directory, cursor ?? start, onRecord)
    // A writer may have been at work between two reads of one file: what looks bad is read again until nothing is gained.
    for (let seq = -1; (found.damage || found.tornBytes > 0) && found.position.seq > seq; ) {
      seq = found.position.seq
      found = scanAll(directory, { segment: found.segment, bytes: found.goodBytes, position: found.position }, onRecord)
    }
    if (found.damage) throw found.damage
    if (found.position.seq === 0 && begun) throw journalLost(directory)
    const { segment, goodBytes, position, tornBytes } = found
    return { tornBytes, cursor: { segment, bytes: goodBytes, position } }
  }
}

interface AllScanned extends SegmentScanned {
  /** The last segment that was scanned. */
  readonly segment: number
}

function scanAll(directory: string, from: JournalCursor, onRecord: OnRecord): AllScanned {
  let { segment, bytes, position } = from
  for (;;) {
    const name = segmentName(segment)
    const path = join(directory, name)
    const count = existsSync(directory) ? lastSegment(directory) : 0
    if (!existsSync(path))
      return { segment, position, goodBytes: 0, tornBytes: 0, ...missing(name, position, segment < count) }
    const task = { name, segment, last: segment === count, from: bytes, position }
    const scanned = scanSegment(byteTools, readWhole(path), task, onRecord)
    if (scanned.damage || task.last) return { segment, ...scanned }
    position = scanned.position
    segment += 1
    bytes = 0
  }
}

function missing(name: string, position: ChainPosition, laterExists: boolean): Pick<SegmentScanned, 'damage'> {
  if (!laterExists) return {}
  return { damage: chainBroken(position.seq + 1, name, 'this segment is missing, and a later one exists') }
}

/** Not `readFileSync`: the file may be growing, and what is read must be one length. */
function readWhole(path: string): Buffer {
  const fd = openSync(path, 'r')
  try {
    const content = Buffer.allocUnsafeSlow(fstatSync(fd).size)
    let length = 0
    while (length < content.length) {
      const read = readSync(fd, content, length, content.length - length, length)
      if (read === 0) break
      length += read
    }
    return content.subarray(0, length)
  } finally {
    closeSync(fd)
  }
}

/** Puts the bytes of a torn write beside the journal before they are cut: they may tell what was being recorded. */
function keepTorn(directory: string, path: string, found: AllScanned): void {
  const torn = readWhole(path).subarray(found.goodBytes, found.goodBytes + found.tornBytes)
  writeFileSync(join(directory, `journal-torn-${found.position.seq + 1}.bin`), torn, { mode: 0o600 })
}

function cut(path: string, bytes: number): void {
  const fd = openSync(path, 'r+')
  try {
    if (fstatSync(fd).size === bytes) return
    ftruncateSync(fd, bytes)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
