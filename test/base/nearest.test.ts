import fc from 'fast-check'
import { expect, test } from 'vitest'
import { editDistance, nearestName } from '../../src/base/nearest.ts'

test.each([
  ['validte', ['validate', 'verify'], 'validate'],
  ['VALIDATE', ['validate'], 'validate'],
  ['sttaus', ['status', 'runs'], 'status'],
  ['on', ['in', 'or'], 'in'],
  ['xyz', ['plan', 'run'], undefined],
  ['', ['plan'], undefined],
])('nearest to %j in %j is %j', (name, candidates, expected) => {
  expect(nearestName(name, candidates)).toBe(expected)
})

test.each([
  ['', '', 0],
  ['', 'abc', 3],
  ['kitten', 'sitting', 3],
  ['ab', 'ba', 1],
  ['abc', 'abc', 0],
])('distance of %j and %j is %d', (a, b, expected) => {
  expect(editDistance(a, b)).toBe(expected)
})

test('the distance is symmetric, zero only for equal texts, and a limit only cuts it', () => {
  const word = fc.string({ maxLength: 8, unit: fc.constantFrom('a', 'b', 'c') })
  fc.assert(
    fc.property(word, word, fc.nat(8), (a, b, limit) => {
      const distance = editDistance(a, b)
      expect(editDistance(b, a)).toBe(distance)
      expect(distance === 0).toBe(a === b)
      expect(editDistance(a, b, limit)).toBe(distance <= limit ? distance : limit + 1)
    }),
  )
})
