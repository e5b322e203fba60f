import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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

test('a folder without files is told, so that a check of the wrong folder does not pass', async () => {
  mkdirSync(join(folder, 'empty'))
  const io = captureIo({ cwd: folder })
  expect(await runCli(['fmt', 'empty', '--check'], io)).toBe(2)
  expect(io.err()).toContain('there is nothing to format in "empty" [NOTHING_TO_CHECK]')
})

test.runIf(process.getuid?.() === 0)(
  'a file or folder that is closed to the user is told, and is no failure of Rollbook',
  async () => {
    const closed = mkdtempSync(join(tmpdir(), 'rollbook-closed-'))
    mkdirSync(join(closed, 'inside'), { mode: 0o700 })
    writeFileSync(join(closed, 'shut.yaml'), neat, { mode: 0o600 })
    writeFileSync(join(closed, 'shown.yaml'), untidy, { mode: 0o644 })
    chmodSync(closed, 0o755)
    try {
      process.seteuid?.(65534)
      const run = async (...words: string[]): Promise<string> => {
        const io = captureIo({ cwd: closed })
        return `${await runCli(words, io)} ${io.err()}`
      }
      for (const command of ['fmt', 'migrate', 'validate']) {
        expect(await run(command, 'shut.yaml')).toMatch(/^2 .*"shut.yaml" cannot be read: access is denied/)
        expect(await run(command, 'inside')).toMatch(/^2 .*"inside" cannot be read: access is denied/)
      }
      expect(await run('fmt', 'shown.yaml')).toMatch(/^1 .*"shown.yaml.*" cannot be opened: access is denied/)
    } finally {
      process.seteuid?.(0)
      rmSync(closed, { recursive: true })
    }
  },
)
