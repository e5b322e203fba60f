import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkFile } from '../../src/language/check-file.ts'
import { renderGithub } from '../../src/language/render-github.ts'
import { renderJson } from '../../src/language/render-json.ts'
import { renderPretty } from '../../src/language/render-pretty.ts'
import { renderSarif } from '../../src/language/render-sarif.ts'
import { sourceLimits } from '../../src/source/index.ts'
import { sampleEnvironment } from './examples.ts'
import { plainPaint } from './plain-paint.ts'

const seed = readFileSync(join(import.meta.dirname, '../../runbooks/helion-stackato.yaml'), 'utf8')
const mixed = readFileSync(join(import.meta.dirname, '../golden/diagnostics/16-several-mistakes.yaml'), 'utf8')

/** Whatever the text: findings with places inside of it that every renderer can print. */
function expectHandled(text: string): readonly string[] {
  const { diagnostics, source } = checkFile(text, 'fuzz.yaml', sampleEnvironment)
  for (const { range, message } of diagnostics) {
    expect(message).not.toMatch(/undefined|\[object|NaN/)
    expect(range.start.line).toBeGreaterThanOrEqual(1)
    expect(range.start.column).toBeGreaterThanOrEqual(1)
    expect(range.end.line).toBeLessThanOrEqual(source.lines.lineCount)
    const order = range.end.line - range.start.line || range.end.column - range.start.column
    expect(order).toBeGreaterThanOrEqual(0)
  }
  const some = diagnostics.slice(0, 20)
  const pretty = renderPretty(some, { texts: new Map([['fuzz.yaml', text]]), paint: plainPaint, columns: 80 })
  expect(pretty).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f\u202e]/)
  JSON.parse(renderJson(some))
  JSON.parse(renderSarif(some))
  expect(renderGithub(some).split('\n')).toHaveLength(some.length + 1)
  return diagnostics.map((diagnostic) => diagnostic.code)
}

/** Cuts, doubles, moves and replaces pieces of a text. */
const mutation = fc.record({
  kind: fc.constantFrom('cut', 'double', 'move', 'insert', 'replace_word') as fc.Arbitrary<'cut'>,
  from: fc.nat(),
  length: fc.nat({ max: 60 }),
  to: fc.nat(),
  piece: fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.constantFrom(
      ': ',
      '- ',
      '\t',
      '"',
      "'",
      '{',
      '}',
      '[',
      ']',
      '&a ',
      '*a',
      '!x ',
      '${{',
      '}}',
      '|',
      '>',
      '#',
      '\n',
      '\r\n',
      '---\n',
      '<<: ',
      '? ',
      '%',
      '@',
      'null',
      '1e999',
      '~',
      '\u202e',
      '\u0000',
      '__proto__: ',
      'constructor',
    ),
  ),
})

type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never

function mutate(text: string, { kind, from, length, to, piece }: Mutation): string {
  const start = text.length === 0 ? 0 : from % text.length
  const end = Math.min(text.length, start + length)
  const target = text.length === 0 ? 0 : to % text.length
  switch (kind as string) {
    case 'cut':
      return text.slice(0, start) + text.slice(end)
    case 'double':
      return text.slice(0, end) + text.slice(start)
    case 'move':
      return text.slice(0, target) + text.slice(start, end) + text.slice(target)
    case 'insert':
      return text.slice(0, start) + piece + text.slice(start)
    default:
      return text.slice(0, start) + text.slice(start).replace(/\w+/, piece.replaceAll('$', '$$$$'))
  }
}

