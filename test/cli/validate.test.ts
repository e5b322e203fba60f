import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCli } from '../../src/cli/run-cli.ts'
import { type CapturedIo, captureIo } from '../support/captured-io.ts'

const good = `rollbook: runbook/v1
name: good
title: Good
version: 1.0.0
components:
  nodes: {select: target.kind == "node"}
phases:
  - id: prepare
    kind: preparation
    title: Prepare
    steps:
      - {id: look, title: Look, manual: Look at it, on: nodes}
`
const warned = good.replace('phases:', 'inputs:\n  release: {type: version}\nphases:')
const bad = good.replace('manual: Look at it', 'manaul: Look at it')

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollbook-validate-'))
  mkdirSync(join(folder, 'books/deep'), { recursive: true })
  mkdirSync(join(folder, 'node_modules'), { recursive: true })
  const files = {
    'good.yaml': good,
    'warned.yaml': warned,
    'books/bad.yaml': bad,
    'books/deep/worse.yml': bad.replace('kind: preparation', 'kind: prep'),
    'books/compose.yaml': 'services: {web: {image: nginx}}\n',
    'books/notes.txt': 'rollbook: runbook/v1\n',
    'node_modules/ignored.yaml': bad,
    'inventory.yaml': 'rollbook: inventory/v1\ntargets:\n  core: {kind: node}\n',
    'sockets.yaml': 'rollbook: inventory/v1\ntargets:\n  s1: {kind: socket}\n',
    'broken-inventory.yaml': 'rollbook: inventory/v1\ntargets:\n  core: {kinds: node}\n',
    'scenario.yaml': 'rollbook: scenario/v1\nname: calm\nfaults:\n  - {id: one, kind: fial}\n',
    'answers.yaml': 'rollbook: answers/v1\nanswers:\n  go: {choice: approve, by: Mara}\n',
    'wrong-answers.yaml': 'rollbook: "answers/v1"\nanswers:\n  go: {choice: approved, by: Mara}\n',
    'hosts.yml': 'all:\n  children:\n    web: {hosts: {"web[1:3]": }}\n',
    'bad-hosts.yml': 'web:\n  hosts: {"web[1:": }\n',
    'binary.yaml': Buffer.from([0xff, 0xfe, 0x00]),
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
})
afterAll(() => rmSync(folder, { recursive: true }))

async function validate(...words: string[]): Promise<CapturedIo & { readonly exit: number }> {
  const io = captureIo({ cwd: folder })
  const exit = await runCli(['validate', ...words], io)
  return { ...io, exit }
}

const codes = (io: CapturedIo): readonly string[] =>
  JSON.parse(io.out()).diagnostics.map(
    (diagnostic: { file: string; code: string }) => `${diagnostic.file} ${diagnostic.code}`,
  )

