import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FunctionRefusal } from '../../src/expression/function-refusal.ts'
import { matchPattern } from '../../src/expression/pattern.ts'

describe('matchPattern', () => {
  it.each([
    '^web-[0-9]{1,3}$',
    'a|b|^c$',
    '(ab)+c?',
    '[^a-c-]x',
    '\\bnode\\b',
    '^(?:a|b)*$',
    'x{2,}y',
    '\\d+\\.\\d+',
    '[]a]',
    '^$',
    'a{0}b',
    '(a*)*b',
    '.+\\.example\\.(com|org)',
  ])('agrees with the platform on %s', (pattern) => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'b', 'c', 'x', 'y', '-', '0', '7', '.', 'web-', 'node', ' ', ']', '\n'),
      maxLength: 8,
    })
    const platform = new RegExp(pattern.replace('[]a]', '[\\]a]'), 'u')
    fc.assert(
      fc.property(text, (candidate) => {
        expect(matchPattern(pattern, candidate)).toBe(platform.test(candidate))
      }),
    )
  })

  it.each(['(', ')', '[a', '*a', 'a{3,1}', '\\1', '(?=a)', 'a\\', '[b-a]', '(a{200}){200}', 'a{201}', '\\p'])(
    'refuses %s',
    (pattern) => {
      expect(() => matchPattern(pattern, 'a')).toThrow(FunctionRefusal)
    },
  )
})
