/**
 * What programmers have in their editors, row by row, as a client gets it over the wire: one test per feature by which
 * editors for YAML workflows are compared.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCli } from '../../src/cli/run-cli.ts'
import { sample, sampleInventory } from '../service/cursor-text.ts'
import type { BundledProgram } from '../support/bundled-program.ts'
import { captureIo } from '../support/captured-io.ts'
import { type LanguageClient, languageServerProgram, startLanguageClient } from '../support/language-client.ts'
import { builtProgram } from '../support/program.ts'

const folder = mkdtempSync(join(tmpdir(), 'rollbook-features-'))
let program: BundledProgram
let client: LanguageClient

beforeAll(async () => {
  mkdirSync(join(folder, 'small'))
  writeFileSync(join(folder, 'small/night.yaml'), sample)
  writeFileSync(join(folder, 'small/night.inventory.yaml'), sampleInventory)
  writeFileSync(join(folder, 'small/night.values.yaml'), 'release: "3.6"\n')
  writeFileSync(
    join(folder, 'small/night.answers.yaml'),
    'rollbook: answers/v1\nanswers:\n  tell: {choice: done, by: Mara}\n',
  )
  cpSync('runbooks', join(folder, 'runbooks'), { recursive: true })
  program = await languageServerProgram()
  client = await startLanguageClient([program.path], folder)
})

afterAll(async () => {
  expect(await client.end()).toBe(0)
  program.remove()
  rmSync(folder, { recursive: true, force: true })
})

let count = 0

interface Position {
  readonly line: number
  readonly character: number
}

/** A new version of the runbook, with the cursor at the bar. */
function typed(marked: string): { readonly textDocument: { readonly uri: string }; readonly position: Position } {
  const before = marked.slice(0, marked.indexOf('‸')).split('\n')
  const path = 'small/night.yaml'
  if (count === 0) client.open(path, marked.replace('‸', ''))
  else client.change(path, marked.replace('‸', ''))
  count += 1
  return {
    textDocument: { uri: client.uri(path) },
    position: { line: before.length - 1, character: before.at(-1)!.length },
  }
}

function inSample(find: string): ReturnType<typeof typed> {
  const plain = find.replace('‸', '')
  expect(sample).toContain(plain)
  return typed(sample.replace(plain, find))
}

/** The same, with further lines of a step at the end. */
function inStep(line: string): ReturnType<typeof typed> {
  return typed(`${sample}      - id: next\n        title: Next\n        ${line}`)
}

async function labels(at: ReturnType<typeof typed>): Promise<readonly string[]> {
  const { items } = await client.request<{ items: { label: string }[] }>('textDocument/completion', at)
  return items.map(({ label }) => label)
}

const whole = { range: { start: { line: 0, character: 0 }, end: { line: 200, character: 0 } } }

test('schema completion', async () => {
  const forms = ['action', 'manual', 'gate', 'rollout', 'acceptance', 'steps']
  expect((await labels(inStep('‸'))).slice(0, 6)).toEqual(forms)
  expect(await labels(inStep('action: check.disk\n        with:\n          ‸'))).toEqual(
    expect.arrayContaining(['path', 'min_free']),
  )
  expect(await labels(inStep('role: ‸'))).toEqual(['operator', 'lead'])
  expect(await labels(typed('‸'))).toContain('rollbook: inventory/v1')
})

test('hover docs', async () => {
  const hover = async (at: object): Promise<string> =>
    (await client.request<{ contents: { value: string } }>('textDocument/hover', at)).contents.value
  expect(await hover(inSample('cove‸rs:'))).toContain('Requirements that this place fulfils')
  expect(await hover(inSample('check.di‸sk'))).toMatch(/changes nothing[\s\S]*Arguments/)
  expect(await hover(inSample('${{ inputs.rel‸ease'))).toMatch(
    /type `version`[\s\S]*`"3\.6"`[\s\S]*night\.values\.yaml/,
  )
  expect(await hover(inSample('id: sun‸day'))).toMatch(/Sundays 01:00 to 03:00[\s\S]*(?:- Sun .*\n?){3}/)
})

