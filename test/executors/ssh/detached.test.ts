import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { probeDetached, runDetached } from '../../../src/executors/ssh/detached.ts'
import { markerName } from '../../../src/executors/ssh/marker.ts'
import { startScript } from '../../../src/executors/ssh/marker-script.ts'
import { makeSsh } from '../../../src/node/ssh/make-ssh.ts'
import { ActionFailure } from '../../../src/ports/executor.ts'
import type { Ssh } from '../../../src/ports/ssh.ts'
import { sshAddressOf } from '../../../src/ports/ssh-address.ts'
import { type ContextOptions, makeContext, type RecordedContext, targetOf } from '../../support/action-context.ts'
import { makeBreakable } from '../../support/breakable-ssh.ts'
import { type Sshd, startSshd } from '../../support/sshd.ts'
import { until } from '../../support/until.ts'

let sshd: Sshd
let ssh: Ssh
beforeAll(async () => {
  sshd = await startSshd()
  ssh = makeSsh({ onInsecure: () => undefined })
})
afterAll(async () => {
  await ssh.close()
  await sshd.stop()
})

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString()
const context = (options: ContextOptions = {}): RecordedContext =>
  makeContext({ target: targetOf(sshd), ssh, ...options })
const address = (): ReturnType<typeof sshAddressOf> => sshAddressOf(targetOf(sshd))
const marker = (effect: string): string => join(sshd.home, '.rollbook/effects', markerName(effect))
const lines = (path: string): string[] => (existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [])
let files = 0
/** A path that the work of a test writes to, to prove how often it ran. */
const proofPath = (): string => join(sshd.directory, `proof-${(files += 1)}`)
/** The last look at cancelled work has less than a second; on a machine too busy for it that is told, and no more. */
const isUntold = (error: unknown): boolean => String(error).includes('cannot be told now')
/** The group that the marker names, as one that can be ended. */
const pidOf = (effect: string): number => Number(lines(join(marker(effect), 'pid'))[0]?.split(' ')[0])

