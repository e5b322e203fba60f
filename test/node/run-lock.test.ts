import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { EpochLock } from '../../src/node/epoch-lock.ts'
import { presenceOf, thisProcess } from '../../src/node/process-owner.ts'
import { lockRun, writerOf } from '../../src/node/run-lock.ts'
import { createRun, type RunDirectory } from '../../src/node/run-store.ts'
import { acquireTargets, fenceOf, fencesPerEpoch, holderOfTarget, releaseTargets } from '../../src/node/target-locks.ts'
import { type BundledProgram, bundleProgram, ended } from '../support/bundled-program.ts'
import { until } from '../support/until.ts'

let root: string
let run: RunDirectory
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rollbook-locks-'))
  run = createRun(root, { id: 'a', createdAt: 0, sources: [], plan: {}, meta: {} })
  createRun(root, { id: 'b', createdAt: 1, sources: [], plan: {}, meta: {} })
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

describe('owner of a lock', () => {
  it('is alive as this process, gone under another start time or number, and elsewhere on another host', () => {
    const owner = thisProcess()
    expect(presenceOf(owner)).toBe('alive')
    expect(presenceOf({ ...owner, process_started: 'before' })).toBe('gone')
    expect(presenceOf({ ...owner, pid: 2 ** 22 + 1 })).toBe('gone')
    expect(presenceOf({ ...owner, host: 'another' })).toBe('elsewhere')
  })
})

describe('run lock', () => {
  it('lets one writer in at a time, and says who it is', () => {
    const lock = lockRun(run)
    expect(writerOf(run)).toEqual({ owner: lock.owner, presence: 'alive' })
    expect(() => lockRun(run)).toThrow(
      expect.objectContaining({ code: 'RUN_LOCKED', message: expect.stringContaining(`process ${process.pid}`) }),
    )
    expect(() => lockRun(run, { breakLock: true })).toThrow(expect.objectContaining({ code: 'RUN_LOCKED' }))
    lock.release()
    expect([lock.isHeld(), writerOf(run)]).toEqual([false, undefined])
    expect(lockRun(run)).toMatchObject({ epoch: 2, tookOverFrom: undefined })
  })

  it('is taken over from a process that is gone, which is told', () => {
    const owner = { ...thisProcess(), process_started: 'before' }
    const dead = lockRun(run, { owner })
    const lock = lockRun(run)
    expect(lock).toMatchObject({ epoch: 2, tookOverFrom: owner })
    expect([dead.isHeld(), lock.isHeld()]).toEqual([false, true])
    expect(() => dead.check()).toThrow(expect.objectContaining({ code: 'RUN_LOCK_LOST' }))
    lock.check()
    dead.release()
    expect(lock.isHeld()).toBe(true)
  })

  it('is taken from another host only when told to', () => {
    const owner = { ...thisProcess(), host: 'another' }
    lockRun(run, { owner })
    expect(() => lockRun(run)).toThrow(
      expect.objectContaining({ code: 'RUN_LOCKED_ELSEWHERE', hint: expect.stringContaining('--break-lock') }),
    )
    expect(lockRun(run, { breakLock: true }).tookOverFrom).toEqual(owner)
  })
})

describe('target locks', () => {
  it('belong to the run, outlive its process, and grow with each acquisition', () => {
    const dead = { ...thisProcess(), process_started: 'before' }
    const first = acquireTargets(root, 'a', ['n1', 'n2', 'n1'], { owner: dead })
    expect([...first.epochs]).toEqual([
      ['n1', 1],
      ['n2', 1],
    ])
    expect(() => acquireTargets(root, 'b', ['n0', 'n2'])).toThrow(
      expect.objectContaining({
        code: 'TARGETS_LOCKED',
        message: expect.stringContaining('n2 by run a'),
        hint: expect.stringContaining('run a'),
      }),
    )
    expect(holderOfTarget(root, 'n0')).toBeUndefined()
    expect([...acquireTargets(root, 'a', ['n2']).epochs]).toEqual([['n2', 2]])
    releaseTargets(root, 'b', ['n2'])
    expect(holderOfTarget(root, 'n2')).toMatchObject({ run: 'a', target: 'n2' })
    releaseTargets(root, 'a', ['n1', 'n2', 'never'])
    expect([...acquireTargets(root, 'b', ['n1', 'n2']).epochs]).toEqual([
      ['n1', 2],
      ['n2', 3],
    ])
  })

  it('name each run that is in the way once, with what it holds', () => {
    acquireTargets(root, 'a', ['n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7'])
    acquireTargets(root, 'b', ['m1'])
    expect(() => acquireTargets(root, 'c', ['m1', 'n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7'])).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(
          /^held by another run: m1 by run b \([^;]+\); n1, n2, n3, n4, n5 and 2 more by run a \([^;]+\)$/,
        ),
        hint: expect.stringContaining('the runs b, a'),
      }),
    )
  })

  it('are taken from a run whose directory is gone, or when told to, and this is told', () => {
    acquireTargets(root, 'a', ['n1'])
    expect(acquireTargets(root, 'b', ['n1'], { breakLock: true }).tookOverFrom).toMatchObject([{ run: 'a' }])
    rmSync(join(root, '.rollbook/runs/b'), { recursive: true })
    expect(acquireTargets(root, 'a', ['n1']).tookOverFrom).toMatchObject([{ run: 'b' }])
  })

  it('give fences that only grow', () => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.nat(fencesPerEpoch - 1), (epoch, counter) => {
        expect(Number.isSafeInteger(fenceOf(epoch, counter))).toBe(true)
        expect(fenceOf(epoch + 1, 0)).toBeGreaterThan(fenceOf(epoch, counter))
      }),
    )
  })

  it('take a fleet of any names with one write, and keep the epochs of what is free', () => {
    const names = [
      '__proto__',
      'a/b',
      '..',
      'A',
      'a',
      'x'.repeat(300),
      ...Array.from({ length: 5000 }, (_, n) => `n${n}`),
    ]
    expect(acquireTargets(root, 'a', names).epochs.size).toBe(names.length)
    expect(readdirSync(join(root, '.rollbook/locks')).sort()).toEqual(['guard', 'targets.json'])
    expect(holderOfTarget(root, '__proto__')).toMatchObject({ run: 'a', target: '__proto__' })
    releaseTargets(root, 'a', names)
    expect(holderOfTarget(root, 'a/b')).toBeUndefined()
    expect(acquireTargets(root, 'b', ['A', '__proto__']).epochs).toEqual(
      new Map([
        ['A', 2],
        ['__proto__', 2],
      ]),
    )
    expect(acquireTargets(root, 'a', ['a']).epochs).toEqual(new Map([['a', 2]]))
  })

  it('are refused when their table is damaged, with a word on what to do', () => {
    acquireTargets(root, 'a', ['n1'])
    writeFileSync(join(root, '.rollbook/locks/targets.json'), '{"targ')
    expect(() => acquireTargets(root, 'a', ['n1'])).toThrow(expect.objectContaining({ code: 'TARGET_LOCKS_DAMAGED' }))
  })

  it('go on when the process that held their guard is gone', () => {
    mkdirSync(join(root, '.rollbook/locks'), { recursive: true })
    const guard = new EpochLock(join(root, '.rollbook/locks/guard'))
    guard.acquire({ ...thisProcess(), process_started: 'before' }, () => true)
    expect(acquireTargets(root, 'a', ['n1']).epochs).toEqual(new Map([['n1', 1]]))
  })
})

