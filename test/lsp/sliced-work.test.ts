import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { SlicedWork } from '../../src/lsp/sliced-work.ts'

function* busy(name: string, seen: string[]): Generator<void, string> {
  for (let step = 0; step < 50; step += 1) {
    const end = performance.now() + 1
    while (performance.now() < end);
    seen.push(name)
    yield
  }
  return name
}

test('work that is started anew ends what ran before, and others get their turn between its pieces', async () => {
  const work = new SlicedWork()
  const seen: string[] = []
  const done: string[] = []
  const ended = new Promise<void>((resolve) => {
    const finish = (name: string): void => {
      done.push(name)
      if (done.length === 2) resolve()
    }
    work.start('a', () => busy('first', seen), finish, resolve as never)
    void pause(25).then(() => {
      work.start('a', () => busy('second', seen), finish, resolve as never)
      work.start('b', () => busy('other', seen), finish, resolve as never)
    })
  })
  await ended
  expect(done.toSorted()).toEqual(['other', 'second'])
  expect(seen.filter((name) => name === 'first').length).toBeLessThan(50)
  expect(seen.lastIndexOf('second')).toBeGreaterThan(seen.indexOf('other'))
  expect(seen.lastIndexOf('other')).toBeGreaterThan(seen.indexOf('second'))
})

test('what is thrown is told, and the name is free again', async () => {
  const work = new SlicedWork()
  const failed = new Promise((resolve) => {
    const make = (): Generator<void, void> => {
      throw new Error('no')
    }
    work.start('a', make, () => undefined, resolve)
  })
  expect(String(await failed)).toBe('Error: no')
  expect(work.isRunning('a')).toBe(false)
})
