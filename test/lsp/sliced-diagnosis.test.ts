import { expect, test } from 'vitest'
import { largeRunbook } from '../../bench/large-runbook.ts'
import { actionInfosOf, executorsOf } from '../../src/app/plugins/actions-in-use.ts'
import type { Diagnostic } from '../../src/base/diagnostic.ts'
import { parseCalendar } from '../../src/calendar/index.ts'
import { SlicedWork } from '../../src/lsp/sliced-work.ts'
import { diagnoseInSteps } from '../../src/service/diagnose.ts'
import { Workspace } from '../../src/service/workspace.ts'

const known = executorsOf(process.cwd())
const text = largeRunbook(6000)

function fresh(): Workspace {
  const workspace = new Workspace({ actions: actionInfosOf(known), parseCalendar })
  workspace.update('a.yaml', text, 1)
  return workspace
}

/** Tells of each piece of work before it is done. */
function* counted<T>(steps: Generator<void, T>, tell: () => void): Generator<void, T> {
  for (;;) {
    tell()
    const step = steps.next()
    if (step.done === true) return step.value
    yield
  }
}

test('a keystroke in the middle of long work ends it: no further piece of it is done', async () => {
  let needed = 0
  const whole = counted(diagnoseInSteps(fresh(), 'a.yaml'), () => {
    needed += 1
  })
  while (whole.next().done !== true);
  expect(needed).toBeGreaterThan(20)

  const workspace = fresh()
  const work = new SlicedWork()
  const done: (readonly Diagnostic[])[] = []
  let first = 0
  let atKeystroke = 0
  const found = await new Promise<readonly Diagnostic[]>((resolve, reject) => {
    const type = (): void => {
      atKeystroke = first
      workspace.update('a.yaml', text.replace('title: A large one', 'titel: A large one'), 2)
      work.start('a.yaml', () => diagnoseInSteps(workspace, 'a.yaml'), resolve, reject)
    }
    const make = (): Generator<void, readonly Diagnostic[]> =>
      counted(diagnoseInSteps(workspace, 'a.yaml'), () => {
        first += 1
        // Keys are taken from the wire between two slices, as this is.
        if (first === 5) setImmediate(type)
      })
    work.start('a.yaml', make, (all) => done.push(all), reject)
  })
  expect(done).toEqual([])
  expect(first).toBe(atKeystroke)
  expect(first).toBeLessThan(needed)
  expect(found.map(({ code }) => code)).toEqual(['KEY_UNKNOWN'])
})

test('after a keystroke only what it touches is looked at', () => {
  const workspace = fresh()
  const count = (version: number, next: string): number => {
    let steps = 0
    workspace.update('a.yaml', next, version)
    const work = counted(diagnoseInSteps(workspace, 'a.yaml'), () => {
      steps += 1
    })
    while (work.next().done !== true);
    return steps
  }
  const opened = count(1, text)
  const middle = text.indexOf('title:', text.length / 2)
  const typed = count(2, `${text.slice(0, middle)}titel:${text.slice(middle + 6)}`)
  expect(typed).toBeLessThan(opened / 2)
})
