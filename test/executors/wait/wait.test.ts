import { describe, expect, it } from 'vitest'
import { waitFor } from '../../../src/executors/wait/for.ts'
import { waitUntil } from '../../../src/executors/wait/until.ts'
import type { Clock } from '../../../src/ports/clock.ts'
import { ActionFailure } from '../../../src/ports/executor.ts'
import { makeContext } from '../../support/action-context.ts'
import { closedPort, serveHttp } from '../../support/servers.ts'

/** Time that passes only when somebody waits for it. */
function makeIdleClock(): Clock {
  let now = 0
  return {
    now: () => now,
    async sleep(ms, signal) {
      if (signal?.aborted) throw signal.reason
      now += ms
    },
  }
}

describe('wait.for', () => {
  it('waits as long as it says', async () => {
    const clock = makeIdleClock()
    expect(await waitFor.perform(makeContext({ ports: { clock } }), { duration: '90m' })).toMatchObject({
      outputs: { waited_ms: 5_400_000 },
      summary: 'waited 1 h 30 min',
    })
    expect(clock.now()).toBe(5_400_000)
  })

  it('counts what has passed since it was first begun, so that a crash does not make it longer', async () => {
    const clock = makeIdleClock()
    await clock.sleep(80 * 60_000)
    await waitFor.perform(makeContext({ ports: { clock }, begunAt: 0 }), { duration: '90m' })
    expect(clock.now()).toBe(5_400_000)
    await waitFor.perform(makeContext({ ports: { clock }, begunAt: 0 }), { duration: '30m' })
    expect(clock.now()).toBe(5_400_000)
  })

  it.each([
    ['7d', 604_800_000],
    ['${{ inputs.pause }}', undefined],
  ])('takes as long as it says: %s', (text, ms) => {
    expect(waitFor.durationOf?.({ duration: text })).toEqual(ms && { expected_ms: ms, worst_ms: ms })
  })

  it('ends at once on cancel', async () => {
    const stop = new AbortController()
    const waiting = waitFor.perform(makeContext({ signal: stop.signal }), { duration: '1h' })
    stop.abort()
    await expect(waiting).rejects.toMatchObject({ class: 'cancelled' })
    const late = AbortSignal.abort(new ActionFailure('timeout', 'no answer within 1 s'))
    await expect(waitFor.perform(makeContext({ signal: late }), { duration: '1h' })).rejects.toMatchObject({
      class: 'timeout',
    })
  })
})

describe('wait.until', () => {
  it('looks until it holds', async () => {
    let asked = 0
    const url = await serveHttp((_, response) => {
      asked += 1
      response.writeHead(asked < 4 ? 503 : 200).end()
    })
    const context = makeContext({ ports: { clock: makeIdleClock() }, deadlineMs: 600_000 })
    expect((await waitUntil.perform(context, { http: { url }, interval: '10s' })).outputs).toEqual({
      waited_ms: 30_000,
      looks: 4,
    })
    expect(context.lines).toHaveLength(3)
  })

  it('gives up in time, with what was seen last', async () => {
    const context = makeContext({ ports: { clock: makeIdleClock() }, deadlineMs: 600_000 })
    const port = await closedPort()
    await expect(
      waitUntil.perform(context, { tcp: { host: '127.0.0.1', port }, interval: '10s', timeout: '1m' }),
    ).rejects.toMatchObject({
      class: 'timeout',
      message: expect.stringMatching(/did not hold within 1 min; last seen: .*connection refused/),
      outputs: { looks: 7 },
    })
  })

  it('does not wait for what cannot pass', async () => {
    const clock = makeIdleClock()
    const context = makeContext({ ports: { clock } })
    await expect(waitUntil.perform(context, { command: { command: ['no-such-program-here'] } })).rejects.toMatchObject({
      class: 'process',
    })
    expect(clock.now()).toBe(0)
  })

  it('wants exactly one condition', () => {
    expect(waitUntil.check?.({})).toHaveLength(1)
    expect(waitUntil.check?.({ tcp: { port: 1 }, http: { url: 'x' } })).toHaveLength(1)
    expect(waitUntil.check?.({ http: { url: 'x', matches: '(' } })?.[0]).toContain('not a regular expression')
  })
})
