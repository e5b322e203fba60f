import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { evidenceStore } from '../../src/node/evidence-store.ts'
import { JournalStore } from '../../src/node/journal-store.ts'
import { markBegun } from '../../src/node/run-begun.ts'
import {
  createRun,
  listRuns,
  type NewRun,
  openRun,
  type RunDirectory,
  readPlan,
  readRun,
  readSource,
  runsFolder,
} from '../../src/node/run-store.ts'
import { evidenceIn, verifyRun } from '../../src/node/run-verify.ts'
import { type BundledProgram, bundleProgram, ended } from '../support/bundled-program.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rollbook-runs-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function newRun(id: string, createdAt = 0): NewRun {
  const sources = [
    { role: 'runbook', path: 'books/main.yaml', content: Buffer.from('name: one\n') },
    { role: 'inventory', path: 'hosts/main.yaml', content: Buffer.from('name: two\n') },
    { role: 'values', path: 'Main.yaml', content: Buffer.from([0, 255]) },
  ]
  return { id, createdAt, sources, plan: { steps: [1, 'ü'] }, meta: { title: 'Upgrade' } }
}

describe('run directory', () => {
  it('pins sources and plan, and reads them back', () => {
    const run = createRun(root, newRun('2026-a', 1_795_255_538_007))
    expect(openRun(root, '2026-a')).toEqual(run)
    expect(run.sources.map((source) => source.file)).toEqual([
      'sources/main.yaml',
      'sources/2-main.yaml',
      'sources/3-Main.yaml',
    ])
    expect(run.sources.map((source) => Buffer.from(readSource(run, source)).toString('latin1'))).toEqual([
      'name: one\n',
      'name: two\n',
      '\x00ÿ',
    ])
    expect(readPlan(run)).toEqual({ steps: [1, 'ü'] })
    expect(run).toMatchObject({ createdAt: 1_795_255_538_007, meta: { title: 'Upgrade' } })
  })

  it('is enough on its own at another place', () => {
    const run = createRun(root, newRun('a'))
    const other = mkdtempSync(join(tmpdir(), 'rollbook-moved-'))
    renameSync(run.directory, join(other, 'a'))
    expect(readPlan(readRun(join(other, 'a')))).toEqual({ steps: [1, 'ü'] })
    rmSync(other, { recursive: true })
  })

  it('is made once', () => {
    createRun(root, newRun('a'))
    expect(() => createRun(root, newRun('a'))).toThrow(expect.objectContaining({ code: 'RUN_EXISTS' }))
    expect(readdirSync(runsFolder(root))).toEqual(['a'])
  })

  it.each(['', '.', '..', 'a/b', '.a', 'last', 'ä', 'a b'])('is not named %j', (id) => {
    expect(() => createRun(root, newRun(id))).toThrow(expect.objectContaining({ code: 'RUN_ID_INVALID' }))
  })

  it('keeps its name: in a folder of another name its own records and locks would not find it', () => {
    const run = createRun(root, newRun('a'))
    renameSync(run.directory, join(runsFolder(root), 'b'))
    expect(() => openRun(root, 'b')).toThrow(
      expect.objectContaining({ code: 'RUN_DAMAGED', message: expect.stringContaining('the folder b holds run a') }),
    )
    renameSync(join(runsFolder(root), 'b'), run.directory)
    expect(openRun(root, 'a').id).toBe('a')
  })

  it('refuses a source or plan that was changed', () => {
    const run = createRun(root, newRun('a'))
    writeFileSync(join(run.directory, 'plan.json'), '{}')
    rmSync(join(run.directory, 'sources/main.yaml'))
    expect(() => readPlan(run)).toThrow(expect.objectContaining({ code: 'RUN_DAMAGED' }))
    expect(() => readSource(run, run.sources[0] as never)).toThrow(expect.objectContaining({ code: 'RUN_DAMAGED' }))
  })
})

