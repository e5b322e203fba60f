/**
 * Reads one segment and judges how it ends.
 *
 * 1. A record counts when its hash fits its bytes, its number follows, and its `prev` is the hash of the record before.
 * 2. Zero bytes to the end of the file are space laid out ahead of need, not damage.
 * 3. A bad place with nothing good behind it, in the last segment, is a torn write: never acknowledged, so it may be cut.
 * 4. A bad place with good records behind it is damage, with one exception: when the power fails, blocks of one flush reach
 *    the disk in any order, and those that did not are read as zeros. So a bad place that holds zeros, followed by at most
 *    one flush of bytes, is a torn write as well.
 */
import type { RollbookError } from '../base/error.ts'
import type { JournalRecord } from '../ports/journal.ts'
import type { ByteTools } from './byte-tools.ts'
import { chainBroken, versionUnknown } from './journal-error.ts'
import { hashMemberBytes, parseRecord } from './record-line.ts'
import { parseHeader } from './segment-header.ts'

/** Bytes that one flush writes at most, unless a single record is larger. */
export const flushBytesMax: number = 1 << 20

export interface ChainPosition {
  readonly seq: number
  readonly hash: string
}

export interface SegmentToScan {
  /** File name, for messages. */
  readonly name: string
  /** From 1. */
  readonly segment: number
  /** Only the last segment may end in a torn write. */
  readonly last: boolean
  /** Where to begin: 0, or `goodBytes` of an earlier scan. */
  readonly from: number
  /** The last record before `from`. */
  readonly position: ChainPosition
}

export interface SegmentScanned {
  readonly position: ChainPosition
  /** The segment holds good lines up to here. */
  readonly goodBytes: number
  /** Bytes of a torn write behind `goodBytes`, without zeros at the end. */
  readonly tornBytes: number
  /** Why the segment must be refused. Everything up to `goodBytes` is intact all the same. */
  readonly damage?: RollbookError
}

const newline = 10
const brace = 123

export function scanSegment(
  tools: ByteTools,
  bytes: Uint8Array,
  segment: SegmentToScan,
  onRecord: (record: JournalRecord) => void,
): SegmentScanned {
  let at = segment.from
  if (at === 0) {
    const end = headerEnd(tools, bytes, segment)
    if (typeof end !== 'number') return { position: segment.position, goodBytes: 0, ...end }
    at = end
  }
  let { seq, hash } = segment.position
  const done = (ending: Ending): SegmentScanned => ({ position: { seq, hash }, goodBytes: at, ...ending })
  for (;;) {
    const end = tools.indexOf(bytes, newline, at)
    const found = end < 0 ? undefined : lineHash(tools, bytes, at, end)
    if (found === undefined) return done(judge(tools, bytes, at, seq + 1, segment))
    const record = parseRecord(tools.text(bytes, at, end))
    const reason = linkFault(record, seq, hash)
    if (record === undefined || reason !== undefined) {
      return done({ tornBytes: 0, damage: chainBroken(seq + 1, `${segment.name}, byte ${at}`, reason ?? '') })
    }
    onRecord(record)
    seq += 1
    hash = found
    at = end + 1
  }
}

/** The hash of a line when it fits the bytes before it. */
function lineHash(tools: ByteTools, bytes: Uint8Array, start: number, end: number): string | undefined {
  const headEnd = end - hashMemberBytes
  if (headEnd <= start || bytes[start] !== brace) return undefined
  const hash = tools.sha256(bytes.subarray(start, headEnd))
  return tools.text(bytes, headEnd, end) === `,"hash":"${hash}"}` ? hash : undefined
}

function linkFault(record: JournalRecord | undefined, seq: number, hash: string): string | undefined {
  if (record === undefined) return 'the line is not a record'
  if (record.seq !== seq + 1) return `record ${record.seq} stands where ${seq + 1} should`
  return record.prev === hash ? undefined : 'it does not follow from the record before'
}

type Ending = Pick<SegmentScanned, 'tornBytes' | 'damage'>

function headerEnd(tools: ByteTools, bytes: Uint8Array, segment: SegmentToScan): number | Ending {
  const { seq, hash } = segment.position
  const end = tools.indexOf(bytes, newline, 0)
  const parsed = end < 0 ? undefined : parseHeader(tools.text(bytes, 0, end))
  if (parsed?.kind === 'other_version') {
    return { tornBytes: 0, damage: versionUnknown(segment.name, parsed.version) }
  }
  if (parsed?.kind !== 'header' || lineHash(tools, bytes, 0, end) === undefined) {
    return judge(tools, bytes, 0, seq + 1, segment)
  }
  const { header } = parsed
  if (header.segment === segment.segment && header.first === seq + 1 && header.prev === hash) return end + 1
  const reason = `the segment begins at record ${header.first} and does not follow from the record before`
  return { tornBytes: 0, damage: chainBroken(seq + 1, `${segment.name}, byte 0`, reason) }
}

/** Decides what a place without a good line is: laid-out space, a torn write, or damage. */
function judge(tools: ByteTools, bytes: Uint8Array, at: number, seq: number, segment: SegmentToScan): Ending {
  let used = bytes.length
  while (used > at && bytes[used - 1] === 0) used -= 1
  if (used === at && at > 0) return { tornBytes: 0 }
  const tornBytes = used - at
  const where = `${segment.name}, byte ${at}`
  if (!segment.last) {
    return {
      tornBytes: 0,
      damage: chainBroken(seq, where, 'its bytes do not fit its hash, and a later segment exists'),
    }
  }
  const next = nextGood(tools, bytes.subarray(0, used), at + 1)
  if (next < 0) return { tornBytes }
  const hole = tools.indexOf(bytes.subarray(0, next), 0, at) >= 0
  if (hole && tornBytes <= flushBytesMax) return { tornBytes }
  return { tornBytes: 0, damage: chainBroken(seq, where, 'its bytes do not fit its hash, and intact records follow') }
}

/** Where the next intact record begins, at whichever byte; or -1. */
function nextGood(tools: ByteTools, bytes: Uint8Array, from: number): number {
  for (let at = tools.indexOf(bytes, brace, from); at >= 0; at = tools.indexOf(bytes, brace, at + 1)) {
    const end = tools.indexOf(bytes, newline, at)
    if (end < 0) return -1
    if (tools.text(bytes, at, Math.min(at + 7, end)) === '{"seq":' && lineHash(tools, bytes, at, end) !== undefined)
      return at
  }
  return -1
}
