import { makeByteSearch } from './byte-search.ts'
import { isJsonObject, type Json } from './json.ts'
import { secretForms } from './secret-forms.ts'

/** What stands where a secret was. */
export const maskText = '•••'

/**
 * The second line of defence: hides known secrets in whatever is about to be written, raw or transformed (see
 * {@link secretForms}). The first one is taint: a secret never gets near what is written.
 */
export interface Masker {
  /** @param isCut - the text was cut off: what may be the beginning of a secret is dropped from its end */
  text(text: string, isCut?: boolean): string
  bytes(bytes: Uint8Array, isCut?: boolean): Uint8Array
  /** Hides secrets in every string, number and key. */
  json<T extends Json>(value: T): T
  /** For output that comes in pieces: a secret may begin in one and end in another. */
  stream(): MaskStream
}

export interface MaskStream {
  /** @returns what may be shown by now; a tail that could be the beginning of a secret is held back */
  write(chunk: Uint8Array): Uint8Array
  /** @returns what was still held back */
  end(): Uint8Array
}

const mask = new TextEncoder().encode(maskText)
const nothing = new Uint8Array(0)

/** @param secrets - each at least `secretLengthMin` characters long; shorter ones are passed over */
export function makeMasker(secrets: readonly string[]): Masker {
  const forms = secrets.map(secretForms)
  const written = makeByteSearch(forms.flatMap((each) => each.written))
  const encoded = makeByteSearch(forms.flatMap((each) => each.encoded))

  const stream = (): MaskStream => {
    /** Bytes not given out yet; `held[0]` stands at offset `base` of the whole stream. */
    let held: Uint8Array = nothing
    let base = 0
    let ranges: Range[] = []
    let writtenState = 0
    let encodedState = 0
    /** Offsets of the latest bytes that the encoded search has taken, line breaks left out; at least its depth. */
    let trail: number[] = []
    /** What may still follow an encoded hit: 3 a letter or padding, 2 or 1 padding, 0 nothing. */
    let seam = 0
    let maskedTo = -1

    const take = (byte: number, at: number): void => {
      writtenState = written.step(writtenState, byte)
      const length = written.hit(writtenState)
      if (length > 0) cover(ranges, at + 1 - length, at + 1)

      if (isLineBreak(byte)) return
      if (seam > 0) {
        const isPadding = byte === 61
        const isTaken = isPadding || (seam === 3 && isBase64Letter(byte))
        if (isTaken) cover(ranges, at, at + 1)
        seam = isTaken ? seam - 1 : 0
      }
      encodedState = encoded.step(encodedState, byte)
      if (encodedState === 0) {
        trail = []
        return
      }
      trail.push(at)
      const count = encoded.hit(encodedState)
      if (count > 0) {
        const start = trail[trail.length - count]!
        const before = start > base ? held[start - 1 - base] : undefined
        cover(ranges, before !== undefined && isBase64Letter(before) ? start - 1 : start, at + 1)
        seam = 3
      }
      if (trail.length > 65_536) trail = trail.slice(-encoded.depth(encodedState))
    }

    const giveOut = (limit: number): Uint8Array => {
      const parts: Uint8Array[] = []
      let from = base
      for (const range of ranges) {
        if (range.from >= limit) break
        if (range.from > from) parts.push(held.subarray(from - base, range.from - base))
        if (range.from !== maskedTo) parts.push(mask)
        from = Math.min(range.to, limit)
        maskedTo = from
      }
      if (limit > from) parts.push(held.subarray(from - base, limit - base))
      ranges = ranges
        .filter((range) => range.to > limit)
        .map((range) => ({ ...range, from: Math.max(range.from, limit) }))
      held = held.slice(limit - base)
      base = limit
      return concat(parts)
    }

    return {
      write(chunk) {
        const from = base + held.length
        held = concat([held, chunk])
        const to = base + held.length
        for (let index = 0; index < chunk.length; index += 1) take(chunk[index]!, from + index)
        let limit = Math.min(
          to - written.depth(writtenState),
          encodedState === 0 ? to : trail[trail.length - encoded.depth(encodedState)]!,
        )
        // The letter before could turn out to be the seam of what comes next.
        if (limit > base && isBase64Letter(held[limit - 1 - base]!)) limit -= 1
        return giveOut(Math.max(base, limit))
      },
      end: () => giveOut(base + held.length),
    }
  }

  const bytes = (content: Uint8Array, isCut = false): Uint8Array => {
    const one = stream()
    const shown = one.write(content)
    return isCut ? shown : concat([shown, one.end()])
  }
  const text = (content: string, isCut = false): string => {
    const plain = new TextEncoder().encode(content)
    const masked = bytes(plain, isCut)
    // Unmasked text is handed back as it came: encoding would alter a surrogate that stands alone.
    return isSame(plain, masked) ? content : new TextDecoder().decode(masked)
  }
  const json = (value: Json): Json => {
    if (typeof value === 'string') return text(value)
    if (typeof value === 'number') {
      const shown = text(String(value))
      return shown === String(value) ? value : shown
    }
    if (Array.isArray(value)) return value.map((item: Json) => json(item))
    if (!isJsonObject(value)) return value
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [text(key), json(item)]))
  }
  // The shape stays; only text within it is exchanged.
  return { text, bytes, stream, json: <T extends Json>(value: T): T => json(value) as T }
}

interface Range {
  readonly from: number
  readonly to: number
}

/** Adds a range to a sorted list whose ranges never touch; new ranges come in order of their ends. */
function cover(ranges: Range[], from: number, to: number): void {
  let start = from
  let end = to
  for (let last = ranges.at(-1); last !== undefined && last.to >= start; last = ranges.at(-1)) {
    start = Math.min(start, last.from)
    end = Math.max(end, last.to)
    ranges.pop()
  }
  ranges.push({ from: start, to: end })
}

function isLineBreak(byte: number): boolean {
  return byte === 10 || byte === 13
}

/** Both alphabets of RFC 4648. */
function isBase64Letter(byte: number): boolean {
  return (
    (byte >= 48 && byte <= 57) ||
    (byte >= 65 && byte <= 90) ||
    (byte >= 97 && byte <= 122) ||
    byte === 43 ||
    byte === 45 ||
    byte === 47 ||
    byte === 95
  )
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}
