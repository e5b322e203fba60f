import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { runCli } from '../../src/cli/run-cli.ts'
import { captureIo } from '../support/captured-io.ts'

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollbook-emulate-cato-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test('starts an account, says where everything is as JSON, and stops at Ctrl-C', async () => {
  const io = captureIo({ cwd: makeFolder() })
  const words = ['--sites', '60', '--speed', '600', '--start', '2027-03-14T05:00:00Z', '--fault', 'bad-hash:site-003']
  const ended = runCli(['emulate', 'cato', ...words, '--json'], io)
  await vi.waitFor(() => expect(io.out()).toMatch(/\n$/), { timeout: 120_000 })
  const places = JSON.parse(io.out()) as { inventory: string; api: string; state: string; speed: number }
  expect(places.inventory).toBe(join(io.cwd, '.rollbook/emulators/cato/inventory.yaml'))
  expect(places).toMatchObject({
    speed: 600,
    api: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+\/api\/v1\/graphql2$/),
  })
  const state = JSON.parse(readFileSync(places.state, 'utf8')) as { faults: string[]; clock: { started_at: number } }
  expect(state.faults).toEqual(['bad-hash:site-003'])
  expect(state.clock.started_at).toBe(Date.UTC(2027, 2, 14, 5))
  io.interrupt()
  expect(await ended).toBe(0)
})

test('says it in words, zone by zone', async () => {
  const io = captureIo({ cwd: makeFolder() })
  const ended = runCli(['emulate', 'cato', '--sites', '4', '--zone', 'Asia/Tokyo', '--directory', 'fleet'], io)
  await vi.waitFor(() => expect(io.out()).toContain('Ctrl-C stops it.'), { timeout: 120_000 })
  expect(io.out()).toContain('An emulated Cato account with 4 sites and 5 Sockets is running.')
  expect(io.out()).toContain('Asia/Tokyo')
  expect(io.out()).toContain('fleet/inventory.yaml')
  io.interrupt()
  expect(await ended).toBe(0)
})

test('lists the faults', async () => {
  const io = captureIo()
  expect(await runCli(['emulate', 'cato', '--faults'], io)).toBe(0)
  expect(io.out()).toContain('kpi-failure:socket[:minute[:times]]')
})

test.each([
  [['emulate', 'cato', '--sites', '0'], '0 sites cannot be emulated'],
  [['emulate', 'cato', '--zone', 'Mars/Base'], 'no sites in the time zone "Mars/Base"'],
  [['emulate', 'cato', '--start', 'soon'], 'option --start needs an instant, and "soon" is none'],
])('%j is wrong use', async (words, message) => {
  const io = captureIo({ cwd: makeFolder() })
  expect(await runCli(words, io)).toBe(2)
  expect(io.err()).toContain(message)
})
