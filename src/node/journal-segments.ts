/** Names and birth of the files that hold a journal. */

import { Buffer } from 'node:buffer'
import { closeSync, fsyncSync, openSync, readdirSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { headerLine, type SegmentHeader } from '../journal/segment-header.ts'
import { byteTools } from './byte-tools.ts'
import { flushFolder } from './folder-flush.ts'

/** `journal.jsonl`, then `journal-000002.jsonl` and so on; they sort by name once the first is put first. */
export function segmentName(segment: number): string {
  return segment === 1 ? 'journal.jsonl' : `journal-${String(segment).padStart(6, '0')}.jsonl`
}

/** Number of the last segment in a directory, 0 when there is none. */
export function lastSegment(directory: string): number {
  let last = 0
  for (const name of readdirSync(directory)) {
    const segment = name === segmentName(1) ? 1 : Number(/^journal-([0-9]{6,})\.jsonl$/.exec(name)?.[1] ?? 0)
    last = Math.max(last, segment)
  }
  return last
}

/**
 * Makes a segment that holds its header, whole or not at all.
 *
 * @returns its length in bytes
 */
export function createSegment(directory: string, header: SegmentHeader): number {
  const line = headerLine(header, (text) => byteTools.sha256(Buffer.from(text)))
  const path = join(directory, segmentName(header.segment))
  const fd = openSync(`${path}.new`, 'w', 0o600)
  try {
    writeSync(fd, line)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
  renameSync(`${path}.new`, path)
  flushFolder(directory)
  return line.length
}
