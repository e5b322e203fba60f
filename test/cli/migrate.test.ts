import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runCli } from '../../src/cli/run-cli.ts'
import { migrations } from '../../src/migrations/index.ts'
import { captureIo } from '../support/captured-io.ts'

const old = `# why
apiVersion: rollbook/v1 # of the first days
kind: Runbook
name: night
title: A night
version: 1.0.0
roles: {operator: {title: Operator}}
phases:
  - id: work
    kind: upgrade
    title: Work
    steps:
      - {id: look, title: Look, manual: Look., onFailure: stop} # well
`
const present = old
  .replace('apiVersion: rollbook/v1 #', 'rollbook: runbook/v1 #')
  .replace('kind: Runbook\n', '')
  .replace('onFailure', 'on_failure')

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollbook-migrate-'))
})
afterEach(() => rmSync(folder, { recursive: true }))
const write = (name: string, text: string): void => writeFileSync(join(folder, name), text, { mode: 0o640 })
const read = (name: string): string => readFileSync(join(folder, name), 'utf8')

async function migrate(...words: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const io = captureIo({ cwd: folder })
  return { code: await runCli(['migrate', ...words], io), out: io.out(), err: io.err() }
}

test('rewrites what is old in a folder, and says what it did', async () => {
  write('old.yaml', old)
  write('present.yaml', present)
  write('other.yaml', 'apiVersion: v1\nkind: Pod\n')
  const { code, out } = await migrate()
  expect(code).toBe(0)
  expect(out).toBe(
    [
      'old.yaml',
      '  line 2: apiVersion → rollbook: runbook/v1 api-version-header',
      '  line 3: kind → gone api-version-header',
      '  line 12: onFailure → on_failure key-spelling',
      '1 file changed, 1 as they should be',
      '',
    ].join('\n'),
  )
  expect(read('old.yaml')).toBe(present)
  expect(statSync(join(folder, 'old.yaml')).mode & 0o777).toBe(0o640)
  expect(read('other.yaml')).toBe('apiVersion: v1\nkind: Pod\n')
  expect(await migrate()).toMatchObject({ code: 0, out: 'nothing to migrate in 2 files\n' })
})

test('--check only looks, and ends with 1 until there is nothing left', async () => {
  write('old.yaml', old)
  const { code, out } = await migrate('--check')
  expect(code).toBe(1)
  expect(out).toContain('1 file would change, 0 as they should be')
  expect(read('old.yaml')).toBe(old)
  await migrate()
  expect((await migrate('--check')).code).toBe(0)
})

test('--only takes some, and programs get JSON', async () => {
  write('old.yaml', old)
  const { out } = await migrate('old.yaml', '--only', 'api-version-header', '--json')
  expect(JSON.parse(out)).toMatchObject({
    files: [{ path: 'old.yaml', changes: [{ line: 2 }, { line: 3 }] }],
    refused: [],
  })
  expect(read('old.yaml')).toContain('onFailure')
  expect(await migrate('--only', 'key-speling')).toMatchObject({
    code: 2,
    err: expect.stringContaining('[MIGRATION_UNKNOWN]') as string,
  })
})

test('a file of a newer version and one that is no YAML are refused and left', async () => {
  write('newer.yaml', present.replace('runbook/v1', 'runbook/v2'))
  write('broken.yaml', 'rollbook: runbook/v1\nname: [\n')
  const { code, err } = await migrate()
  expect(code).toBe(1)
  expect(err).toMatch(/newer\.yaml:2:\d+ error this file is written for runbook\/v2, .* \[KIND_NEWER\]/)
  expect(err).toMatch(/broken\.yaml:\d+:\d+ error .* \[YAML_/)
  expect(read('broken.yaml')).toBe('rollbook: runbook/v1\nname: [\n')
})

test('--list tells every migration', async () => {
  const { out } = await migrate('--list')
  for (const { id } of migrations) expect(out).toContain(id)
})

test('a file that is no text is named and left alone', async () => {
  const bytes = Buffer.concat([Buffer.from(old), Buffer.from([0x23, 0xe9, 0x0a])])
  writeFileSync(join(folder, 'old.yaml'), bytes)
  const { code, err } = await migrate()
  expect(code).toBe(1)
  expect(err).toContain('[FILE_NOT_TEXT]')
  expect(readFileSync(join(folder, 'old.yaml'))).toEqual(bytes)
})
