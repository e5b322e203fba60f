import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json } from '../../src/base/json.ts'
import {
  type EvaluationContext,
  ExpressionError,
  resolveKnown,
  resolveTemplate,
  templateVariables,
} from '../../src/expression/index.ts'

const context: EvaluationContext = {
  inputs: {
    count: 3,
    list: [1, 'b'],
    name: 'x',
    nothing: null,
    token: { $secret: 'token' },
    header: { $secret_text: ['Basic ', { $secret: 'login' }] },
  },
}

describe('resolveTemplate', () => {
  it.each<readonly [Json, Json]>([
    ['plain', 'plain'],
    [7, 7],
    ['${{ inputs.count }}', 3],
    ['${{ inputs.list }}', [1, 'b']],
    ['${{ inputs.nothing }}', null],
    ['n=${{ inputs.count }}', 'n=3'],
    ['${{ inputs.count }}${{ inputs.name }}', '3x'],
    ['is ${{ inputs.count > 2 }}, ${{ inputs.list }}', 'is true, [1,"b"]'],
    ['${{ "${{" }} stays', '${{ stays'],
    [{ a: ['${{ inputs.count }}', { b: 'x${{ inputs.name }}' }] }, { a: [3, { b: 'xx' }] }],
    ['${{ inputs.token }}', { $secret: 'token' }],
    ['Bearer ${{ inputs.token }}', { $secret_text: ['Bearer ', { $secret: 'token' }] }],
    ['${{ inputs.header }};${{ inputs.count }}', { $secret_text: ['Basic ', { $secret: 'login' }, ';3'] }],
    [{ password: { $secret: 'token' } }, { password: { $secret: 'token' } }],
  ])('%j', (value, resolved) => {
    expect(resolveTemplate(value, context)).toEqual(resolved)
  })

  it('points into the template, not into the expression', () => {
    expect(() => resolveTemplate('a ${{ inputs.zz }}', context)).toThrow(
      expect.objectContaining({ code: 'EXPRESSION_UNKNOWN_MEMBER', range: { start: 13, end: 15 } }) as Error,
    )
  })

  it.each([
    ['x${{ inputs.nothing }}', 'EXPRESSION_TYPE'],
    ['x${{ [inputs.token] }}', 'EXPRESSION_SECRET'],
    ['x${{ open', 'EXPRESSION_UNCLOSED'],
    ['x${{ }}', 'EXPRESSION_SYNTAX'],
  ])('refuses %s', (text, code) => {
    expect(() => resolveTemplate(text, context)).toThrow(expect.objectContaining({ code }) as Error)
  })

  it('ends a value that is nested without end', () => {
    let value: Json = 'x'
    for (let level = 0; level < 200; level += 1) value = [value]
    expect(() => resolveTemplate(value, context)).toThrow(ExpressionError)
  })
})

describe('resolveKnown', () => {
  it('keeps what only the run can tell', () => {
    const value = {
      a: '${{ inputs.count }}',
      b: '${{steps.x.outputs.y}}',
      c: '${{ inputs.name }} on ${{ target.name }}',
    }
    expect(resolveKnown(value, context, new Set(['inputs']))).toEqual({
      a: 3,
      b: '${{ steps.x.outputs.y }}',
      c: 'x on ${{ target.name }}',
    })
  })
})

describe('templateVariables', () => {
  it('collects the names that a value reads', () => {
    expect(
      [
        ...templateVariables({ a: ['${{ inputs.x + hop }}', 'b${{ targets.all(t, t.name == target.name) }}'] }),
      ].toSorted(),
    ).toEqual(['hop', 'inputs', 'target', 'targets'])
  })
})

describe('a secret never becomes text', () => {
  const secretParts = fc.array(
    fc.constantFrom(
      '${{ inputs.token }}',
      '${{ [inputs.token] }}',
      '${{ {"k": inputs.token} }}',
      '${{ string(inputs.token) }}',
      '${{ json(inputs) }}',
      '${{ json([inputs.token]) }}',
      '${{ inputs.token + "x" }}',
      '${{ inputs.token.size() }}',
      '${{ [inputs.token].join() }}',
      '${{ inputs.map(k, inputs[k]) }}',
      '${{ true ? inputs.token : inputs.token }}',
      '${{ inputs.header }}',
      ' between ',
    ),
    { minLength: 1, maxLength: 4 },
  )
  it('only a reference comes out, or an error', () => {
    fc.assert(
      fc.property(secretParts, (parts) => {
        let result: Json
        try {
          result = resolveTemplate(parts.join(''), context)
        } catch (error) {
          expect(error).toBeInstanceOf(ExpressionError)
          return
        }
        // A reference is only ever seen as an object of its own; never its name inside of a longer text.
        for (const text of textsOf(result)) expect(text).not.toMatch(/\$secret|token|login/)
      }),
    )
  })
})

/** All texts of a value except the names inside references. */
function textsOf(value: Json): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) return value.flatMap((item: Json) => textsOf(item))
  return Object.entries(value).flatMap(([key, item]) => (key === '$secret' ? [] : textsOf(item as Json)))
}
