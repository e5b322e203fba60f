import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCli } from '../../src/cli/run-cli.ts'
import { captureIo } from '../support/captured-io.ts'

const neat = 'rollbook: runbook/v1\nname: night # why\n'
const untidy = 'rollbook:   runbook/v1\nname:  night  # why\n\n\n\n'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollbook-fmt-'))
  writeFileSync(join(folder, 'neat.yaml'), neat)
  writeFileSync(join(folder, 'untidy.yaml'), untidy)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('formatting on the command line: --check tells and writes nothing, without it the file is written, and then there is nothing to tell', async () => {
  const run = async (...words: string[]): Promise<{ code: number; out: string }> => {
    const io = captureIo({ cwd: folder })
    return { code: await runCli(['fmt', ...words], io), out: io.out() }
  }
  expect(await run('--check')).toEqual({ code: 1, out: 'untidy.yaml is not in the usual form\n' })
  expect(readFileSync(join(folder, 'untidy.yaml'), 'utf8')).toBe(untidy)
  expect(await run('untidy.yaml')).toEqual({ code: 0, out: 'untidy.yaml was brought into the usual form\n' })
  expect(readFileSync(join(folder, 'untidy.yaml'), 'utf8')).toBe(neat)
  expect(await run('--check')).toEqual({ code: 0, out: '' })
})

test('a file that is no YAML or no text is named and left alone, and the exit code tells', async () => {
  writeFileSync(join(folder, 'torn.yaml'), 'rollbook: runbook/v1\nname:   [night\n')
  writeFileSync(join(folder, 'picture.yaml'), Buffer.from([0xff, 0xfe, 0x00]))
  for (const name of ['torn.yaml', 'picture.yaml']) {
    const before = readFileSync(join(folder, name))
    const io = captureIo({ cwd: folder })
    expect(await runCli(['fmt', name], io)).toBe(1)
    expect(io.err()).toContain(`${name} is no well-formed YAML, and stays as it is`)
    expect(readFileSync(join(folder, name))).toEqual(before)
    rmSync(join(folder, name))
  }
})
