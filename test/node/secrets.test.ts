import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { makeSecrets, type SecretSource } from '../../src/node/secrets.ts'

const directory = mkdtempSync(join(tmpdir(), 'secrets-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const warnings: string[] = []
const resolve = (sources: Record<string, SecretSource>): ReturnType<typeof makeSecrets> =>
  makeSecrets(
    Object.entries(sources).map(([name, from]) => ({ name, from })),
    {
      directory,
      env: { ...process.env, API_KEY: 'key-from-environment', SHORT: 'abc', EMPTY: '' },
      onWarning: (message) => warnings.push(message),
    },
  )
function file(name: string, content: string, mode: number): SecretSource {
  writeFileSync(join(directory, name), content)
  chmodSync(join(directory, name), mode)
  return { file: name }
}

describe('secrets', () => {
  it('come from the environment, a file, or a command', async () => {
    const secrets = await resolve({
      a: { env: 'API_KEY' },
      b: file('token', 'key from file\n', 0o600),
      c: { command: ['sh', '-c', 'printf "%s\\n" "command says $API_KEY"'] },
    })
    expect(secrets.reveal('a')).toBe('key-from-environment')
    expect(secrets.reveal('b')).toBe('key from file')
    expect(secrets.reveal('c')).toBe('command says key-from-environment')
    expect(secrets.texts).toEqual(['key-from-environment', 'key from file', 'command says key-from-environment'])
    expect(() => secrets.reveal('d')).toThrow(expect.objectContaining({ class: 'refused' }))
  })

  it('that are optional count as not given where there is nothing, and only there', async () => {
    const env = { EMPTY: '', SHORT: 'abc', API_KEY: 'key-from-environment' }
    const optional = (name: string, from: SecretSource) => ({ name, from, optional: true })
    const secrets = await makeSecrets(
      [
        optional('unset', { env: 'NO_SUCH_VARIABLE' }),
        optional('empty', { env: 'EMPTY' }),
        optional('absent', { file: 'no-such-file' }),
        optional('there', { env: 'API_KEY' }),
      ],
      { directory, env },
    )
    expect([...secrets.notGiven]).toEqual([
      ['unset', 'the environment has no variable NO_SUCH_VARIABLE'],
      ['empty', 'the variable EMPTY is empty'],
      ['absent', 'there is no file no-such-file'],
    ])
    expect(secrets.reveal('there')).toBe('key-from-environment')
    expect(() => secrets.reveal('unset')).toThrow(
      expect.objectContaining({ class: 'refused', notApplied: true, message: expect.stringContaining('not given') }),
    )
    await expect(makeSecrets([optional('short', { env: 'SHORT' })], { directory, env })).rejects.toMatchObject({
      code: 'SECRET_TOO_SHORT',
    })
  })

  it('keep their inner line ends, and lose only one at the end', async () => {
    const secrets = await resolve({ key: file('key', 'line one\nline two\n\n', 0o600) })
    expect(secrets.reveal('key')).toBe('line one\nline two\n')
  })

  it('are refused from a file that everybody can read, and warned of when the group can', async () => {
    await expect(resolve({ a: file('open', 'everybody knows', 0o644) })).rejects.toMatchObject({
      code: 'SECRET_FILE_OPEN',
      hint: 'Run: chmod 600 open',
    })
    await resolve({ a: file('group', 'the group knows', 0o640) })
    expect(warnings).toEqual([expect.stringContaining('the group of group can get at it')])
  })

  it.each([
    ['SECRET_MISSING', { env: 'NO_SUCH_VARIABLE' }],
    ['SECRET_MISSING', { file: 'no-such-file' }],
    ['SECRET_EMPTY', { env: 'EMPTY' }],
    ['SECRET_TOO_SHORT', { env: 'SHORT' }],
    ['SECRET_COMMAND_FAILED', { command: ['sh', '-c', 'echo half-a-secret; exit 3'] }],
    ['SECRET_COMMAND_FAILED', { command: ['no-such-program-here'] }],
    ['SECRET_COMMAND_FAILED', { command: [] }],
  ] as const)('fail clearly with %s', async (code, source) => {
    const failure = await resolve({ a: source }).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code, message: expect.stringContaining('secret "a"') })
    expect(JSON.stringify(failure) + String(failure)).not.toContain('half-a-secret')
  })
})
