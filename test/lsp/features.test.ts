import { afterAll, beforeAll, expect, test } from 'vitest'
import { sample } from '../service/cursor-text.ts'
import type { BundledProgram } from '../support/bundled-program.ts'
import { type LanguageClient, languageServerProgram, startLanguageClient } from '../support/language-client.ts'

let program: BundledProgram
let client: LanguageClient

beforeAll(async () => {
  program = await languageServerProgram()
  client = await startLanguageClient([program.path], 'runbooks')
  client.open('zz-sample.yaml', sample)
})

afterAll(async () => {
  expect(await client.end()).toBe(0)
  program.remove()
})

const document = (): { textDocument: { uri: string } } => ({ textDocument: { uri: client.uri('zz-sample.yaml') } })

function positionOf(find: string): { line: number; character: number } {
  const before = sample.slice(0, sample.indexOf(find) + find.length).split('\n')
  return { line: before.length - 1, character: before.at(-1)!.length }
}

test.each<[string, string, object, (answer: never) => unknown]>([
  [
    'textDocument/hover',
    'check.di',
    {},
    (answer: { contents: { value: string } }) => expect(answer.contents.value).toContain('Arguments'),
  ],
  [
    'textDocument/completion',
    'role: ',
    {},
    (answer: { items: { label: string }[] }) => expect(answer.items.map(({ label }) => label)).toContain('lead'),
  ],
  [
    'textDocument/definition',
    'steps.lo',
    {},
    (answer: { range: object }[]) => expect(answer).toMatchObject([{ range: { start: { line: 24, character: 12 } } }]),
  ],
  [
    'textDocument/references',
    'id: lo',
    { context: { includeDeclaration: true } },
    (answer: object[]) => expect(answer).toHaveLength(2),
  ],
  ['textDocument/documentHighlight', 'id: lo', {}, (answer: object[]) => expect(answer).toHaveLength(2)],
  [
    'textDocument/rename',
    'id: lo',
    { newName: 'see' },
    (answer: { changes: Record<string, object[]> }) => expect(Object.values(answer.changes).flat()).toHaveLength(2),
  ],
  [
    'textDocument/documentSymbol',
    '',
    {},
    (answer: { name: string }[]) =>
      expect(answer.at(-1)).toMatchObject({ name: 'Prepare', children: [{ name: 'Look at the disk' }, {}] }),
  ],
  ['textDocument/foldingRange', '', {}, (answer: object[]) => expect(answer.length).toBeGreaterThan(5)],
  ['textDocument/semanticTokens/full', '', {}, (answer: { data: number[] }) => expect(answer.data.length % 5).toBe(0)],
  [
    'textDocument/inlayHint',
    '',
    { range: { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } } },
    (answer: { label: string }[]) =>
      expect(answer.map(({ label }) => label)).toContainEqual(expect.stringMatching(/^(opens|open until) /)),
  ],
  [
    'textDocument/codeLens',
    '',
    {},
    (answer: { command: { title: string } }[]) => expect(answer[0]?.command.title).toBe('Plan'),
  ],
  [
    'textDocument/codeAction',
    'wait',
    { range: { start: positionOf('  wait'), end: positionOf('  wait') }, context: { diagnostics: [] } },
    (answer: { title: string }[]) =>
      expect(answer.map(({ title }) => title)).toContainEqual(expect.stringContaining('Silence INPUT_UNUSED')),
  ],
  [
    'textDocument/formatting',
    '',
    { options: { tabSize: 2, insertSpaces: true } },
    (answer: object[]) => expect(answer).toEqual([]),
  ],
  [
    'textDocument/selectionRange',
    '',
    { positions: [positionOf('id: lo')] },
    (answer: { parent: object }[]) => expect(answer[0]?.parent).toBeDefined(),
  ],
])('over the wire: %s', async (method, find, more, check) => {
  check((await client.request(method, { ...document(), position: positionOf(find), ...more })) as never)
})

test('over the wire: a rename that would change the meaning is refused with a reason', async () => {
  const asked = client.request('textDocument/rename', {
    ...document(),
    position: positionOf('id: lo'),
    newName: 'tell',
  })
  await expect(asked).rejects.toThrow('there is a step "tell" already')
})

test('over the wire: what cures a mistake is offered before its finding was told, and belongs to the present text', async () => {
  const wrong = sample.replace('manual: Tell them', 'manul: Tell them')
  client.change('zz-sample.yaml', wrong)
  const line = wrong.slice(0, wrong.indexOf('manul')).split('\n').length - 1
  const at = { line, character: 10 }
  const asked = (): Promise<{ title: string }[]> =>
    client.request('textDocument/codeAction', {
      ...document(),
      range: { start: at, end: at },
      context: { diagnostics: [] },
    })
  const early = asked()
  const [first, second] = await Promise.all([early, asked()])
  expect(first.map(({ title }) => title)).toContain('Change to "manual"')
  expect(second).toEqual(first)
  await client.diagnostics('zz-sample.yaml')
  expect(await asked()).toEqual(first)
  client.change('zz-sample.yaml', sample)
  expect((await asked()).map(({ title }) => title)).not.toContain('Change to "manual"')
})
