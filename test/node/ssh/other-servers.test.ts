/** Servers that are not OpenSSH: the `ssh2` library, once with a shell behind it and once as an appliance without one. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2, { type ServerChannel } from 'ssh2'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeKeyPair } from '../../../src/executors/stackato/emulator/key-pair.ts'
import { makeSsh } from '../../../src/node/ssh/make-ssh.ts'
import type { Ssh, SshAddress } from '../../../src/ports/ssh.ts'
import { timeEnough } from '../../support/time-enough.ts'
import { until } from '../../support/until.ts'

let directory: string
let server: ssh2.Server
let ssh: Ssh
let address: SshAddress
const begun: string[] = []
const closed: string[] = []
const children = new Set<ChildProcess>()

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'ssh2-'))
  const hostKey = makeKeyPair()
  const clientKey = makeKeyPair()
  writeFileSync(join(directory, 'key'), clientKey.private, { mode: 0o600 })
  server = new ssh2.Server({ hostKeys: [hostKey.private] }, (client) => {
    client.on('error', () => undefined)
    client.on('authentication', (context) => (context.method === 'publickey' ? context.accept() : context.reject()))
    client.on('session', (accept) => {
      const session = accept()
      session.on('exec', (take, _reject, info) => {
        if (info.command.includes('appliance')) appliance(take(), info.command)
        else shell(take(), info.command)
      })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const { port } = server.address() as AddressInfo
  writeFileSync(join(directory, 'known'), `[127.0.0.1]:${port} ${hostKey.public}\n`)
  address = {
    target: 'box',
    host: '127.0.0.1',
    port,
    user: 'admin',
    configFile: 'none',
    identityFile: join(directory, 'key'),
    knownHostsFile: join(directory, 'known'),
  }
  ssh = makeSsh({ onInsecure: () => undefined })
})
afterAll(async () => {
  await ssh.close()
  for (const child of children) child.kill('SIGKILL')
  server.close()
  rmSync(directory, { recursive: true, force: true })
})

/** Runs the line as sshd does. */
function shell(channel: ServerChannel, line: string): void {
  const child = spawn('/bin/sh', ['-c', line], { detached: true })
  children.add(child)
  channel.pipe(child.stdin)
  child.stdin.on('error', () => undefined)
  child.stdout.pipe(channel, { end: false })
  child.stderr.pipe(channel.stderr, { end: false })
  child.on('close', (code, signal) => {
    if (signal) channel.exit(signal.slice(3))
    else channel.exit(code ?? 255)
    channel.end()
  })
}

/** Knows no shell and prints no marks; one of its commands never ends. */
function appliance(channel: ServerChannel, line: string): void {
  begun.push(line)
  channel.on('close', () => closed.push(line)).resume()
  if (line.includes('hang')) return void channel.write('working\n')
  channel.write('version 7\n')
  channel.exit(0)
  channel.end()
}

test('commands, streams, variables and exit codes', async () => {
  const session = await ssh.session(address)
  const result = await session.exec({
    argv: ['sh', '-c', 'echo "$A"; cat; echo err >&2; exit 3'],
    env: { A: 'x y' },
    stdin: 'in\n',
    timeoutMs: 60_000,
  })
  expect(result.exitCode).toBe(3)
  expect(Buffer.from(result.stdout).toString()).toBe('x y\nin\n')
  expect(Buffer.from(result.stderr).toString()).toBe('err\n')
})

test('a cancel ends the process group over a second channel', async () => {
  const session = await ssh.session(address)
  const abort = new AbortController()
  const pidFile = join(directory, 'pid')
  const running = session.exec({
    argv: ['sh', '-c', 'sleep 4199 & echo $! >"$1"; echo ready; wait', 'sh', pidFile],
    timeoutMs: 60_000,
    signal: abort.signal,
    onOutput: () => abort.abort(),
  })
  await expect(running).rejects.toMatchObject({ class: 'cancelled' })
  const state = (): string => {
    try {
      return readFileSync(`/proc/${readFileSync(pidFile, 'utf8').trim()}/stat`, 'utf8').split(' ')[2] ?? ''
    } catch {
      return 'gone'
    }
  }
  // Where nobody reaps orphans, a dead one stays as a zombie.
  await until(() => ['gone', 'Z'].includes(state()))
})

// This library passes no signal on once a command runs; a closed channel is what such a server gets to know.
test('an appliance without a shell gives its output, and its channel is closed at the deadline', async () => {
  const session = await ssh.session(address)
  const result = await session.exec({ argv: ['appliance', 'show', 'version'], timeoutMs: 60_000 })
  expect(Buffer.from(result.stdout).toString()).toBe('version 7\n')
  const hangs = (lines: readonly string[]): number => lines.filter((line) => line.includes('hang')).length
  await timeEnough(300, async (timeoutMs) => {
    const hanging = session.exec({ argv: ['appliance', 'hang'], timeoutMs })
    await expect(hanging).rejects.toMatchObject({ class: 'timeout' })
    return hangs(begun) > 0
  })
  await until(() => hangs(closed) === hangs(begun))
})
