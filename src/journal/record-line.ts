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

/** Longer texts are left to `JSON.stringify`, whose start costs as much as looking at so many characters here. */
const quotedHereMax = 64

/** `JSON.stringify` of a text; ids and types need no escapes, and finding that out here takes a third of the time. */
function quoted(text: string): string {
  if (text.length > quotedHereMax) return JSON.stringify(text)
  for (let n = 0; n < text.length; n += 1) {
    const code = text.charCodeAt(n)
    if (code < 0x20 || code > 0x7e || code === 0x22 || code === 0x5c) return JSON.stringify(text)
  }
  return `"${text}"`
}

let keptInstant = Number.NaN
let keptInstantText = ''

/** Hundreds of records may share a millisecond. `JSON.stringify` is here because what it returns is one piece in memory. */
function quotedInstant(at: number): string {
  if (at !== keptInstant) {
    keptInstantText = JSON.stringify(instantText(at))
    keptInstant = at
  }
  return keptInstantText
}

/**
 * The members that do not depend on the record's place in the chain.
 *
 * @throws what `JSON.stringify` throws, and RangeError when `at` is no instant; nothing is recorded then
 */
export function eventMembers(event: JournalEvent): string {
  const of = event.of === undefined ? '' : `,"of":${quoted(event.of)}`
  const data = event.data === undefined ? '' : `,"data":${JSON.stringify(event.data)}`
  return `"at":${quotedInstant(event.at)},"type":${quoted(event.type)},"id":${quoted(event.id)}${of}${data}`
}

/** The line without its `hash` member: what is hashed. */
export function recordHead(seq: number, members: string, prev: string): string {
  return `{"seq":${seq},${members},"prev":"${prev}"`
}

/** What follows the head: the `hash` member, the closing brace and the newline. ASCII. */
export function hashMember(hash: string): string {
  return `,"hash":"${hash}"}\n`
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
