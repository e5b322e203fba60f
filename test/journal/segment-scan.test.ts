import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eventMembers, hashMember, noHash, recordHead } from '../../src/journal/record-line.ts'
import { headerLine } from '../../src/journal/segment-header.ts'
import { flushBytesMax, type SegmentScanned, scanSegment } from '../../src/journal/segment-scan.ts'
import { byteTools } from '../../src/node/byte-tools.ts'
import type { JournalRecord } from '../../src/ports/journal.ts'

const sha256 = (text: string): string => byteTools.sha256(Buffer.from(text))

/** Lines of a segment, header first. */
function linesOf(count: number, size = 0): string[] {
  const lines = [headerLine({ segment: 1, first: 1, prev: noHash }, sha256)]
  let prev = noHash
  for (let seq = 1; seq <= count; seq += 1) {
    const data = { n: seq, text: 'ü{"seq":'.repeat(size) }
    const head = recordHead(seq, eventMembers({ id: `e${seq}`, type: 'Tried', at: seq, data }), prev)
    prev = sha256(head)
    lines.push(head + hashMember(prev))
  }
  return lines
}

function scan(bytes: Uint8Array, last = true): SegmentScanned & { readonly records: readonly JournalRecord[] } {
  const records: JournalRecord[] = []
  const segment = { name: 'journal.jsonl', segment: 1, last, from: 0, position: { seq: 0, hash: noHash } }
  return { ...scanSegment(byteTools, bytes, segment, (record) => records.push(record)), records }
}

const lines = linesOf(4, 1)
const whole = Buffer.from(lines.join(''))
/** Where each line ends. */
const ends = lines.map((_, n) => Buffer.byteLength(lines.slice(0, n + 1).join('')))

describe('a segment cut short', () => {
  it('gives the whole records before the cut, at every byte', () => {
    for (let length = 0; length <= whole.length; length += 1) {
      const { records, goodBytes, tornBytes, damage } = scan(whole.subarray(0, length))
      const good = ends.filter((end) => end <= length)
      expect(damage).toBeUndefined()
      expect(records.map((record) => record.seq)).toEqual([1, 2, 3, 4].slice(0, Math.max(0, good.length - 1)))
      expect(goodBytes).toBe(good.at(-1) ?? 0)
      expect(tornBytes).toBe(length - goodBytes)
    }
  })

  it('takes zeros behind for laid-out space and not for damage, at every byte', () => {
    for (let length = 0; length <= whole.length; length += 1) {
      const { goodBytes, tornBytes, damage } = scan(Buffer.concat([whole.subarray(0, length), Buffer.alloc(4096)]))
      expect(damage).toBeUndefined()
      expect(goodBytes + tornBytes).toBe(length)
    }
  })

  it('is refused when a later segment exists', () => {
    const { damage } = scan(whole.subarray(0, whole.length - 1), false)
    expect(damage).toMatchObject({ code: 'JOURNAL_CHAIN_BROKEN' })
    expect(damage?.message).toContain('record 4')
  })
})

describe('a flipped byte', () => {
  it('is refused before the last record, and cuts the last record, whichever bit it is', () => {
    const lastStart = ends.at(-2) as number
    for (let at = 0; at < whole.length; at += 1) {
      for (const bit of [1, 2, 128]) {
        const bytes = Buffer.from(whole)
        bytes[at] = (bytes[at] as number) ^ bit
        const { damage, goodBytes, tornBytes, records } = scan(bytes)
        const intact = ends.filter((end) => end <= at).length
        expect(records.length).toBe(Math.max(0, intact - 1))
        if (at >= lastStart) {
          expect(damage).toBeUndefined()
          expect([goodBytes, tornBytes]).toEqual([lastStart, whole.length - lastStart])
        } else {
          expect(damage?.code, `byte ${at}`).toMatch(/^JOURNAL_(CHAIN_BROKEN|VERSION_UNKNOWN)$/)
          if (damage?.code === 'JOURNAL_CHAIN_BROKEN') expect(damage.message).toContain(`record ${records.length + 1} `)
        }
      }
    }
  })
})

describe('a chain whose records are whole', () => {
  it.each([
    ['a record is missing', [0, 1, 3, 4], 2],
    ['a record stands twice', [0, 1, 1, 2], 2],
    ['two records are exchanged', [0, 2, 1, 3], 1],
    ['the last two are exchanged', [0, 1, 2, 4, 3], 3],
  ])('is refused when %s', (_, order, seq) => {
    const { damage } = scan(Buffer.from(order.map((n) => lines[n]).join('')))
    expect(damage).toMatchObject({ code: 'JOURNAL_CHAIN_BROKEN' })
    expect(damage?.message).toContain(`from record ${seq} on`)
    expect(damage?.hint).toContain('Nothing was changed')
  })

  it('is refused when a record was rewritten together with its own hash', () => {
    const head = (lines[2] as string).slice(0, -hashMember(noHash).length).replace('Tried', 'Trued')
    const { damage } = scan(
      Buffer.from([...lines.slice(0, 2), head + hashMember(sha256(head)), ...lines.slice(3)].join('')),
    )
    expect(damage?.message).toContain('from record 3 on')
  })

  it('is refused when the header belongs to another place', () => {
    const other = headerLine({ segment: 2, first: 1, prev: noHash }, sha256)
    expect(scan(Buffer.from([other, ...lines.slice(1)].join(''))).damage?.code).toBe('JOURNAL_CHAIN_BROKEN')
  })

  it('is refused with its version when another Rollbook wrote it', () => {
    const other = (lines[0] as string).replace('journal/v1', 'journal/v7')
    const { damage } = scan(Buffer.from([other, ...lines.slice(1)].join('')))
    expect(damage).toMatchObject({ code: 'JOURNAL_VERSION_UNKNOWN' })
    expect(damage?.message).toContain('journal/v7')
  })
})

describe('blocks of one flush that did not reach the disk', () => {
  it('are a torn write, wherever the hole is, though whole records follow', () => {
    const start = ends[1] as number
    fc.assert(
      fc.property(fc.integer({ min: start, max: whole.length - 1 }), fc.nat(600), (from, length) => {
        const bytes = Buffer.concat([whole, Buffer.alloc(512)]).fill(0, from, Math.min(from + length + 1, whole.length))
        const { damage, records, goodBytes } = scan(bytes)
        expect(damage).toBeUndefined()
        expect(goodBytes).toBe(ends.findLast((end) => end <= from))
        expect(records.length).toBe(ends.filter((end) => end <= from).length - 1)
      }),
    )
  })

  it('are damage when more than one flush of bytes follows', () => {
    const large = linesOf(40, 5000)
    const bytes = Buffer.from(large.join(''))
    expect(bytes.length).toBeGreaterThan(flushBytesMax)
    bytes.fill(0, Buffer.byteLength(large[0] as string) + 100, Buffer.byteLength(large[0] as string) + 200)
    expect(scan(bytes).damage?.message).toContain('from record 1 on')
  })
})
