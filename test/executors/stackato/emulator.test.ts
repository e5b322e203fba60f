import { execFile } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import ssh2 from 'ssh2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { faultsOf, startStackatoEmulator } from '../../../src/executors/stackato/emulator/index.ts'
import { makeKeyPair } from '../../../src/executors/stackato/emulator/key-pair.ts'
import { mapPaths } from '../../../src/executors/stackato/emulator/path-map.ts'
import { type StackatoCluster, startCluster } from '../../support/stackato-cluster.ts'
import { until } from '../../support/until.ts'

interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

describe('the emulated hosts, by hand with ssh', () => {
  let cluster: StackatoCluster
  beforeAll(async () => {
    cluster = await startCluster({ nodes: 3, keep: true })
  })
  afterAll(() => cluster.close())

  async function ssh(...words: readonly string[]): Promise<Ran> {
    try {
      const { stdout, stderr } = await promisify(execFile)('ssh', ['-F', cluster.emulator.sshConfigFile, ...words])
      return { code: 0, stdout, stderr }
    } catch (error) {
      const { code, stdout, stderr } = error as Ran
      return { code, stdout, stderr }
    }
  }

  it('runs real shells: pipes, quotes, files, exit codes', async () => {
    const line = `cd /tmp && printf '%s\\n' "it's" b > list && sort -r < list | head -n 1; exit 7`
    expect(await ssh('core', line)).toMatchObject({ code: 7, stdout: "it's\n" })
    expect(existsSync(join(cluster.emulator.hosts[0]!.root, 'tmp/list'))).toBe(true)
    expect(await ssh('dea-1', 'cat /tmp/list')).toMatchObject({ code: 1 })
  })

  it('knows kato in a login shell and out of one, and refuses it to root', async () => {
    expect((await ssh('core', 'kato node version')).stdout).toBe('3.4.2\n')
    expect((await ssh('core', "bash -lc 'kato version'")).stdout).toBe('kato 3.4.2\n')
    expect(await ssh('core', 'sudo kato version')).toMatchObject({ code: 1, stderr: expect.stringContaining('root') })
    expect(await ssh('core', 'kato dance')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('unknown command'),
    })
  })

  it('refuses the user root and any key but its own', async () => {
    expect((await ssh('-l', 'root', 'core', 'true')).stderr).toContain('Permission denied')
    const stranger = makeKeyPair()
    const file = join(cluster.emulator.directory, 'stranger')
    writeFileSync(file, stranger.private, { mode: 0o600 })
    expect(
      (
        await ssh(
          '-F',
          '/dev/null',
          '-i',
          file,
          '-o',
          'StrictHostKeyChecking=no',
          '-o',
          'UserKnownHostsFile=/dev/null',
          '-o',
          'IdentitiesOnly=yes',
          '-o',
          'BatchMode=yes',
          '-p',
          String(cluster.emulator.hosts[0]!.port),
          'stackato@127.0.0.1',
          'true',
        )
      ).stderr,
    ).toContain('Permission denied')
  })

  it('reaches the other nodes from the core by their addresses', async () => {
    expect((await ssh('core', 'ssh -o BatchMode=yes stackato@192.168.20.12 hostname')).stdout).toBe('dea-1\n')
  })

  it('gives a terminal when one is asked for', async () => {
    expect((await ssh('-tt', 'core', 'tty')).stdout).toContain('/dev/pts/')
  })

  it('streams binary data both ways', async () => {
    const line = 'head -c 300000 /dev/urandom > /tmp/blob; sha256sum < /tmp/blob; cat /tmp/blob | sha256sum'
    const [first, second] = (await ssh('core', line)).stdout.trim().split('\n')
    expect(first).toBe(second)
  })

  it('ends the process group with its connection, but not what left the group', async () => {
    const child = execFile('ssh', [
      '-F',
      cluster.emulator.sshConfigFile,
      'dea-2',
      'sh -c "echo \\$\\$ > /tmp/inner; sleep 600 & wait" & echo $$ > /tmp/outer; setsid sleep 600 & echo $! > /tmp/free; wait',
    ])
    const file = (name: string): string => join(cluster.emulator.hosts[2]!.root, 'tmp', name)
    const pid = (name: string): number => (existsSync(file(name)) ? Number(readFileSync(file(name), 'utf8')) : 0)
    const lives = (id: number): boolean => id > 0 && existsSync(`/proc/${id}`)
    // A process leads its group only some time after it was forked: the one that leaves has left by then.
    const leads = (id: number): boolean =>
      lives(id) && Number(readFileSync(`/proc/${id}/stat`, 'utf8').split(') ')[1]?.split(' ')[2]) === id
    const stands = (): boolean => lives(pid('inner')) && lives(pid('outer')) && leads(pid('free'))
    await until(stands)
    const pids = { inner: pid('inner'), outer: pid('outer'), free: pid('free') }
    cluster.emulator.dropConnections('dea-2')
    await until(() => !lives(pids.inner) && !lives(pids.outer))
    expect(lives(pids.free)).toBe(true)
    process.kill(pids.free)
    child.kill()
  })

  it("asks for a password on the caller's input when sudo wants one", async () => {
    const host = cluster.emulator.hosts[1]!
    await cluster.emulator.inject('no-sudo:dea-1')
    expect(existsSync(join(host.root, 'etc/sudoers.d/stackato'))).toBe(false)
    expect(await ssh('dea-1', 'sudo -n true')).toMatchObject({ code: 1, stderr: 'sudo: a password is required\n' })
    expect((await ssh('dea-1', "echo wrong | sudo -S -p '' id -un")).stderr).toContain('incorrect password')
    const asked = await ssh('dea-1', 'echo stackato-password | kato restart')
    expect(asked).toMatchObject({ code: 0, stderr: expect.stringContaining('[sudo] password for stackato:') })
  })

  it('shows its state and its log as files', async () => {
    const state = JSON.parse(readFileSync(cluster.emulator.stateFile, 'utf8'))
    expect(state).toMatchObject({ edition: 'helion', release: '3.6.0' })
    const commands = readFileSync(cluster.emulator.commandsFile, 'utf8').trim().split('\n')
    expect(commands.map((line) => JSON.parse(line).command)).toContain('kato node version')
  })
})

