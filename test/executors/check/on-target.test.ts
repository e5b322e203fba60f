import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/base/json.ts'
import { command } from '../../../src/executors/check/command.ts'
import { disk, parseDf } from '../../../src/executors/check/disk.ts'
import { dns } from '../../../src/executors/check/dns.ts'
import { file } from '../../../src/executors/check/file.ts'
import { memory, parseFree, parseMeminfo } from '../../../src/executors/check/memory.ts'
import { tcp } from '../../../src/executors/check/tcp.ts'
import { version } from '../../../src/executors/check/version.ts'
import type { Action } from '../../../src/ports/executor.ts'
import { makeContext } from '../../support/action-context.ts'
import { closedPort, serveTcp } from '../../support/servers.ts'
import { useSshLab } from '../../support/ssh-lab.ts'

const lab = useSshLab()

/** Every check looks the same way at a target and at control. */
const places: readonly (readonly [string, (action: Action, args: JsonObject) => ReturnType<Action['perform']>])[] = [
  ['a target', (action, args) => lab.perform(action, args)],
  ['control', (action, args) => action.perform(makeContext(), args)],
]

describe.each(places)('checks on %s', (_, perform) => {
  it('STK-04 STK-05 check.disk measures free space and fails below the floor', async () => {
    const { outputs, summary } = await perform(disk, { path: '/tmp', min_free: '1MB' })
    expect(outputs['free_bytes']).toBeGreaterThan(1e6)
    expect(summary).toMatch(/ free at \/tmp$/)
    await expect(perform(disk, { path: '/tmp', min_free: '100000TB' })).rejects.toMatchObject({
      class: 'not_ready',
      message: expect.stringMatching(/free at \/tmp, 100000 TB are needed$/),
      outputs: { mount: expect.stringMatching(/^\//) },
    })
    await expect(perform(disk, { path: '/no/such/path' })).rejects.toMatchObject({ class: 'process' })
  })

  it('STK-25 STK-26 check.memory measures available memory and fails below the floor', async () => {
    const { outputs } = await perform(memory, { min_available: '1MB' })
    expect(outputs['available_bytes']).toBeGreaterThan(1e6)
    await expect(perform(memory, { min_available: '90TB' })).rejects.toMatchObject({ class: 'not_ready' })
  })

  it('check.command judges exit code and output', async () => {
    const args = { command: ['sh', '-c', 'echo "it is $COLOUR"; exit 4'], expect_exit: [4], env: { COLOUR: 'red' } }
    expect((await perform(command, { ...args, contains: ['is red'], matches: '^it is \\w+$' })).outputs).toEqual({
      exit_code: 4,
      stdout: 'it is red',
      stderr: '',
    })
    await expect(perform(command, { ...args, expect_exit: [0] })).rejects.toMatchObject({
      class: 'not_ready',
      message: expect.stringContaining('exit code 4'),
    })
    await expect(perform(command, { ...args, contains: ['blue'] })).rejects.toMatchObject({
      message: 'the output does not contain "blue"',
    })
    await expect(perform(command, { ...args, not_contains: ['red'] })).rejects.toMatchObject({ class: 'not_ready' })
    await expect(perform(command, { command: ['sleep', '30'], timeout: '300ms' })).rejects.toMatchObject({
      class: 'timeout',
    })
  })

  it('check.command does not say that a text is absent from output of which it has a part only', async () => {
    const args = { command: ['sh', '-c', 'head -c 3000000 /dev/zero | tr "\\0" a; echo ERROR'] }
    await expect(perform(command, { ...args, not_contains: ['ERROR'] })).rejects.toMatchObject({
      class: 'process',
      message: expect.stringContaining('more than can be looked through'),
    })
    await perform(command, { ...args, contains: ['aaa'] })
  })

  it('a path may begin with a dash', async () => {
    await expect(perform(disk, { path: '--version' })).rejects.toThrow(/No such file/)
    await expect(perform(file, { path: '--version' })).rejects.toThrow('--version does not exist')
  })

  it('check.version reads and compares', async () => {
    const print = ['sh', '-c', 'echo "tool v3.10.2 (build 7)" >&2']
    expect((await perform(version, { command: print, at_least: '3.9', below: '4' })).outputs).toEqual({
      version: '3.10.2',
    })
    await expect(perform(version, { command: print, at_least: '3.11' })).rejects.toMatchObject({
      class: 'not_ready',
      message: 'version 3.10.2, wanted at least 3.11',
    })
    await expect(perform(version, { command: ['echo', 'none'] })).rejects.toMatchObject({ class: 'process' })
    expect((await perform(version, { command: print, pattern: 'build (\\d+)' })).outputs).toEqual({ version: '7' })
  })

  it('STK-20 check.file looks at mode, hash and text', async () => {
    const path = join(lab.sshd.directory, 'it is a file')
    writeFileSync(path, 'stackato ALL=(ALL) NOPASSWD:ALL\n')
    chmodSync(path, 0o440)
    const hash = 'b1946ac92492d2347c6235b4d2611184'
    expect((await perform(file, { path, mode: '0440', contains: ['NOPASSWD'], kind: 'file' })).outputs).toMatchObject({
      exists: true,
      mode: '0440',
      bytes: 32,
    })
    await expect(perform(file, { path, mode: '0400' })).rejects.toMatchObject({ class: 'not_ready' })
    await expect(perform(file, { path, sha256: hash.padEnd(64, '0') })).rejects.toMatchObject({
      message: expect.stringContaining('another SHA-256'),
      outputs: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    })
    await expect(perform(file, { path: `${path}.missing` })).rejects.toMatchObject({ class: 'not_ready' })
    expect((await perform(file, { path: `${path}.missing`, exists: false })).outputs).toEqual({ exists: false })
    await expect(perform(file, { path, exists: false })).rejects.toMatchObject({ class: 'not_ready' })
  })
})

describe('checks from the side of the target', () => {
  it('STK-13 check.tcp from the target tells open and closed ports apart', async () => {
    const port = await serveTcp(() => undefined)
    expect((await lab.perform(tcp, { host: '127.0.0.1', port, from: 'target' })).outputs).toEqual({
      host: '127.0.0.1',
      port,
    })
    await expect(
      lab.perform(tcp, { host: '127.0.0.1', port: await closedPort(), from: 'target' }),
    ).rejects.toMatchObject({ class: 'unreachable', message: expect.stringContaining('from node-1') })
    await expect(
      lab.perform(tcp, { host: "x'; touch /tmp/hacked; '.invalid", port, from: 'target' }),
    ).rejects.toMatchObject({ class: 'unreachable' })
  })

  it('check.tcp from control goes to the target when no host is named', async () => {
    expect((await lab.perform(tcp, { port: lab.sshd.port })).outputs['host']).toBe('127.0.0.1')
    await expect(lab.perform(tcp, { port: await closedPort() })).rejects.toMatchObject({ class: 'unreachable' })
  })

  it('check.dns asks the target', async () => {
    expect((await lab.perform(dns, { name: 'localhost', from: 'target', expect: ['127.0.0.1'] })).outputs).toEqual({
      records: ['127.0.0.1'],
    })
    await expect(lab.perform(dns, { name: 'no-such-host.invalid', from: 'target' })).rejects.toMatchObject({
      class: 'not_ready',
      outputs: { records: [] },
    })
  })
})

describe('layouts of other systems', () => {
  it('reads df with a long device name and an overfull disk', () => {
    const output =
      'Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/mapper/vg-a very long 100 120 -20 120% /mnt/with space\n'
    expect(parseDf(output)).toEqual({
      free_bytes: 0,
      total_bytes: 102_400,
      used_percent: 120,
      mount: '/mnt/with space',
    })
    expect(parseDf('df: nonsense')).toBeUndefined()
  })

  it('reads memory of old and new kernels', () => {
    const old =
      '             total       used       free     shared    buffers     cached\nMem:          1000        900        100          0         50        300\n'
    expect(parseFree(old)).toEqual({ available_bytes: 450, total_bytes: 1000 })
    const recent =
      '               total        used        free      shared  buff/cache   available\nMem:            1000         500         100           0         400         450\n'
    expect(parseFree(recent)).toEqual({ available_bytes: 450, total_bytes: 1000 })
    expect(parseMeminfo('MemTotal: 2000 kB\nMemFree: 100 kB\nBuffers: 50 kB\nCached: 300 kB\n')).toEqual({
      available_bytes: 450 * 1024,
      total_bytes: 2000 * 1024,
    })
    expect(parseFree('nonsense')).toBeUndefined()
    expect(parseMeminfo('nonsense')).toBeUndefined()
  })
})