describe('rollbook validate', () => {
  test('ends with 0 when there is nothing to tell', async () => {
    const io = await validate('good.yaml')
    expect(io.exit).toBe(0)
    expect(io.out()).toBe('no findings in 1 file\n')
    expect(io.err()).toBe('')
  })

  test('ends with 1 for errors, and marks them', async () => {
    const io = await validate('books/bad.yaml')
    expect(io.exit).toBe(1)
    expect(io.out()).toContain('"manaul": did you mean "manual"?')
    expect(io.out()).toContain('books/bad.yaml:12:33')
    expect(io.out()).toContain('^^^^^^')
  })

  test('ends with 0 for warnings, and with 1 when asked to be strict', async () => {
    expect((await validate('warned.yaml')).exit).toBe(0)
    expect((await validate('warned.yaml', '--strict')).exit).toBe(1)
  })

  test('speaks JSON by the option that all commands share', async () => {
    expect((await validate('warned.yaml', '--json')).out()).toBe(
      (await validate('warned.yaml', '--format', 'json')).out(),
    )
  })

  test('searches folders for files that say what they are, and tells all together', async () => {
    const io = await validate('books', 'good.yaml', '--format', 'json')
    expect(io.exit).toBe(1)
    expect(codes(io)).toEqual([
      'books/bad.yaml FORM_MISSING',
      'books/deep/worse.yml VALUE_NOT_ALLOWED',
      'books/deep/worse.yml FORM_MISSING',
    ])
  })

  test('takes the current folder when nothing is named', async () => {
    const io = await validate('--format', 'json')
    expect(codes(io)).toContain('warned.yaml INPUT_UNUSED')
    expect(codes(io).filter((line) => line.includes('node_modules') || line.includes('compose'))).toEqual([])
  })

  test('checks inventories and scenarios as what they are', async () => {
    expect((await validate('inventory.yaml')).exit).toBe(0)
    expect(codes(await validate('broken-inventory.yaml', '--format', 'json'))).toEqual([
      'broken-inventory.yaml INVENTORY_KEY_UNKNOWN',
    ])
    expect(codes(await validate('scenario.yaml', '--format', 'json'))).toEqual(['scenario.yaml VALUE_NOT_ALLOWED'])
  })

  test('checks an Ansible inventory in YAML as what it is', async () => {
    expect(await validate('hosts.yml')).toMatchObject({ exit: 0 })
    expect((await validate('hosts.yml')).out()).toBe('no findings in 1 file\n')
    const [first, ...rest] = codes(await validate('bad-hosts.yml', '--json'))
    expect(first).toMatch(/^bad-hosts.yml ANSIBLE_/)
    expect(rest).toEqual([])
    expect(codes(await validate('books/compose.yaml', '--json'))).toEqual(['books/compose.yaml KIND_MISSING'])
  })

  test('says NOTHING_TO_CHECK of folders without a file that says what it is', async () => {
    mkdirSync(join(folder, 'empty'), { recursive: true })
    const io = await validate('empty')
    expect(io.exit).toBe(2)
    expect(io.out()).toBe('')
    expect(io.err()).toContain('there is nothing to check in "empty" [NOTHING_TO_CHECK]')
  })

  test('checks answers as what they are, so that a folder with a runbook and its answers is clean', async () => {
    expect((await validate('answers.yaml')).exit).toBe(0)
    const io = await validate('wrong-answers.yaml', '--format', 'json')
    expect(io.exit).toBe(1)
    expect(codes(io)).toEqual(['wrong-answers.yaml ANSWERS_INVALID'])
    expect(JSON.parse(io.out()).diagnostics[0]).toMatchObject({
      message: 'the answer for "go" has the choice "approved", which there is not',
      range: { start: { line: 3, column: 7 }, end: { line: 3, column: 8 } },
    })
  })

  test('checks selections against an inventory', async () => {
    expect((await validate('good.yaml', '-i', 'inventory.yaml')).exit).toBe(0)
    expect(codes(await validate('good.yaml', '-i', 'sockets.yaml', '--format', 'json'))).toEqual([
      'good.yaml TARGETS_NONE',
    ])
  })

  test('tells FILE_NOT_TEXT for bytes that are no text', async () => {
    const io = await validate('binary.yaml', '--format', 'json')
    expect(io.exit).toBe(1)
    expect(codes(io)).toEqual(['binary.yaml FILE_NOT_TEXT'])
  })

  test('speaks SARIF and GitHub', async () => {
    expect(JSON.parse((await validate('books', '--format', 'sarif')).out()).runs[0].results).toHaveLength(3)
    expect((await validate('books/bad.yaml', '--format', 'github')).out()).toMatch(
      /^::error file=books\/bad.yaml,line=12,/,
    )
  })

  test.each([
    [['nowhere.yaml'], 'there is no such file or folder'],
    [['good.yaml', '--format', 'xml'], 'xml'],
    [['good.yaml', '-i', 'nowhere.yaml'], 'there is no such file'],
    [['--colour'], 'colour'],
  ])('%j is wrong use: 2', async (words, said) => {
    const io = await validate(...words)
    expect(io.exit).toBe(2)
    expect(io.out()).toBe('')
    expect(io.err()).toContain(said)
    expect(io.err()).not.toMatch(/\n\s+at /)
  })
})
