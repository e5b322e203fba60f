/**
 * The first line of every segment: which format, which segment, and where in the chain it begins. It is hashed as records
 * are, and is not itself a link of the chain.
 */
import { isJsonObject } from '../base/json.ts'
import { hashMember } from './record-line.ts'

export const journalFormat = 'journal/v1'

export interface SegmentHeader {
  /** From 1. */
  readonly segment: number
  /** Sequence number of the first record in the segment. */
  readonly first: number
  /** Hash of the last record of the segment before; 64 zeros in the first. */
  readonly prev: string
}

/** @returns the whole line with its newline; ASCII */
export function headerLine(header: SegmentHeader, sha256: (text: string) => string): string {
  const head = `{"rollbook":"${journalFormat}","segment":${header.segment},"first":${header.first},"prev":"${header.prev}"`
  return head + hashMember(sha256(head))
}

export type ParsedHeader =
  | { readonly kind: 'header'; readonly header: SegmentHeader }
  | { readonly kind: 'other_version'; readonly version: string }
  | { readonly kind: 'unreadable' }

/** Reads the version before all else, for a later format may hash in another way. */
export function parseHeader(line: string): ParsedHeader {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return { kind: 'unreadable' }
  }
  if (!isJsonObject(value) || typeof value['rollbook'] !== 'string') return { kind: 'unreadable' }
  const { rollbook, segment, first, prev } = value
  if (rollbook !== journalFormat) {
    return /^journal\/v[0-9]+$/.test(rollbook) ? { kind: 'other_version', version: rollbook } : { kind: 'unreadable' }
  }
  if (typeof segment !== 'number' || typeof first !== 'number' || typeof prev !== 'string')
    return { kind: 'unreadable' }
  return { kind: 'header', header: { segment, first, prev } }
}
