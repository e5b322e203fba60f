import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json } from '../../src/base/json.ts'
import { makeMasker, maskText } from '../../src/base/mask.ts'

const wrap = (text: string, width: number): string => text.replace(new RegExp(`.{${width}}`, 'g'), '$&\n')
const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** What programs do to a text before it lands in an output; each must be undone by the mask. */
const transformations: Readonly<Record<string, (secret: string) => string>> = {
  raw: (s) => s,
  base64,
  base64url: (s) => Buffer.from(s).toString('base64url'),
  'basic authentication': (s) => base64(`user:${s}`),
  'base64 with one byte before': (s) => base64(`x${s}`),
  'base64 with a line after': (s) => base64(`ab${s}\nmore`),
  'base64 in lines': (s) => wrap(base64(`some text before ${s} and text after`), 20),
  hex: (s) => Buffer.from(s).toString('hex'),
  'upper hex': (s) => Buffer.from(s).toString('hex').toUpperCase(),
  'hex in lines': (s) => wrap(Buffer.from(s).toString('hex'), 30),
  'URL component': (s) => encodeURIComponent(s),
  form: (s) => new URLSearchParams({ p: s }).toString(),
  'every byte in percent': (s) => [...Buffer.from(s)].map((b) => `%${b.toString(16).padStart(2, '0')}`).join(''),
  JSON: (s) => JSON.stringify(s),
  'JSON in JSON': (s) => JSON.stringify(JSON.stringify({ token: s })),
  'ASCII JSON': (s) =>
    JSON.stringify(s).replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`),
  'single quotes': (s) => `'${s.replaceAll("'", `'\\''`)}'`,
  'double quotes': (s) => `"${s.replace(/["$`\\]/g, '\\$&')}"`,
  HTML: (s) =>
    s
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#39;'),
  'Windows line ends': (s) => s.replaceAll('\n', '\r\n'),
}

const oneLine = fc.string({ unit: 'grapheme-ascii', minLength: 4, maxLength: 40 })
const secret = fc
  .oneof(
    oneLine,
    fc.string({ unit: 'grapheme', minLength: 4, maxLength: 20 }),
    fc
      .array(fc.string({ unit: 'grapheme-ascii', minLength: 4, maxLength: 30 }), { minLength: 2, maxLength: 4 })
      .map((lines) => lines.join('\n')),
  )
  .filter((text) => text.trim().length >= 4)
/** Text around a secret that cannot by itself contain it. */
const around = fc.string({ unit: fc.constantFrom(' ', '\n', '|', '\t', '•'), maxLength: 12 })

describe('masking', () => {
  it.each(Object.entries(transformations))('hides a secret as %s, however the output is cut', (_, transform) => {
    fc.assert(
      fc.property(secret, around, around, fc.array(fc.nat(80), { maxLength: 6 }), (text, before, after, cuts) => {
        const masker = makeMasker([text])
        const whole = Buffer.from(`${before}${transform(text)}${after}`)
        const stream = masker.stream()
        const parts: Uint8Array[] = []
        let from = 0
        for (const cut of cuts) {
          parts.push(stream.write(whole.subarray(from, from + cut)))
          from += cut
        }
        parts.push(stream.write(whole.subarray(from)), stream.end())
        const shown = Buffer.concat(parts).toString()
        expect(shown).not.toContain(transform(text))
        expect(shown).toContain(maskText)
        for (const needle of Object.values(transformations)) {
          const form = needle(text).trim()
          if (form.length >= 4 && !maskText.includes(form)) expect(shown).not.toContain(form)
        }
        expect(shown).toBe(masker.text(whole.toString()))
      }),
      { numRuns: 150 },
    )
  })

  it('leaves text without a secret as it is, byte by byte', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.array(fc.nat(50)), (bytes, cuts) => {
        const masker = makeMasker(['a secret that does not occur'])
        const stream = masker.stream()
        const parts: Uint8Array[] = []
        let from = 0
        for (const cut of cuts) {
          parts.push(stream.write(bytes.subarray(from, from + cut)))
          from += cut
        }
        parts.push(stream.write(bytes.subarray(from)), stream.end())
        expect(Buffer.concat(parts).equals(Buffer.from(bytes))).toBe(true)
      }),
    )
    const lone = 'half a pair \ud800 stays'
    expect(makeMasker(['hunter2hunter2']).text(lone)).toBe(lone)
  })

  it('keeps what stands around', () => {
    const masker = makeMasker(['hunter22', 'pa ss"word'])
    expect(masker.text('login hunter22, then hunter22hunter22; done')).toBe('login •••, then •••; done')
    expect(masker.text(`Authorization: Basic ${base64('user:hunter22')} end`)).toMatch(
      /^Authorization: Basic [A-Za-z0-9]{1,6}••• end$/,
    )
    expect(masker.text('{"p":"pa ss\\"word"}')).toBe('{"p":"•••"}')
  })

  it('holds back no more than could be the beginning of a secret', () => {
    const stream = makeMasker(['hunter22']).stream()
    const show = (text: string): string => Buffer.from(stream.write(Buffer.from(text))).toString()
    expect(show('first line\n')).toBe('first line\n')
    expect(show('it is: hunt')).toBe('it is: ')
    expect(show('er22.\n')).toBe('•••.\n')
    expect(show('it is: hunt')).toBe('it is: ')
    expect(show('ing season.\n')).toBe('hunting season.\n')
    expect(Buffer.from(stream.end()).toString()).toBe('')
  })

  it('hides every line of a key, but not the lines that all keys share', () => {
    const key = '-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMG\nqGSM49AwEHBG\n-----END PRIVATE KEY-----\n'
    const masker = makeMasker([key])
    expect(masker.text('-----BEGIN PRIVATE KEY-----')).toBe('-----BEGIN PRIVATE KEY-----')
    expect(masker.text('x qGSM49AwEHBG y')).toBe('x ••• y')
    expect(masker.text(`log: ${key}`)).toBe('log: •••')
  })

  it('hides in keys, numbers and depths of a value', () => {
    const value: Json = { hunter22: [1, 'a hunter22 b', { n: 48151623 }], ok: [true, null, 7] }
    expect(makeMasker(['hunter22', '48151623']).json(value)).toEqual({
      '•••': [1, 'a ••• b', { n: '•••' }],
      ok: [true, null, 7],
    })
  })

  it('does nothing without secrets', () => {
    expect(makeMasker([]).text('plain')).toBe('plain')
  })

  it('drops what may be the beginning of a secret where a text was cut', () => {
    const masker = makeMasker(['correct horse'])
    expect(masker.text('token: correct ho', true)).toBe('token: ')
    expect(masker.text('token: correct horse, and.', true)).toBe('token: •••, and.')
    expect(masker.text('token: correct ho')).toBe('token: correct ho')
  })
})
