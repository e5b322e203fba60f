import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { InlayHintRefreshRequest } from 'vscode-languageserver/node'
import type { BundledProgram } from '../support/bundled-program.ts'
import { type LanguageClient, languageServerProgram, startLanguageClient } from '../support/language-client.ts'

let program: BundledProgram
let client: LanguageClient
const refreshed: (() => void)[] = []
let refreshes = 0

beforeAll(async () => {
  program = await languageServerProgram()
  client = await startLanguageClient(
    [program.path],
    'runbooks',
    {},
    {
      workspace: { inlayHint: { refreshSupport: true } },
      textDocument: { completion: { completionItem: { insertTextModeSupport: { valueSet: [1, 2] } } } },
    },
  )
  client.connection.onRequest(InlayHintRefreshRequest.type, () => {
    refreshes += 1
    for (const tell of refreshed.splice(0)) tell()
  })
})

afterAll(async () => {
  expect(await client.end()).toBe(0)
  program.remove()
})

const nextRefresh = (): Promise<void> => new Promise((tell) => refreshed.push(tell))
const path = 'cato-sockets.yaml'
const text = readFileSync(`runbooks/${path}`, 'utf8')

async function hints(): Promise<readonly string[]> {
  const found = await client.request<{ readonly label: string }[]>('textDocument/inlayHint', {
    textDocument: { uri: client.uri(path) },
    range: { start: { line: 0, character: 0 }, end: { line: text.split('\n').length, character: 0 } },
  })
  return found.map(({ label }) => label)
}

test('the plan is made when nobody types, and then the editor is told to ask for hints again', async () => {
  const made = nextRefresh()
  client.open(path, text)
  const before = await hints()
  expect(before).toContainEqual(expect.stringMatching(/^matches \d+ targets$/))
  // Of the windows that are shipped, some is open at some hours of the week.
  expect(before).toContainEqual(expect.stringMatching(/^(opens \w+|open until) .* of \d+ time zones$/))
  expect(before.filter((label) => label.startsWith('worst case'))).toEqual([])
  await made
  const after = await hints()
  expect(after.filter((label) => label.startsWith('worst case')).length).toBeGreaterThan(2)
})

test('while somebody types the times stay that were true a moment ago, and no plan is made', async () => {
  const before = refreshes
  const settled = nextRefresh()
  for (let key = 1; key <= 10; key += 1) client.change(path, `${text}# ${'x'.repeat(key)}\n`)
  expect((await hints()).filter((label) => label.startsWith('worst case')).length).toBeGreaterThan(2)
  expect(refreshes).toBe(before)
  await settled
  expect(refreshes).toBe(before + 1)
})

test('code lenses carry commands that an editor carries out, each with one argument', async () => {
  const uri = client.uri(path)
  const lenses = await client.request<
    { readonly command: { readonly title: string; readonly command: string; readonly arguments: readonly unknown[] } }[]
  >('textDocument/codeLens', { textDocument: { uri } })
  const [plan, simulate, emulate] = lenses.map(({ command }) => command)
  expect(plan).toEqual({ title: 'Plan', command: 'rollbook.plan', arguments: [{ uri }] })
  expect(simulate).toEqual({ title: 'Simulate', command: 'rollbook.simulate', arguments: [{ uri }] })
  expect(emulate).toEqual({
    title: 'Run against emulator',
    command: 'rollbook.runAgainstEmulator',
    arguments: [{ uri, system: 'cato' }],
  })
  const covers = lenses.find(({ command }) => / cover this$/.test(command.title))
  expect(covers?.command).toMatchObject({
    command: 'rollbook.showReferences',
    arguments: [{ uri, position: { line: expect.any(Number) }, locations: expect.any(Array) }],
  })
})

test('an editor that inserts text as it is gets all blanks of further lines', async () => {
  client.open('new.yaml', 'rollbook: runbook/v1\nphases:\n  - id: a\n    steps:\n      - ')
  const { items } = await client.request<{
    items: { label: string; insertTextMode: number; textEdit: { newText: string } }[]
  }>('textDocument/completion', {
    textDocument: { uri: client.uri('new.yaml') },
    position: { line: 4, character: 8 },
  })
  const manual = items.find(({ label }) => label === 'manual step')
  expect(manual).toMatchObject({ insertTextMode: 1 })
  expect(manual?.textEdit.newText).toMatch(/^id: .*\n {8}title: .*\n {8}manual: .*\n {8}role: /)
})
