/**
 * One record as one line of JSON. Members stand in a fixed order, without white space:
 * `seq at type id of? data? prev hash`. `hash` is sha256 over the bytes of the line up to `,"hash"`.
 */
import type { Json } from '../base/json.ts'
import { isJsonObject } from '../base/json.ts'
import type { JournalEvent, JournalRecord } from '../ports/journal.ts'
import { instantText, parseInstantText } from './instant-text.ts'

/** The `prev` of the first record. */
export const noHash: string = '0'.repeat(64)

/** Bytes of `,"hash":"…"}`, which end every line before its newline. */
export const hashMemberBytes = 75

/**
 * The members that do not depend on the record's place in the chain.
 *
 * @throws what `JSON.stringify` throws, and RangeError when `at` is no instant; nothing is recorded then
 */
export function eventMembers(event: JournalEvent): string {
  const of = event.of === undefined ? '' : `,"of":${JSON.stringify(event.of)}`
  const data = event.data === undefined ? '' : `,"data":${JSON.stringify(event.data)}`
  return `"at":"${instantText(event.at)}","type":${JSON.stringify(event.type)},"id":${JSON.stringify(event.id)}${of}${data}`
}

/** The line without its `hash` member: what is hashed. */
export function recordHead(seq: number, members: string, prev: string): string {
  return `{"seq":${seq},${members},"prev":"${prev}"`
}

/** What follows the head: the `hash` member, the closing brace and the newline. ASCII. */
export function hashMember(hash: string): string {
  return `,"hash":"${hash}"}\n`
}

/** A record as the reader of `append` gets it, without a detour over the text. */
export function recordOf(seq: number, event: JournalEvent, prev: string, hash: string): JournalRecord {
  const { at, type, id, of, data } = event
  if (of === undefined)
    return data === undefined ? { seq, at, type, id, prev, hash } : { seq, at, type, id, data, prev, hash }
  return data === undefined ? { seq, at, type, id, of, prev, hash } : { seq, at, type, id, of, data, prev, hash }
}

/**
 * @param line - a whole line without its newline, whose hash has been checked
 * @returns the record, or undefined when the line is JSON of another shape
 */
export function parseRecord(line: string): JournalRecord | undefined {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  if (!isJsonObject(value)) return undefined
  const record = value as { [key: string]: Json }
  const at = typeof record['at'] === 'string' ? parseInstantText(record['at']) : Number.NaN
  if (Number.isNaN(at) || typeof record['seq'] !== 'number' || typeof record['prev'] !== 'string') return undefined
  if (typeof record['type'] !== 'string' || typeof record['id'] !== 'string') return undefined
  if (record['of'] !== undefined && typeof record['of'] !== 'string') return undefined
  record['at'] = at
  return record as unknown as JournalRecord
}
