import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { parseSource } from '../../src/source/parse-source.ts'
import { rangeInScalar, scalarOffsets } from '../../src/source/scalar-offsets.ts'
import { nodeAt, type ScalarNode } from '../../src/source/tree.ts'

function scalar(text: string, key = 'a'): ScalarNode {
  const node = nodeAt(parseSource(text, 'x.yaml').root, [key])
  if (node?.kind !== 'scalar') throw new Error(`no scalar in ${JSON.stringify(text)}`)
  return node
}

function slice(text: string, part: string): string {
  const node = scalar(text)
  const start = String(node.value).indexOf(part)
  const range = rangeInScalar(text, node, { start, end: start + part.length })
  return text.slice(range.start, range.end)
}

describe('rangeInScalar', () => {
  it.each([
    ['plain', 'a: one two\n', 'two', 'two'],
    ['plain over lines', 'a: one\n  two\n', 'two', 'two'],
    ['plain over an empty line', 'a: one\n\n  two\n', 'two', 'two'],
    ['single quoted', "a: 'it''s two'\n", 'two', 'two'],
    ['an escaped quote itself', "a: 'it''s two'\n", "t's", "t''s"],
    ['double quoted', 'a: "\\t\\u0041 two"\n', 'two', 'two'],
    ['double quoted with a line end that is escaped', 'a: "one \\\n   two"\n', 'two', 'two'],
    ['double quoted over lines', 'a: "one\n  two"\n', 'two', 'two'],
    ['literal', 'a: |\n    one\n    two\n', 'two', 'two'],
    ['literal with deeper lines', 'a: |\n  one\n    two\n  three\n', 'three', 'three'],
    ['literal with an indentation number', 'a: |2\n    one\n  two\n', 'two', 'two'],
    ['folded', 'a: >\n  one\n  two\n\n  three\n', 'three', 'three'],
    ['folded with CRLF', 'a: >-\r\n  one\r\n  two\r\n', 'two', 'two'],
    ['a character outside the basic plane', 'a: "\\U0001F600 two"\n', 'two', 'two'],
  ])('%s', (_, text, part, expected) => {
    expect(slice(text, part)).toBe(expected)
  })

  it('aligns every text in every style', () => {
    const words = fc.array(
      fc.constantFrom('a', 'bb', "it's", '"q"', '\\', ' ', '\n', 'ü', '😀', ': ', ' #', '-', '\t', '${{ x }}'),
      {
        maxLength: 12,
      },
    )
    const style = fc.constantFrom(
      'PLAIN',
      'QUOTE_SINGLE',
      'QUOTE_DOUBLE',
      'BLOCK_LITERAL',
      'BLOCK_FOLDED',
    ) as fc.Arbitrary<'PLAIN'>
    fc.assert(
      fc.property(words, style, fc.constantFrom(0, 20, 80), (parts, defaultStringType, lineWidth) => {
        const text = stringify({ a: parts.join('') }, { defaultStringType, lineWidth, defaultKeyType: 'PLAIN' })
        const node = scalar(text)
        // The printer loses some texts of white space only; what was read back is what counts here.
        fc.pre(typeof node.value === 'string')
        const value = String(node.value)
        const offsets = scalarOffsets(text, node)
        expect(offsets).toHaveLength(value.length + 1)
        for (let index = 0; index < value.length; index += 1) {
          const found = text[offsets![index]!]
          const folded = found === '\n' || found === ' ' || found === '\\'
          expect(folded || found === value[index], `${JSON.stringify(text)} at ${index}`).toBe(true)
          if (index > 0) expect(offsets![index]!).toBeGreaterThanOrEqual(offsets![index - 1]!)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
