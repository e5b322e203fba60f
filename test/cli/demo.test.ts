/** The demo as a newcomer runs it: the built program, in a folder of its own. */
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

it('goes from the runbook to an accepted upgrade with a report, through one network failure, and stops what it started', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [builtProgram(), 'demo'], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1' },
    maxBuffer: 1 << 24,
  })
  const demo = join(folder, '.demo/stackato')
  expect(stdout).toContain('no findings in 1 file')
  expect(stdout).toContain('Point of no return at step 5.3')
  expect(stdout).toMatch(/3\.2 Download the release.*reset by peer/)
  expect(stdout).toContain('succeeded, ')
  expect(stdout).toContain('Run demo is intact')
  for (const file of ['recipe-book.html', 'report.html'])
    expect(readFileSync(join(demo, file), 'utf8')).toContain('Upgrade of a Helion Stackato cluster')
  const effects = readFileSync(join(demo, 'cluster/effects.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Effect)
  const downloads = effects.filter((effect) => effect.what.includes('--download-only') && effect.phase === 'finished')
  expect(downloads.map((effect) => effect.exit_code === 0)).toEqual([false, true])
  const state = JSON.parse(readFileSync(join(demo, 'cluster/state.json'), 'utf8')) as {
    readonly nodes: readonly { readonly version: string }[]
  }
  expect(state.nodes.map((node) => node.version)).toEqual(Array(6).fill('3.6.0'))
  expect(existsSync(join(demo, '.rollbook/runs/demo/journal.jsonl'))).toBe(true)
})