test('semantic diagnostics with positions', async () => {
  typed(`${sample.replace('steps.look.outcome', 'steps.lok.outcome')}‸`)
  const { diagnostics } = await client.diagnostics('small/night.yaml')
  const line = sample.split('\n').findIndex((text) => text.includes('steps.look'))
  expect(diagnostics).toContainEqual(
    expect.objectContaining({
      code: 'EXPRESSION_UNKNOWN_MEMBER',
      range: { start: { line, character: 20 }, end: { line, character: 23 } },
    }),
  )
})

test('quick fixes', async () => {
  const { textDocument, position } = inSample('cov‸res: [REQ-1]'.replace('res', 'ers'))
  client.change('small/night.yaml', sample.replace('covers: [REQ-1]', 'cov‸res: [REQ-1]'.replace('‸', '')))
  const range = { start: position, end: position }
  const actions = await client.request<{ title: string; isPreferred?: boolean; edit: { changes: object } }[]>(
    'textDocument/codeAction',
    { textDocument, range, context: { diagnostics: [] } },
  )
  expect(actions[0]).toMatchObject({ title: 'Change to "covers"', isPreferred: true })
  expect(actions[1]).toMatchObject({ title: 'Take "covres" away (look at it afterwards)' })
  expect(actions[1]).not.toHaveProperty('isPreferred')
})

test('definition of ids', async () => {
  const found = await client.request<{ range: { start: Position } }[]>(
    'textDocument/definition',
    inSample('steps.lo‸ok'),
  )
  const line = sample.split('\n').findIndex((text) => text.includes('- id: look'))
  expect(found).toMatchObject([{ range: { start: { line, character: 12 } } }])
})

test('references', async () => {
  const at = { ...inSample('id: te‸ll'), context: { includeDeclaration: true } }
  const found = await client.request<{ uri: string }[]>('textDocument/references', at)
  expect(found.map(({ uri }) => uri)).toEqual([client.uri('small/night.yaml'), client.uri('small/night.answers.yaml')])
})

test('rename of ids', async () => {
  const at = { ...inSample('id: te‸ll'), newName: 'announce' }
  const { changes } = await client.request<{ changes: Record<string, unknown[]> }>('textDocument/rename', at)
  expect(Object.keys(changes)).toEqual([client.uri('small/night.yaml'), client.uri('small/night.answers.yaml')])
  await expect(client.request('textDocument/rename', { ...at, newName: 'look' })).rejects.toThrow('already')
})

test('completion in `${{ }}`', async () => {
  expect(await labels(inStep('description: of ${{ inputs.‸ }}'))).toEqual(expect.arrayContaining(['release', 'wait']))
  expect(await labels(inStep('when: steps.look.outputs.‸'))).toEqual(expect.arrayContaining(['free_bytes']))
  const at = inStep('when: versions.less(inputs.release, ‸')
  expect(await client.request('textDocument/signatureHelp', at)).toMatchObject({ activeParameter: 1 })
})

test('document symbols / outline', async () => {
  const { textDocument } = typed(`${sample}‸`)
  const found = await client.request<{ name: string }[]>('textDocument/documentSymbol', { textDocument })
  expect(found.at(-1)).toMatchObject({
    name: 'Prepare',
    detail: 'prepare · preparation',
    children: [{ name: 'Look at the disk', detail: 'look · check.disk' }, {}],
  })
})

test('code lens', async () => {
  const { textDocument } = typed(`${sample}‸`)
  const found = await client.request<{ command: { title: string } }[]>('textDocument/codeLens', { textDocument })
  const titles = found.map(({ command }) => command.title)
  expect(titles).toEqual(expect.arrayContaining(['Plan', 'Simulate', '1 step covers this', 'nothing covers this']))
})

