import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, expect, test, vi } from 'vitest'
import { runCli } from '../../src/cli/run-cli.ts'
import { captureIo } from '../support/captured-io.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollbook-emulate-'))
  folders.push(folder)
  return folder
}

test('starts a cluster that a real ssh reaches with the files it names, and stops at Ctrl-C', async () => {
  const io = captureIo({ cwd: makeFolder() })
  const ended = runCli(['emulate', 'stackato', '--nodes', '3', '--directory', join(io.cwd, 'cluster'), '--json'], io)
  await vi.waitFor(() => expect(io.out()).toMatch(/\n$/), { timeout: 120_000 })
  const places = JSON.parse(io.out()) as { ssh_config: string; inventory: string; hosts: { name: string }[] }
  expect(places.hosts).toHaveLength(3)
  expect(places.inventory).toBe(join(io.cwd, 'cluster', 'inventory.yaml'))
  expect(readFileSync(places.inventory, 'utf8')).toContain('rollbook: inventory/v1')
  const { stdout } = await promisify(execFile)('ssh', [
    '-F',
    places.ssh_config,
    places.hosts[0]?.name ?? '',
    'kato',
    'version',
  ])
  expect(stdout).toMatch(/\d+\.\d+/)
  io.interrupt()
  expect(await ended).toBe(0)
  expect(() =>
    execFileSync('ssh', ['-F', places.ssh_config, places.hosts[0]?.name ?? '', 'true'], { stdio: 'pipe' }),
  ).toThrow()
})

test('says where everything is, in words', async () => {
  const io = captureIo({ cwd: makeFolder() })
  const ended = runCli(['emulate', 'stackato', '--nodes', '3'], io)
  await vi.waitFor(() => expect(io.out()).toContain('Ctrl-C stops it.'), { timeout: 120_000 })
  expect(io.out()).toContain('An emulated Helion Stackato cluster of 3 nodes is running.')
  expect(io.out()).toContain('Inventory     .rollbook/emulators/stackato/inventory.yaml')
  expect(io.out()).toContain('ssh -F .rollbook/emulators/stackato/ssh_config')
  io.interrupt()
  expect(await ended).toBe(0)
})

test.each([
  [['stackato', '--sites', '4'], '--sites is not for stackato: it belongs to cato'],
  [
    ['cleanroom', '--speed', '9'],
    '--speed is not for cleanroom: it belongs to stackato, stackato-3.0, cato and aviatrix',
  ],
  [['cato', '--nodes=3'], '--nodes is not for cato: it belongs to stackato and stackato-3.0'],
  [['stackato-3.0', '--shared-clock'], '--shared-clock is not for stackato-3.0'],
])('%j: an option of another system is refused, not passed over', async (words, message) => {
  const io = captureIo({ cwd: makeFolder() })
  expect(await runCli(['emulate', ...words], io)).toBe(2)
  expect(io.err()).toContain(`rollbook: ${message}`)
  expect(io.err()).toContain('[OPTIONS_CONFLICT]')
})

test('lists the faults', async () => {
  const io = captureIo()
  expect(await runCli(['emulate', 'stackato', '--faults'], io)).toBe(0)
  expect(io.out()).toContain('network-during-download[:files[:times]]')
})

test.each([
  [['emulate', 'vax'], 'there is no emulator of "vax"'],
  [['emulate', 'stackato', '--nodes', 'many'], 'option --nodes needs a number, and "many" is none'],
  [['emulate', 'stackato', '--nodes', '2'], 'a cluster of 2 nodes cannot be emulated'],
  [['emulate', 'stackato', '--fault', 'gremlins'], 'there is no fault "gremlins"'],
])('%j is wrong use', async (words, message) => {
  const io = captureIo({ cwd: makeFolder() })
  expect(await runCli(words, io)).toBe(2)
  expect(io.err()).toContain(message)
})
