/** The whole program, killed while a program of its own runs on control: what it left behind is never run beside itself. */
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { builtProgram } from '../support/program.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

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
        title: Takes a while, and may be repeated
        action: local.run
        with: {script: "echo begin >> effects.log; sleep 2; echo end >> effects.log", idempotent: true}
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
  while (lines().length === 0 && first.exitCode === null) await sleep(20)
  first.kill('SIGKILL')
  await died
  expect(lines()).toEqual(['begin'])

  const second = start('resume', 'r1')
  expect(await new Promise((resolve) => second.once('exit', resolve))).toBe(0)
  expect(lines()).toEqual(['begin', 'end', 'begin', 'end'])
  expect(readFileSync(join(root, '.rollbook/runs/r1/journal.jsonl'), 'utf8')).toContain('"kind":"left_running"')
})
