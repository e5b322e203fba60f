import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatDurationForPeople } from '../../src/base/duration.ts'
import { makeInstantFormat } from '../../src/book/instant.ts'
import { compressNames, namesText, rangesText } from '../../src/book/name-list.ts'
import { count, differenceText, durationText, valueText } from '../../src/book/text.ts'

const plain = (text: string): string => text.replaceAll('\u00a0', ' ')

describe('durations', () => {
  test.each([
    [0, '0 s'],
    [40, '0.1 s'],
    [400, '0.4 s'],
    [1500, '1.5 s'],
    [59_999, '1 min'],
    [90_000, '1 min 30 s'],
    [5_400_000, '1 h 30 min'],
    [3_599_999, '1 h'],
    [86_400_000 + 3_600_000, '1 d 1 h'],
    [86_399_999, '1 d'],
  ])('%i ms are "%s"', (ms, wanted) => {
    expect(plain(durationText(ms))).toBe(wanted)
    // Screens say the same as documents.
    expect(formatDurationForPeople(ms)).toBe(wanted)
  })

  test.each([
    [60_000, 60_400, 'on time'],
    [300_000, 60_000, '+4 min'],
    [30_000, 60_000, '−30 s'],
  ])('%i against %i ms is "%s"', (actual, planned, wanted) => {
    expect(plain(differenceText(actual, planned))).toBe(wanted)
  })
})

describe('counts', () => {
  test.each([
    [0, 'step', '0 steps'],
    [1, 'step', '1 step'],
    [2, 'step', '2 steps'],
  ])('%i %s is "%s"', (n, word, wanted) => expect(count(n, word)).toBe(wanted))
  test('a plural of its own is used', () => expect(count(2, 'entry', 'entries')).toBe('2 entries'))
})

describe('lists of names', () => {
  test.each([
    [[], 'control'],
    [['core'], 'core'],
    [['web-01', 'web-02'], 'web-01, web-02'],
    [['web-01', 'web-02', 'web-03'], 'web-01 … web-03 (3)'],
    [['web-09', 'web-10', 'web-11', 'db'], 'web-09 … web-11 (3), db'],
    [['a9', 'a10', 'a11'], 'a9 … a11 (3)'],
    [['n1.zrh', 'n2.zrh', 'n3.zrh'], 'n1.zrh … n3.zrh (3)'],
    [['web-03', 'web-02', 'web-01'], 'web-03, web-02, web-01'],
    [['r1-n1', 'r1-n2', 'r1-n3', 'r2-n1', 'r2-n2', 'r2-n3'], 'r1-n1 … r1-n3 (3), r2-n1 … r2-n3 (3)'],
  ])('%j reads "%s"', (names, wanted) => expect(namesText(names)).toBe(wanted))

  test('200 targets fit one line', () => {
    const names = Array.from({ length: 200 }, (_, index) => `web-${String(index + 1).padStart(3, '0')}`)
    expect(namesText(names)).toBe('web-001 … web-200 (200)')
  })

  test('names without order are cut, and the rest is counted', () => {
    const names = Array.from({ length: 40 }, (_, index) => `host${String.fromCharCode(97 + (index % 26))}${index * 7}`)
    expect(namesText(names, 5)).toBe(`${names.slice(0, 4).join(', ')} and 36 more (40 in all)`)
  })

  test('no name is lost: ranges read back as the names', () => {
    const prefix = fc.constantFrom('web-', 'db', 'r1-n', '7-')
    const name = fc.tuple(prefix, fc.integer({ min: 0, max: 120 }), fc.constantFrom('', '.zrh'), fc.constantFrom(1, 3))
    fc.assert(
      fc.property(fc.array(name, { maxLength: 40 }), (list) => {
        const names = list.map(([before, n, after, width]) => `${before}${String(n).padStart(width, '0')}${after}`)
        const total = compressNames(names).reduce(
          (sum, part) => sum + Number(/ … .* \((\d+)\)$/.exec(part)?.[1] ?? 1),
          0,
        )
        expect(total).toBe(names.length)
        expect(compressNames(names).flatMap((part) => part.split(' … ')[0])).toEqual(
          expect.arrayContaining(names.slice(0, 1)),
        )
      }),
    )
  })
})

describe('journal records', () => {
  test.each([
    [[], ''],
    [[5], '5'],
    [[5, 6], '5, 6'],
    [[7, 5, 6, 6], '5–7'],
    [[1, 2, 3, 9, 11, 12, 13], '1–3, 9, 11–13'],
  ])('%j reads "%s"', (numbers, wanted) => expect(rangesText(numbers)).toBe(wanted))
})

describe('values', () => {
  test.each([
    [{ $secret: 'password' }, '••• (secret)'],
    [{ $secret_text: ['Bearer ', { $secret: 't' }] }, '••• (secret)'],
    [{ a: 1, b: { $secret: 'x' } }, 'a = 1; b = ••• (secret)'],
    [['a', 'b'], 'a, b'],
    [true, 'yes'],
    [null, '–'],
  ])('%j reads "%s"', (value, wanted) => expect(valueText(value)).toBe(wanted))
})

describe('instants', () => {
  const instant = Date.UTC(2026, 9, 25, 0, 30, 5)
  test('always carry their zone', () => {
    expect(makeInstantFormat().full(instant)).toBe('2026-10-25 00:30:05 UTC')
    expect(makeInstantFormat('Europe/Zurich').full(instant)).toBe('2026-10-25 02:30:05 +02:00')
    expect(makeInstantFormat('Asia/Kathmandu').full(instant)).toBe('2026-10-25 06:15:05 +05:45')
    expect(makeInstantFormat('Europe/London').full(Date.UTC(2026, 0, 1))).toBe('2026-01-01 00:00:00 +00:00')
  })
  test('the two hours of the same name when clocks go back are told apart', () => {
    const zurich = makeInstantFormat('Europe/Zurich')
    expect(zurich.full(instant + 3_600_000)).toBe('2026-10-25 02:30:05 +01:00')
  })
  test('an unknown zone is refused with advice', () => {
    expect(() => makeInstantFormat('Mars/Base')).toThrow(expect.objectContaining({ code: 'TIME_ZONE_UNKNOWN' }))
  })
})
