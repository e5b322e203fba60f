import { execFileSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { commands } from '../../src/cli/commands.ts'
import { runCli } from '../../src/cli/run-cli.ts'
import { captureIo } from '../support/captured-io.ts'

async function scriptFor(shell: string): Promise<string> {
  const io = captureIo()
  expect(await runCli(['completion', shell], io)).toBe(0)
  return io.out()
}

/** Asks a real bash what it would offer after these words. */
function offered(script: string, words: readonly string[]): readonly string[] {
  const file = join(mkdtempSync(join(tmpdir(), 'rollbook-test-')), 'completion.bash')
  const list = words.map((word) => `'${word}'`).join(' ')
  writeFileSync(
    file,
    `${script}\nCOMP_WORDS=(${list})\nCOMP_CWORD=${words.length - 1}\n_rollbook\nprintf '%s\\n' "\${COMPREPLY[@]}"\n`,
  )
  return execFileSync('bash', [file], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line !== '')
}

test('bash offers commands, options and values', async () => {
  const script = await scriptFor('bash')
  expect(offered(script, ['rollbook', 'compl'])).toEqual(['completion'])
  expect(offered(script, ['rollbook', ''])).toEqual([...commands.map((command) => command.name), 'help', '--version'])
  expect(offered(script, ['rollbook', 'completion', ''])).toEqual(['bash', 'zsh', 'fish'])
  expect(offered(script, ['rollbook', 'completion', '--h'])).toEqual(['--help'])
})

test('zsh and fish know every command', async () => {
  for (const shell of ['zsh', 'fish']) {
    const script = await scriptFor(shell)
    for (const command of commands) expect(script).toContain(command.name)
  }
})

test('another shell is wrong use', async () => {
  const io = captureIo()
  expect(await runCli(['completion', 'tcsh'], io)).toBe(2)
  expect(io.err()).toContain('bash, zsh, fish')
})
