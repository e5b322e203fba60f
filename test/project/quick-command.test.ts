import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCli } from '../../src/cli/run-cli.ts'
import { captureIo } from '../support/captured-io.ts'
import { builtProgram } from '../support/program.ts'

/** A copy of the built program, whose code cache may be spoilt. */
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollbook-quick-'))
  const dist = dirname(builtProgram())
  for (const name of ['rollbook.mjs', 'chunks', 'scripts'])
    cpSync(join(dist, name), join(folder, name), { recursive: true })
  writeFileSync(join(folder, 'bad.yaml'), 'rollbook: runbook/v1\ntitel: Bad\n')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The code cache of the script that the program runs; older scripts may lie beside it. */
function cache(): string {
  const loaded = readFileSync(join(folder, 'rollbook.mjs'), 'utf8').match(/chunks\/[^"]+\.mjs/g) ?? []
  const name = loaded
    .map((path) => readFileSync(join(folder, path), 'utf8').match(/["'](validate-[0-9a-f]{8})["']/)?.[1])
    .find((each) => each !== undefined)
  const file = readdirSync(join(folder, 'scripts')).find(
    (each) => each.startsWith(`${name}.`) && each.endsWith('.cache'),
  )
  if (file === undefined) throw new Error(`there is no code cache for ${name}`)
  return join(folder, 'scripts', file)
}

const calls: readonly (readonly string[])[] = [
  ['validate', 'runbooks/helion-stackato.yaml'],
  ['validate', 'runbooks'],
  ['validate', 'BAD'],
  ['validate', 'BAD', '--format', 'json'],
  ['validate', 'runbooks/helion-stackato.inventory.yaml'],
  ['validate', 'no-such-file.yaml'],
  ['validate', '--help'],
  ['validate', '--no-such-option'],
]

async function expectSame(words: readonly string[]): Promise<void> {
  const named = words.map((word) => (word === 'BAD' ? join(folder, 'bad.yaml') : word))
  const program = spawnSync(process.execPath, [join(folder, 'rollbook.mjs'), ...named], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  })
  const io = captureIo({ cwd: process.cwd() })
  const code = await runCli(named, io)
  expect({ code: program.status, out: program.stdout, err: program.stderr }).toEqual({
    code,
    out: io.out(),
    err: io.err(),
  })
}

describe('the script of validate', () => {
  test.each(calls.map((words) => [words.join(' '), words] as const))(
    'answers as the modules do: %s',
    async (_, words) => {
      await expectSame(words)
    },
  )

  test('is found with its code cache, and does without when that is cut, foreign or gone', async () => {
    const path = cache()
    const whole = readFileSync(path)
    const spoils: readonly (() => void)[] = [
      () => truncateSync(path, 1000),
      () => writeFileSync(path, Buffer.alloc(whole.length, 7)),
      () => rmSync(path),
    ]
    for (const spoil of spoils) {
      spoil()
      await expectSame(['validate', 'BAD'])
    }
  })
})