test('semantic tokens', async () => {
  const { textDocument } = typed(`${sample}‸`)
  const { data } = await client.request<{ data: number[] }>('textDocument/semanticTokens/full', { textDocument })
  const legend = client.capabilities.semanticTokensProvider!.legend.tokenTypes
  const kinds = new Set(data.flatMap((value, index) => (index % 5 === 3 ? [legend[value]] : [])))
  expect([...kinds]).toEqual(expect.arrayContaining(['function', 'variable', 'property', 'class', 'enumMember']))
})

test('folding', async () => {
  const { textDocument } = typed(`${sample}‸`)
  const lines = sample.split('\n')
  const found = await client.request<{ startLine: number; endLine: number }[]>('textDocument/foldingRange', {
    textDocument,
  })
  const folded = found.map(({ startLine, endLine }) => [lines[startLine]?.trim(), lines[endLine]?.trim()])
  expect(folded).toContainEqual(['- id: look', 'covers: [REQ-1]'])
})

test('formatting', async () => {
  const { textDocument } = typed(`# why\n${sample.replace('title: A night', 'title:   A night # kept')}‸`)
  const options = { tabSize: 2, insertSpaces: true }
  const [edit] = await client.request<{ newText: string }[]>('textDocument/formatting', { textDocument, options })
  expect(edit?.newText).toBe(`# why\n${sample.replace('title: A night', 'title: A night # kept')}`)
})

test('snippets', async () => {
  const { items } = await client.request<{
    items: { label: string; insertTextFormat: number; textEdit: { newText: string } }[]
  }>('textDocument/completion', typed(`${sample}      - ‸`))
  const rollout = items.find(({ label, insertTextFormat }) => label === 'rollout' && insertTextFormat === 2)
  // This client indents further lines like the one that they begin in.
  expect(rollout?.textEdit.newText).toMatch(/^id: .*\n {2}title: .*\n {2}rollout:\n {4}component: /)
  expect(rollout?.textEdit.newText).toMatch(/canary[\s\S]*waves[\s\S]*on_failure/)
  expect(await labels(typed(`${sample}  - ‸`))).toEqual(expect.arrayContaining(['phase backup', 'phase upgrade']))
})

test('explorer views', async () => {
  const { textDocument } = typed(`${sample}‸`)
  expect(await client.request('rollbook/outline', { textDocument })).toMatchObject({ phases: [{ children: [{}, {}] }] })
  expect(await client.request('rollbook/coverage', { textDocument })).toMatchObject({
    covered: 1,
    requirements: [{}, {}],
  })
  const manifest = JSON.parse(readFileSync('editors/vscode/package.json', 'utf8')) as {
    contributes: { views: Record<string, { id: string }[]> }
  }
  const views = Object.values(manifest.contributes.views).flat()
  expect(views.map(({ id }) => id)).toEqual(expect.arrayContaining(['rollbook.phases', 'rollbook.coverage']))
})

test('deprecation', async () => {
  typed(`${sample.replace('phases:', 'blast_radius: {max_sites: "5%"}\nphases:')}‸`)
  const { diagnostics } = await client.diagnostics('small/night.yaml')
  const found = diagnostics.find(({ code }) => code === 'KEY_DEPRECATED')
  expect(found).toMatchObject({ severity: 2, tags: [2], message: expect.stringContaining('"max_units"') })
})

test('schema versions / migration', async () => {
  typed(`${sample.replace('runbook/v1', 'runbook/v2')}‸`)
  const { diagnostics } = await client.diagnostics('small/night.yaml')
  expect(diagnostics).toMatchObject([{ code: 'KIND_NEWER' }])
  const old = sample.replace('phases:', 'blast_radius: {max_sites: "5%"} # kept\nphases:')
  writeFileSync(join(folder, 'old.yaml'), old)
  const run = async (...words: string[]): Promise<number> =>
    await runCli(['migrate', ...words], captureIo({ cwd: folder }))
  expect(await run('old.yaml', '--check')).toBe(1)
  expect(await run('old.yaml')).toBe(0)
  expect(readFileSync(join(folder, 'old.yaml'), 'utf8')).toBe(old.replace('max_sites', 'max_units'))
  expect(await run('old.yaml', '--check')).toBe(0)
})

