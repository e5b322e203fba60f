/** The shipped runbook on an emulated cluster, with a program that dies again and again, each time after a few more appends. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type StackatoEmulator, startStackatoEmulator } from '../../src/executors/stackato/emulator/index.ts'
import { dieEverywhere, type Ended, MortalProgram } from '../support/kill-at-every-append.ts'

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

/** The heart of the shipped runbook: what changes the cluster, and nothing that a person does. */
const heart = `
rollbook: runbook/v1
name: heart
title: What changes a cluster
version: 1.0.0
components:
  core: {select: '"primary" in target.roles'}
  dea: {select: '"dea" in target.roles'}
phases:
  - id: download
    kind: preparation
    title: Download
    steps:
      - {id: update_kato, title: Update kato, action: stackato.node_upgrade, on: core, with: {update_kato: true}, deadline: 5m}
      - {id: fetch, title: Download, action: stackato.node_upgrade, on: core, with: {download_only: true, cache_ip: "\${{ target.address }}"}, deadline: 5m}
  - id: upgrade
    kind: upgrade
    title: Upgrade
    steps:
      - id: maintenance
        title: Maintenance mode on
        action: stackato.maintenance_mode
        on: core
        with: {state: "on"}
        deadline: 1m
        cleanup: {after: restart, action: stackato.maintenance_mode, with: {state: "off"}, deadline: 1m}
      - {id: upgrade, title: Upgrade, action: stackato.node_upgrade, on: core, with: {cache_ip: "\${{ target.address }}", to: 3.6.0}, deadline: 5m}
      - {id: restart, title: Restart, action: stackato.restart, on: dea, deadline: 1m}
`

it('killed at any append, the changes of an upgrade are each done once on the cluster', async () => {
  const clusters = new Map<string, StackatoEmulator>()
  const places = await dieEverywhere({
    program,
    world: async () => {
      const root = mkdtempSync(join(base, 'heart-'))
      const cluster = await startStackatoEmulator({ directory: join(root, 'cluster'), speed: 50_000, nodes: 3 })
      clusters.set(root, cluster)
      writeFileSync(join(root, 'heart.yaml'), heart)
      return root
    },
    start: ['run', 'heart.yaml', '-i', 'cluster/inventory.yaml', '--id', 'r1', '--unattended'],
    resume: ['resume', 'r1', '--unattended'],
    check: async (root, place, last) => {
      const cluster = clusters.get(root)!
      try {
        expect(last.code, `${place}\n${last.out}${last.err}`).toBe(0)
        const started = cluster.effects().filter((effect) => effect.phase === 'started')
        for (const [command, times] of [...once.slice(0, 3), [/^kato restart/, 2] as const]) {
          expect(started.filter((effect) => command.test(effect.what)).length, `${place}: ${command}`).toBe(times)
        }
        expect(
          cluster.state().nodes.map((node) => node.version),
          place,
        ).toEqual(['3.6.0', '3.6.0', '3.6.0'])
        expect((await fetch(`${cluster.apiUrl}/info`)).status, place).toBe(200)
      } finally {
        await cluster.close()
        rmSync(root, { recursive: true, force: true })
      }
    },
  })
  expect(places).toBeGreaterThan(24)
}, 3_600_000)

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
}, 3_600_000)
