/** Actions of executors from elsewhere are known in the editor, by their manifests: none of their code runs. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sample } from '../service/cursor-text.ts'
import type { BundledProgram } from '../support/bundled-program.ts'
import { type LanguageClient, languageServerProgram, startLanguageClient } from '../support/language-client.ts'

const folder = mkdtempSync(join(tmpdir(), 'rollbook-plug-ins-'))
const config = 'rollbook: config/v1\nexecutors: [./shelf]\n'
const text = `${sample}      - id: next\n        title: Next\n        on: nodes\n        deadline: 5m\n        action: shelf.get\n        with:\n          \n`
let program: BundledProgram
let client: LanguageClient

beforeAll(async () => {
  cpSync('docs/examples/shelf/rollbook-executor.json', join(folder, 'shelf/rollbook-executor.json'))
  writeFileSync(join(folder, 'rollbook.config.yaml'), config)
  program = await languageServerProgram()
  client = await startLanguageClient([program.path], folder)
  client.open('night.yaml', text)
})

afterAll(async () => {
  expect(await client.end()).toBe(0)
  program.remove()
  rmSync(folder, { recursive: true, force: true })
})

function at(line: number, character: number): object {
  return { textDocument: { uri: client.uri('night.yaml') }, position: { line, character } }
}

const lines = text.split('\n')
const action = lines.findIndex((line) => line.includes('shelf.get'))

test('their names and arguments are completed, and their documentation is shown', async () => {
  const names = await client.request<{ items: { label: string }[] }>('textDocument/completion', at(action, 16))
  expect(names.items.map(({ label }) => label)).toEqual(expect.arrayContaining(['shelf.get', 'shelf.firmware']))
  const keys = await client.request<{ items: { label: string }[] }>('textDocument/completion', at(action + 2, 10))
  expect(keys.items.length).toBeGreaterThan(0)
  const hover = await client.request<{ contents: { value: string } }>('textDocument/hover', at(action, 20))
  expect(hover.contents.value).toMatch(/`shelf\.get`[\s\S]*Arguments/)
})

test('a misspelt one is told with its neighbour, and the configuration leads to the manifest', async () => {
  client.change('night.yaml', text.replace('shelf.get', 'shelf.gett'))
  const { diagnostics } = await client.diagnostics('night.yaml')
  expect(diagnostics).toContainEqual(
    expect.objectContaining({ code: 'ACTION_UNKNOWN', message: expect.stringContaining('did you mean "shelf.get"?') }),
  )
  client.open('rollbook.config.yaml', config)
  const links = await client.request<{ target: string }[]>('textDocument/documentLink', {
    textDocument: { uri: client.uri('rollbook.config.yaml') },
  })
  expect(links).toMatchObject([{ target: client.uri('shelf/rollbook-executor.json') }])
})
