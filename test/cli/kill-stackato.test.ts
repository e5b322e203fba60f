/** The shipped runbook on an emulated cluster, with a program that dies again and again, each time after a few more appends. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type StackatoEmulator, startStackatoEmulator } from '../../src/executors/stackato/emulator/index.ts'
import { type Ended, MortalProgram } from '../support/kill-at-every-append.ts'

const runbooks = resolve(import.meta.dirname, '../../runbooks')
const base = mkdtempSync(join(tmpdir(), 'rollbook-kill-stackato-'))
let program: MortalProgram
let emulator: StackatoEmulator

beforeAll(async () => {
  program = await MortalProgram.build()
  emulator = await startStackatoEmulator({ directory: join(base, 'cluster'), speed: 20_000, nodes: 4 })
})

afterAll(async () => {
  await emulator.close()
  program.remove()
  rmSync(base, { recursive: true, force: true })
})

/** Commands that must not be given twice for one effect, and how often the whole upgrade needs each. */
const once: readonly (readonly [RegExp, number])[] = [
  [/^kato node upgrade .*--update-kato/, 1],
  [/^kato node upgrade .*--download-only/, 1],
  [/^kato node upgrade (?!.*(--update-kato|--download-only))/, 1],
  [/^kato data export /, 1],
  [/^kato restart/, 4],
]

it('a program killed again and again upgrades the cluster, with no effect lost and none done twice', async () => {
  const inputs = [
    'release=3.6.0',
    'mirrors=["github.com:443"]',
    'stable_for=10ms',
    'custom_buildpacks=["company-php"]',
    'buildpack_source=https://git.stackato.test/buildpacks',
  ]
  const answers = ['--unattended', '--answers', join(runbooks, 'helion-stackato.answers.yaml')]
  const start = [
    'run',
    join(runbooks, 'helion-stackato.yaml'),
    '-i',
    emulator.inventoryFile,
    '--id',
    'r1',
    ...inputs.flatMap((input) => ['--set', input]),
    ...answers,
  ]
  let deaths = 0
  let last: Ended = await program.runToDeath('flushed', 12, start, base)
  while (last.signal === 'SIGKILL') {
    deaths += 1
    // The first appends of a process tell of its own beginning; a batch that is torn counts as not written.
    last = await program.runToDeath(
      deaths % 2 === 0 ? 'flushed' : 'torn',
      8 + (deaths % 7),
      ['resume', 'r1', ...answers],
      base,
    )
  }
  expect(last.code, last.out + last.err).toBe(0)
  expect(deaths).toBeGreaterThan(12)

  const started = emulator.effects().filter((effect) => effect.phase === 'started')
  for (const [command, times] of once) {
    const found = started.filter((effect) => command.test(effect.what))
    expect(
      found.map((effect) => `${effect.node} ${effect.what} ${effect.effect}`),
      String(command),
    ).toHaveLength(times)
    expect(new Set(found.map((effect) => effect.effect)).size, String(command)).toBe(times)
  }
  const state = emulator.state()
  expect(state.nodes.map((node) => node.version)).toEqual(state.nodes.map(() => '3.6.0'))
  expect((await fetch(`${emulator.apiUrl}/info`)).status).toBe(200)
  const verified = await program.run(['verify', 'r1'], base)
  expect(verified.code, verified.out + verified.err).toBe(0)
}, 600_000)
