import { execFileSync, spawn } from 'node:child_process'
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { RollbookError } from '../../src/base/error.ts'
import { type JournalCursor, JournalStore } from '../../src/node/journal-store.ts'
import type { JournalEvent, JournalOpened, JournalRecord } from '../../src/ports/journal.ts'
import { type BundledProgram, bundleProgram, ended } from '../support/bundled-program.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollbook-journal-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const store = new JournalStore()
const file = (): string => join(folder, 'journal.jsonl')

function event(n: number, size = 0): JournalEvent {
  return { id: `e${n}`, type: 'Tried', at: 1_795_255_538_000 + n, data: { n, text: 'ü'.repeat(size) } }
}

async function open(
  from: JournalStore = store,
): Promise<JournalOpened & { readonly records: readonly JournalRecord[] }> {
  const records: JournalRecord[] = []
  return { ...(await from.open(folder, (record) => records.push(record))), records }
}

async function filled(count: number, from: JournalStore = store): Promise<readonly JournalRecord[]> {
  const { writer } = await open(from)
  await writer.append(Array.from({ length: count }, (_, n) => event(n + 1, 20)))
  await writer.close()
  return recordsOf(from)
}

async function recordsOf(from: JournalStore = store): Promise<readonly JournalRecord[]> {
  const records: JournalRecord[] = []
  await from.read(folder, (record) => records.push(record))
  return records
}

/** What of a record was decided by who appended it. */
function eventOf({ seq: _, prev: __, hash: ___, ...event }: JournalRecord): JournalEvent {
  return event
}

describe('journal store', () => {
  it('hands over on reopening what was appended, for any batches and segment sizes', async () => {
    const batches = fc.array(fc.array(fc.nat(400), { maxLength: 6 }), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(
        batches,
        fc.integer({ min: 300, max: 5000 }),
        fc.boolean(),
        async (sizes, segmentBytesMax, together) => {
          rmSync(folder, { recursive: true, force: true })
          const small = new JournalStore({ segmentBytesMax })
          const { writer } = await open(small)
          const events: JournalEvent[] = []
          const appends: Promise<void>[] = []
          for (const batch of sizes) {
            const added = batch.map((size, n) => event(events.length + n + 1, size))
            events.push(...added)
            const append = writer.append(added)
            if (!together) await append
            appends.push(append)
          }
          await Promise.all(appends)
          const flushed = await recordsOf(small)
          expect([writer.seq, writer.lastHash]).toEqual([events.length, flushed.at(-1)?.hash ?? '0'.repeat(64)])
          await writer.close()
          const again = await open(small)
          await again.writer.close()
          expect(again.records).toEqual(flushed)
          expect(again.records.map(eventOf)).toEqual(events)
          expect(again.records.map((record) => record.seq)).toEqual(events.map((_, n) => n + 1))
          expect(again.writer.seq).toBe(events.length)
          expect(again.tornBytes).toBe(0)
        },
      ),
      { numRuns: 40 },
    )
  })

  it('keeps the order of calls when hundreds append at once, and tells each when its own record is on disk', async () => {
    const { writer } = await open()
    const flushedAt = await Promise.all(
      Array.from({ length: 500 }, async (_, n) => {
        await writer.append([event(n)])
        return writer.seq
      }),
    )
    for (const [n, seq] of flushedAt.entries()) expect(seq).toBeGreaterThan(n)
    expect(flushedAt[0]).toBeLessThan(500)
    await writer.close()
    const records = await recordsOf()
    expect(records.map(({ seq, id }) => [seq, id])).toEqual(flushedAt.map((_, n) => [n + 1, `e${n}`]))
  })

  it('takes one append that is larger than a flush, and a record that is larger than a segment', async () => {
    const small = new JournalStore({ segmentBytesMax: 1 << 20 })
    const { writer } = await open(small)
    const events = [event(1), event(2, 700_000), event(3, 1_500_000), event(4)]
    await writer.append(events)
    await writer.close()
    expect((await open(small)).records.map(eventOf)).toEqual(events)
    expect(readdirSync(folder).filter((name) => name.endsWith('.jsonl')).length).toBeGreaterThan(1)
  })

  it('records nothing of an append with an event that cannot be printed, and goes on', async () => {
    const { writer } = await open()
    const endless: { [key: string]: never } = {}
    endless['self'] = endless as never
    await expect(writer.append([event(1), { ...event(2), data: endless }])).rejects.toThrow(/circular/i)
    await expect(writer.append([{ ...event(1), at: 0.5 }])).rejects.toThrow(RangeError)
    await writer.append([])
    await writer.append([event(3)])
    await writer.close()
    expect(await recordsOf()).toMatchObject([{ seq: 1, id: 'e3' }])
    await expect(writer.append([event(4)])).rejects.toThrow('closed')
  })

  it('neither writes over nor cuts off what another one has recorded since it may write no more', async () => {
    let lost: RollbookError | undefined
    const mayWrite = (): void => {
      if (lost) throw lost
    }
    const hung = await open(new JournalStore({ mayWrite }))
    await hung.writer.append([event(1)])
    lost = new RollbookError('RUN_LOCK_LOST', 'another process has it')
    const next = await open()
    await next.writer.append([event(2)])
    await next.writer.append([event(3)])
    await expect(hung.writer.append([event(4)])).rejects.toBe(lost)
    await hung.writer.close()
    await next.writer.append([event(5)])
    await next.writer.close()
    expect((await recordsOf()).map(({ id }) => id)).toEqual(['e1', 'e2', 'e3', 'e5'])
  })

  it('cuts nothing off when it is closed after another one went on', async () => {
    let mine = true
    const hung = await open(
      new JournalStore({
        mayWrite: () => {
          if (!mine) throw new Error('not mine')
        },
      }),
    )
    await hung.writer.append([event(1)])
    mine = false
    const next = await open()
    await next.writer.append([event(2)])
    await hung.writer.close()
    await next.writer.close()
    expect((await recordsOf()).map(({ id }) => id)).toEqual(['e1', 'e2'])
  })

  it('closes its own file once when the next segment cannot be made', async () => {
    const small = new JournalStore({ segmentBytesMax: 1000 })
    const { writer } = await open(small)
    await writer.append([event(1)])
    mkdirSync(join(folder, 'journal-000002.jsonl.new'))
    await expect(writer.append([event(2, 800)])).rejects.toMatchObject({ code: 'JOURNAL_WRITE_FAILED' })
    await writer.close()
    expect((await recordsOf(small)).map(({ id }) => id)).toEqual(['e1'])
  })

  it('writes what was appended before close, without waiting for it', async () => {
    const { writer } = await open()
    const append = writer.append([event(1)])
    await writer.close()
    await append
    expect((await open()).records).toHaveLength(1)
  })

  it('lays space out while open and leaves none of it when closed', async () => {
    const { writer } = await open()
    await writer.append([event(1)])
    expect(statSync(file()).size).toBeGreaterThan(60_000)
    const seen: number[] = []
    expect(await store.read(folder, (record) => seen.push(record.seq))).toMatchObject({ tornBytes: 0 })
    expect(seen).toEqual([1])
    await writer.close()
    expect(readFileSync(file()).includes(0)).toBe(false)
  })

  it('reads no journal as an empty one, and refuses nothing', async () => {
    expect(await store.read(join(folder, 'none'), () => {})).toMatchObject({ tornBytes: 0 })
  })

  it('reads on from a cursor while another writes, over segments', async () => {
    const small = new JournalStore({ segmentBytesMax: 1500 })
    const { writer } = await open(small)
    const seen: number[] = []
    let cursor: JournalCursor | undefined
    for (let n = 1; n <= 40; n += 1) {
      await writer.append([event(n)])
      if (n % 3 === 0) ({ cursor } = await small.readFrom(folder, cursor, (record) => seen.push(record.seq)))
    }
    await writer.close()
    await small.readFrom(folder, cursor, (record) => seen.push(record.seq))
    expect(seen).toEqual(Array.from({ length: 40 }, (_, n) => n + 1))
  })
})

