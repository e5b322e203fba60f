import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished, test, vi } from 'vitest'
import { runCli } from '../../src/cli/run-cli.ts'
import { captureIo } from '../support/captured-io.ts'
import { noHosts, onHosts } from '../support/debian-hosts.ts'
import { builtProgram } from '../support/program.ts'

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollbook-emulate-cleanroom-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

describe.skipIf(noHosts)(onHosts('rollbook emulate cleanroom'), () => {
  it('starts hosts that a real ssh reaches, says where everything is, and stops at Ctrl-C', async () => {
    const io = captureIo({ cwd: makeFolder() })
    const words = ['--workstations', '3', '--agents', '0', '--edges', '1', '--fault', 'held:controller-b']
    const ended = runCli(['emulate', 'cleanroom', ...words, '--json'], io)
    await vi.waitFor(() => expect(io.out()).toMatch(/\n$/), { timeout: 120_000 })
    const places = JSON.parse(io.out()) as { ssh_config: string; inventory: string; hosts: { name: string }[] }
    expect(places.inventory).toBe(join(io.cwd, '.rollbook/emulators/cleanroom/inventory.yaml'))
    expect(places.hosts).toHaveLength(7)
    expect(readFileSync(places.inventory, 'utf8')).toContain('rollbook: inventory/v1')
    const { stdout } = await promisify(execFile)('ssh', ['-F', places.ssh_config, 'controller-b', 'apt-mark showhold'])
    expect(stdout.trim()).toBe('emulated-mediation-controller')
    io.interrupt()
    expect(await ended).toBe(0)
    await expect(promisify(execFile)('ssh', ['-F', places.ssh_config, 'controller-b', 'true'])).rejects.toThrow()
  })

  it('says it in words', async () => {
    const io = captureIo({ cwd: makeFolder() })
    const ended = runCli(['emulate', 'cleanroom', '--agents', '0', '--directory', 'platform'], io)
    await vi.waitFor(() => expect(io.out()).toContain('Ctrl-C stops it.'), { timeout: 120_000 })
    expect(io.out()).toContain('An emulated Cleanroom platform of 13 Debian hosts is running.')
    expect(io.out()).toContain('workstation-01 to workstation-08')
    expect(io.out()).toContain('platform/inventory.yaml')
    io.interrupt()
    expect(await ended).toBe(0)
  })

  it('writes an inventory that a plan takes', async () => {
    const io = captureIo({ cwd: makeFolder() })
    const ended = runCli(['emulate', 'cleanroom', '--agents', '1', '--directory', 'platform', '--json'], io)
    await vi.waitFor(() => expect(io.out()).toMatch(/\n$/), { timeout: 120_000 })
    const validate = captureIo({ cwd: io.cwd })
    expect(await runCli(['validate', 'platform/inventory.yaml'], validate), validate.out() + validate.err()).toBe(0)
    io.interrupt()
    await ended
  })

  it('leaves no process behind when it is killed', async () => {
    const words = [builtProgram(), 'emulate', 'cleanroom', '--workstations', '0', '--agents', '1', '--json']
    const child = spawn(process.execPath, words, { cwd: makeFolder(), stdio: ['ignore', 'pipe', 'inherit'] })
    await once(child.stdout, 'data')
    // Other tests emulate hosts at the same time: only those below this one count.
    const mine = namespacesBelow(String(child.pid))
    const begun = emulatedProcesses().filter((pid) => mine.has(mountNamespaceOf(pid) ?? ''))
    expect(begun.length).toBeGreaterThan(0)
    child.kill('SIGKILL')
    await vi.waitFor(() => expect(emulatedProcesses().filter((pid) => begun.includes(pid))).toEqual([]), 120_000)
  })
})

/** Mount namespaces that processes below this one live in, other than our own. */
function namespacesBelow(ancestor: string): ReadonlySet<string> {
  const pids = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && ancestorsOf(pid).includes(ancestor))
  const own = mountNamespaceOf('self')
  return new Set(pids.flatMap((pid) => mountNamespaceOf(pid) ?? []).filter((namespace) => namespace !== own))
}

function mountNamespaceOf(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/mnt`)
  } catch {
    return undefined
  }
}

/** Parents of a process up to the first, as the machine counts them; a process that has ended has none. */
function ancestorsOf(pid: string): readonly string[] {
  const found: string[] = []
  for (let at = pid; at !== '0' && !found.includes(at); ) {
    let parent: string | undefined
    try {
      parent = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${at}/status`, 'utf8'))?.[1]
    } catch {
      return found
    }
    if (parent === undefined) return found
    found.push(parent)
    at = parent
  }
  return found
}

/** Services of emulated hosts, and the agents that hold their keys. */
function emulatedProcesses(): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false
    try {
      return /^(emulated-|gpg-agent\0--homedir\0\/mnt\/)/.test(readFileSync(`/proc/${pid}/cmdline`, 'latin1'))
    } catch {
      return false
    }
  })
}

test.each([
  [['--workstations', '9999'], '9999 workstations cannot be emulated'],
  [['--edges', 'many'], 'option --edges needs a number'],
  [['--fault', 'gremlins'], 'there is no fault "gremlins"'],
])('%j is wrong use', async (words, message) => {
  const io = captureIo({ cwd: makeFolder() })
  expect(await runCli(['emulate', 'cleanroom', ...words], io)).toBe(2)
  expect(io.err()).toContain(message)
})

test('lists the faults, on any machine', async () => {
  const io = captureIo()
  expect(await runCli(['emulate', 'cleanroom', '--faults'], io)).toBe(0)
  expect(io.out()).toContain('repository-refused:host')
})
