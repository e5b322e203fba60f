import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Json } from '../../src/base/json.ts'
import { runCli } from '../../src/cli/run-cli.ts'
import { JournalStore } from '../../src/node/journal-store.ts'
import { createRun } from '../../src/node/run-store.ts'
import { fixturePlan } from '../book/fixture-plan.ts'
import { fixtureScript, runScript } from '../book/fixture-run.ts'
import { htmlProblems } from '../book/html-check.ts'
import { captureIo } from '../support/captured-io.ts'

const runbook = `rollbook: runbook/v1
name: small
title: A small upgrade
version: 1.0.0
inputs:
  release: {type: version, title: Release to install, required: true}
roles:
  operator: {title: Operator}
phases:
  - id: prepare
    kind: preparation
    title: Preparation
    steps:
      - id: ask
        title: Ask the users for \${{ inputs.release }}
        role: operator
        manual: "Ask **everybody**."
`
const inventory = `rollbook: inventory/v1
targets:
  web-1: {kind: host, address: 192.0.2.1}
`

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollbook-documents-'))
  writeFileSync(join(folder, 'small.yaml'), runbook)
  writeFileSync(join(folder, 'inventory.yaml'), inventory)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const read = (name: string): string => readFileSync(join(folder, name), 'utf8')
const bookWords = ['book', 'small.yaml', '-i', 'inventory.yaml', '--set', 'release=2.0.0']

describe('rollbook book', () => {
  test.each(['book.html', 'book.md', 'new/folder/BOOK.HTM'])('writes %s and names it', async (file) => {
    const io = captureIo({ cwd: folder })
    expect(await runCli([...bookWords, '-o', file], io), io.err()).toBe(0)
    expect(io.out()).toBe(`${file}\n`)
    expect(read(file)).toContain('A small upgrade')
    if (!file.endsWith('.md')) expect(htmlProblems(read(file))).toEqual([])
  })

  test('gives the same bytes twice', async () => {
    for (const file of ['a.html', 'b.html']) await runCli([...bookWords, '-o', file], captureIo({ cwd: folder }))
    expect(read('a.html')).toBe(read('b.html'))
  })

  test.each([
    [[], 2, 'a file to write is needed'],
    [['-o', 'book.docx'], 2, 'does not say which format'],
    [['-o', 'book.md', '--templates', 'nowhere'], 2, 'there is no folder "'],
  ])('%j ends with %i: %s', async (words, code, message) => {
    const io = captureIo({ cwd: folder })
    expect(await runCli([...bookWords, ...words], io)).toBe(code)
    expect(io.err()).toContain(message)
    expect(io.err()).not.toContain('    at ')
  })

  test('writes nothing when the runbook has errors', async () => {
    writeFileSync(join(folder, 'small.yaml'), runbook.replace('role: operator', 'role: nobody'))
    const io = captureIo({ cwd: folder })
    expect(await runCli([...bookWords, '-o', 'book.md'], io)).toBe(1)
    expect(readdirSync(folder)).not.toContain('book.md')
  })

  test('leaves the old book when the new one cannot be laid out', async () => {
    writeFileSync(join(folder, 'book.md'), 'old')
    mkdirSync(join(folder, 'own'))
    writeFileSync(join(folder, 'own/recipe-book.md.hbs'), '{{{title}}}')
    const io = captureIo({ cwd: folder })
    expect(await runCli([...bookWords, '-o', 'book.md', '--templates', 'own'], io)).toBe(1)
    expect(io.err()).toContain('unescaped output')
    expect(read('book.md')).toBe('old')
    expect(readdirSync(folder).filter((name) => name.includes('.part'))).toEqual([])
  })

  test('says why a file cannot be written', async () => {
    mkdirSync(join(folder, 'book.md'))
    const io = captureIo({ cwd: folder })
    expect(await runCli([...bookWords, '-o', 'book.md'], io)).toBe(1)
    expect(io.err()).toContain('"book.md" cannot be written: it is a folder')
  })

  test('takes single templates from a team’s folder, and refuses names that no document uses', async () => {
    mkdirSync(join(folder, 'own'))
    writeFileSync(
      join(folder, 'own/recipe-book.md.hbs'),
      '# Ours: {{title}}\n\n{{#each phases}}\n{{> "steps.md"}}\n{{/each}}\n',
    )
    const io = captureIo({ cwd: folder })
    expect(await runCli([...bookWords, '-o', 'book.md', '--templates', 'own'], io), io.err()).toBe(0)
    expect(read('book.md')).toMatch(/^# Ours: A small upgrade\n\n#### 1\.1 Ask the users for 2\.0\.0\n/)
    writeFileSync(join(folder, 'own/recipe-bok.md.hbs'), 'x')
    const again = captureIo({ cwd: folder })
    expect(await runCli([...bookWords, '-o', 'book.md', '--templates', 'own'], again)).toBe(1)
    expect(again.err()).toContain('Did you mean "recipe-book.md"?')
  })
})

describe('rollbook report', () => {
  async function makeRun(events: number): Promise<string> {
    const run = runScript(fixturePlan, fixtureScript)
    const made = createRun(folder, {
      id: 'stackato-01',
      createdAt: fixtureScript.startedAt,
      sources: [{ role: 'runbook', path: 'small.yaml', content: new TextEncoder().encode(runbook) }],
      plan: fixturePlan as unknown as Json,
      meta: {},
    })
    const { writer } = await new JournalStore().open(made.directory, () => undefined)
    await writer.append(run.events.slice(0, events).map((event) => ({ ...event, data: event.data as Json })))
    await writer.close()
    return writer.lastHash
  }

  test('writes what the journal of a run says, with the hash of its last record', async () => {
    const hash = await makeRun(Number.POSITIVE_INFINITY)
    const io = captureIo({ cwd: folder })
    const words = ['report', 'stackato', '-o', 'record.html', '--time-zone', 'Europe/Zurich']
    expect(await runCli(words, io), io.err()).toBe(0)
    expect(io.out()).toBe('record.html\n')
    expect(read('record.html')).toContain(hash)
    expect(read('record.html')).toContain('2026-11-22 01:00:00 +01:00')
    expect(htmlProblems(read('record.html'))).toEqual([])
  })

  test('describes a run that goes on, and says so', async () => {
    await makeRun(50)
    const io = captureIo({ cwd: folder })
    expect(await runCli(['report', 'last', '-o', 'record.md'], io)).toBe(0)
    expect(io.err()).toContain('has not ended: the record goes up to journal record 50')
    expect(read('record.md')).toContain('Still running')
  })

  test.each([
    [['report', 'nothing', '-o', 'x.md'], 2, 'nothing'],
    [['report', 'stackato', '-o', 'x.md', '--time-zone', 'Mars/Base'], 1, 'time zone "Mars/Base" is not known'],
  ])('%j ends with %i', async (words, code, message) => {
    await makeRun(20)
    const io = captureIo({ cwd: folder })
    expect(await runCli(words, io)).toBe(code)
    expect(io.err()).toContain(message)
    expect(io.err()).not.toContain('    at ')
  })
})
