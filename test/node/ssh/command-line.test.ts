import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { loginMark, makeCommandLine, shellMark, sudoMark } from '../../../src/node/ssh/command-line.ts'
import { Preamble } from '../../../src/node/ssh/preamble.ts'
import { quoteWord, quoteWords } from '../../../src/node/ssh/shell-quote.ts'

const shells = ['dash', 'bash', 'busybox'].filter((name) => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0)
const shellWords = (shell: string): string[] => (shell === 'busybox' ? ['busybox', 'sh'] : [shell])

/** Any text that an argument can carry, thick with what shells care about. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', '')),
  fc
    .array(
      fc.constantFrom(
        "'",
        '"',
        '\\',
        '$',
        '`',
        '\n',
        ' ',
        '\t',
        '*',
        '?',
        '~',
        '!',
        '-',
        '=',
        '#',
        ';',
        '&',
        'é',
        '€',
        '\u0081',
        'a',
      ),
    )
    .map((characters) => characters.join('')),
  fc.constantFrom(
    '',
    '-n',
    '--',
    '~root',
    '$HOME',
    '$(id)',
    '`id`',
    'if',
    '{',
    'a=b',
    '%1',
    "'\\''",
    '\r\n',
    '\x81\x88',
  ),
)

/** Lone halves of surrogate pairs have no bytes of their own; what arrives is what Node would send anyway. */
const asSent = (text: string): string => Buffer.from(text).toString()

describe.each(shells)('read by %s', (shell) => {
  const [program, ...before] = shellWords(shell)
  const read = (line: string, input = ''): string => {
    const { stdout, stderr, status } = spawnSync(program!, [...before, '-c', line], { input })
    expect(stderr.toString()).toBe('')
    expect(status).toBe(0)
    return stdout.toString()
  }

  test('any list of words arrives as it was', () => {
    const words = fc.array(anyText, { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(words, (list) => {
        const line = `printf '%s\\0' ${quoteWords(list)}`
        expect(read(line).split('\0').slice(0, -1)).toEqual(list.map(asSent))
      }),
      { numRuns: 150 },
    )
  })

  test('any word arrives where a command starts: no reserved word, assignment or expansion', () => {
    fc.assert(
      fc.property(
        anyText.filter((text) => !text.startsWith('-')),
        (word) => {
          const { stderr, status, stdout } = spawnSync(program!, [
            ...before,
            '-c',
            `PATH=/nowhere; exec ${quoteWord(`${word}zz`)}`,
          ])
          expect(stdout.toString()).toBe('')
          expect([126, 127]).toContain(status)
          expect(stderr.toString()).not.toMatch(/syntax/i)
        },
      ),
      { numRuns: 60 },
    )
    for (const word of ['if', 'then', 'while', 'function', 'a=b', '{', '!', '[[']) {
      expect(spawnSync(program!, [...before, '-c', `PATH=/nowhere; ${quoteWord(word)}`]).status).toBe(127)
    }
  })

  test('any values of variables arrive, the rest of stdin is left alone, none stands in the line', () => {
    const values = fc.dictionary(fc.stringMatching(/^Z[A-Z0-9_]{0,6}$/), anyText, { minKeys: 1, maxKeys: 4 })
    fc.assert(
      fc.property(values, anyText, (env, input) => {
        const { line, prelude } = makeCommandLine({ argv: ['sh', '-c', 'env -0; printf "\\0\\0"; cat'], env })
        expect(prelude.endsWith('\n')).toBe(true)
        expect(prelude.slice(0, -1)).not.toContain('\n')
        const output = read(line, prelude + input)
        const [variables = '', rest] = output.split('\0\0\0')
        const arrived = new Map(
          variables.split('\0').map((entry) => {
            const name = entry.split('=', 1)[0]!.split('\n').at(-1)!
            return [name, entry.slice(entry.indexOf('=') + 1)] as const
          }),
        )
        for (const [name, value] of Object.entries(env)) expect(arrived.get(name)).toBe(asSent(value))
        expect(rest).toBe(asSent(input))
        const plain = makeCommandLine({ argv: ['sh', '-c', 'env -0; printf "\\0\\0"; cat'], env: { Z: 'x' } }).line
        expect(line).toBe(plain)
      }),
      { numRuns: 100 },
    )
  })

  test('the process id that is told first is the one of the program', () => {
    const output = read(makeCommandLine({ argv: ['sh', '-c', 'echo $$'] }).line).split('\n')
    expect(output[0]).toBe(`${shellMark}${output[1]}`)
  })
})

test('words without meaning to a shell stay readable', () => {
  expect(quoteWords(['kato', 'node', '--all', '/a/b.c', 'x y', ''])).toBe("kato node --all /a/b.c 'x y' ''")
})

test.each([
  { argv: ['a\0b'] },
  { argv: ['x'], env: { A: 'b\0' } },
  { argv: ['x'], env: { '1A': '' } },
  { argv: ['x'], cwd: '\0' },
])('what no shell can be told is refused: %j', (command) => {
  expect(() => makeCommandLine(command as { argv: [string] })).toThrow(expect.objectContaining({ class: 'process' }))
})

test('a password never stands in the command line', () => {
  const { line, prelude } = makeCommandLine({
    argv: ['id'],
    sudo: { password: 'pass-word', login: true },
    env: { A: 'val-ue' },
  })
  expect(line).not.toMatch(/pass-word|val-ue/)
  expect(prelude).not.toContain('pass-word')
})

describe('the preamble', () => {
  test('is taken off however the output is cut into pieces', () => {
    const output = `noise\nmore noise${shellMark}12\nsudo says${sudoMark}34\nprofile\n${loginMark}34\nown\noutput`
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: output.length })), (cuts) => {
        const preamble = new Preamble([shellMark, sudoMark, loginMark])
        let own = ''
        const places = [0, ...cuts.toSorted((a, b) => a - b), output.length]
        places.slice(1).forEach((end, index) => {
          own += Buffer.from(preamble.push(Buffer.from(output.slice(places[index], end))) ?? []).toString()
        })
        expect(own).toBe('own\noutput')
        expect(preamble.pids).toEqual([12, 34, 34])
      }),
    )
  })

  test('without a mark everything is output, at the end or after 64 KiB', () => {
    const short = new Preamble([shellMark])
    expect(short.push(Buffer.from('all of it'))).toBeUndefined()
    expect(Buffer.from(short.release()).toString()).toBe('all of it')
    const long = new Preamble([shellMark])
    expect(long.push(Buffer.alloc(70_000))).toHaveLength(70_000)
    expect(long.pids).toEqual([])
  })
})

test.each(shells)('%s starts nothing with a part of the variables: the connection broke on their way', (shell) => {
  const { line, prelude } = makeCommandLine({ argv: ['sh', '-c', 'echo started'], env: { FIRST: 'a', SECOND: 'b' } })
  for (let bytes = 0; bytes < prelude.length; bytes += 1) {
    const [program, ...rest] = [...shellWords(shell), '-c', line]
    const ended = spawnSync(program!, rest, { input: prelude.slice(0, bytes), encoding: 'utf8' })
    expect(ended.stdout).not.toContain('started')
    expect(ended.status).not.toBe(0)
  }
})
