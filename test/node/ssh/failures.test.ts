import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { makeSsh, type SshOptions } from '../../../src/node/ssh/make-ssh.ts'
import type { Ssh, SshAddress } from '../../../src/ports/ssh.ts'
import { freePort, type Sshd, startSshd } from '../../support/sshd.ts'
import { until } from '../../support/until.ts'

const host = '127.0.0.41'
let server: Sshd
let good: SshAddress
let open: Ssh[] = []
const insecure: string[] = []

beforeAll(async () => {
  server = await startSshd({ addresses: [host, '127.0.0.42'] })
  good = {
    target: 'web',
    host,
    port: server.port,
    user: server.user,
    identityFile: server.identityFile,
    knownHostsFile: server.knownHostsFile,
    configFile: 'none',
  }
})
afterAll(() => server.stop())
afterEach(async () => {
  await Promise.all(open.map((ssh) => ssh.close()))
  open = []
  insecure.length = 0
})

function make(options: Partial<SshOptions> = {}): Ssh {
  const ssh = makeSsh({ onInsecure: (message) => insecure.push(message), ...options })
  open.push(ssh)
  return ssh
}

describe('a login that fails', () => {
  test('nothing listens on the port: unreachable', async () => {
    const address = { ...good, port: await freePort(host) }
    await expect(make().session(address, new AbortController().signal)).rejects.toMatchObject({
      class: 'unreachable',
      notApplied: true,
      message: expect.stringMatching(/^web \(127\.0\.0\.41\) refuses connections on this port .*refused/),
      advice: expect.stringContaining('port'),
    })
  })

  test('the name is unknown: unreachable', async () => {
    await expect(make().session({ ...good, host: 'no-such-host.invalid' })).rejects.toMatchObject({
      class: 'unreachable',
      message: expect.stringContaining('name that is unknown'),
    })
  })

  test('nobody answers in time: unreachable', async () => {
    const silent = join(server.directory, 'silent')
    const address = { ...good, connectTimeoutMs: 1000, options: { ProxyCommand: 'sleep 60' } }
    await expect(make().session({ ...address, target: silent })).rejects.toMatchObject({ class: 'unreachable' })
  })

  test('the host shows another key than the known one: refused, with the advice not to accept it blindly', async () => {
    const known = join(server.directory, 'wrong_known_hosts')
    const key = readFileSync(`${server.strangerFile}.pub`, 'utf8')
    writeFileSync(known, `[${host}]:${server.port} ${key}`)
    await expect(make().session({ ...good, knownHostsFile: known })).rejects.toMatchObject({
      class: 'refused',
      message: expect.stringContaining('another host key'),
      advice: expect.stringContaining('reinstalled'),
    })
  })

  test('the host is not known at all: refused', async () => {
    const known = join(server.directory, 'empty_known_hosts')
    writeFileSync(known, '')
    await expect(make().session({ ...good, knownHostsFile: known })).rejects.toMatchObject({
      class: 'refused',
      message: expect.stringContaining('unknown host key'),
    })
    expect(readFileSync(known, 'utf8')).toBe('')
  })

  test('a key that may not log in: refused', async () => {
    const address = { ...good, identityFile: server.strangerFile, options: { IdentitiesOnly: 'yes' } }
    await expect(make().session(address)).rejects.toMatchObject({
      class: 'refused',
      message: expect.stringContaining('denied the login'),
    })
  })

  test('a configuration that OpenSSH does not understand: process', async () => {
    await expect(make().session({ ...good, options: { NoSuchOption: 'yes' } })).rejects.toMatchObject({
      class: 'process',
      message: expect.stringMatching(/nosuchoption/i),
    })
  })

  test('no OpenSSH here: process, and what to install', async () => {
    await expect(make({ sshPath: '/no/such/ssh' }).session(good)).rejects.toMatchObject({
      class: 'process',
      advice: expect.stringContaining('openssh-client'),
    })
  })

  test.each([
    { host: '-oProxyCommand=touch /tmp/x' },
    { host: 'a b' },
    { user: '-l' },
    { user: 'x;id' },
    { jump: '-J' },
    { options: { 'A B': 'x' } },
  ])('an address that could be taken for something else is refused: %j', async (part) => {
    await expect(make().session({ ...good, ...part })).rejects.toMatchObject({ class: 'process' })
  })

  test('the failure of a warm-up is kept for the first use, then tried again', async () => {
    const ssh = make()
    const port = await freePort(host)
    const address = { ...good, port }
    ssh.warm([address])
    await new Promise((resolve) => setTimeout(resolve, 500))
    await expect(ssh.session(address)).rejects.toMatchObject({ class: 'unreachable' })
    const late = await startSshd({ addresses: [host], besides: server, port })
    try {
      expect(await (await ssh.session(address)).exec({ argv: ['true'], timeoutMs: 60_000 })).toMatchObject({
        exitCode: 0,
      })
    } finally {
      await late.stop()
    }
  })

  test('the failure of a warm-up does not count for a first use that comes later', async () => {
    const ssh = make({ keptMs: 0 })
    const port = await freePort(host)
    const address = { ...good, port }
    ssh.warm([address])
    await new Promise((resolve) => setTimeout(resolve, 500))
    const late = await startSshd({ addresses: [host], besides: server, port })
    try {
      expect(await (await ssh.session(address)).exec({ argv: ['true'], timeoutMs: 60_000 })).toMatchObject({
        exitCode: 0,
      })
    } finally {
      await late.stop()
    }
  })

  test('a server that hangs up because too many logins go on is asked again', async () => {
    const busy = await startSshd({ addresses: [host], besides: server, config: ['MaxStartups 1', 'LogLevel VERBOSE'] })
    const hog = connect(busy.port, host)
    try {
      await new Promise((resolve) => hog.once('data', resolve))
      const before = busy.log().length
      const session = make().session({ ...good, port: busy.port })
      await until(() => /MaxStartups|drop connection/.test(busy.log().slice(before)))
      hog.destroy()
      expect(await (await session).exec({ argv: ['true'], timeoutMs: 60_000 })).toMatchObject({ exitCode: 0 })
    } finally {
      hog.destroy()
      await busy.stop()
    }
  })

  test('a caller that is cancelled stops waiting, the login goes on for others', async () => {
    const ssh = make()
    const abort = new AbortController()
    const cancelled = ssh.session(good, abort.signal)
    const other = ssh.session(good)
    abort.abort()
    await expect(cancelled).rejects.toMatchObject({ class: 'cancelled' })
    expect(await (await other).exec({ argv: ['true'], timeoutMs: 60_000 })).toMatchObject({ exitCode: 0 })
  })
})