describe('detached work', () => {
  it('runs, and gives exit code and both streams', async () => {
    const result = await runDetached(context(), address(), {
      argv: ['sh', '-c', 'cat; printf %s "$TOKEN" "$1"; echo problem >&2; pwd; exit 3', 'sh', "it's $HOME"],
      stdin: 'from input\n',
      env: { TOKEN: "to'ken\nline" },
      cwd: sshd.directory,
    })
    expect(result).toMatchObject({ exitCode: 3, attached: false, truncated: false })
    expect(text(result.stdout)).toBe(`from input\nto'ken\nlineit's $HOME${sshd.directory}\n`)
    expect(text(result.stderr)).toBe('problem\n')
  })

  it('leaves no input and nothing for other users under its marker', async () => {
    const effect = 'p/secret@h#1'
    await runDetached(context({ effect }), address(), {
      argv: ['sh', '-c', 'cat >/dev/null; test -n "$TOKEN"'],
      stdin: 'input-secret',
      env: { TOKEN: 'variable-secret' },
    })
    const names = readdirSync(marker(effect)).sort()
    expect(names).toEqual(['err', 'exit', 'fence', 'out', 'pid'])
    for (const name of names) {
      expect(statSync(join(marker(effect), name)).mode & 0o077).toBe(0)
      expect(readFileSync(join(marker(effect), name), 'utf8')).not.toMatch(/-secret/)
    }
  })

  it('starts once for one effect, however often and by however many it is asked for', async () => {
    const effect = 'p/once@h#1'
    const proof = proofPath()
    const work = { argv: ['sh', '-c', `echo run >>${proof}; sleep 1; echo done`] as [string, ...string[]] }
    const results = await Promise.all(
      Array.from({ length: 4 }, () => runDetached(context({ effect }), address(), work)),
    )
    const again = await runDetached(context({ effect }), address(), work)
    for (const result of [...results, again]) expect(result).toMatchObject({ exitCode: 0 })
    expect(again.attached).toBe(true)
    expect(text(again.stdout)).toBe('done\n')
    expect(lines(proof)).toEqual(['run'])
  })

  it('goes on while the connection is away, and is collected when it is back', async () => {
    const proof = proofPath()
    let isBroken = false
    const breakable = makeBreakable(ssh, () => isBroken)
    const one = context({ ssh: breakable })
    const running = runDetached(one, address(), {
      argv: ['sh', '-c', `echo begin; echo run >>${proof}; while [ ! -e ${proof}.go ]; do sleep 0.1; done; echo end`],
      pollMsMax: 200,
    })
    await until(() => lines(proof).length === 1)
    isBroken = true
    await until(() => one.lines.some((line) => line.includes('broke')))
    writeFileSync(`${proof}.go`, '')
    await sleep(300)
    isBroken = false
    const result = await running
    expect(text(result.stdout)).toBe('begin\nend\n')
    expect(one.lines).toContain('connected again')
    expect(lines(proof)).toEqual(['run'])
  })

  it('survives the end of every session on the target', async () => {
    const proof = proofPath()
    const running = runDetached(context(), address(), {
      argv: ['sh', '-c', `echo run >>${proof}; while [ ! -e ${proof}.go ]; do sleep 0.1; done; echo end`],
      pollMsMax: 200,
    })
    await until(() => lines(proof).length === 1)
    for (let times = 0; times < 3; times += 1) {
      sshd.dropConnections()
      await sleep(200)
    }
    writeFileSync(`${proof}.go`, '')
    expect(text((await running).stdout)).toBe('end\n')
    expect(lines(proof)).toEqual(['run'])
  })

  it('is left running at a cancel, and attached to by the next engine', async () => {
    const effect = 'p/cancel@h#1'
    const proof = proofPath()
    const work = {
      argv: ['sh', '-c', `echo run >>${proof}; while [ ! -e ${proof}.go ]; do sleep 0.1; done; echo end`] as [
        string,
        ...string[],
      ],
    }
    await until(async () => {
      const stop = new AbortController()
      const running = runDetached(context({ effect, signal: stop.signal }), address(), work)
      const failing = running.catch((error: unknown) => error)
      await until(() => lines(proof).length === 1)
      stop.abort()
      const failure = await failing
      if (isUntold(failure)) return false
      expect(failure).toMatchObject({ class: 'cancelled', message: expect.stringContaining('it goes on there') })
      return true
    })
    expect(await probeDetached(context({ effect }), address(), { expectExit: [0] })).toMatchObject({ state: 'running' })
    writeFileSync(`${proof}.go`, '')
    const result = await runDetached(context({ effect, fence: 2 }), address(), work)
    expect(result).toMatchObject({ attached: true, exitCode: 0 })
    expect(lines(proof)).toEqual(['run'])
    expect(await probeDetached(context({ effect }), address(), { expectExit: [0] })).toMatchObject({ state: 'applied' })
  })

  it('is ended with its whole group at a cancel, when asked', async () => {
    let effect = ''
    let proof = ''
    await until(async () => {
      proof = proofPath()
      effect = `p/end@h#${files}`
      const stop = new AbortController()
      const running = runDetached(context({ effect, signal: stop.signal }), address(), {
        argv: ['sh', '-c', `sleep 600 & echo $! >>${proof}; wait`],
        atDeadline: 'end',
      })
      const failing = running.catch((error: unknown) => error)
      await until(() => lines(proof).length === 1)
      stop.abort()
      const failure = await failing
      if (isUntold(failure)) return false
      expect(failure).toMatchObject({ class: 'cancelled', message: expect.stringContaining('it was ended') })
      return true
    })
    await until(() => existsSync(join(marker(effect), 'exit')))
    expect(lines(join(marker(effect), 'exit'))).toEqual(['143'])
    await until(
      () =>
        !existsSync(`/proc/${lines(proof)[0]}`) ||
        readFileSync(`/proc/${lines(proof)[0]}/stat`, 'utf8').includes(') Z '),
    )
  })

  it('refuses an engine with a smaller fence', async () => {
    const effect = 'p/fence@h#1'
    const work = { argv: ['true'] as [string] }
    await runDetached(context({ effect, fence: 7 }), address(), work)
    await expect(runDetached(context({ effect, fence: 6 }), address(), work)).rejects.toMatchObject({
      class: 'refused',
      message: expect.stringContaining('fence 7 over 6'),
    })
    expect(await runDetached(context({ effect, fence: 8 }), address(), work)).toMatchObject({
      exitCode: 0,
      attached: true,
    })
  })

  it('leaves it open how work ends that was started and cannot be watched any more', async () => {
    const effect = 'p/shut-out@h#1'
    let isShut = false
    const shut: Ssh = {
      ...ssh,
      session: async (to, signal) => {
        if (isShut) throw new ActionFailure('refused', 'the key is not accepted any more', { notApplied: true })
        return await ssh.session(to, signal)
      },
    }
    const running = runDetached(context({ effect, ssh: shut }), address(), { argv: ['sleep', '600'], pollMsMax: 200 })
    running.catch(() => undefined)
    await until(() => existsSync(join(marker(effect), 'pid')))
    isShut = true
    await expect(running).rejects.toMatchObject({ class: 'unknown', notApplied: false })
    process.kill(-pidOf(effect), 'SIGKILL')
    await expect(runDetached(context({ ssh: shut }), address(), { argv: ['true'] })).rejects.toMatchObject({
      class: 'refused',
      notApplied: true,
    })
  })

  it('an engine that was overtaken while its work runs does not say that nothing was done', async () => {
    const effect = 'p/overtaken@h#1'
    const work = { argv: ['true'] as [string] }
    await runDetached(context({ effect, fence: 2 }), address(), work)
    writeFileSync(join(marker(effect), 'fence'), '3\n')
    await expect(runDetached(context({ effect, fence: 2 }), address(), work)).rejects.toMatchObject({
      class: 'refused',
      notApplied: false,
    })
  })

  it('looks whether it may start before the start, and never again', async () => {
    const effect = 'p/may-start@h#1'
    const refusing = async (): Promise<void> => {
      throw new ActionFailure('not_ready', 'not now', { notApplied: true })
    }
    const work = { argv: ['true'] as [string], beforeStart: refusing }
    await expect(runDetached(context({ effect }), address(), work)).rejects.toMatchObject({ class: 'not_ready' })
    expect(existsSync(marker(effect))).toBe(false)
    await runDetached(context({ effect }), address(), { argv: ['true'] })
    expect(await runDetached(context({ effect }), address(), work)).toMatchObject({ exitCode: 0, attached: true })
  })

  it('does not start with a part of its input, and keeps none of it', async () => {
    const root = join(sshd.directory, 'markers-half')
    const start = (bytes: string, input: string): ReturnType<typeof spawnSync> =>
      spawnSync('sh', ['-c', startScript, 'rollbook', root, 'effect', '1', bytes, '30', '', 'cat'], { input })
    const half = start('12', 'secret')
    expect(half.status).toBe(1)
    expect(String(half.stderr)).toContain('did not arrive whole')
    expect(readdirSync(join(root, 'effect')).sort()).toEqual(['fence'])
    const whole = start('12', 'secret input')
    expect(whole.status).toBe(0)
    await until(() => existsSync(join(root, 'effect', 'exit')))
    expect(readFileSync(join(root, 'effect', 'out'), 'utf8')).toBe('secret input')
  })

  it('keeps no input when it is called off while that arrives', async () => {
    const root = join(sshd.directory, 'markers-called-off')
    const begun = spawn('sh', ['-c', startScript, 'rollbook', root, 'effect', '1', '12', '30', '', 'cat'], {
      detached: true,
    })
    begun.stdin.write('secret')
    const kept = (): string[] => (existsSync(join(root, 'effect')) ? readdirSync(join(root, 'effect')) : [])
    await until(() => kept().some((name) => name.startsWith('in.')))
    const ended = new Promise((resolve) => begun.once('exit', resolve))
    process.kill(-begun.pid!, 'SIGTERM')
    await ended
    expect(kept()).toEqual(['fence'])
  })

  it('tells work that was killed apart from work that failed', async () => {
    const effect = 'p/killed@h#1'
    const running = runDetached(context({ effect }), address(), { argv: ['sleep', '600'], pollMsMax: 200 })
    running.catch(() => undefined)
    await until(() => existsSync(join(marker(effect), 'pid')))
    process.kill(-pidOf(effect), 'SIGKILL')
    await expect(running).rejects.toMatchObject({ class: 'process', message: expect.stringContaining('killed') })
    expect(await probeDetached(context({ effect }), address(), { expectExit: [0] })).toMatchObject({ state: 'unknown' })
  })

  it('is not fooled by a process id that another process has now, or by a restart of the host', async () => {
    const effect = 'p/reused@h#1'
    await runDetached(context({ effect }), address(), { argv: ['true'] })
    const [pid, boot] = lines(join(marker(effect), 'pid'))[0]!.split(' ')
    const pretend = (content: string): void => writeFileSync(join(marker(effect), 'pid'), content)
    const { unlinkSync } = await import('node:fs')
    unlinkSync(join(marker(effect), 'exit'))
    for (const content of [`${process.pid} ${boot} 1\n`, `${process.pid} another-boot 1\n`, `${pid} ${boot} 1\n`]) {
      pretend(content)
      expect(await probeDetached(context({ effect }), address(), { expectExit: [0] })).toMatchObject({
        state: 'unknown',
      })
    }
  })

  it('probes honestly', async () => {
    const probe = (effect: string, expectExit: readonly number[]): ReturnType<typeof probeDetached> =>
      probeDetached(context({ effect }), address(), { expectExit })
    expect(await probe('p/never@h#1', [0])).toMatchObject({ state: 'not_applied' })
    await runDetached(context({ effect: 'p/two@h#1' }), address(), { argv: ['sh', '-c', 'exit 2'] })
    expect(await probe('p/two@h#1', [0])).toMatchObject({ state: 'unknown' })
    expect(await probe('p/two@h#1', [0, 2])).toMatchObject({ state: 'applied', outputs: { exit_code: 2 } })
  })

  it('hands output on while it grows, and keeps no more than asked for', async () => {
    const seen: string[] = []
    const mayGoOn = proofPath()
    const result = await runDetached(context(), address(), {
      argv: ['sh', '-c', `echo first; while [ ! -e ${mayGoOn} ]; do sleep 0.1; done; head -c 3000000 /dev/zero`],
      outputBytesMax: 2_000_000,
      pollMsMax: 300,
      onOutput: (_, chunk) => {
        seen.push(text(chunk))
        writeFileSync(mayGoOn, '')
      },
    })
    expect(seen[0]).toBe('first\n')
    expect(result.stdout.length).toBe(2_000_000)
    expect(result.truncated).toBe(true)
  })

  it('says when the program is missing, and when no marker can be kept', async () => {
    const result = await runDetached(context(), address(), { argv: ['no-such-program-here'] })
    expect(result.exitCode).toBe(127)
    expect(text(result.stderr)).toContain('no-such-program-here')
    await expect(
      runDetached(context(), address(), { argv: ['true'], markerFolder: '/proc/nowhere' }),
    ).rejects.toMatchObject({ class: 'process', message: expect.stringContaining('marker cannot be kept') })
  })

  it('removes markers of ended work after a month, and no others', async () => {
    const old = new Date('2020-01-01')
    const root = join(sshd.directory, 'markers')
    for (const [name, content] of [
      ['ended', 'exit'],
      ['open', 'pid'],
    ] as const) {
      mkdirSync(join(root, name), { recursive: true })
      writeFileSync(join(root, name, content), '0\n')
      utimesSync(join(root, name), old, old)
    }
    await runDetached(context({ effect: 'new' }), address(), { argv: ['true'], markerFolder: root })
    await until(() => !existsSync(join(root, 'ended')))
    expect(readdirSync(root).sort()).toEqual(['new', 'open'])
  })

  it('names markers so that they are files, and different ones', () => {
    expect(markerName('phase/step@host#1')).toBe('phase%2Fstep%40host%231')
    expect(markerName('../x')).toBe('%2E.%2Fx')
    const long = 'x'.repeat(400)
    expect(markerName(`${long}1`).length).toBeLessThan(200)
    expect(markerName(`${long}1`)).not.toBe(markerName(`${long}2`))
  })
})
