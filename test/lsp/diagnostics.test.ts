import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkFiles } from '../../src/app/check-files.ts'
import { wireDiagnostic } from '../../src/lsp/convert-diagnostic.ts'
import { makePaths } from '../../src/lsp/paths.ts'
import type { BundledProgram } from '../support/bundled-program.ts'
import { type LanguageClient, languageServerProgram, startLanguageClient } from '../support/language-client.ts'
import { builtProgram } from '../support/program.ts'

let program: BundledProgram
let client: LanguageClient

beforeAll(async () => {
  program = await languageServerProgram()
  client = await startLanguageClient([program.path], '.')
})

afterAll(async () => {
  expect(await client.end()).toBe(0)
  program.remove()
})

const golden = readdirSync('test/golden/diagnostics')
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => `test/golden/diagnostics/${name}`)
const shipped = readdirSync('runbooks')
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => `runbooks/${name}`)

describe('semantic diagnostics with positions: what the editor shows is what validate tells', () => {
  test.each([...golden, ...shipped])('%s', async (path) => {
    const text = readFileSync(path, 'utf8')
    client.open(path, text)
    const { diagnostics } = await client.diagnostics(path)
    const checked = await checkFiles({ paths: [path], cwd: process.cwd() })
    const paths = makePaths(process.cwd())
    const isOurs = /^["']?rollbook["']?\s*:/m.test(text) || /^["']?answers/m.test(text)
    const expected = isOurs ? checked.diagnostics.map((found) => wireDiagnostic(found, paths)) : []
    expect(diagnostics).toEqual(JSON.parse(JSON.stringify(expected)))
  })
})

test('an edit is diagnosed anew, and what is shown in the end belongs to the last version', async () => {
  const text = readFileSync('runbooks/helion-stackato.yaml', 'utf8')
  client.open('many-keys.yaml', text)
  expect((await client.diagnostics('many-keys.yaml')).diagnostics.map(({ code }) => code)).toEqual([])
  for (let key = 1; key <= 20; key += 1) client.change('many-keys.yaml', `${text}${'x'.repeat(key)}`)
  client.change('many-keys.yaml', `${text}colour: red\n`)
  const { diagnostics, version } = await client.diagnostics('many-keys.yaml')
  expect(version).toBe(22)
  expect(diagnostics.map(({ code }) => code)).toEqual(['KEY_UNKNOWN'])
})

test('with an inventory, targets of open runbooks are checked against the text of the inventory that is open', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rollbook-lsp-'))
  const inventory = (name: string): string => `rollbook: inventory/v1\ntargets:\n  ${name}: {kind: node}\n`
  mkdirSync(join(folder, 'night'))
  writeFileSync(join(folder, 'night/inventory.yaml'), inventory('one'))
  const scenario = 'rollbook: scenario/v1\nname: one\ntitle: One\nfaults:\n  - {id: a, kind: fail, targets: [two]}\n'
  const own = await startLanguageClient([program.path], folder, { inventory: 'night/inventory.yaml' })
  own.open('night/scenario.yaml', scenario)
  const first = await own.diagnostics('night/scenario.yaml')
  expect(first.diagnostics.map(({ code }) => code)).toEqual(['TARGET_UNKNOWN'])
  own.open('night/inventory.yaml', inventory('two'))
  own.change('night/scenario.yaml', `${scenario}\n`)
  expect((await own.diagnostics('night/scenario.yaml')).diagnostics).toEqual([])
  expect(await own.end()).toBe(0)
  rmSync(folder, { recursive: true, force: true })
})

test('other editors (LSP): the program as it ships serves a client over its pipes', async () => {
  const own = await startLanguageClient([builtProgram(), 'lsp', '--stdio'], '.')
  own.open('a.yaml', 'rollbook: runbok/v1\n')
  expect((await own.diagnostics('a.yaml')).diagnostics.map(({ code }) => code)).toEqual(['KIND_UNKNOWN'])
  expect(await own.end()).toBe(0)
})