describe('certainty that nothing was done', () => {
  test('holds until the first command of an effect has left, over all its sessions', async () => {
    const own = await startSshd({ addresses: [host], besides: server })
    const port = await freePort(host)
    try {
      const ssh = make()
      const effect = new AbortController().signal
      const other = new AbortController().signal
      const command = { argv: ['true'], timeoutMs: 60_000 } as const
      const lost = { class: 'unreachable', notApplied: true }
      await expect(ssh.session({ ...good, port }, effect)).rejects.toMatchObject(lost)
      await expect(ssh.session({ ...good, port })).rejects.toMatchObject({ ...lost, notApplied: false })
      const session = await ssh.session({ ...good, port: own.port }, effect)
      expect(await session.exec({ ...command, signal: effect })).toMatchObject({ exitCode: 0 })
      await expect(ssh.session({ ...good, port }, effect)).rejects.toMatchObject({ ...lost, notApplied: false })
      await own.stop()
      await expect(session.exec({ ...command, signal: effect })).rejects.toMatchObject({ ...lost, notApplied: false })
      await expect(session.exec({ ...command, signal: other })).rejects.toMatchObject(lost)
    } finally {
      await own.stop()
    }
  })
})

describe('insecure switches', () => {
  test('checking off is honoured and told', async () => {
    const session = await make().session({ ...good, knownHostsFile: undefined, hostKeyCheck: 'off' } as SshAddress)
    expect(await session.exec({ argv: ['true'], timeoutMs: 60_000 })).toMatchObject({ exitCode: 0 })
    expect(insecure).toEqual([expect.stringMatching(/^web: the host key is not checked/)])
  })

  test('accept-new takes an unknown key once, and is told', async () => {
    const known = join(server.directory, 'new_known_hosts')
    await make().session({ ...good, knownHostsFile: known, hostKeyCheck: 'accept-new' })
    expect(readFileSync(known, 'utf8')).toContain('ed25519')
    expect(insecure).toEqual([expect.stringContaining('accept-new')])
  })

  test('the same by an option of OpenSSH is told too; a checked host is not', async () => {
    const ssh = make()
    await ssh.session({ ...good, options: { stricthostkeychecking: 'no' } })
    expect(insecure).toHaveLength(1)
    await ssh.session(good)
    expect(insecure).toHaveLength(1)
  })
})

