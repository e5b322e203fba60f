import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json } from '../../src/base/json.ts'
import { instantText, parseInstantText } from '../../src/journal/instant-text.ts'
import { eventMembers, noHash, parseRecord, recordHead } from '../../src/journal/record-line.ts'
import { headerLine, parseHeader } from '../../src/journal/segment-header.ts'
import { byteTools } from '../../src/node/byte-tools.ts'

const instant = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31, 23, 59, 59, 999) })

describe('instants', () => {
  it('prints what Date prints, and reads it back', () => {
    fc.assert(
      fc.property(instant, (ms) => {
        expect(instantText(ms)).toBe(new Date(ms).toISOString())
        expect(parseInstantText(instantText(ms))).toBe(ms)
      }),
    )
  })

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 8.64e15])('refuses %s', (ms) => {
    expect(() => instantText(ms)).toThrow(RangeError)
  })

  it.each([
    '',
    '2026-11-21T10:05:38Z',
    '2026-11-21T10:05:38.007+00:0',
    '2026-11-21T25:05:38.007Z',
    '2026-11-21T10:65:38.007Z',
    '2026-13-21T10:05:38.007Z',
    '2026-02-30T10:05:38.007Z',
    '2026-11-21T10:05:38.0x7Z',
    '2026-11-21 10:05:38.007Z',
    '9999-12-31T99:99:99.999Z',
  ])('does not take %j for an instant', (text) => {
    parseInstantText('2026-11-21T00:00:00.000Z')
    expect(parseInstantText(text)).toBeNaN()
  })
})

describe('record line', () => {
  it('has its members in a fixed order and no white space', () => {
    const event = { data: { b: 1, a: [null] }, of: 'call-1', at: 7, type: 'EffectEnded', id: 'e "1"' }
    expect(recordHead(3, eventMembers(event), noHash)).toBe(
      `{"seq":3,"at":"1970-01-01T00:00:00.007Z","type":"EffectEnded","id":"e \\"1\\"","of":"call-1","data":{"b":1,"a":[null]},"prev":"${noHash}"`,
    )
    expect(recordHead(3, eventMembers({ at: 7, type: 'T', id: 'e' }), noHash)).toBe(
      `{"seq":3,"at":"1970-01-01T00:00:00.007Z","type":"T","id":"e","prev":"${noHash}"`,
    )
  })

  it('reads back what it printed', () => {
    const event = fc.record(
      {
        id: fc.string({ unit: 'binary' }),
        type: fc.string(),
        at: instant,
        of: fc.string({ unit: 'grapheme' }),
        data: fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as Json),
      },
      { requiredKeys: ['id', 'type', 'at'] },
    )
    fc.assert(
      fc.property(event, fc.integer({ min: 1 }), (event, seq) => {
        const hash = 'a'.repeat(64)
        const line = `${recordHead(seq, eventMembers(event), noHash)},"hash":"${hash}"}`
        expect(line).not.toMatch(/[\n\0]/)
        expect(parseRecord(line)).toEqual({ ...event, seq, prev: noHash, hash })
      }),
    )
  })

  it('is what JSON.stringify prints, whatever has to be escaped', () => {
    const texts = [
      '',
      '"',
      '\\',
      '\n',
      '\u007f',
      '\u2028',
      'ü',
      '😀',
      '\ud800',
      'x'.repeat(63),
      'x'.repeat(65),
      `${'x'.repeat(65)}"`,
    ]
    for (const text of texts) {
      const event = { id: text, type: text, at: 7, of: text, data: text }
      expect(`${recordHead(1, eventMembers(event), noHash)}}`).toBe(
        JSON.stringify({
          seq: 1,
          at: '1970-01-01T00:00:00.007Z',
          type: text,
          id: text,
          of: text,
          data: text,
          prev: noHash,
        }),
      )
    }
  })

  it.each(['', '[]', '{"seq":1}', '{"seq":"1","at":"1970-01-01T00:00:00.000Z","type":"T","id":"i","prev":"p"}', '{'])(
    'does not take %j for a record',
    (line) => {
      expect(parseRecord(line)).toBeUndefined()
    },
  )
})

describe('segment header', () => {
  const sha256 = (text: string): string => byteTools.sha256(Buffer.from(text))

  it('reads back what it printed', () => {
    const header = { segment: 2, first: 11, prev: 'b'.repeat(64) }
    const line = headerLine(header, sha256)
    expect(line.endsWith('"}\n')).toBe(true)
    expect(parseHeader(line.trimEnd())).toEqual({ kind: 'header', header })
  })

  it.each([
    ['{"rollbook":"journal/v2","anything":1}', { kind: 'other_version', version: 'journal/v2' }],
    ['{"rollbook":"runbook/v1"}', { kind: 'unreadable' }],
    ['{"rollbook":"journal/v1","segment":1}', { kind: 'unreadable' }],
    ['no json', { kind: 'unreadable' }],
  ])('reads %s', (line, expected) => {
    expect(parseHeader(line)).toEqual(expected)
  })
})
