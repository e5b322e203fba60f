import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCli } from '../../src/cli/run-cli.ts'
import { captureIo } from '../support/captured-io.ts'

const runbook = (title: string): string => `rollbook: runbook/v1
name: fleet
title: ${title}
version: 1.0.0
inputs:
  release: {type: version, title: Release, required: true}
components:
  boxes: {select: target.kind == "box", version: {scheme: dotted}}
rules:
  - {id: forward, title: Nothing goes back, check: 'change.to == "" || !versions.less(change.to, target.version)'}
phases:
  - id: work
    kind: upgrade
    title: Work
    steps:
      - id: boxes
        title: All boxes
        rollout:
          component: boxes
          to: "\${{ inputs.release }}"
          max_failures: 9
          deadline: 1m
          preflight: [{id: there, action: local.run, with: {command: [test, "!", -e, "\${{ target.name }}.away"]}, deadline: 10m}]
          each:
            - id: install
              action: local.run
              with: {script: 'echo "$BOX" >> done.txt; test ! -e "$BOX.broken"', env: {BOX: "\${{ target.name }}"}, idempotent: true}
              deadline: 10m
          rollback: {mode: never, steps: [{id: back, action: local.run, with: {command: ["true"]}, deadline: 10m}]}
          on_failure: [{class: process, do: fail}]
      - {id: after, title: After, action: local.run, with: {command: [touch, after.txt], idempotent: true}, deadline: 10m, back_out: [{id: no_after, title: Not after, action: local.run, with: {command: [rm, after.txt], idempotent: true}, deadline: 10m}]}
`

const inventory = `rollbook: inventory/v1
defaults: {kind: box, version: "1.0"}
targets: {a: {}, b: {}, c: {}, d: {}}
`

describe('a run over what an earlier one left', () => {
  const root = mkdtempSync(join(tmpdir(), 'rollbook-follow-up-'))
  afterAll(() => rmSync(root, { recursive: true, force: true }))
  const file = (name: string): string => join(root, name)
  const say = async (...words: string[]): Promise<{ code: number; out: string }> => {
    const io = captureIo({ cwd: root, now: () => Date.now() })
    const code = await runCli(words, io)
    return { code, out: `${io.out()}${io.err()}` }
  }
  const ends = async (run: string): Promise<unknown> => {
    const { out } = await say('status', run, '--json')
    return JSON.parse(out)
  }

  beforeAll(async () => {
    writeFileSync(file('runbook.yaml'), runbook('Fleet'))
    writeFileSync(file('inventory.yaml'), inventory)
    writeFileSync(file('b.broken'), '')
    writeFileSync(file('c.broken'), '')
    const first = await say(
      'run',
      'runbook.yaml',
      '-i',
      'inventory.yaml',
      '--set',
      'release=2.0',
      '--unattended',
      '--id',
      'first',
    )
    expect(first.out).toContain('b: failed')
    expect(readFileSync(file('done.txt'), 'utf8').trim().split('\n').sort()).toEqual(['a', 'b', 'c', 'd'])
  })

  it('takes exactly those, pinned to the runbook and the release of then', async () => {
    // What lies in the folder by now does not count.
    writeFileSync(file('runbook.yaml'), runbook('Another').replace('echo "$BOX"', 'echo never'))
    writeFileSync(file('inventory.yaml'), inventory.replace('d: {}', 'd: {}, e: {}'))
    writeFileSync(file('done.txt'), '')
    rmSync(file('b.broken'))
    const second = await say('run', '--only', 'skipped,failed', '--of', 'first', '--unattended', '--id', 'second')
    expect(second.out).toContain('Follows up run first: 2 targets that ended as skipped or failed (b, c).')
    expect(readFileSync(file('done.txt'), 'utf8').trim().split('\n')).toEqual(['b', 'c'])
    expect(second.out).toContain('c: failed')
    const meta = JSON.parse(readFileSync(file('.rollbook/runs/second/run.json'), 'utf8')) as { meta: unknown }
    expect(meta.meta).toMatchObject({ of: 'first', only: ['skipped', 'failed'] })
    const plan = JSON.parse(readFileSync(file('.rollbook/runs/second/plan.json'), 'utf8')) as {
      inputs: { release: { value: string } }
      targets: Record<string, { version: string }>
    }
    expect(plan.inputs.release.value).toBe('2.0')
    // Those that made it have the new version by now; rules see the whole fleet.
    expect(Object.fromEntries(Object.entries(plan.targets).map(([name, { version }]) => [name, version]))).toEqual({
      a: '2.0',
      b: '1.0',
      c: '1.0',
      d: '2.0',
    })
  })

  it('can be followed up itself, until nothing is left', async () => {
    rmSync(file('c.broken'))
    writeFileSync(file('done.txt'), '')
    const third = await say('run', '--of', 'second', '--unattended', '--id', 'third')
    expect(third.code).toBe(0)
    expect(readFileSync(file('done.txt'), 'utf8').trim()).toBe('c')
    expect(await ends('third')).toMatchObject({ outcome: 'succeeded' })
    const fourth = await say('run', '--of', 'third', '--unattended', '--id', 'fourth')
    expect(fourth.out).toContain('no target of run third ended as skipped or failed [FOLLOW_UP_EMPTY]')
    expect(existsSync(file('.rollbook/runs/fourth'))).toBe(false)
  })

  it('shows its plan beforehand, and takes nothing else', async () => {
    const plan = await say('plan', '--of', 'first', '--only', 'failed')
    expect(plan.out).toMatch(/b, c\s/)
    for (const more of [['runbook.yaml'], ['-i', 'inventory.yaml'], ['--set', 'release=3.0']]) {
      const refused = await say('run', ...more, '--of', 'first', '--unattended')
      expect(refused.out).toContain('[OPTIONS_CONFLICT]')
      expect(refused.code).toBe(2)
    }
    expect((await say('run', 'runbook.yaml', '--only', 'failed', '--unattended')).out).toContain(
      '--only needs --of RUN',
    )
    expect((await say('run', '--unattended')).out).toContain('run needs RUNBOOK')
  })
})
