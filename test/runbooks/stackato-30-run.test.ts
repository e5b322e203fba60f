/** The form of single nodes on an emulated cluster, unattended, over real SSH (the other form is in the demo), and both forms simulated. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { runCli } from '../../src/cli/run-cli.ts'
import { type StackatoEmulator, startStackatoEmulator } from '../../src/executors/stackato/emulator/index.ts'
import { type CapturedIo, captureIo } from '../support/captured-io.ts'

const runbooks = resolve(import.meta.dirname, '../../runbooks')
const closers: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function start(
  faults: readonly string[],
): Promise<{ readonly emulator: StackatoEmulator; readonly cwd: string }> {
  const cwd = mkdtempSync(join(tmpdir(), 'rollbook-stackato-3-'))
  closers.push(() => rmSync(cwd, { recursive: true, force: true }))
  const directory = join(cwd, 'cluster')
  const emulator = await startStackatoEmulator({ directory, edition: '3.0', speed: 3000, faults })
  closers.push(() => emulator.close())
  for (const name of ['stackato-3.0.yaml', 'stackato-3.0.values.yaml', 'stackato-3.0.answers.yaml']) {
    copyFileSync(join(runbooks, name), join(cwd, name))
  }
  return { emulator, cwd }
}

async function run(cwd: string, set: readonly string[]): Promise<{ readonly code: number; readonly io: CapturedIo }> {
  const io = captureIo({
    cwd,
    now: () => Date.now(),
    env: { ...process.env, STACKATO_API_TOKEN: 'stackato-api-token' },
  })
  const words = ['run', 'stackato-3.0.yaml', '-i', 'cluster/inventory.yaml', '--values', 'stackato-3.0.values.yaml']
  const given = ['form=node_by_node', 'retry_after=1s', ...set].flatMap((value) => ['--set', value])
  const how = ['--id', 'r1', '--unattended', '--answers', 'stackato-3.0.answers.yaml']
  return { code: await runCli([...words, ...given, ...how], io), io }
}

it('STK-16 STK-41 STK-42 STK-57 STK-61 STK-63: node after node in role order, through a failed module and a missing kato', async () => {
  const { emulator, cwd } = await start(['module-fails:stackato-dea:dea-1', 'kato-missing:router-1'])
  const { code, io } = await run(cwd, ['single_node_reason=vendor case 4711'])
  expect(code, io.out() + io.err()).toBe(0)
  expect(io.out()).toContain('succeeded, ')
  expect(emulator.state().nodes.map((node) => node.version)).toEqual(Array(6).fill('3.2.1'))
  const whats = emulator.effects().map((effect) => effect.what)
  const finished = whats.flatMap((what) => /^(\S+): upgraded to/.exec(what)?.[1] ?? [])
  expect(finished).toEqual(['dea-1', 'dea-2', 'router-1', 'data-1', 'filesystem-1', 'core'])
  expect(whats.filter((what) => what === 'caching proxy set up on core')).toHaveLength(1)
  const modules = whats.filter((what) => /^stackato-\S+ 3.2.1 on /.test(what))
  expect(new Set(modules).size).toBe(modules.length)
  const commands = emulator
    .effects()
    .filter((effect) => effect.phase === 'finished' && /^kato node upgrade|fix-kato/.test(effect.what))
    .map(
      (effect) => `${effect.node} ${effect.what.replace(/ ?--skip-confirmation|^kato node /g, '')} ${effect.exit_code}`,
    )
  expect(commands).toEqual([
    'core upgrade --prepare 0',
    'dea-1 upgrade 1',
    'dea-1 upgrade 0',
    'dea-2 upgrade 0',
    'router-1 upgrade 1',
    'router-1 fix-kato.sh 0',
    'router-1 upgrade 0',
    'data-1 upgrade 0',
    'filesystem-1 upgrade 0',
    'core upgrade 0',
  ])
  expect(emulator.state().config['cloud_controller_ng']?.['maintenance_mode']).toBe(false)
})

it('STK-44: without a reason there is no plan for the form of single nodes', async () => {
  const { emulator, cwd } = await start([])
  const { code, io } = await run(cwd, [])
  expect(code).toBe(1)
  expect(io.err()).toContain('Nodes are upgraded one by one only for a reason')
  expect(io.err()).toContain('PLAN_RULE_BROKEN')
  expect(emulator.effects().filter((effect) => effect.phase === 'started')).toEqual([])
})

it('STK-23: without room for the applications of a DEA nothing is changed', async () => {
  const { emulator, cwd } = await start(['dea-full'])
  const { code, io } = await run(cwd, ['single_node_reason=vendor case 4711'])
  expect(code).toBe(1)
  expect(io.out()).toContain('Add at least one DEA first')
  expect(emulator.effects().filter((effect) => effect.phase === 'started')).toEqual([])
})

it.each([
  ['cluster', [], /struck 1 time\n.*struck 1 time/],
  ['node_by_node', ['--set', 'single_node_reason=vendor case 4711'], /never struck\n.*never struck/],
])('the shipped scenario plays the form %s through to its end', async (form, more, struck) => {
  const io = captureIo({ cwd: runbooks, env: { ...process.env, STACKATO_API_TOKEN: 'any' } })
  const files = ['stackato-3.0.yaml', '-i', 'stackato-3.0.inventory.yaml', '--scenario', 'stackato-3.0.scenario.yaml']
  const code = await runCli(['simulate', ...files, '--set', 'release=3.2.1', '--set', `form=${form}`, ...more], io)
  expect(code, io.err()).toBe(0)
  expect(io.out()).toMatch(/^succeeded after /m)
  expect(io.out()).toMatch(struck)
})
