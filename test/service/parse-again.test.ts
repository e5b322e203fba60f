import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseAgain } from '../../src/service/parse-again.ts'
import { parseSource, type SourceDocument } from '../../src/source/index.ts'

const runbooks = readdirSync('runbooks').filter((name) => name.endsWith('.yaml'))
const texts = runbooks.map((name) => readFileSync(`runbooks/${name}`, 'utf8'))

/** Comparing two large trees member by member takes long; mostly they are equal to the letter. */
function expectSame(parsed: SourceDocument, text: string): void {
  const whole = parseSource(text, 'a.yaml')
  const written = (source: SourceDocument): string =>
    JSON.stringify(plain(source), (_, value: unknown) => (value instanceof Map ? [...value.keys()] : value))
  if (written(parsed) !== written(whole)) expect(plain(parsed)).toEqual(plain(whole))
}

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
    const fresh = second.pieces!.filter((piece) => !first.pieces!.some((old) => old.root === piece.root))
    expect(fresh.map(({ start }) => edited.slice(start).split(':')[0])).toEqual(['title'])
  })
})

const snippets = [
  '\n',
  ' ',
  '"',
  "'",
  '- ',
  'a: b',
  '  - id: x\n',
  '\n      - id: y\n        tit',
  '\n        title',
  '\n  ',
  '\nname: twice',
  ': ',
  '#',
  '{',
  '${{ ',
  ']',
  '|',
  '&a ',
  '*a',
  '\t',
  'phases:\n',
  '---\n',
  '?',
  'é',
  '\u2028',
  '\r\n',
  '\r',
]

const anyEdit = fc.record({
  at: fc.nat(),
  remove: fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 3000 })),
  insert: fc.oneof(fc.constantFrom(...snippets), fc.string({ maxLength: 4 })),
  /** Editors take things back. */
  undo: fc.boolean(),
})

test('after any edits the tree and the findings are those of the text', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...texts.filter((text) => text.length > 8000)),
      fc.array(anyEdit, { minLength: 1, maxLength: 6 }),
      (start, edits) => {
        let text = start
        let parsed = parseAgain(text, 'a.yaml', undefined)
        const go = (next: string): void => {
          text = next
          parsed = parseAgain(text, 'a.yaml', parsed)
          expectSame(parsed.source, text)
        }
        for (const { at, remove, insert, undo } of edits) {
          const before = text
          const offset = at % (text.length + 1)
          go(text.slice(0, offset) + insert + text.slice(offset + remove))
          if (undo) go(before)
        }
      },
    ),
    { numRuns: 25 },
  )
})

test('a broken line is told from the lines around it, and the pieces wait until it is mended', () => {
  const text = texts[runbooks.indexOf('helion-stackato.yaml')]!
  const at = text.indexOf('\n', text.lastIndexOf('    title:'))
  const first = parseAgain(text, 'a.yaml', undefined)
  let parsed = first
  for (const typed of ['\n', '\n        ', '\n        r', '\n        role', '\n        role:', '\n        role: "a']) {
    const edited = text.slice(0, at) + typed + text.slice(at)
    parsed = parseAgain(edited, 'a.yaml', parsed)
    expectSame(parsed.source, edited)
  }
  const mended = parseAgain(text, 'a.yaml', parsed)
  const kept = mended.pieces!.filter((piece) => first.pieces!.some((old) => old.root === piece.root))
  expect(kept.length).toBeGreaterThanOrEqual(first.pieces!.length - 1)
})
