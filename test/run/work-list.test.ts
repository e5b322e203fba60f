import { describe, expect, test } from 'vitest'
import type { RunEvent } from '../../src/run/events.ts'
import { initialState, type RunState, type StepState, type StepTargetState } from '../../src/run/state.ts'
import { stepOf } from '../../src/run/step-state.ts'
import { tellWorkLists, type WorkList, workListOf } from '../../src/run/work-list.ts'

const path = 'phase/step'

function standing(names: readonly string[]): {
  readonly state: RunState
  readonly step: StepState
  ask(): WorkList
  set(name: string, status: StepTargetState['status']): void
} {
  const state = initialState('run')
  const step = stepOf(state, path)
  return {
    state,
    step,
    ask: () => workListOf(step, () => names),
    set(name, status) {
      tellWorkLists(state, requested(name))
      step.targets[name] = { status, attempts: [], deliveries: 0, attemptsBefore: 0 }
    },
  }
}

function requested(target: string): RunEvent {
  return { id: 'e', type: 'CallRequested', at: 0, data: { step: path, target } } as unknown as RunEvent
}

/** Looks at all that is worth a look, and says the same of each. */
function look(list: WorkList, said: 'blocked' | 'final'): readonly string[] {
  const seen: string[] = []
  for (let place = list.next(); place !== -1; place = list.next()) {
    seen.push(list.targets[place]!)
    list.looked(place, said)
  }
  return seen
}

describe('the work list of a step', () => {
  test('has every target looked at once, in the order of the plan', () => {
    const { ask } = standing(['b', 'a', 'c'])
    expect(look(ask(), 'final')).toEqual(['b', 'a', 'c'])
    expect(look(ask(), 'final')).toEqual([])
  })

  test('has those looked at again of which something was heard, before the first that was not begun', () => {
    const { ask, set } = standing(['a', 'b', 'c', 'd'])
    for (const name of ['a', 'b', 'c']) set(name, 'running')
    const list = ask()
    for (const place of [0, 1, 2]) list.looked(place, 'blocked')
    expect([list.active, list.isBlocked, list.isFresh(list.next())]).toEqual([3, true, true])
    set('c', 'succeeded')
    set('b', 'failed')
    expect([ask().active, ask().failed]).toEqual([1, 1])
    expect(list.targets[list.next()]).toBe('b')
    list.looked(1, 'final')
    expect(list.targets[list.next()]).toBe('c')
    list.looked(2, 'final')
    expect(list.targets[list.next()]).toBe('d')
    expect(list.isBlocked).toBe(true)
    set('a', 'succeeded')
    expect(look(ask(), 'final')).toEqual(['a', 'd'])
    expect(list.isBlocked).toBe(false)
  })

  test('looks each time at what hangs on more than its target', () => {
    const { ask, set } = standing(['a', 'b'])
    set('a', 'failed')
    set('b', 'succeeded')
    const list = ask()
    list.looked(0, 'final', true)
    list.looked(1, 'final')
    expect(ask().next()).toBe(0)
  })

  test('is thrown away by an event that is about no single target', () => {
    const { state, ask, set } = standing(['a', 'b'])
    set('a', 'succeeded')
    set('b', 'running')
    look(ask(), 'final')
    tellWorkLists(state, { id: 'e', type: 'ResumeRequested', at: 0, data: { by: 'Olaf' } })
    expect(look(ask(), 'final')).toEqual(['a', 'b'])
  })

  test('reads as many targets as there are events, however large the fleet is', () => {
    const reads = (count: number): number => {
      const names = Array.from({ length: count }, (_, at) => `target-${at}`)
      const { step, ask, set } = standing(names)
      let read = 0
      step.targets = new Proxy(step.targets, {
        get(targets, name) {
          read += 1
          return Reflect.get(targets, name)
        },
      })
      for (const status of ['running', 'succeeded'] as const) {
        for (const name of names) {
          set(name, status)
          look(ask(), 'final')
        }
      }
      return read
    }
    // Once each as the list is made, then with each event behind that.
    expect(reads(100)).toBe(299)
    expect(reads(1_000)).toBe(2_999)
  })
})
