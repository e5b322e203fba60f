import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Inbox, type InboxMessage, type InboxReply } from '../../src/node/inbox.ts'
import { JournalStore } from '../../src/node/journal-store.ts'
import { type BundledProgram, bundleProgram, ended } from '../support/bundled-program.ts'

let folder: string
let inbox: Inbox
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollbook-inbox-'))
  inbox = new Inbox(folder)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const files = (): string[] => readdirSync(join(folder, 'inbox')).sort()

/** A handler as an owner has one: it knows the ids that it has made durable. */
function owner(): { readonly seen: string[]; readonly handle: (message: InboxMessage) => Promise<InboxReply> } {
  const seen: string[] = []
  return {
    seen,
    async handle(message) {
      if (seen.includes(message.id)) return { outcome: 'duplicate' }
      if (message.data['no'] === true) return { outcome: 'refused', reason: 'No.' }
      seen.push(message.id)
      return { outcome: 'accepted' }
    },
  }
}

describe('inbox', () => {
  it('hands messages over in the order in which they were posted, and replies', async () => {
    const ids = ['z', 'a', 'm'].map((id, n) => {
      const posted = inbox.post({ type: 'approve', data: { n }, id, user: 'alice' })
      const path = join(folder, 'inbox', `${id}.json`)
      writeFileSync(
        path,
        readFileSync(path, 'utf8').replace(/"posted_at":"[^"]*"/, `"posted_at":"2026-11-21T10:00:0${n}.000Z"`),
      )
      return posted
    })
    expect(inbox.pending()[0]).toMatchObject({ id: 'z', by: { user: 'alice' }, type: 'approve', data: { n: 0 } })
    const { seen, handle } = owner()
    await inbox.drain(handle)
    expect(seen).toEqual(ids)
    expect(await inbox.waitForReply('a', 0)).toEqual({ outcome: 'accepted' })
    expect(files()).toEqual(['m.reply.json', 'z.reply.json'])
  })

  it('gives the reason of a refusal, and "duplicate" for an id that was accepted before', async () => {
    const { handle } = owner()
    inbox.post({ type: 'answer', data: { no: true }, id: 'r' })
    inbox.post({ type: 'answer', data: {}, id: 'd' })
    await inbox.drain(handle)
    expect(await inbox.waitForReply('r', 0)).toEqual({ outcome: 'refused', reason: 'No.' })
    expect(await inbox.waitForReply('d', 0)).toEqual({ outcome: 'accepted' })
    inbox.post({ type: 'answer', data: {}, id: 'd' })
    await inbox.drain(handle)
    expect(await inbox.waitForReply('d', 0)).toEqual({ outcome: 'duplicate' })
  })

  it('takes the same message posted twice as one, and another under its id as a mistake', () => {
    inbox.post({ type: 'answer', data: { n: 1 }, id: 'd' })
    expect(inbox.post({ type: 'answer', data: { n: 1 }, id: 'd' })).toBe('d')
    expect(() => inbox.post({ type: 'answer', data: { n: 2 }, id: 'd' })).toThrow(
      expect.objectContaining({ code: 'MESSAGE_ID_TAKEN' }),
    )
    expect(() => inbox.post({ type: 'answer', data: {}, id: '../d' })).toThrow(RangeError)
    expect(inbox.pending()).toHaveLength(1)
  })

  it('keeps a message whose handler fails, and hands it over again', async () => {
    inbox.post({ type: 'answer', data: {}, id: 'd' })
    await expect(inbox.drain(() => Promise.reject(new Error('disk')))).rejects.toThrow('disk')
    expect(inbox.reply('d')).toBeUndefined()
    const { seen, handle } = owner()
    await inbox.drain(handle)
    expect(seen).toEqual(['d'])
  })

  it('does not hand over again what has its reply already', async () => {
    inbox.post({ type: 'answer', data: {}, id: 'd' })
    writeFileSync(join(folder, 'inbox', 'd.reply.json'), '{"outcome":"accepted"}')
    const { seen, handle } = owner()
    await inbox.drain(handle)
    expect(seen).toEqual([])
    expect(await inbox.waitForReply('d', 0)).toEqual({ outcome: 'accepted' })
  })

  it('refuses a file that is no message', async () => {
    inbox.post({ type: 'answer', data: {}, id: 'good' })
    writeFileSync(join(folder, 'inbox', 'bad.json'), 'not json')
    const { seen, handle } = owner()
    await inbox.drain(handle)
    expect(seen).toEqual(['good'])
    expect(inbox.reply('bad')).toMatchObject({ outcome: 'refused' })
  })

  it('waits in vain when nobody is there, and the message stays', async () => {
    const id = inbox.post({ type: 'answer', data: {} })
    expect(await inbox.waitForReply(id, 60)).toBeUndefined()
    expect(inbox.pending()).toHaveLength(1)
  })

  it('watches: hands over what waits and what comes, once each, until stopped', async () => {
    const { seen, handle } = owner()
    const before = inbox.post({ type: 'answer', data: {} })
    const watching = inbox.watch(handle, (error) => expect.unreachable(String(error)))
    const client = new Inbox(folder)
    const after = Array.from({ length: 10 }, () => client.post({ type: 'answer', data: {} }))
    const replies = await Promise.all([before, ...after].map((id) => client.waitForReply(id, 120_000)))
    expect(replies.map((reply) => reply?.outcome)).toEqual(replies.map(() => 'accepted'))
    await watching.stop()
    expect(seen.toSorted()).toEqual([before, ...after].sort())
    client.post({ type: 'answer', data: {}, id: 'late' })
    expect(await client.waitForReply('late', 700)).toBeUndefined()
  })

  it('tells of a handler that fails, and stops', async () => {
    inbox.post({ type: 'answer', data: {} })
    const error = await new Promise((resolve) => inbox.watch(() => Promise.reject(new Error('disk')), resolve))
    expect(error).toMatchObject({ message: 'disk' })
  })
})