describe('paths of a host', () => {
  const root = '/tmp/emu/nodes/core'
  it.each([
    ['cat /s/logs/x', `cat ${root}/s/logs/x`],
    ["cp '/s/etc/a' /tmp/b", `cp '${root}/s/etc/a' ${root}/tmp/b`],
    ['echo x >/s/a 2>/tmp/b', `echo x >${root}/s/a 2>${root}/tmp/b`],
    ['tar --file=/home/stackato/x.tgz', `tar --file=${root}/home/stackato/x.tgz`],
    ['cd /s;ls', `cd ${root}/s;ls`],
    [`cat ${root}/s/x`, `cat ${root}/s/x`],
    ['cat /static /sx /etc/passwd /bin/sh a/s/b', 'cat /static /sx /etc/passwd /bin/sh a/s/b'],
    ['sed s/tmp/x/ a', 'sed s/tmp/x/ a'],
  ])('%s', (command, mapped) => expect(mapPaths(command, root)).toBe(mapped))
})

describe('keys', () => {
  it('can be read by others, also when they begin with a zero byte', () => {
    for (let count = 0; count < 600; count += 1) {
      const pair = makeKeyPair()
      const parsed = ssh2.utils.parseKey(pair.private)
      expect(parsed).not.toBeInstanceOf(Error)
      if (!(parsed instanceof Error))
        expect(`ssh-ed25519 ${parsed.getPublicSSH().toString('base64')}`).toBe(pair.public)
    }
  })
})

describe('faults on request', () => {
  const directory = '/nonexistent/never-made'
  it.each([
    ['no-such', 'FAULT_UNKNOWN'],
    ['component-fails', 'FAULT_INCOMPLETE'],
    ['hang:', 'FAULT_INCOMPLETE'],
    ['network-during-download:2:often', 'FAULT_INCOMPLETE'],
  ])('refuses %s', async (fault, code) => {
    await expect(startStackatoEmulator({ directory, faults: [fault] })).rejects.toMatchObject({ code })
  })

  it('refuses a node that is not there, a size and a speed that make no sense', async () => {
    const cluster = await startCluster({ nodes: 3 })
    await expect(cluster.emulator.inject('disk-low:core-9')).rejects.toMatchObject({ code: 'FAULT_NODE_UNKNOWN' })
    await expect(startStackatoEmulator({ directory, nodes: 2 })).rejects.toMatchObject({ code: 'EMULATOR_NODES' })
    await expect(startStackatoEmulator({ directory, speed: 0 })).rejects.toMatchObject({ code: 'EMULATOR_SPEED' })
  })

  it('every fault stands in the reference page and in a test', () => {
    const page = readFileSync('docs/reference/emulator-stackato.md', 'utf8')
    const tests = ['failures', 'cluster-state', 'helion-upgrade', 'modules-upgrade', 'modules-failures']
      .map((name) => readFileSync(`test/executors/stackato/${name}.test.ts`, 'utf8'))
      .join('\n')
    for (const { name } of [...faultsOf('helion'), ...faultsOf('3.0')]) {
      expect([name, page.includes(`\`${name}`), tests.includes(name)]).toEqual([name, true, true])
    }
  })
})