describe('choosing a run', () => {
  beforeEach(() => {
    for (const [id, at] of [
      ['2026-11-21-kilo', 3],
      ['2026-11-21-lima', 5],
      ['2026-11-20-mike', 4],
    ] as const)
      createRun(root, newRun(id, at))
  })

  it.each([
    ['2026-11-21-kilo', '2026-11-21-kilo'],
    ['2026-11-20', '2026-11-20-mike'],
    ['last', '2026-11-21-lima'],
  ])('%s means %s', (given, id) => {
    expect(openRun(root, given).id).toBe(id)
  })

  it('says which runs a short beginning could mean', () => {
    const error = caught(() => openRun(root, '2026-11-21'))
    expect(error).toMatchObject({
      code: 'RUN_AMBIGUOUS',
      message: expect.stringContaining('2026-11-21-kilo, 2026-11-21-lima'),
    })
  })

  it('says which runs a mistyped id could mean', () => {
    const error = caught(() => openRun(root, '2026-11-21-kila'))
    expect(error).toMatchObject({ code: 'RUN_UNKNOWN', hint: expect.stringContaining('Did you mean 2026-11-21-kilo') })
    expect(openRun.bind(null, root, '')).toThrow(expect.objectContaining({ code: 'RUN_UNKNOWN' }))
  })

  it('says that there is none', () => {
    expect(caught(() => openRun(join(root, 'elsewhere'), 'last'))).toMatchObject({
      code: 'RUN_UNKNOWN',
      hint: expect.stringContaining('rollbook run'),
    })
  })

  it('lists newest first, and tells of folders that are no runs', () => {
    mkdirSync(join(runsFolder(root), 'half'))
    mkdirSync(join(runsFolder(root), '.new.new'))
    const { runs, damaged } = listRuns(root)
    expect(runs.map((run) => run.id)).toEqual(['2026-11-21-lima', '2026-11-20-mike', '2026-11-21-kilo'])
    expect(damaged).toMatchObject([{ id: 'half', error: { code: 'RUN_DAMAGED' } }])
  })
})

function caught(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  return undefined
}

describe('evidence', () => {
  it('is kept once under its hash, and found again', async () => {
    const store = evidenceStore(root)
    const refs = await Promise.all([
      store.put('a.log', 'text/plain', 'grün'),
      store.put('b.log', 'text/plain', Buffer.from('grün')),
    ])
    expect(refs[0]).toMatchObject({ name: 'a.log', bytes: 5, media: 'text/plain' })
    expect(refs[1]?.sha256).toBe(refs[0]?.sha256)
    expect(readdirSync(join(root, 'evidence'))).toEqual([refs[0]?.sha256])
    expect(Buffer.from(await store.get(refs[0]?.sha256 as string)).toString()).toBe('grün')
  })

  it('is noticed when changed or gone, and mended by keeping it again', async () => {
    const store = evidenceStore(root)
    const ref = await store.put('a', 'text/plain', 'one')
    writeFileSync(join(root, 'evidence', ref.sha256), 'two')
    expect(await store.verify(ref)).toBe('damaged')
    await expect(store.get(ref.sha256)).rejects.toMatchObject({ code: 'EVIDENCE_DAMAGED' })
    await store.put('a', 'text/plain', 'one')
    expect(await store.verify(ref)).toBe('intact')
    rmSync(join(root, 'evidence', ref.sha256))
    expect(await store.verify(ref)).toBe('missing')
    await expect(store.get('../../run.json')).rejects.toMatchObject({ code: 'EVIDENCE_MISSING' })
  })
})

