import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { makeProcesses } from '../../src/node/processes.ts'
import { StartedPrograms } from '../../src/node/started-programs.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { timeEnough } from '../support/time-enough.ts'
import { until } from '../support/until.ts'

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString()

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0)
    // A child whose parent does not collect it stays as a zombie: ended, though listed.
    return readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return true
  }
}

const folder = mkdtempSync(join(tmpdir(), 'rollbook-processes-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const onRecord = new StartedPrograms(folder, () => undefined)
afterEach(() => expect(readdirSync(join(folder, 'programs'))).toEqual([]))

describe.each([
  ['processes', makeProcesses()],
  ['processes of a run, held until they are on record', makeProcesses(process.cwd(), onRecord)],
] as const)('%s', (_, processes) => {
  it('hands arguments over as they are, without a shell', async () => {
    const result = await processes.run({ argv: ['printf', '%s|', '$HOME', 'a b', '*', "it's", ''], timeoutMs: 60_000 })
    expect(text(result.stdout)).toBe("$HOME|a b|*|it's||")
    expect(result).toMatchObject({ exitCode: 0, killedBy: null, truncated: false })
  })

  it.each([60_000.5, 90 * 86_400_000])(
    'waits a part of a millisecond and a quarter of a year: %d',
    async (timeoutMs) => {
      expect(await processes.run({ argv: ['sleep', '0.1'], timeoutMs })).toMatchObject({ exitCode: 0, killedBy: null })
    },
  )

  it('passes standard input, environment and working folder, and keeps the streams apart', async () => {
    const cwd = temporaryFolder()
    const result = await processes.run({
      argv: ['sh', '-c', 'cat; pwd; printf %s "$TOKEN" >&2'],
      stdin: 'in\n',
      env: { TOKEN: 'abc' },
      cwd,
      timeoutMs: 60_000,
    })
    expect(text(result.stdout)).toBe(`in\n${cwd}\n`)
    expect(text(result.stderr)).toBe('abc')
  })

  it('inherits no more than the fixed environment', async () => {
    process.env['ROLLBOOK_TEST_TOKEN'] = 'should-stay-here'
    const result = await processes.run({ argv: ['env'], timeoutMs: 60_000 })
    delete process.env['ROLLBOOK_TEST_TOKEN']
    expect(text(result.stdout)).not.toContain('should-stay-here')
    expect(text(result.stdout)).toContain('PATH=')
  })

  it('gives a non-zero exit and a signal as results', async () => {
    expect(await processes.run({ argv: ['sh', '-c', 'exit 7'], timeoutMs: 60_000 })).toMatchObject({ exitCode: 7 })
    expect(await processes.run({ argv: ['sh', '-c', 'kill -9 $$'], timeoutMs: 60_000 })).toMatchObject({
      exitCode: null,
      killedBy: 'SIGKILL',
    })
  })

  it('keeps the first bytes of a talkative program, hands every byte on, and says that it cut', async () => {
    let seen = 0
    const result = await processes.run({
      argv: ['sh', '-c', 'head -c 3000000 /dev/zero'],
      timeoutMs: 60_000,
      outputBytesMax: 1000,
      onOutput: (_, chunk) => {
        seen += chunk.length
      },
    })
    expect(result.stdout.length).toBe(1000)
    expect(result.truncated).toBe(true)
    expect(seen).toBe(3_000_000)
  })

  it('names a program that is missing', async () => {
    await expect(processes.run({ argv: ['no-such-program-here'], timeoutMs: 60_000 })).rejects.toMatchObject({
      class: 'process',
      message: 'no-such-program-here could not be started: not found',
    })
  })

  it('ends the whole group at the deadline, also a member that ignores TERM', async () => {
    await timeEnough(700, async (timeoutMs) => {
      const file = join(temporaryFolder(), 'pids')
      writeFileSync(file, '')
      const script = `(trap "" TERM; echo $(sh -c 'echo $PPID') >> ${file}; while :; do sleep 1; done) & trap "" TERM; echo $$ >> ${file}; while :; do sleep 1; done`
      await expect(processes.run({ argv: ['sh', '-c', script], timeoutMs })).rejects.toMatchObject({ class: 'timeout' })
      const pids = readFileSync(file, 'utf8').split('\n').slice(0, -1).map(Number)
      for (const pid of pids) await until(() => isGone(pid))
      return pids.length === 2
    })
  })

  it('ends the group on cancel', async () => {
    const file = join(temporaryFolder(), 'pid')
    const stop = new AbortController()
    const running = processes.run({
      argv: ['sh', '-c', `echo $$ > ${file}; sleep 600`],
      timeoutMs: 60_000,
      signal: stop.signal,
    })
    await until(() => existsSync(file) && readFileSync(file, 'utf8').endsWith('\n'))
    stop.abort()
    await expect(running).rejects.toMatchObject({ class: 'cancelled' })
    await until(() => isGone(Number(readFileSync(file, 'utf8'))))
  })

  it('does not start when cancelled before', async () => {
    await expect(
      processes.run({ argv: ['true'], timeoutMs: 60_000, signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ class: 'cancelled' })
  })

  it('does not wait for a child that is left behind holding the output, and ends it', async () => {
    const result = await processes.run({ argv: ['sh', '-c', 'sleep 600 & echo $!'], timeoutMs: 60_000 })
    expect(result.exitCode).toBe(0)
    await until(() => isGone(Number(text(result.stdout))))
  })
  it('survives a program that closes its standard input early', async () => {
    const result = await processes.run({ argv: ['true'], stdin: 'x'.repeat(2_000_000), timeoutMs: 60_000 })
    expect(result.exitCode).toBe(0)
  })
})
