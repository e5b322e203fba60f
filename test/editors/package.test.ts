/** The packaged extension, read as an editor reads it, and the program inside of it, run where nothing else is. */
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { programFor } from '../../editors/vscode/src/program.ts'
import type { PlanAnswer } from '../../src/lsp/requests/plan.ts'
import { startLanguageClient } from '../support/language-client.ts'

const folder = mkdtempSync(join(tmpdir(), 'rollbook-vsix-'))
const extension = join(folder, 'extension')
const work = join(folder, 'work')
let files: Readonly<Record<string, Uint8Array>>

beforeAll(() => {
  const file = join(folder, 'rollbook.vsix')
  execFileSync(process.execPath, ['.ci/package-vscode.mjs', file])
  files = unzipSync(readFileSync(file))
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  mkdirSync(work)
  for (const part of ['', '.inventory', '.values'])
    cpSync(`runbooks/helion-stackato${part}.yaml`, join(work, `helion-stackato${part}.yaml`))
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

function text(path: string): string {
  return new TextDecoder().decode(files[path])
}

test('its head names the extension, and every kind of file that is inside', () => {
  const { name, publisher, version, icon, main } = JSON.parse(text('extension/package.json')) as Record<string, string>
  const manifest = text('extension.vsixmanifest')
  expect(manifest).toContain(`<Identity Language="en-US" Id="${name}" Version="${version}" Publisher="${publisher}" />`)
  expect(manifest).toContain(`<Icon>extension/${icon}</Icon>`)
  const types = text('[Content_Types].xml')
  const kinds = new Set(Object.keys(files).map((path) => /\.[^./]+$/.exec(path)?.[0] ?? ''))
  kinds.delete('')
  kinds.delete('.xml')
  for (const kind of kinds) expect(types).toContain(`Extension="${kind}"`)
  expect(Object.keys(files)).toContain(join('extension', main ?? ''))
})

test('everything that the manifest and the walkthrough name is inside, and nothing of the sources', () => {
  const paths = [
    ...text('extension/package.json').matchAll(/"(?:\.\/)?((?:media|syntaxes|walkthrough|dist)\/[\w./-]+)"/g),
  ]
  for (const [, path] of paths) expect(Object.keys(files)).toContain(`extension/${path}`)
  expect(Object.keys(files).filter((path) => /^extension\/(?:src|page|node_modules)\/|\.map$/.test(path))).toEqual([])
})

test('the same sources give the same bytes', () => {
  const again = join(folder, 'again.vsix')
  execFileSync(process.execPath, ['.ci/package-vscode.mjs', again])
  const digest = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex')
  expect(digest(again)).toBe(digest(join(folder, 'rollbook.vsix')))
})

test('the program inside validates, plans and writes a book where nothing is installed', () => {
  const { command, args, env } = programFor('bundled', work, extension)
  const run = (...words: readonly string[]): { readonly code: number | null; readonly out: string } => {
    const { status, stdout } = spawnSync(command, [...args, ...words], {
      cwd: work,
      encoding: 'utf8',
      env: { PATH: '/usr/bin:/bin', ...env },
    })
    return { code: status, out: stdout }
  }
  const sources = [
    'helion-stackato.yaml',
    '-i',
    'helion-stackato.inventory.yaml',
    '--values',
    'helion-stackato.values.yaml',
  ]
  expect(run('validate', '--format', 'concise')).toEqual({ code: 0, out: '' })
  expect(run('plan', ...sources).out).toContain('Upgrade of a Helion Stackato cluster')
  expect(run('book', ...sources, '-o', 'book.html').code).toBe(0)
  expect(readFileSync(join(work, 'book.html'), 'utf8')).toContain('Upgrade of a Helion Stackato cluster')
  expect(run('emulate', 'stackato', '--faults').out).toContain('network-during-download')
})

test('the server inside answers an editor', async () => {
  const { args } = programFor('bundled', work, extension)
  const client = await startLanguageClient([...args, 'lsp'], work)
  client.open('helion-stackato.yaml', readFileSync(join(work, 'helion-stackato.yaml'), 'utf8'))
  expect((await client.diagnostics('helion-stackato.yaml')).diagnostics).toEqual([])
  const question = { textDocument: { uri: client.uri('helion-stackato.yaml') } }
  expect(await client.request<PlanAnswer>('rollbook/plan', question)).toMatchObject({ state: 'plan' })
  expect(await client.end()).toBe(0)
})

test.each([
  ['bundled', [process.execPath, '/ext/server/dist/rollbook.mjs']],
  ['workspace', [process.execPath, '/work-folder/node_modules/rollbook/dist/rollbook.mjs']],
  ['tools/rollbook.mjs', [process.execPath, '/work-folder/tools/rollbook.mjs']],
  ['./bin/rollbook', ['/work-folder/bin/rollbook']],
  ['/opt/rollbook', ['/opt/rollbook']],
  ['rollbook', ['rollbook']],
])('the setting %s starts %j', (setting, words) => {
  const { command, args } = programFor(setting, '/work-folder', '/ext')
  expect([command, ...args]).toEqual(words)
})
