/** The whole program, killed while a program of its own runs on control: what it left behind is never run beside itself. */
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { builtProgram } from '../support/program.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'

const runbook = `
rollbook: runbook/v1
name: left-behind
title: A long command on control
version: 1.0.0
phases:
  - id: prepare
    kind: preparation
    title: Preparation
    steps:
      - id: long
        title: Goes on until it may end, and may be repeated
        action: local.run
        with: {script: "echo begin >> effects.log; until test -e may-end; do sleep 0.05; done; echo end >> effects.log", idempotent: true}
`

it('an idempotent command that outlived the engine has ended before it is repeated', async () => {
  const root = temporaryFolder()
  const log = join(root, 'effects.log')
  writeFileSync(join(root, 'run.yaml'), runbook)
  writeFileSync(join(root, 'inventory.yaml'), 'rollbook: inventory/v1\nname: here\ntargets:\n  here: {kind: host}\n')
  writeFileSync(log, '')
  const lines = (): readonly string[] => readFileSync(log, 'utf8').split('\n').slice(0, -1)
  const start = (...words: readonly string[]): ReturnType<typeof spawn> =>
    spawn(process.execPath, [builtProgram(), ...words, '--unattended'], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    })

  const first = start('run', 'run.yaml', '-i', 'inventory.yaml', '--id', 'r1')
  const died = new Promise((resolve) => first.once('exit', resolve))
  await until(() => lines().length > 0 || first.exitCode !== null)
  first.kill('SIGKILL')
  await died
  expect(lines()).toEqual(['begin'])

  const second = start('resume', 'r1')
  const ended = new Promise((resolve) => second.once('exit', resolve))
  const journal = (): string => readFileSync(join(root, '.rollbook/runs/r1/journal.jsonl'), 'utf8')
  await until(() => journal().includes('"kind":"left_running"') || second.exitCode !== null)
  expect(lines()).toEqual(['begin'])
  writeFileSync(join(root, 'may-end'), '')
  expect(await ended).toBe(0)
  expect(lines()).toEqual(['begin', 'end', 'begin', 'end'])
  expect(journal()).toContain('"kind":"left_running"')
})
