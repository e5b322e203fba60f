import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { version } from '../../src/base/version.ts'
import { commands } from '../../src/cli/commands.ts'
import { builtProgram } from '../support/program.ts'

function run(...words: readonly string[]): {
  readonly code: number | null
  readonly out: string
  readonly err: string
} {
  const result = spawnSync(process.execPath, [builtProgram(), ...words], { encoding: 'utf8' })
  return { code: result.status, out: result.stdout, err: result.stderr }
}

test('the built program prints its version and nothing else', () => {
  expect(run('--version')).toEqual({ code: 0, out: `${version}\n`, err: '' })
})

test('the built program hands on exit codes and keeps the two streams apart', () => {
  expect(run('help')).toMatchObject({ code: 0, err: '' })
  expect(run('valiadte')).toMatchObject({ code: 2, out: '' })
})

test('every command of the built program loads', () => {
  for (const command of commands) {
    const { code, out, err } = run(command.name, '--help')
    expect(err).toBe('')
    expect(code).toBe(0)
    expect(out).toContain(`Usage: rollbook ${command.name}`)
  }
})

test('a reader that goes away ends the program quietly', () => {
  const words = 'set -o pipefail; node "$0" schema runbook | head -c 1; echo "$?"'
  const { stdout, stderr } = spawnSync('bash', ['-c', words, builtProgram()], { encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(stdout).toBe('{0\n')
})

test('the version is printed without loading the rest', () => {
  const entry = readFileSync(builtProgram(), 'utf8')
  const loaded = [...entry.matchAll(/from\s*"(\.[^"]+)"/g)].map(
    ([, path = '']) => readFileSync(join('dist', path)).length,
  )
  expect(loaded.length).toBeGreaterThan(0)
  expect(entry.length + loaded.reduce((sum, size) => sum + size, 0)).toBeLessThan(5_000)
})

test('the library is importable by name', () => {
  builtProgram()
  const code = `import { version, RollbookError } from 'rollbook'; console.log(version, new RollbookError('A', 'b').code)`
  const out = execFileSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' })
  expect(out).toBe(`${version} A\n`)
})
