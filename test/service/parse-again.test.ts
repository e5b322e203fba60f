import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseAgain } from '../../src/service/parse-again.ts'
import { parseSource, type SourceDocument } from '../../src/source/index.ts'

const runbooks = readdirSync('runbooks').filter((name) => name.endsWith('.yaml'))
const texts = runbooks.map((name) => readFileSync(`runbooks/${name}`, 'utf8'))

function plain({ lines: _, ...source }: SourceDocument): unknown {
  return source
}

describe('a text that is parsed piece by piece is read as a whole', () => {
  test.each(runbooks.map((name, index) => [name, texts[index]!] as const))('%s', (_, text) => {
    const { source } = parseAgain(text, 'a.yaml', undefined)
    expect(plain(source)).toEqual(plain(parseSource(text, 'a.yaml')))
  })

  test('large runbooks really are parsed in pieces, and only the piece around an edit again', () => {
    const text = texts[runbooks.indexOf('helion-stackato.yaml')]!
    const first = parseAgain(text, 'a.yaml', undefined)
    const edited = text.replace('title: Upgrade of', 'title: Big upgrade of')
    const second = parseAgain(edited, 'a.yaml', first)
    expect(first.pieces!.length).toBeGreaterThan(15)
    const fresh = second.pieces!.filter((piece) => !first.pieces!.some((old) => old.root.value === piece.root.value))
    expect(fresh.map((piece) => piece.text.split(':')[0])).toEqual(['title'])
  })
})

test('after any edits the tree is that of the text', () => {
  const snippets = [
    '\n',
    ' ',
    '"',
    "'",
    '- ',
    'a: b',
    '  - id: x\n',
    '#',
    '{',
    ']',
    '|',
    '&a ',
    '*a',
    '\t',
    'phases:\n',
    '---\n',
    '?',
    'é',
  ]
  fc.assert(
    fc.property(
      fc.constantFrom(...texts.filter((text) => text.length > 8000)),
      fc.array(
        fc.record({
          at: fc.nat(),
          remove: fc.integer({ min: 0, max: 12 }),
          insert: fc.oneof(fc.constantFrom(...snippets), fc.string({ maxLength: 4 })),
        }),
        { minLength: 1, maxLength: 4 },
      ),
      (start, edits) => {
        let text = start
        let parsed = parseAgain(text, 'a.yaml', undefined)
        for (const { at, remove, insert } of edits) {
          const offset = at % text.length
          text = text.slice(0, offset) + insert + text.slice(offset + remove)
          parsed = parseAgain(text, 'a.yaml', parsed)
          expect(plain(parsed.source)).toEqual(plain(parseSource(text, 'a.yaml')))
        }
      },
    ),
    { numRuns: 25 },
  )
})
