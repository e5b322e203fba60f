/** The demo of Stackato 3.0 as a newcomer runs it: the built program, in a folder of its own. */
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, it } from 'vitest'
import { builtProgram } from '../support/program.ts'

const folder = mkdtempSync(join(tmpdir(), 'rollbook-demo-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Effect {
  readonly what: string
  readonly phase?: string
  readonly exit_code?: number
}

it('goes through a module that fails and a kato that goes missing to an accepted upgrade with a report', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [builtProgram(), 'demo', 'stackato-3.0'], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1' },
    maxBuffer: 1 << 24,
  })
  const demo = join(folder, '.demo/stackato-3.0')
  expect(stdout).toContain('no findings in 1 file')
  expect(stdout).toContain('43 of 43 requirements covered')
  expect(stdout).toMatch(/5\.2 .*the module stackato-dea could not be upgraded/)
  expect(stdout).toMatch(/5\.3 .*on router-1 .*kato is back/)
  expect(stdout).toMatch(/5\.4 .*: 6 nodes 3\.0\.1 → 3\.2\.1/)
  expect(stdout).toContain('Run demo is intact')
  expect(stdout).not.toContain('stackato-api-token')
  for (const file of ['recipe-book.html', 'report.html'])
    expect(readFileSync(join(demo, file), 'utf8')).toContain('Upgrade of a Stackato 3.0 cluster')
  const effects = readFileSync(join(demo, 'cluster/effects.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Effect)
  const upgrades = effects.filter(
    (effect) => effect.what.includes('node upgrade --cluster') && effect.phase === 'finished',
  )
  expect(upgrades.map((effect) => effect.exit_code)).toEqual([1, 1, 0])
  const restarted = effects.flatMap((effect) => /^(\S+): upgraded to/.exec(effect.what)?.[1] ?? [])
  expect(restarted).toEqual(['dea-1', 'dea-2', 'router-1', 'data-1', 'filesystem-1', 'core'])
  const state = JSON.parse(readFileSync(join(demo, 'cluster/state.json'), 'utf8')) as {
    readonly nodes: readonly { readonly version: string }[]
  }
  expect(state.nodes.map((node) => node.version)).toEqual(Array(6).fill('3.2.1'))
  expect(existsSync(join(demo, '.rollbook/runs/demo/journal.jsonl'))).toBe(true)
})
