/** The emulated hosts themselves: what is real about them, and that nothing of them is left. */
import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished, test } from 'vitest'
import {
  faultDefinitions,
  missingForHosts,
  startCleanroomEmulator,
} from '../../../src/executors/debian/emulator/index.ts'
import { noHosts, onHosts, useDebianHosts } from '../../support/debian-hosts.ts'

const run = promisify(execFile)

describe.skipIf(noHosts)(onHosts('emulated Debian hosts'), () => {
  const lab = useDebianHosts({ workstations: 500, agents: 2 })
  const ssh = async (host: string, command: string): Promise<string> =>
    (await run('ssh', ['-F', lab.emulator.sshConfigFile, host, command])).stdout.trim()

  it('CLR-25 makes a cluster with two servers of a type, and 500 workstations in rings', () => {
    const { hosts } = lab.emulator
    const count = (kind: string): number => hosts.filter((host) => host.kind === kind).length
    expect([count('mediation_controller'), count('edge_gateway'), count('workstation')]).toEqual([2, 1, 500])
    const rings = hosts.filter((host) => host.kind === 'workstation').map((host) => host.attributes['ring'])
    expect(rings.filter((ring) => ring === 0)).toHaveLength(6)
    for (const ring of [1, 2, 3, 4]) expect(rings.filter((each) => each === ring).length).toBeGreaterThan(100)
    expect(new Set(hosts.map((host) => host.address)).size).toBe(hosts.length)
  })

  it('makes a workstation when it is first needed, and each has a dpkg of its own', async () => {
    const root = (name: string): string => lab.emulator.hosts.find((host) => host.name === name)!.root
    expect(existsSync(root('workstation-499'))).toBe(false)
    expect(await ssh('workstation-499', 'apt-mark hold emulated-access-client && cat /etc/hostname')).toContain(
      'workstation-499',
    )
    expect(existsSync(root('workstation-498'))).toBe(false)
    expect(await ssh('workstation-498', 'apt-mark showhold')).toBe('')
    expect(await ssh('workstation-499', 'apt-mark showhold')).toBe('emulated-access-client')
  })

  it('has the machine’s programs and nothing else of the machine', async () => {
    const host = 'controller-a'
    expect(await ssh(host, "dpkg-query -W -f '${Package} '")).toBe(
      'emulated-debian-base emulated-mediation-controller emulated-shared-library',
    )
    expect(await ssh(host, 'touch /usr/written 2>&1 || true')).toContain('Read-only file system')
    expect(existsSync('/usr/written')).toBe(false)
    expect(await ssh(host, 'ls /etc/ssh /home')).not.toContain('moduli')
    expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(lab.emulator.directory)
    expect(readdirSync(join(lab.emulator.hosts[0]!.root, 'usr'))).toEqual([])
  })

  it('CLR-20 lets the gateways depend on a mediation controller', async () => {
    const html5 = lab.emulator.hosts.find((host) => host.kind === 'html5_gateway')!
    const ask = async (): Promise<number> =>
      (await fetch(`http://${html5.address}:${lab.emulator.servicePort}/app/intranet`)).status
    expect(await ask()).toBe(200)
    for (const host of ['controller-a', 'controller-b'])
      await lab.sh(host, 'service emulated-mediation-controller stop')
    expect(await ask()).toBe(503)
    await lab.sh('controller-b', 'service emulated-mediation-controller start')
    expect(await ask()).toBe(200)
  })

  it('refuses a stranger’s key', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stranger-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'key')])
    const host = lab.emulator.hosts[0]!
    const options = ['BatchMode=yes', 'IdentitiesOnly=yes', `UserKnownHostsFile=${lab.emulator.knownHostsFile}`]
    const words = [...options.flatMap((option) => ['-o', option]), '-i', join(folder, 'key'), '-p', String(host.port)]
    await expect(run('ssh', [...words, `root@${host.address}`, 'true'])).rejects.toThrow(/Permission denied/)
  })
})

describe.skipIf(noHosts)(onHosts('the end of emulated Debian hosts'), () => {
  it('leaves no process and no mount', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'debian-end-'))
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
    const emulator = await startCleanroomEmulator({ directory, workstations: 0, agents: 1, edges: 1, html5: 0 })
    expect(processesOf(directory)).not.toEqual([])
    await emulator.close()
    expect(processesOf(directory)).toEqual([])
    expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(directory)
  })
})

/** Processes whose root folder lies below the directory, and those that were started with its name. */
function processesOf(directory: string): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(directory)
    } catch {
      return false
    }
  })
}

test.each([
  [{ workstations: -1 }, 'EMULATOR_HOSTS', '-1 workstations'],
  [{ edges: 0 }, 'EMULATOR_HOSTS', '0 edge gateways'],
  [{ release: 'newest' }, 'EMULATOR_VERSION', '"newest" is no version'],
  [{ faults: ['gremlins'] }, 'FAULT_UNKNOWN', 'no fault "gremlins"'],
  [{ faults: ['install-fails'] }, 'FAULT_INCOMPLETE', 'lacks a parameter'],
  [{ faults: ['install-fails:controller-z'] }, 'FAULT_NODE_UNKNOWN', 'names no host'],
  [{ faults: ['disk-full:edge-1:attic'] }, 'FAULT_INCOMPLETE', 'names nothing'],
  [{ faults: ['release-expired:other'] }, 'FAULT_INCOMPLETE', 'names nothing'],
] as const)('refuses %j', async (options, code, words) => {
  const directory = join(tmpdir(), 'never-made')
  await expect(startCleanroomEmulator({ directory, ...options })).rejects.toMatchObject({
    code,
    message: expect.stringContaining(words),
  })
  expect(existsSync(directory)).toBe(false)
})

test('says which packages are missing, and refuses to start without them', async () => {
  const folders = mkdtempSync(join(tmpdir(), 'no-programs-'))
  onTestFinished(() => rmSync(folders, { recursive: true, force: true }))
  expect(missingForHosts([folders]).join()).toMatch(/apt-get install .*gpg gpg-agent gpgv openssh-server/)
  await expect(startCleanroomEmulator({ directory: folders, programFolders: [folders] })).rejects.toMatchObject({
    code: 'EMULATOR_NEEDS',
    message: expect.stringContaining('apt-get install'),
  })
})

test('the page of the emulator lists exactly the faults there are', () => {
  const page = readFileSync('docs/reference/emulator-cleanroom.md', 'utf8')
  const rows = page.split('\n').filter((line) => /^\| `[a-z0-9-]+(\[?:|`)/.test(line))
  const listed = rows.slice(rows.findIndex((line) => line.includes('repository-refused')))
  expect(listed).toEqual(
    faultDefinitions.map((fault) => `| \`${fault.name}${fault.parameters}\` | ${fault.when} | ${fault.what} |`),
  )
})

test.each(faultDefinitions.map((fault) => fault.name))('%s is struck by a test', (name) => {
  const tests = readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith('.test.ts') && file !== 'emulator.test.ts')
    .map((file) => readFileSync(join(import.meta.dirname, file), 'utf8'))
    .join('\n')
  expect(tests).toMatch(new RegExp(`['\`]${name}['\`:]`))
})
