import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeSsh } from '../../../src/node/ssh/make-ssh.ts'
import { descendantsOf, type Sshd, startSshd } from '../../support/sshd.ts'
import { until } from '../../support/until.ts'

const host = '127.0.0.51'
const root = join(dirname(fileURLToPath(import.meta.url)), '../../..')
let server: Sshd
let program: string

/** A process of its own that opens two sessions and holds them, so that it can be killed. */
const holder = (configFile: string, jump: string): string => `
import { makeSsh } from '${root}/src/node/ssh/make-ssh.ts'
const ssh = makeSsh({ onInsecure: () => undefined })
const session = await ssh.session({ target: 'web', host: '${host}', configFile: '${configFile}' })
await ssh.session({ target: 'db', host: '${host}', jump: '${jump}', configFile: '${configFile}' })
await session.exec({ argv: ['true'], timeoutMs: 60_000 })
console.log('holding')
const how = process.argv[2]
process.stdin.once('data', () => {
  if (how === 'exception') throw new Error('on purpose')
  process.exit(0)
})
`

beforeAll(async () => {
  server = await startSshd({ addresses: [host, '127.0.0.52'] })
  program = join(root, 'node_modules', `.ssh-holder-${process.pid}.mjs`)
  const source = join(server.directory, 'holder.ts')
  writeFileSync(source, holder(server.configFile, '127.0.0.52'))
  await build({
    entryPoints: [source],
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    outfile: program,
  })
})
afterAll(async () => {
  const { rmSync } = await import('node:fs')
  rmSync(program, { force: true })
  await server.stop()
})

describe('when our process ends', () => {
  test.each(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'exception', 'exit'])('by %s, no master stays', async (how) => {
    const child = spawn(process.execPath, [program, how], { stdio: ['pipe', 'pipe', 'ignore'] })
    await firstLine(child)
    const started = descendantsOf([child.pid!])
    const masters = started.filter((pid) => argumentsOf(pid).includes('ControlMaster=yes'))
    const jumps = started.filter((pid) => argumentsOf(pid).includes(' -W '))
    expect(masters).toHaveLength(2)
    expect(jumps).toHaveLength(1)
    const socket = /ControlPath=(\S+)/.exec(argumentsOf(masters[0]!))?.[1] ?? ''
    expect(existsSync(socket)).toBe(true)
    if (how.startsWith('SIG')) child.kill(how as NodeJS.Signals)
    else child.stdin?.write('end\n')
    await until(() => started.every((pid) => !existsSync(`/proc/${pid}`)))
    await until(() => !existsSync(dirname(socket)))
  })
})

describe('close', () => {
  test('ends idle masters over their sockets, removes the folder and the guard', async () => {
    const before = new Set(descendantsOf([process.pid]))
    const ssh = makeSsh({ onInsecure: () => undefined })
    await Promise.all(
      server.addresses.map((address) => ssh.session({ target: address, host: address, configFile: server.configFile })),
    )
    const started = descendantsOf([process.pid]).filter((pid) => !before.has(pid))
    expect(started.filter((pid) => argumentsOf(pid).includes('ControlMaster=yes'))).toHaveLength(2)
    await ssh.close()
    expect(started.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([])
  })

  test('an idle master is asked over its socket and ends by itself before it is killed', async () => {
    const log = join(server.directory, 'exits')
    const wrapper = join(server.directory, 'ssh-wrapper')
    writeFileSync(wrapper, `#!/bin/sh\nssh "$@"\necho "exit $?" >>${log}\n`, { mode: 0o755 })
    const ssh = makeSsh({ sshPath: wrapper, onInsecure: () => undefined })
    const session = await ssh.session({ target: 'web', host, configFile: server.configFile })
    await session.exec({ argv: ['true'], timeoutMs: 60_000 })
    await ssh.close()
    // The kill would have ended the wrapper too, before it could write.
    expect(readFileSync(log, 'utf8')).toMatch(/^exit \d+\n$/)
  })

  test('a master that is stopped cannot answer and is killed', async () => {
    const ssh = makeSsh({ onInsecure: () => undefined })
    const before = new Set(descendantsOf([process.pid]))
    await ssh.session({ target: 'web', host, configFile: server.configFile })
    const [master] = descendantsOf([process.pid]).filter(
      (pid) => !before.has(pid) && argumentsOf(pid).includes('ControlMaster=yes'),
    )
    process.kill(master!, 'SIGSTOP')
    await ssh.close()
    expect(existsSync(`/proc/${master}`)).toBe(false)
  })

  test('calls after close are cancelled, and close during a login ends the login', async () => {
    const ssh = makeSsh({ onInsecure: () => undefined })
    const address = { target: 'web', host, configFile: server.configFile }
    const session = await ssh.session(address)
    const slow = ssh.session({ ...address, target: 'slow', options: { ProxyCommand: 'sleep 4190' } })
    const failed = expect(slow).rejects.toMatchObject({ class: 'cancelled' })
    await new Promise((resolve) => setTimeout(resolve, 100))
    await ssh.close()
    await failed
    await expect(session.exec({ argv: ['true'], timeoutMs: 60_000 })).rejects.toMatchObject({ class: 'cancelled' })
    expect(descendantsOf([process.pid]).some((pid) => argumentsOf(pid).includes('4190'))).toBe(false)
  })

  test('many callers share one master', async () => {
    const ssh = makeSsh({ onInsecure: () => undefined })
    const before = new Set(descendantsOf([process.pid]))
    const address = { target: 'web', host, configFile: server.configFile }
    ssh.warm([address])
    await Promise.all(Array.from({ length: 20 }, () => ssh.session(address)))
    const masters = descendantsOf([process.pid]).filter(
      (pid) => !before.has(pid) && argumentsOf(pid).includes('ControlMaster=yes'),
    )
    expect(masters).toHaveLength(1)
    await ssh.close()
  })

  test('without a login there is nothing to close', async () => {
    const before = new Set(descendantsOf([process.pid]))
    await makeSsh({ onInsecure: () => undefined }).close()
    expect(descendantsOf([process.pid]).filter((pid) => !before.has(pid))).toEqual([])
  })
})

function argumentsOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}

function firstLine(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout!.once('data', () => resolve())
    child.once('exit', (code) => reject(new Error(`ended with ${code}`)))
  })
}
