import { describe, expect, it } from 'vitest'
import type { CallOutcome, HostCommand, HostEvent, PostResult, Program } from '../../src/interpreter/durable-host.ts'
import { EmbeddedHost } from '../../src/interpreter/embedded-host.ts'
import { MemoryJournals } from '../support/memory-journals.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

interface Seen {
  readonly types: string[]
}

/** Calls once for each `Go`; `Broken` is an event that it stumbles over. */
const program: Program<Seen, HostEvent> = {
  init: () => ({ types: [] }),
  evolve: (state, event) => {
    state.types.push(event.type)
    if (event.type === 'Broken') throw new Error('the program is wrong')
    return state
  },
  decide: (_, event): readonly HostCommand[] => {
    if (event.type === 'Go')
      return [{ do: 'call', id: event.id, zone: 'main', key: '', op: 'perform', input: {}, timeoutMs: 1000 }]
    return event.type === 'Wake' ? [{ do: 'timer', id: event.id, at: event.at + 10 }] : []
  },
  accepts: (_, event) => {
    if (event.type === 'TimerFired') throw new Error('the program cannot judge this')
    return { kind: 'new' }
  },
  outstanding: () => [],
}

function hostOf(journals = new MemoryJournals()) {
  const clock = new VirtualClock()
  const fatal: unknown[] = []
  const host = new EmbeddedHost<Seen, HostEvent>({
    run: 'r',
    directory: '',
    program,
    journals,
    clock,
    fenceOf: () => 1,
    onFatal: (error) => fatal.push(error),
  })
  const post = (type: string, id = type): Promise<PostResult> => host.post('r', { id, type, at: clock.now() })
  return { host, journals, fatal, post }
}

const done: CallOutcome = { ok: true, data: {} }

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve))
}

describe('the embedded host', () => {
  it('settles a call as unknown whose end nobody can tell', async () => {
    const { host, journals, post } = hostOf()
    host.zone('main', () => Promise.reject(new Error('no space left')))
    await host.start()
    await post('Go')
    await until(() => journals.records.length === 3)
    expect(journals.records.map(({ type }) => type)).toEqual(['Go', 'CallStarted', 'CallFailed'])
    expect(journals.records[2]?.data).toMatchObject({
      class: 'unknown',
      message: expect.stringContaining('no space left'),
    })
    await host.stop()
  })

  it('goes no further once the program has failed in the middle of a change', async () => {
    const { host, journals, fatal, post } = hostOf()
    const calls: string[] = []
    host.zone('main', async (call) => {
      calls.push(call.id)
      return done
    })
    await host.start()
    await post('First')
    await expect(post('Broken')).rejects.toThrow('the program is wrong')
    // What it has changed is not on disk, so nothing may follow from it.
    await expect(post('Go')).rejects.toThrow('the program is wrong')
    expect(fatal).toHaveLength(1)
    expect([journals.records.map(({ type }) => type), calls]).toEqual([['First'], []])
    await host.stop()
  })

  it('says so when it cannot record a word of its own, instead of waiting for it for ever', async () => {
    const { host, fatal, post } = hostOf()
    await host.start()
    await post('Wake')
    await until(() => fatal.length > 0)
    expect(fatal).toEqual([new Error('the program cannot judge this')])
    await host.stop()
  })

  it('lets a call finish whose start is on record when it begins to stop', async () => {
    const { host, journals, post } = hostOf()
    host.zone('main', async () => done)
    await host.start()
    await post('Go')
    // The start of the call is being written.
    await host.stop({ drainMs: 1000 })
    expect(journals.records.map(({ type }) => type)).toEqual(['Go', 'CallStarted', 'CallSucceeded'])
  })

  it('records what is said while it rests, and begins nothing of it', async () => {
    const { host, journals, post } = hostOf()
    const calls: string[] = []
    host.zone('main', async (call) => {
      calls.push(call.id)
      return done
    })
    await host.start()
    host.rest()
    expect(await post('Go')).toEqual({ kind: 'stored' })
    await host.stop({ drainMs: 1000 })
    expect([journals.records.map(({ type }) => type), calls]).toEqual([['Go'], []])
  })

  it('takes nothing more once it has stopped, and its state stays what is on disk', async () => {
    const { host, journals, fatal, post } = hostOf()
    await host.start()
    await post('First')
    await host.stop()
    await expect(post('Late')).rejects.toThrow('stopped')
    expect([host.state.types, journals.records.length, fatal]).toEqual([['First'], 1, []])
  })
})