describe('verify', () => {
  async function recorded(): Promise<RunDirectory> {
    const run = createRun(root, newRun('a'))
    const ref = await evidenceStore(run.directory).put('out.log', 'text/plain', 'output')
    const { writer } = await new JournalStore().open(run.directory, () => {})
    await writer.append([
      { id: 'e1', type: 'RunStarted', at: 1 },
      { id: 'e2', type: 'EffectEnded', at: 2, data: { deep: [{ evidence: { ...ref } }] } },
      { id: 'e3', type: 'RunEnded', at: 3 },
    ])
    await writer.close()
    return run
  }
  const journal = (run: RunDirectory): string => join(run.directory, 'journal.jsonl')

  it('finds nothing in a run as it was written', async () => {
    const run = await recorded()
    const { lastHash, ...rest } = await verifyRun(run)
    expect(rest).toEqual({ records: 3, evidence: 1, findings: [] })
    expect(readFileSync(journal(run), 'utf8').trimEnd().endsWith(`"hash":"${lastHash}"}`)).toBe(true)
  })

  it.each<[string, (run: RunDirectory) => void, object]>([
    [
      'a changed record',
      (run) => writeFileSync(journal(run), readFileSync(journal(run), 'utf8').replace('RunStarted', 'RunStartled')),
      { severity: 'error', code: 'JOURNAL_CHAIN_BROKEN', seq: 1 },
    ],
    [
      'a torn tail',
      (run) => writeFileSync(journal(run), readFileSync(journal(run)).subarray(0, -9)),
      { severity: 'warning', code: 'JOURNAL_TORN', seq: 2 },
    ],
    [
      'an unknown version',
      (run) => writeFileSync(journal(run), readFileSync(journal(run), 'utf8').replace('journal/v1', 'journal/v2')),
      { severity: 'error', code: 'JOURNAL_VERSION_UNKNOWN' },
    ],
    ['no journal', (run) => rmSync(journal(run)), { severity: 'warning', code: 'JOURNAL_EMPTY' }],
    [
      'a journal that is gone',
      (run) => {
        markBegun(run.directory)
        rmSync(journal(run))
      },
      { severity: 'error', code: 'RUN_DAMAGED', seq: 1 },
    ],
    [
      'changed evidence',
      (run) => eachEvidence(run, (path) => writeFileSync(path, 'outpux')),
      { severity: 'error', code: 'EVIDENCE_DAMAGED', seq: 2 },
    ],
    [
      'missing evidence',
      (run) => eachEvidence(run, (path) => rmSync(path)),
      { severity: 'error', code: 'EVIDENCE_MISSING', seq: 2 },
    ],
    [
      'evidence of no record',
      (run) => writeFileSync(join(run.directory, 'evidence', '0'.repeat(64)), ''),
      { severity: 'warning', code: 'EVIDENCE_UNREFERENCED' },
    ],
    [
      'a changed source',
      (run) => writeFileSync(join(run.directory, 'sources/main.yaml'), 'x'),
      { severity: 'error', code: 'SOURCE_DAMAGED' },
    ],
    [
      'a changed plan',
      (run) => writeFileSync(join(run.directory, 'plan.json'), '{}'),
      { severity: 'error', code: 'PLAN_DAMAGED' },
    ],
  ])('finds %s', async (_, spoil, finding) => {
    const run = await recorded()
    spoil(run)
    expect((await verifyRun(run)).findings).toContainEqual(expect.objectContaining(finding))
  })

  it('says nothing about evidence that only records behind a break may refer to', async () => {
    const run = await recorded()
    writeFileSync(journal(run), readFileSync(journal(run), 'utf8').replace('RunStarted', 'RunStartled'))
    const { evidence, findings } = await verifyRun(run)
    expect(evidence).toBe(0)
    expect(findings.map((finding) => finding.code)).toEqual(['JOURNAL_CHAIN_BROKEN'])
  })

  it('finds references wherever they stand, and takes nothing else for one', () => {
    const ref = { name: 'n', sha256: 'a'.repeat(64), bytes: 1, media: 'm' }
    expect(evidenceIn([{ a: { b: [ref] } }, ref, { ...ref, bytes: '1' }, null, 'x'])).toEqual([ref, ref])
  })
})

function eachEvidence(run: RunDirectory, work: (path: string) => void): void {
  for (const name of readdirSync(join(run.directory, 'evidence'))) work(join(run.directory, 'evidence', name))
}

describe('processes killed at any moment', () => {
  let program: BundledProgram
  beforeAll(async () => {
    program = await bundleProgram(`
      import { createRun } from './src/node/run-store.ts'
      import { evidenceStore } from './src/node/evidence-store.ts'
      const [root, prefix] = process.argv.slice(2)
      for (let n = 0; ; n += 1) {
        const content = new Uint8Array(200_000).fill(n)
        const run = createRun(root, { id: prefix + n, createdAt: n, sources: [{ role: 'runbook', path: 'a.yaml', content }], plan: [n], meta: {} })
        await evidenceStore(run.directory).put('e', 'text/plain', prefix + n)
        process.stdout.write(run.id + '\\n')
      }
    `)
  })
  afterAll(() => program.remove())

  it('leave whole runs and whole evidence, and all that they told of', async () => {
    const told: string[] = []
    for (let round = 0; round < 6; round += 1) {
      const child = program.start([root, `r${round}-`])
      let lines = 0
      child.stdout?.on('data', () => {
        lines += 1
        if (lines > round * 3) setTimeout(() => child.kill('SIGKILL'), round)
      })
      told.push(...(await ended(child)).out.trim().split('\n'))
    }
    const { runs, damaged } = listRuns(root)
    expect(damaged).toEqual([])
    expect(runs.map((run) => run.id)).toEqual(expect.arrayContaining(told))
    for (const run of runs) {
      const { findings } = await verifyRun(run)
      expect(findings.filter((finding) => finding.severity === 'error')).toEqual([])
      if (!told.includes(run.id)) continue
      expect(readdirSync(join(run.directory, 'evidence'))).toHaveLength(1)
    }
  })
})
