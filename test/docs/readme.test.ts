import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseCall } from '../../src/cli/arguments.ts'
import { commands } from '../../src/cli/commands.ts'
import { builtProgram } from '../support/program.ts'
import { rollbookCalls, shellBlocks } from './readme-blocks.ts'

const readme = readFileSync('README.md', 'utf8')
const blocks = shellBlocks(readme)
const runnable = blocks.filter((block) => block.marks.includes('run'))
const calls = blocks.flatMap((block) => rollbookCalls(block).map((words) => [words.join(' '), words] as const))

let folder = ''
let emulator: ChildProcess | undefined

/** A copy of what a reader has after cloning, with `npx rollbook` leading to the program that was built. */
beforeAll(() => {
  const program = builtProgram()
  folder = mkdtempSync(join(tmpdir(), 'rollbook-readme-'))
  for (const name of ['runbooks', 'templates', 'schemas']) cpSync(name, join(folder, name), { recursive: true })
  mkdirSync(join(folder, '.bin'))
  const shim = `#!/bin/sh\n[ "$1" = rollbook ] || { echo "npx $1 is not known here" >&2; exit 127; }\nshift\nexec "${process.execPath}" "${program}" "$@"\n`
  writeFileSync(join(folder, '.bin/npx'), shim, { mode: 0o755 })
})

afterAll(async () => {
  if (emulator !== undefined && emulator.exitCode === null) {
    const ended = new Promise((resolve) => emulator?.once('exit', resolve))
    emulator.kill('SIGINT')
    await ended
  }
  rmSync(folder, { recursive: true, force: true })
})

describe('every rollbook command of the README is one that exists', () => {
  test.each(calls)('%s', (_text, [name, ...rest]) => {
    const command = commands.find((candidate) => candidate.name === name)
    if (name === 'help') return
    expect(command, `there is no command ${name}`).toBeDefined()
    if (command !== undefined) parseCall(command, rest)
  })

  test('so are those in its sentences', () => {
    const named = [...readme.matchAll(/`rollbook ([a-z]+)[^`]*`/g)].map(([, name = '']) => name)
    const known = [...commands.map((command) => command.name), 'help']
    expect(named.length).toBeGreaterThan(5)
    expect(named.filter((name) => !known.includes(name))).toEqual([])
  })

  test('and so are the npm scripts', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }
    const named = [...readme.matchAll(/\bnpm (?:run )?(?!run\b)([a-z]+)\b/g)].map(([, name = '']) => name)
    expect(named).toEqual(expect.arrayContaining(['demo', 'test']))
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([])
  })
})

describe('every block marked as runnable runs', () => {
  test('there are some', () => {
    expect(runnable.length).toBeGreaterThan(0)
  })

  test.each(runnable.map((block) => [block.line, block] as const))('line %d', async (_line, block) => {
    if (block.marks.includes('emulator')) await startEmulator()
    const { status, stdout, stderr } = spawnSync('bash', ['-euo', 'pipefail', '-c', block.text], {
      cwd: folder,
      env: { ...process.env, PATH: `${join(folder, '.bin')}${delimiter}${process.env['PATH']}` },
      encoding: 'utf8',
    })
    expect(stderr).not.toContain('internal failure')
    expect(status, `${stdout}\n${stderr}`).toBe(0)
  })
})

/** What the README asks the reader to start in another terminal. */
async function startEmulator(): Promise<void> {
  if (emulator !== undefined) return
  const words = [builtProgram(), 'emulate', 'stackato', '--nodes', '6', '--speed', '6000']
  emulator = spawn(process.execPath, words, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] })
  const { stdout } = emulator
  await new Promise<void>((resolve, reject) => {
    stdout?.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('Ctrl-C')) resolve()
    })
    emulator?.once('exit', () => reject(new Error('the emulator ended')))
  })
  expect(existsSync(join(folder, '.rollbook/emulators/stackato/inventory.yaml'))).toBe(true)
}