test('inlay hints', async () => {
  const { textDocument } = typed(`${sample}‸`)
  const found = await client.request<{ label: string }[]>('textDocument/inlayHint', { textDocument, ...whole })
  const shown = found.map(({ label }) => label)
  expect(shown).toContainEqual(
    expect.stringMatching(/^open(?:s| until) Sun (?:\d{4}-\d\d-\d\d )?0[13]:00 Europe\/Paris$/),
  )
  expect(shown.filter((label) => label === 'matches 2 targets')).toHaveLength(2)
})

test('multi-file / workspace', async () => {
  const symbols = await client.request<{ name: string; location: { uri: string } }[]>('workspace/symbol', {
    query: 'clster',
  })
  expect(symbols).toContainEqual(
    expect.objectContaining({
      name: 'cluster',
      location: expect.objectContaining({ uri: client.uri('small/night.inventory.yaml') }),
    }),
  )
  const { textDocument } = typed(`# yaml-language-server: $schema=../schemas/runbook.v1.schema.json\n${sample}‸`)
  const links = await client.request<{ target: string }[]>('textDocument/documentLink', { textDocument })
  expect(links).toMatchObject([{ target: client.uri('schemas/runbook.v1.schema.json') }])
})

test('CLI, JSON / SARIF', async () => {
  const text = sample.replace('covers: [REQ-1]', 'covres: [REQ-1]')
  writeFileSync(join(folder, 'wrong.yaml'), text)
  client.open('wrong.yaml', text)
  const { diagnostics } = await client.diagnostics('wrong.yaml')
  const run = async (format: string): Promise<{ code: number; out: string }> => {
    const io = captureIo({ cwd: folder })
    return { code: await runCli(['validate', 'wrong.yaml', '--format', format], io), out: io.out() }
  }
  const json = await run('json')
  expect(json.code).toBe(1)
  const { diagnostics: told } = JSON.parse(json.out) as {
    diagnostics: { code: string; range: { start: { line: number; column: number } } }[]
  }
  expect(told.map(({ code, range }) => [code, range.start.line - 1, range.start.column - 1])).toEqual(
    diagnostics.map(({ code, range }) => [code, range.start.line, range.start.character]),
  )
  const sarif = JSON.parse((await run('sarif')).out) as { runs: { results: { ruleId: string }[] }[] }
  expect(sarif.runs[0]?.results.map(({ ruleId }) => ruleId)).toEqual(told.map(({ code }) => code))
})

test('other editors (LSP)', async () => {
  const own = await startLanguageClient([builtProgram(), 'lsp'], folder)
  own.open('any.yaml', 'rollbook: runbok/v1\n')
  expect((await own.diagnostics('any.yaml')).diagnostics).toMatchObject([{ code: 'KIND_UNKNOWN' }])
  expect(await own.end()).toBe(0)
  const page = readFileSync('docs/guides/set-up-an-editor.md', 'utf8')
  for (const editor of ['VS Code', 'Neovim', 'Emacs', 'Helix', 'JetBrains']) expect(page).toContain(`## ${editor}`)
})

test('speed, 3000 lines: open / edit p50', () => {
  // Nothing is timed here: the figures are made by the bench, beside the YAML language server in one run.
  const bench = readFileSync('bench/editor.bench.ts', 'utf8')
  for (const figure of ['opening to diagnostics', 'keystroke to diagnostics, p50', 'keystroke to diagnostics, p95'])
    expect(bench).toContain(`'${figure}'`)
  expect(bench).toMatch(/lines: 3_?000\b.*diagnosticsGoal: 4\b.*completionGoal: 10\b/s)
  expect(bench).toMatch(/lines: 50_?000\b.*diagnosticsGoal: 4\b/s)
  expect(bench).toContain('node_modules/yaml-language-server/bin/yaml-language-server')
})
