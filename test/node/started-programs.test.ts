import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { makeProcesses } from '../../src/node/processes.ts'
import { StartedPrograms } from '../../src/node/started-programs.ts'
import { type BundledProgram, bundleProgram, ended } from '../support/bundled-program.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'

/** An engine that runs one command, as a run does; `dies` kills it between the start of the program and its record. */
let engine: BundledProgram
beforeAll(async () => {
  engine = await bundleProgram(`
    import { makeProcesses } from './src/node/processes.ts'
    import { StartedPrograms } from './src/node/started-programs.ts'
    const [folder, timeoutMs, dies, ...argv] = process.argv.slice(2)
    const started = new StartedPrograms(folder, () => undefined)
    if (dies === 'dies') started.began = () => process.kill(process.pid, 'SIGKILL')
    await makeProcesses(folder, started).run({ argv, timeoutMs: Number(timeoutMs) })
  `)
})
afterAll(() => engine.remove())

let folder: string
let log: string
beforeEach(() => {
  folder = temporaryFolder()
  log = join(folder, 'log')
  writeFileSync(log, '')
})

const lines = (): readonly string[] => readFileSync(log, 'utf8').split('\n').slice(0, -1)

/** Tells when it begins and when it ends; nobody reads what it prints after the engine is gone, so it prints nothing. */
const work: readonly [string, ...string[]] = ['sh', '-c', 'echo begin >> log; echo end >> log']

/** The same, which ends only when {@link letEnd} says so. */
const longWork = 'echo begin >> log; while [ ! -e may-end ]; do sleep 0.05; done; echo end >> log'

const letEnd = (): void => writeFileSync(join(folder, 'may-end'), '')

/** Starts long work in an engine of its own and kills that with SIGKILL once the work has begun. */
async function leaveRunning(timeoutMs: number): Promise<void> {
  const first = engine.start([folder, String(timeoutMs), 'lives', 'sh', '-c', longWork])
  await until(() => lines().length > 0)
  first.kill('SIGKILL')
  await ended(first)
}

it('a program of which no record can be written is not begun, and nothing of it is left', async () => {
  const started = new StartedPrograms(folder, () => undefined)
  rmSync(join(folder, 'programs'), { recursive: true })
  const argv = [...work, `marked-${basename(folder)}`] as const
  await expect(makeProcesses(folder, started).run({ argv: [...argv], timeoutMs: 20_000 })).rejects.toMatchObject({
    class: 'process',
    notApplied: true,
    message: expect.stringContaining('no record of it could be written') as string,
  })
  expect(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })).not.toContain(`marked-${basename(folder)}`)
  expect(lines()).toEqual([])
})

describe('programs that an engine left behind', () => {
  it('are waited for, told once, before anything is started beside them', async () => {
    await leaveRunning(120_000)
    const told: string[] = []
    const processes = makeProcesses(folder, new StartedPrograms(folder, (message) => told.push(message)))
    expect(lines()).toEqual(['begin'])
    const beside = Promise.all([
      processes.run({ argv: work, timeoutMs: 60_000 }),
      processes.run({ argv: ['true'], timeoutMs: 60_000 }),
    ])
    await until(() => told.length > 0)
    expect(lines()).toEqual(['begin'])
    letEnd()
    await beside
    expect(lines()).toEqual(['begin', 'end', 'begin', 'end'])
    expect(told).toEqual([expect.stringMatching(/^sh \(process \d+\) of the engine before still runs; /)])
  })

  it('are ended when their time is over, with all of their group', async () => {
    await leaveRunning(1000)
    const processes = makeProcesses(folder, new StartedPrograms(folder, () => undefined))
    await processes.run({ argv: work, timeoutMs: 60_000 })
    expect(lines()).toEqual(['begin', 'begin', 'end'])
  })

  it('are not waited for longer than who waits wants to', async () => {
    await leaveRunning(120_000)
    const processes = makeProcesses(folder, new StartedPrograms(folder, () => undefined))
    const signal = AbortSignal.timeout(200)
    await expect(processes.run({ argv: work, timeoutMs: 60_000, signal })).rejects.toMatchObject({ class: 'timeout' })
    letEnd()
    await processes.run({ argv: work, timeoutMs: 60_000 })
    expect(lines()).toEqual(['begin', 'end', 'begin', 'end'])
  })

  it('are not there when the engine was killed before they were on record', async () => {
    const first = engine.start([folder, '60000', 'dies', ...work])
    const { code } = await ended(first)
    expect(code).toBeNull()
    const processes = makeProcesses(folder, new StartedPrograms(folder, () => undefined))
    await processes.run({ argv: ['sleep', '0.3'], timeoutMs: 60_000 })
    expect(lines()).toEqual([])
  })

  it('are forgotten when they are of another boot, another start or half written', async () => {
    const programs = join(folder, 'programs')
    const started = new StartedPrograms(folder, () => undefined)
    started.began(process.pid, 'vitest', Date.now() + 60_000)
    const file = join(programs, `${process.pid}.json`)
    const record = JSON.parse(readFileSync(file, 'utf8')) as { readonly process_started: string }
    for (const text of [
      JSON.stringify({ ...record, process_started: `x${record.process_started}` }),
      JSON.stringify({ ...record, host: 'elsewhere' }),
      JSON.stringify(record).slice(0, 20),
    ]) {
      writeFileSync(file, text)
      const told: string[] = []
      await new StartedPrograms(folder, (message) => told.push(message)).earlierEnded(undefined)
      expect(told).toEqual([])
    }
  })
})
