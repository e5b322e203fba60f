import { expect, it } from 'vitest'
import { makeMasker } from '../../src/base/mask.ts'
import type { CallCommand } from '../../src/interpreter/durable-host.ts'
import { makeExecute } from '../../src/interpreter/execute-action.ts'
import type { Plan } from '../../src/plan/model.ts'
import { type Action, ActionFailure } from '../../src/ports/executor.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

const call = {
  do: 'call',
  id: 'c1',
  zone: 'main',
  key: '',
  op: 'perform',
  timeoutMs: 60_000,
  input: { action: 'test.work', with: {}, target: '', effect: 'e1', attempt: 1, begun_at: 0 },
} as const satisfies CallCommand

function outcomeOf(perform: Action['perform']) {
  const execute = makeExecute({
    plan: { targets: {}, systems: {} } as unknown as Plan,
    ports: { clock: new VirtualClock() } as never,
    findAction: () => ({ name: 'test.work', with: {}, perform }) as unknown as Action,
    secret: () => Promise.reject(new Error('there are none')),
    masking: () => makeMasker([]),
    keepEvidence: () => Promise.reject(new Error('ENOSPC: no space left on device')),
  })
  return execute(call, { fence: 1, signal: new AbortController().signal })
}

it('work that was done stays done when the disk is too full for its log', async () => {
  const outcome = await outcomeOf(async (context) => {
    context.log('installing')
    return { outputs: { version: '2' }, summary: 'installed' }
  })
  expect(outcome).toMatchObject({ ok: true, data: { outputs: { version: '2' }, evidence: [] } })
  expect(outcome.data).toMatchObject({
    summary: 'installed; its log could not be kept: ENOSPC: no space left on device',
  })
})

it('a failure keeps its class and reason when the disk is too full for its log', async () => {
  const outcome = await outcomeOf(async (context) => {
    context.log('installing')
    throw new ActionFailure('refused', 'the package is held')
  })
  expect(outcome).toMatchObject({
    ok: false,
    class: 'refused',
    data: { message: 'the package is held; its log could not be kept: ENOSPC: no space left on device' },
  })
})