describe('a damaged journal', () => {
  it('goes on after a torn tail, which is cut, told and put aside', async () => {
    const records = await filled(3)
    appendFileSync(file(), '{"seq":4,"at":"2026')
    const read = await store.read(folder, () => {})
    expect(read.tornBytes).toBe(19)
    const { writer, tornBytes } = await open()
    expect(tornBytes).toBe(19)
    expect(readFileSync(join(folder, 'journal-torn-4.bin'), 'utf8')).toBe('{"seq":4,"at":"2026')
    await writer.append([event(4)])
    await writer.close()
    const after = (await open()).records
    expect(after).toHaveLength(4)
    expect(after[3]).toMatchObject({ seq: 4, prev: records[2]?.hash })
  })

  it('opens with a prefix after being cut at any byte, and appends behind it', async () => {
    await filled(3)
    const whole = readFileSync(file())
    for (let length = 0; length < whole.length; length += 1) {
      writeFileSync(file(), whole.subarray(0, length))
      const { writer, records } = await open()
      expect(records.map((record) => record.seq)).toEqual([1, 2, 3].slice(0, records.length))
      await writer.append([event(9)])
      await writer.close()
      const again = await open()
      await again.writer.close()
      expect(again.records.at(-1)).toMatchObject({ seq: records.length + 1, id: 'e9' })
    }
  })

  it('is refused and left alone when a byte in the middle was changed', async () => {
    await filled(3)
    const bytes = readFileSync(file())
    bytes[300] = (bytes[300] as number) ^ 1
    writeFileSync(file(), bytes)
    await expect(open()).rejects.toMatchObject({ code: 'JOURNAL_CHAIN_BROKEN', hint: expect.stringContaining('copy') })
    expect(readFileSync(file())).toEqual(bytes)
  })

  it.each([
    ['the first', 'journal.jsonl', 1],
    ['a middle', 'journal-000002.jsonl', 3],
  ])('is refused when %s segment is missing', async (_, name, seq) => {
    const small = new JournalStore({ segmentBytesMax: 900 })
    await filledOneByOne(small, 12)
    rmSync(join(folder, name))
    const error = await open(small).catch((error) => error)
    expect(error).toMatchObject({ code: 'JOURNAL_CHAIN_BROKEN' })
    expect(error.message).toContain(name)
    expect(error.message).toContain(`from record ${seq} on`)
  })

  it('is refused when an earlier segment lost its last record', async () => {
    const small = new JournalStore({ segmentBytesMax: 900 })
    await filledOneByOne(small, 12)
    truncateSync(file(), statSync(file()).size - 300)
    await expect(open(small)).rejects.toMatchObject({ code: 'JOURNAL_CHAIN_BROKEN' })
  })
})