describe.each(['proxy', 'process'] as const)('a connection that breaks (%s)', (mode) => {
  test('fails what was on it as unreachable, and the next command opens a new one', async () => {
    const session = await make({ mode }).session(good)
    const started = join(server.home, `started-${mode}`)
    const running = session.exec({
      argv: ['sh', '-c', 'touch "$1"; exec sleep 600', 'sh', started],
      timeoutMs: 120_000,
    })
    const failed = expect(running).rejects.toMatchObject({
      class: 'unreachable',
      notApplied: false,
      message: expect.stringContaining('lost'),
      advice: expect.stringContaining('before repeating'),
    })
    await until(() => existsSync(started))
    server.dropConnections()
    await failed
    expect(await session.exec({ argv: ['echo', 'again'], timeoutMs: 60_000 })).toMatchObject({ exitCode: 0 })
  })

  test('a server that allows one session at a time is used one command at a time', async () => {
    const narrow = await startSshd({ addresses: [host], besides: server, config: ['MaxSessions 1'] })
    try {
      const session = await make({ mode }).session({ ...good, port: narrow.port })
      const results = await Promise.all(
        [1, 2, 3, 4].map((n) => session.exec({ argv: ['sh', '-c', `sleep 0.1; exit ${n}`], timeoutMs: 120_000 })),
      )
      expect(results.map(({ exitCode }) => exitCode)).toEqual([1, 2, 3, 4])
    } finally {
      await narrow.stop()
    }
  })
})

describe('jump hosts', () => {
  test('a target behind a second server is reached through it, and a refusal there is named', async () => {
    const jump = await startSshd({ addresses: ['127.0.0.43'], besides: server })
    const only = await startSshd({ addresses: ['127.0.0.44'], besides: server })
    try {
      const address: SshAddress = {
        target: 'db',
        host: '127.0.0.44',
        jump: '127.0.0.43',
        configFile: server.configFile,
      }
      const ssh = make()
      const session = await ssh.session(address)
      const result = await session.exec({ argv: ['sh', '-c', 'echo $SSH_CONNECTION'], timeoutMs: 60_000 })
      expect(Buffer.from(result.stdout).toString()).toMatch(/^127\.0\.0\.\d+ \d+ 127\.0\.0\.44 /)
      expect(jump.descendants().length).toBeGreaterThan(0)
      const config = join(server.directory, 'denied_config')
      const text = readFileSync(server.configFile, 'utf8')
      writeFileSync(config, `Host 127.0.0.43\n  IdentitiesOnly yes\n  User nobody-here\n${text}`)
      await expect(ssh.session({ ...address, configFile: config })).rejects.toMatchObject({
        class: 'refused',
        message: expect.stringContaining('nobody-here'),
      })
      await jump.stop()
      await expect(make().session(address)).rejects.toMatchObject({ class: 'unreachable' })
    } finally {
      await Promise.all([jump.stop(), only.stop()])
    }
  })
})

describe('output before the command', () => {
  test('what a start-up file of the login shell prints is not output of the command', async () => {
    const noisy = await startSshd({ addresses: [host], besides: server })
    try {
      appendFileSync(join(noisy.home, '.bashrc'), 'echo welcome; echo "have fun" >&2\n')
      const session = await make().session({ ...good, port: noisy.port })
      const result = await session.exec({ argv: ['echo', 'mine'], timeoutMs: 60_000 })
      expect(Buffer.from(result.stdout).toString()).toBe('mine\n')
    } finally {
      await noisy.stop()
    }
  })

  test('a forced command that ignores our line still gives its output', async () => {
    const forced = await startSshd({ addresses: [host], besides: server, config: ['ForceCommand echo forced; exit 3'] })
    try {
      const session = await make().session({ ...good, port: forced.port })
      const result = await session.exec({ argv: ['true'], timeoutMs: 60_000 })
      expect(result.exitCode).toBe(3)
      expect(Buffer.from(result.stdout).toString()).toBe('forced\n')
    } finally {
      await forced.stop()
    }
  })
})

test('the user’s own configuration counts: host aliases from the configuration file', async () => {
  const config = join(server.directory, 'alias_config')
  writeFileSync(
    config,
    `Host the-web\n  HostName ${host}\nInclude ${server.configFile}\nHost *\n  Port ${server.port}\n`,
  )
  appendFileSync(config, `  IdentityFile ${server.identityFile}\n  UserKnownHostsFile ${server.knownHostsFile}\n`)
  appendFileSync(config, '  RemoteCommand echo hijacked\n  LocalForward 1 localhost:1\n  RequestTTY force\n')
  const session = await make().session({ target: 'web', host: 'the-web', configFile: config })
  const result = await session.exec({ argv: ['echo', 'mine'], timeoutMs: 60_000 })
  expect(Buffer.from(result.stdout).toString()).toBe('mine\n')
  expect(execFileSync('ssh', ['-G', '-F', config, 'the-web'], { encoding: 'utf8' })).toContain('remotecommand echo')
})
