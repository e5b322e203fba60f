import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { printTemplate, splitTemplate } from '../../src/expression/index.ts'

const partsOf = (text: string): readonly string[] =>
  splitTemplate(text).parts.map((part) => (part.kind === 'text' ? part.text : `<${part.text}>`))

describe('splitTemplate', () => {
  it.each<readonly [string, readonly string[]]>([
    ['', []],
    ['plain', ['plain']],
    ['${{ a }}', ['<a>']],
    ['x${{a}}y${{ b }}', ['x', '<a>', 'y', '<b>']],
    ['${{ "}}" }}', ['<"}}">']],
    ["${{ '}}' + r'\\' }}", ["<'}}' + r'\\'>"]],
    ['${{ """a"}}"b""" }}', ['<"""a"}}"b""">']],
    ['${{ {"a": {"b": 1}} }}', ['<{"a": {"b": 1}}>']],
    ['$${{ a }}', ['$', '<a>']],
    ['costs ${5} and {{ x }}', ['costs ${5} and {{ x }}']],
  ])('cuts %j', (text, parts) => {
    expect(partsOf(text)).toEqual(parts)
    expect(splitTemplate(text).findings).toEqual([])
  })

  it('points to a marker that is never closed, and keeps the rest as text', () => {
    const { parts, findings } = splitTemplate('a ${{ b }} c ${{ "}}" d')
    expect(parts.map((part) => part.kind)).toEqual(['text', 'expression', 'text'])
    expect(findings).toEqual([expect.objectContaining({ code: 'EXPRESSION_UNCLOSED', range: { start: 13, end: 16 } })])
  })

  it('tells an empty expression', () => {
    expect(splitTemplate('a${{  }}').findings).toEqual([
      expect.objectContaining({ code: 'EXPRESSION_EMPTY', range: { start: 1, end: 8 } }),
    ])
  })

  it('gives offsets that lead back to the text, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('${{', '}}', ' ', 'a', '"', "'", '{', '}', '$', '\\', '\n') }),
        (text) => {
          const { parts } = splitTemplate(text)
          expect(parts.map((part) => text.slice(part.range.start, part.range.end)).join('')).toBe(text)
          for (const part of parts) {
            if (part.kind === 'expression')
              expect(text.slice(part.offset, part.offset + part.text.length)).toBe(part.text)
          }
        },
      ),
    )
  })

  it('reads back what printTemplate prints', () => {
    const expression = fc.constantFrom('a', 'a.b', '"}}"', '{"x": {"y": 1}}', 'f(a, "${{")')
    const literal = fc.string({ unit: fc.constantFrom('$', 'x', ' ', '}', '"'), minLength: 1 })
    const part = fc.oneof(
      expression.map((text) => ({ kind: 'expression' as const, text })),
      literal.map((text) => ({ kind: 'text' as const, text })),
    )
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const joined: { kind: 'text' | 'expression'; text: string }[] = []
        for (const next of parts) {
          const last = joined.at(-1)
          if (next.kind === 'text' && last?.kind === 'text') last.text += next.text
          else joined.push({ ...next })
        }
        const read = splitTemplate(printTemplate(joined)).parts.map(({ kind, text }) => ({ kind, text }))
        expect(read).toEqual(joined)
      }),
    )
  })
})
