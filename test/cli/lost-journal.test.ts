/** The whole program, on a run whose journal somebody took away: nothing is done twice. */
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { builtProgram } from '../support/program.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const runbook = `
rollbook: runbook/v1
name: once
title: An effect that must not be repeated
version: 1.0.0
roles: {operator: {title: Operator}}
phases:
  - id: prepare
    kind: preparation
    title: Preparation
    steps:
      - id: effect
        title: Leaves a line
        action: local.run
        with: {script: "echo done >> effects.log"}
      - {id: wait, title: Wait for a person, manual: Say when., role: operator}
`

it.each<[string, (journal: string) => void]>([
  ['deleted', (journal) => rmSync(journal)],
  ['emptied', (journal) => truncateSync(journal)],
  ['overwritten from its first byte on', (journal) => writeFileSync(journal, 'notes of somebody\n')],
])('a run whose journal was %s is refused, not begun anew', (_, lose) => {
  const root = temporaryFolder()
  writeFileSync(join(root, 'run.yaml'), runbook)
  writeFileSync(join(root, 'inventory.yaml'), 'rollbook: inventory/v1\nname: here\ntargets:\n  here: {kind: host}\n')
  const rollbook = (...words: readonly string[]): { code: number | null; text: string } => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [builtProgram(), ...words], {
      cwd: root,
      encoding: 'utf8',
    })
    return { code: status, text: `${stdout}${stderr}`.replace(/\s+/g, ' ') }
  }
  rollbook('run', 'run.yaml', '-i', 'inventory.yaml', '--id', 'r1', '--unattended')
  const effects = (): string => readFileSync(join(root, 'effects.log'), 'utf8')
  expect(effects()).toBe('done\n')
  expect(rollbook('status', 'r1').text).toContain('Wait for a person')

  const journal = join(root, '.rollbook/runs/r1/journal.jsonl')
  lose(journal)
  const sentence = 'run r1 cannot be trusted: its journal holds no record, although the run has begun'
  for (const words of [
    ['resume', 'r1', '--unattended'],
    ['status', 'r1'],
    ['verify', 'r1'],
    ['report', 'r1', '-o', 'report.md'],
  ]) {
    const { code, text } = rollbook(...words)
    expect(text, words.join(' ')).toContain(sentence)
    expect(text, words.join(' ')).toContain('RUN_DAMAGED')
    expect(code, words.join(' ')).toBe(1)
  }
  expect(rollbook('runs').text).toContain('although the run has begun')
  expect(effects()).toBe('done\n')
})