describe('an owner killed at any moment', () => {
  let program: BundledProgram
  beforeAll(async () => {
    program = await bundleProgram(`
      import { JournalStore } from './src/node/journal-store.ts'
      import { Inbox } from './src/node/inbox.ts'
      const folder = process.argv[2]
      const seen = new Set()
      const { writer } = await new JournalStore().open(folder, (record) => seen.add(record.id))
      new Inbox(folder).watch(async (message) => {
        if (seen.has(message.id)) return { outcome: 'duplicate' }
        await writer.append([{ id: message.id, type: 'Answered', at: 1 }])
        seen.add(message.id)
        process.stdout.write('.')
        return { outcome: 'accepted' }
      }, (error) => { throw error })
    `)
  })
  afterAll(() => program.remove())

  it('records every message exactly once, and answers each', async () => {
    const ids = Array.from({ length: 120 }, (_, n) => inbox.post({ type: 'answer', data: { n }, id: `m${n}` }))
    for (let round = 0; inbox.pending().length > 0; round += 1) {
      const child = program.start([folder])
      let dots = 0
      child.stdout?.on('data', (chunk: Buffer) => {
        dots += chunk.length
        if (dots > (round * 7) % 23) child.kill('SIGKILL')
      })
      const idle = setInterval(() => inbox.pending().length === 0 && child.kill('SIGKILL'), 20)
      expect((await ended(child)).err).toBe('')
      clearInterval(idle)
    }
    const recorded: string[] = []
    await new JournalStore().read(folder, (record) => recorded.push(record.id))
    expect(recorded.toSorted()).toEqual(ids.toSorted())
    expect(
      ids.map((id) => inbox.reply(id)?.outcome).filter((outcome) => outcome === undefined || outcome === 'refused'),
    ).toEqual([])
  })
})
