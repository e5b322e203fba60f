import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { parse } from 'yaml'
import { runCli } from '../../src/cli/run-cli.ts'
import { captureIo } from '../support/captured-io.ts'

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollbook-emulate-aviatrix-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test('starts a controller, says where everything is as JSON, and stops at Ctrl-C', async () => {
  const io = captureIo({ cwd: makeFolder() })
  const words = ['--gateways', '12', '--speed', '600', '--installed', '7.1.4191', '--release', '7.2.4820']
  const ended = runCli(['emulate', 'aviatrix', ...words, '--fault', 'platform-fails', '--json'], io)
  await vi.waitFor(() => expect(io.out()).toMatch(/\n$/), { timeout: 120_000 })
  const places = JSON.parse(io.out()) as { inventory: string; controller: string; state: string; speed: number }
  expect(places.inventory).toBe(join(io.cwd, '.rollbook/emulators/aviatrix/inventory.yaml'))
  expect(places).toMatchObject({ speed: 600, controller: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/) })
  const state = JSON.parse(readFileSync(places.state, 'utf8')) as {
    faults: string[]
    gateways: unknown[]
    generation: number
  }
  expect(state).toMatchObject({ faults: ['platform-fails'], generation: 3 })
  expect(state.gateways).toHaveLength(12)
  io.interrupt()
  expect(await ended).toBe(0)
})

test('says it in words, region by region', async () => {
  const io = captureIo({ cwd: makeFolder() })
  const ended = runCli(['emulate', 'aviatrix', '--directory', 'network', '--generation', '2'], io)
  await vi.waitFor(() => expect(io.out()).toContain('Ctrl-C stops it.'), { timeout: 120_000 })
  expect(io.out()).toContain('An emulated Aviatrix controller with 24 gateways is running.')
  expect(io.out()).toContain('eu-central-1')
  expect(io.out()).toContain('network/inventory.yaml')
  io.interrupt()
  expect(await ended).toBe(0)
})

test('starts on images of the release before, so that a replacement can be rehearsed', async () => {
  const io = captureIo({ cwd: makeFolder() })
  const ended = runCli(['emulate', 'aviatrix', '--installed', '6.8.1148', '--previous', '6.7.1376'], io)
  await vi.waitFor(() => expect(io.out()).toContain('Ctrl-C stops it.'), { timeout: 120_000 })
  expect(io.out()).toContain('Before, it ran 6.7.1376; the gateways are still built from hvm-cloudx-aws-062022, ')
  const inventory = parse(readFileSync(join(io.cwd, '.rollbook/emulators/aviatrix/inventory.yaml'), 'utf8')) as {
    targets: Record<string, { version: string; attributes?: { image: string } }>
  }
  expect(inventory.targets['spoke-use1-1']).toMatchObject({
    version: '6.8.1148',
    attributes: { image: 'hvm-cloudx-aws-062022' },
  })
  io.interrupt()
  expect(await ended).toBe(0)
})

test('shares its clock with a run: the inventory then says nothing of the pace', async () => {
  const io = captureIo({ cwd: makeFolder() })
  const ended = runCli(
    [
      'emulate',
      'aviatrix',
      '--gateways',
      '6',
      '--shared-clock',
      '--start',
      '2027-03-05T21:30:00Z',
      '--speed',
      '600',
      '--json',
    ],
    io,
  )
  await vi.waitFor(() => expect(io.out()).toMatch(/\n$/), { timeout: 120_000 })
  const places = JSON.parse(io.out()) as { inventory: string; state: string }
  expect(readFileSync(places.inventory, 'utf8')).not.toContain('pace')
  expect(JSON.parse(readFileSync(places.state, 'utf8'))).toMatchObject({
    clock: { speed: 600, started_at: Date.UTC(2027, 2, 5, 21, 30) },
  })
  io.interrupt()
  expect(await ended).toBe(0)
})

test('lists the faults', async () => {
  const io = captureIo()
  expect(await runCli(['emulate', 'aviatrix', '--faults'], io)).toBe(0)
  expect(io.out()).toContain('gateway-fails:gateway[:times]')
})

test.each([
  [['emulate', 'aviatrix', '--gateways', '0'], '0 gateways cannot be emulated'],
  [['emulate', 'aviatrix', '--previous', '7.0.1307'], '7.0.1307 cannot have run before 6.6.123'],
  [['emulate', 'aviatrix', '--generation', '9'], 'option --generation knows no 9'],
])('%j is wrong use', async (words, message) => {
  const io = captureIo({ cwd: makeFolder() })
  expect(await runCli(words, io)).toBe(2)
  expect(io.err()).toContain(message)
})