async function filledOneByOne(from: JournalStore, count: number): Promise<void> {
  const { writer } = await open(from)
  for (let n = 1; n <= count; n += 1) await writer.append([event(n)])
  await writer.close()
}

describe('a process of its own', () => {
  let program: BundledProgram
  beforeAll(async () => {
    program = await bundleProgram(`
      import { JournalStore } from './src/node/journal-store.ts'
      const [folder, writers, segmentBytesMax] = process.argv.slice(2)
      const { writer } = await new JournalStore({ segmentBytesMax: Number(segmentBytesMax) }).open(folder, () => {})
      let n = writer.seq
      const loop = async () => {
        for (;;) {
          const id = 'e' + (n += 1)
          try {
            await writer.append([{ id, type: 'Tried', at: n, data: { text: 'x'.repeat(n % 500) } }])
            process.stdout.write(id + ' ' + writer.seq + ' ' + writer.lastHash + '\\n')
          } catch (error) {
            const second = await writer.append([{ id: 'again', type: 'Tried', at: n }]).catch((error) => error)
            process.stdout.write(error.code + ' ' + (second === error) + '\\n')
            process.exit(7)
          }
        }
      }
      for (let k = 0; k < Number(writers); k += 1) loop()
    `)
  })
  afterAll(() => program.remove())

  it.each([
    ['one writer', 1],
    ['fifty writers', 50],
  ])('killed at any moment loses no acknowledged record (%s)', async (_, writers) => {
    const acknowledged = new Set<string>()
    for (let round = 0; round < 8; round += 1) {
      const child = program.start([folder, String(writers), '20000'])
      const wanted = 1 + ((round * 37) % 200)
      let lines = 0
      child.stdout?.on('data', (chunk: Buffer) => {
        lines += chunk.toString().split('\n').length - 1
        if (lines >= wanted) child.kill('SIGKILL')
      })
      const { out, err } = await ended(child)
      expect(err).toBe('')
      const { writer, records } = await open()
      await writer.close()
      const kept = new Set(records.map((record) => record.id))
      for (const line of out.split('\n').slice(0, -1)) {
        const [id, seq, hash] = line.split(' ') as [string, string, string]
        acknowledged.add(id)
        expect(records[Number(seq) - 1]?.hash).toBe(hash)
      }
      for (const id of acknowledged) expect(kept).toContain(id)
    }
    expect(acknowledged.size).toBeGreaterThan(8)
  })

  it.each([
    ['one writer', '1'],
    ['fifty writers', '50'],
  ])('never writes again after a failed write, and says so with the same error (%s)', async (_, writers) => {
    const child = spawn('bash', [
      '-c',
      'ulimit -f 100; exec "$0" "$@"',
      process.execPath,
      program.path,
      folder,
      writers,
      '100000000',
    ])
    const { code, out, err } = await ended(child)
    expect(err).toBe('')
    expect(out.split('\n').at(-2)).toBe('JOURNAL_WRITE_FAILED true')
    expect(code).toBe(7)
    const { writer, records } = await open()
    await writer.close()
    expect(records.length).toBeGreaterThanOrEqual(out.split('\n').length - 2)
  })
})

describe('ordinary tools', () => {
  it('check the chain with sed, sha256sum and cut, as the reference says', async () => {
    await filled(3)
    const script = readFileSync('docs/reference/journal.md', 'utf8').match(
      /```sh\n# check\n([\s\S]*?)```/,
    )?.[1] as string
    const run = (): string => execFileSync('bash', ['-c', script], { cwd: folder, encoding: 'utf8' })
    expect(run().trim()).toBe('3 records, chain whole')
    writeFileSync(file(), readFileSync(file(), 'utf8').replace('"n":2', '"n":7'))
    expect(() => run()).toThrow(/record 2/)
  })
})
