import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { JournalStore } from '../../src/node/journal-store.ts'
import { begunFile, markBegun } from '../../src/node/run-begun.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollbook-begun-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const store = new JournalStore()
const file = (): string => join(folder, 'journal.jsonl')

/** What lies in the run directory, byte by byte. */
function lying(): Readonly<Record<string, string>> {
  const files = readdirSync(folder).filter((name) => !statSync(join(folder, name)).isDirectory())
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(folder, name), 'latin1')]))
}

async function recorded(count: number): Promise<void> {
  const { writer } = await store.open(folder, () => {})
  for (let n = 1; n <= count; n += 1) await writer.append([{ id: `e${n}`, type: 'Tried', at: n }])
  await writer.close()
}

const losses: readonly (readonly [string, () => void])[] = [
  ['deleted', () => rmSync(file())],
  ['emptied', () => truncateSync(file())],
  ['cut back to its header', () => truncateSync(file(), readFileSync(file()).indexOf(10) + 1)],
  ['cut within its first record', () => truncateSync(file(), readFileSync(file()).indexOf(10) + 20)],
  ['cut within its header', () => truncateSync(file(), 20)],
  ['overwritten with zeros', () => writeFileSync(file(), Buffer.alloc(statSync(file()).size))],
  ['overwritten with a text', () => writeFileSync(file(), 'notes of somebody\n')],
]

describe('a run that has begun', () => {
  it.each(losses)('is refused, and left alone, when its journal was %s', async (_, lose) => {
    await recorded(3)
    markBegun(folder)
    lose()
    const before = lying()
    const refusal = {
      code: 'RUN_DAMAGED',
      message: `run ${basename(folder)} cannot be trusted: its journal holds no record, although the run has begun`,
      hint: expect.stringContaining('might do everything once more'),
    }
    await expect(store.open(folder, () => {})).rejects.toMatchObject(refusal)
    await expect(store.read(folder, () => {})).rejects.toMatchObject(refusal)
    expect(lying()).toEqual(before)
  })

  it('goes on when the mark is missing, and is marked once', async () => {
    await recorded(2)
    const { writer } = await store.open(folder, () => {})
    expect(writer.seq).toBe(2)
    await writer.close()
    markBegun(folder)
    const { mtimeMs } = statSync(join(folder, begunFile))
    markBegun(folder)
    expect(statSync(join(folder, begunFile)).mtimeMs).toBe(mtimeMs)
    expect(readdirSync(folder).sort()).toEqual(['begun', 'journal.jsonl'])
  })
})

describe('a run that died before its first record', () => {
  it.each(losses.slice(0, 4))('goes on when its journal is %s', async (_, lose) => {
    await recorded(1)
    lose()
    expect((await store.read(folder, () => {})).tornBytes).toBeGreaterThanOrEqual(0)
    const { writer } = await store.open(folder, () => {})
    expect(writer.seq).toBe(0)
    await writer.append([{ id: 'e1', type: 'Tried', at: 1 }])
    await writer.close()
    expect(existsSync(join(folder, begunFile))).toBe(false)
  })
})
