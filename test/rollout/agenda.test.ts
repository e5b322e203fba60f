import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { earliest, firstDue, makeAgenda, schedule } from '../../src/rollout/agenda.ts'
import { drop, peek, put, type Queue } from '../../src/rollout/queue.ts'

describe('the agenda', () => {
  it('always names the lowest of the items that are due first, whatever was changed before', () => {
    const change = fc.record({
      item: fc.integer({ min: 0, max: 9 }),
      at: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constant(Number.POSITIVE_INFINITY)),
    })
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        const agenda = makeAgenda(10)
        const plain = new Map<number, number>()
        for (const { item, at } of changes) {
          schedule(agenda, item, at)
          if (at === Number.POSITIVE_INFINITY) plain.delete(item)
          else plain.set(item, at)
          const [first] = [...plain].sort(([a, left], [b, right]) => left - right || a - b)
          expect([firstDue(agenda), earliest(agenda)]).toEqual(first ?? [-1, Number.POSITIVE_INFINITY])
        }
      }),
    )
  })
})

describe('the queue', () => {
  it('gives back what was put in, lowest first', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 50 })), (items) => {
        const queue: Queue = []
        for (const item of items) put(queue, item)
        const out: number[] = []
        for (let item = peek(queue); item !== -1; item = peek(queue)) {
          out.push(item)
          drop(queue)
        }
        expect(out).toEqual(items.toSorted((a, b) => a - b))
      }),
    )
  })
})