describe('a hostile file', () => {
  it('may be any text at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => void expectHandled(text)),
      { numRuns: 500 },
    )
  })

  it('may be made of the signs of YAML', () => {
    const signs = fc.constantFrom(
      'a',
      ': ',
      ':',
      '- ',
      '\n',
      '  ',
      '"',
      "'",
      '{',
      '}',
      '[',
      ']',
      ',',
      '&a ',
      '*a ',
      '!t ',
      '|',
      '>',
      '#',
      '? ',
      '---\n',
      '...\n',
      '%YAML 1.1\n',
      '${{ ',
      ' }}',
      '\t',
      '1',
      'rollbook: runbook/v1\n',
      'phases:\n',
      'steps:\n',
    )
    const text = fc.array(signs, { maxLength: 40 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(text, (made) => void expectHandled(made)),
      { numRuns: 1500 },
    )
  })

  it.each([
    ['a runbook with many mistakes', mixed, 400],
    ['a whole runbook', seed, 60],
  ])(
    'may be %s after changes anywhere',
    (_, text, numRuns) => {
      fc.assert(
        fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
          expectHandled(mutations.reduce(mutate, text))
        }),
        { numRuns },
      )
    },
    120_000,
  )

  it('may be any JSON value where a runbook should be', () => {
    const header = 'rollbook: runbook/v1\nname: x\ntitle: X\nversion: 1.0.0\n'
    const keys = fc.constantFrom(
      'phases',
      'inputs',
      'components',
      'rules',
      'acceptance_criteria',
      'requirements',
      'roles',
      'change',
    )
    const inner = fc.constantFrom(
      'id',
      'steps',
      'action',
      'with',
      'on',
      'rollout',
      'each',
      'gate',
      'roles',
      'after',
      'cleanup',
      'back_out',
      'when',
      'type',
      'default',
      'covers',
      'parallel',
      'for_each',
      'x',
    )
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5, withCrossShrink: true },
        fc.constantFrom('a', 'undo', 'control', 'steps.a', '${{ inputs.a }}', '', '5m'),
        fc.double(),
        fc.boolean(),
        fc.constant(null),
        tie('map'),
        tie('list'),
      ),
      map: fc.dictionary(inner, tie('value'), { maxKeys: 5 }),
      list: fc.array(tie('value'), { maxLength: 3 }),
    }))
    fc.assert(
      fc.property(fc.dictionary(keys, value, { maxKeys: 4 }), (made) => {
        const body = Object.entries(made).map(([key, member]) => `${key}: ${JSON.stringify(member)}\n`)
        expectHandled(header + body.join(''))
      }),
      { numRuns: 800 },
    )
  })

  const step = (index: number): string =>
    `{id: s${index}, title: T, manual: M, after: [s${index + 1}], point_of_no_return: true}`
  const bomb = `a: &a [x, x]\n${Array.from({ length: 30 }, (_, index) => `${'abcdefghijklmnopqrstuvwxyzABCD'[index]}1: &b${index} [*${index === 0 ? 'a' : `b${index - 1}`} , *${index === 0 ? 'a' : `b${index - 1}`} ]\n`).join('')}`
  it.each([
    ['aliases of aliases', bomb, ['YAML_ALIASES_TOO_MANY']],
    ['lists in lists', '['.repeat(100_000), ['FILE_TOO_DEEP']],
    ['maps in maps', '{a: '.repeat(50_000), ['FILE_TOO_DEEP']],
    ['items in items', '- '.repeat(50_000), ['FILE_TOO_DEEP']],
    [
      'deeper and deeper lines',
      Array.from({ length: 1500 }, (_, index) => `${' '.repeat(index)}a:\n`).join(''),
      ['FILE_TOO_DEEP'],
    ],
    ['a line of ten million characters', `a: ${'x'.repeat(10_000_000)}`, ['FILE_TOO_LARGE']],
    ['a line as long as is allowed', `rollbook: ${'x'.repeat(sourceLimits.lengthMax - 20)}`, ['KIND_UNKNOWN']],
    ['a number of a million digits', `rollbook: runbook/v1\nname: ${'9'.repeat(1_000_000)}`, undefined],
    ['fifty thousand keys', Array.from({ length: 50_000 }, (_, index) => `k${index}: 1\n`).join(''), ['KIND_MISSING']],
    [
      'unknown keys without end',
      `rollbook: runbook/v1\n${Array.from({ length: 20_000 }, (_, index) => `k${index}: 1\n`).join('')}`,
      undefined,
    ],
    ['one key again and again', 'a: 1\n'.repeat(50_000), undefined],
    [
      'a chain of ten thousand steps',
      `rollbook: runbook/v1\nname: x\ntitle: X\nversion: 1.0.0\nphases: [{id: p, kind: upgrade, title: P, steps: [{id: g, title: G, parallel: true, steps: [${Array.from({ length: 10_000 }, (_, index) => step(index)).join(', ')}]}]}]`,
      undefined,
    ],
    [
      'references that lead nowhere',
      `rollbook: runbook/v1\nname: x\ntitle: X\nversion: 1.0.0\nphases: [{id: p, kind: upgrade, title: P, steps: [${Array.from({ length: 10_000 }, (_, index) => `{id: s${index}, title: T, manual: M, role: role_${index}, covers: [R${index}]}`).join(', ')}]}]`,
      undefined,
    ],
    [
      'expressions nested without end',
      `rollbook: runbook/v1\nphases: [{steps: [{id: a, title: T, manual: M, when: '${'('.repeat(3000)}'}]}]`,
      undefined,
    ],
  ] as const)(
    'may be %s',
    (_, text, codes) => {
      const found = expectHandled(text)
      expect(found.length).toBeGreaterThan(0)
      expect(found.length).toBeLessThanOrEqual(1000)
      if (codes) expect(found).toEqual(codes)
    },
    120_000,
  )

  it('cannot reach the prototype of what it becomes', () => {
    const { source } = checkFile('rollbook: runbook/v1\n__proto__: {polluted: yes}\n', 'x.yaml', sampleEnvironment)
    expect(Object.getPrototypeOf(source.root?.value)).toBe(Object.prototype)
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
  })
})