describe('processes that race', () => {
  let program: BundledProgram
  beforeAll(async () => {
    program = await bundleProgram(`
      import { existsSync } from 'node:fs'
      import { lockRun } from './src/node/run-lock.ts'
      import { openRun } from './src/node/run-store.ts'
      import { acquireTargets } from './src/node/target-locks.ts'
      const [root, mode, name, start] = process.argv.slice(2)
      const stays = new Promise((resolve) => process.stdin.once('end', resolve).resume())
      process.stdout.write('ready ')
      while (!existsSync(start)) {}
      try {
        if (mode === 'run') lockRun(openRun(root, 'a'))
        else acquireTargets(root, name, ['n1', 'n2', 'n3'])
        process.stdout.write('won')
      } catch (error) {
        process.stdout.write(error.code ?? String(error))
      }
      process.stdout.write(';')
      await stays
    `)
  })
  afterAll(() => program.remove())

  async function race(mode: string): Promise<string[]> {
    const start = join(root, `start-${randomUUID()}`)
    const racers = ['a', 'b', 'a-third', 'a-fourth'].map((name) => {
      const child = program.start([root, mode, name, start], 'pipe')
      const racer = { child, said: '', ended: ended(child) }
      child.stdout?.on('data', (chunk) => (racer.said += chunk))
      return racer
    })
    const all = (said: RegExp): Promise<void> => until(() => racers.every((racer) => said.test(racer.said)))
    await all(/^ready /)
    writeFileSync(start, '')
    // A lock of a process that is gone may be taken: nobody leaves before everybody has tried.
    await all(/;$/)
    for (const { child } of racers) child.stdin?.end()
    return (await Promise.all(racers.map((racer) => racer.ended)))
      .map(({ out, err }) => `${out.replace('ready ', '').replace(';', '')}${err}`)
      .sort()
  }

  it('for a run: exactly one wins, also over the lock of a dead process', async () => {
    lockRun(run, { owner: { ...thisProcess(), process_started: 'before' } })
    expect(await race('run')).toEqual(['RUN_LOCKED', 'RUN_LOCKED', 'RUN_LOCKED', 'won'])
    expect(await race('run')).toEqual(['RUN_LOCKED', 'RUN_LOCKED', 'RUN_LOCKED', 'won'])
    expect(new EpochLock(join(run.directory, 'lock')).state().epoch).toBe(3)
  })

  it('for targets: at most one run gets them, and it gets all of them', async () => {
    for (const id of ['a-third', 'a-fourth']) mkdirSync(join(root, '.rollbook/runs', id))
    const results = await race('targets')
    const holders = ['n1', 'n2', 'n3'].map((target) => holderOfTarget(root, target)?.run)
    const won = results.filter((result) => result === 'won').length
    expect(results.filter((result) => result !== 'won')).toEqual(
      Array.from({ length: 4 - won }, () => 'TARGETS_LOCKED'),
    )
    expect(won).toBeLessThanOrEqual(1)
    expect(new Set(holders).size).toBe(1)
    expect(holders[0] !== undefined).toBe(won === 1)
  })
})

describe('epoch lock', () => {
  it('keeps one file, whose number never falls', () => {
    const lock = new EpochLock(join(root, 'lock'))
    for (let n = 1; n <= 5; n += 1) {
      expect(lock.acquire({ n }, () => true)).toMatchObject({ epoch: n })
      if (n % 2 === 0) lock.release(n)
    }
    expect(readdirSync(join(root, 'lock'))).toEqual(['000005.json'])
    lock.release(3)
    expect(lock.state()).toEqual({ epoch: 5, holder: { n: 5 } })
  })
})
