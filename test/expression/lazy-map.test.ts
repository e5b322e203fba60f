import { describe, expect, it } from 'vitest'
import type { Json } from '../../src/base/json.ts'
import { evaluateExpression, lazyMap, resolveTemplate } from '../../src/expression/index.ts'

describe('a map that is made when it is read', () => {
  const asked: string[] = []
  const told = (what: string, value: Json): Json => {
    asked.push(what)
    return value
  }
  const steps = lazyMap({
    r: () =>
      lazyMap({
        outcome: () => told('outcome', 'succeeded'),
        targets: () => told('targets', { a: { outcome: 'failed' } }),
      }),
    other: () => told('other', { outcome: 'failed' }),
  })

  it('makes only what an expression reads, and once per map', () => {
    expect(evaluateExpression('steps.r.outcome == "succeeded" && steps.r.outcome != "x"', { steps })).toBe(true)
    expect(asked).toEqual(['outcome'])
    expect(evaluateExpression('steps.r.targets.a.outcome', { steps })).toBe('failed')
    expect(asked).toEqual(['outcome', 'targets'])
  })

  it('is an ordinary map for everybody else', () => {
    expect(resolveTemplate('${{ steps.other }}', { steps })).toEqual({ outcome: 'failed' })
    expect(Object.keys(steps)).toEqual(['r', 'other'])
    expect(evaluateExpression('has(steps.r.targets) && !("b" in steps.r.targets)', { steps })).toBe(true)
    expect(JSON.parse(JSON.stringify(steps))).toMatchObject({ r: { outcome: 'succeeded' } })
  })
})
