import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { RollbookError, UsageError } from '../../src/base/error.ts'
import { version } from '../../src/base/version.ts'
import { type Command, type CommandCall, exitCodes } from '../../src/cli/command.ts'
import { commands } from '../../src/cli/commands.ts'
import { runCli } from '../../src/cli/run-cli.ts'
import { makeStyle, wantsColour } from '../../src/cli/style.ts'
import { wrapText } from '../../src/cli/wrap.ts'
import { captureIo } from '../support/captured-io.ts'

function commandThat(run: (call: CommandCall) => Promise<0 | 1>): readonly Command[] {
  return [
    {
      name: 'plan',
      summary: 'Show the plan',
      group: 'write',
      arguments: [
        { name: 'runbook', title: 'The runbook', required: true },
        { name: 'more', title: 'More files', required: false },
      ],
      options: [
        { name: 'inventory', short: 'i', value: 'file', title: 'The inventory' },
        { name: 'set', value: 'key=value', title: 'An input', repeated: true },
        { name: 'format', value: 'format', title: 'How', choices: ['pretty', 'json'], byDefault: 'pretty' },
        { name: 'json', title: 'For machines' },
      ],
      examples: ['rollbook plan upgrade.yaml'],
      load: async () => run,
    },
    {
      name: 'report',
      summary: 'Write the report',
      group: 'prove',
      arguments: [{ name: 'files', title: 'Files', required: false, many: true }],
      options: [],
      examples: [],
      load: async () => run,
    },
  ]
}

describe('a call that is right', () => {
  test('hands positionals, repeated options, switches and defaults to the command', async () => {
    let seen: CommandCall | undefined
    const table = commandThat(async (call) => {
      seen = call
      return 0
    })
    const words = ['plan', 'a.yaml', '-i', 'b.yaml', '--set', 'x=1', '--set=y=-2', '--json']
    expect(await runCli(words, captureIo(), table)).toBe(exitCodes.clean)
    expect(seen?.positionals).toEqual(['a.yaml'])
    expect(seen?.text('inventory')).toBe('b.yaml')
    expect(seen?.list('set')).toEqual(['x=1', 'y=-2'])
    expect([seen?.flag('json'), seen?.flag('help')]).toEqual([true, false])
    expect(seen?.text('format')).toBe('pretty')
  })

  test('takes everything after "--" as arguments', async () => {
    let seen: CommandCall | undefined
    const table = commandThat(async (call) => {
      seen = call
      return 1
    })
    expect(await runCli(['report', 'a', '--', '--b', '-c'], captureIo(), table)).toBe(exitCodes.findings)
    expect(seen?.positionals).toEqual(['a', '--b', '-c'])
  })
})

describe('wrong use ends with 2, one sentence and a hint', () => {
  const table = commandThat(async () => 0)
  test.each([
    [['paln'], 'there is no command "paln"', 'Did you mean "rollbook plan"?'],
    [['rep'], 'there is no command "rep"', 'Did you mean "rollbook report"?'],
    [['zzz'], 'there is no command "zzz"', '"rollbook help" lists the commands.'],
    [['--verbose', 'plan'], 'there is no option "--verbose" before a command', 'Options stand after the command'],
    [['help', 'paln'], 'there is no command "paln"', 'Did you mean "rollbook plan"?'],
    [['plan'], 'plan needs RUNBOOK', '"rollbook help plan" shows how it is used.'],
    [['plan', 'a', 'b', 'c'], 'plan does not expect "c"', 'rollbook help plan'],
    [['plan', 'a', '--inventroy', 'x'], 'plan has no option "--inventroy"', 'Did you mean "--inventory"?'],
    [['plan', 'a', '-x'], 'plan has no option "-x"', ''],
    [['plan', 'a', '--inventory'], 'option --inventory needs a value: --inventory FILE', ''],
    [['plan', 'a', '-i', '--json'], '"--json" looks like an option', 'write --inventory=--json'],
    [['plan', 'a', '--json=yes'], 'option --json takes no value', ''],
    [['plan', 'a', '--format', 'jsno'], 'option --format does not know "jsno"', 'Did you mean "json"?'],
    [['plan', 'a', '-i', 'x', '-i', 'y'], 'option --inventory was given twice', ''],
  ])('%j', async (words, message, hint) => {
    const io = captureIo()
    expect(await runCli(words, io, table)).toBe(exitCodes.wrongUse)
    expect(io.err()).toContain(message)
    expect(io.err()).toContain(hint)
    // Whoever wrote --json, wherever it stands, is a program that reads what went wrong.
    if (words.includes('--json')) expect(JSON.parse(io.out())).toMatchObject({ failure: { exit_code: 2 } })
    else expect(io.out()).toBe('')
  })
})

describe('failures', () => {
  test.each([
    [new RollbookError('GONE', 'the file is gone', { hint: 'Bring it back.' }), exitCodes.findings],
    [new UsageError('ODD', 'the file is gone', { hint: 'Bring it back.' }), exitCodes.wrongUse],
  ])('%s is told in its own words, with its code', async (error, code) => {
    const io = captureIo()
    const table = commandThat(() => Promise.reject(error))
    expect(await runCli(['report'], io, table)).toBe(code)
    expect(io.err()).toBe(`rollbook: the file is gone [${error.code}]\n  Bring it back.\n`)
  })

  test.each([
    [['EACCES', 'open'], '"night.yaml" cannot be opened: access is denied'],
    [['EROFS', 'mkdir'], '"night.yaml" cannot be made: the file system is read-only'],
    [['ENOSPC', 'write'], '"night.yaml" cannot be written: the disk is full'],
  ])('%j of the system is told as what it is, and not as a failure of Rollbook', async ([code, syscall], words) => {
    const io = captureIo({ cwd: '/srv' })
    const refused = Object.assign(new Error(`${code}: no, ${syscall}`), { code, syscall, path: '/srv/night.yaml' })
    expect(
      await runCli(
        ['report'],
        io,
        commandThat(() => Promise.reject(refused)),
      ),
    ).toBe(exitCodes.findings)
    expect(io.err()).toBe(`rollbook: ${words} [FILE_REFUSED]\n`)
  })

  test('an internal failure ends with 3, keeps its stack trace in a file and option values out of it', async () => {
    const state = mkdtempSync(join(tmpdir(), 'rollbook-test-'))
    const io = captureIo({ env: { XDG_STATE_HOME: state } })
    const table = commandThat(() => Promise.reject(new TypeError('x is not a function', { cause: 'deep' })))
    expect(await runCli(['plan', 'upgrade.yaml', '--set', 'password=hunter2', '--set=token=hunter3'], io, table)).toBe(
      3,
    )
    expect(io.err()).toMatch(/^rollbook: internal failure: x is not a function\n {2}The details are in .*\n$/)
    const file = /details are in (.*)\n/.exec(io.err())?.[1] ?? ''
    const details = readFileSync(file, 'utf8')
    expect(details).toContain('TypeError: x is not a function')
    expect(details).toContain('caused by: deep')
    expect(details).toContain('rollbook plan upgrade.yaml --set ••• --set=•••')
    expect(details).not.toContain('hunter')
  })
})

describe('help', () => {
  test('lists the commands by group, without loading any', async () => {
    const io = captureIo()
    const table = commandThat(() => Promise.reject(new Error('loaded')))
    expect(await runCli(['help'], io, table)).toBe(0)
    expect(io.out()).toMatch(/Write and review\n {2}plan {4}Show the plan\n/)
    expect(io.out()).toMatch(/Document and prove\n {2}report {2}Write the report\n/)
  })

  test.each([[['plan', '--help']], [['help', 'plan']], [['plan', '-h']]])('%j explains one command', async (words) => {
    const io = captureIo()
    expect(
      await runCli(
        words,
        io,
        commandThat(async () => 0),
      ),
    ).toBe(0)
    expect(io.out()).toBe(
      [
        'Usage: rollbook plan RUNBOOK [MORE] [options]',
        '',
        'Show the plan.',
        '',
        'Arguments',
        '  RUNBOOK               The runbook',
        '  MORE                  More files',
        '',
        'Options',
        '  -i, --inventory FILE  The inventory',
        '      --set KEY=VALUE   An input; may be repeated',
        '      --format FORMAT   How: pretty, json (default pretty)',
        '      --json            For machines',
        '  -h, --help            Show this help',
        '      --no-color        No colours, whatever the terminal can do',
        '',
        'Examples',
        '  rollbook plan upgrade.yaml',
        '',
      ].join('\n'),
    )
  })

  test('no command at all is wrong use and shows the overview to people', async () => {
    const io = captureIo()
    expect(await runCli([], io)).toBe(exitCodes.wrongUse)
    expect(io.err()).toContain('Usage: rollbook COMMAND')
    expect(io.out()).toBe('')
  })

  test('the version is that of package.json', async () => {
    const io = captureIo()
    expect(await runCli(['version'], io)).toBe(0)
    expect(io.out()).toBe(`${version}\n`)
    expect(JSON.parse(readFileSync('package.json', 'utf8')).version).toBe(version)
  })
})

describe('the table of commands', () => {
  test.each(commands.map((command) => [command.name, command] as const))('%s', async (_name, command) => {
    expect(command.name).toMatch(/^[a-z]+$/)
    expect(command.summary).toMatch(/^[A-Z][^.]*$/)
    expect(commands.filter((other) => other.name === command.name)).toHaveLength(1)
    const shorts = command.options.flatMap((option) => option.short ?? [])
    expect(new Set([...shorts, 'h']).size).toBe(shorts.length + 1)
    for (const option of command.options) expect(option.name).toMatch(/^[a-z]+(-[a-z]+)*$/)
    for (const example of command.examples) expect(example).toMatch(new RegExp(`^rollbook ${command.name}\\b`))
    expect(typeof (await command.load())).toBe('function')
  })
})

describe('colour', () => {
  test.each([
    [{}, true, true],
    [{}, false, false],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ FORCE_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '0' }, true, false],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, true, false],
    [{ TERM: 'dumb' }, true, false],
  ])('%j on a terminal: %s gives %s', (env, isTTY, expected) => {
    expect(wantsColour(env, isTTY)).toBe(expected)
  })

  test('nested colours come back to the outer one', () => {
    const style = makeStyle(true)
    expect(style.red(`a${style.blue('b')}c`)).toBe('\u001b[31ma\u001b[34mb\u001b[39m\u001b[31mc\u001b[39m')
    expect(makeStyle(false).red('a')).toBe('a')
  })

  test('--no-color wins', async () => {
    const io = captureIo({ colour: true, errorColour: true })
    await runCli(['help', '--no-color'], io)
    expect(io.out()).not.toContain('\u001b')
  })
})

test('text is wrapped at spaces and keeps long words whole', () => {
  expect(wrapText('one two /a/very/long/path three', 9)).toEqual(['one two', '/a/very/long/path', 'three'])
  expect(wrapText('a\n\nb', 9)).toEqual(['a', '', 'b'])
})

test.each([60, 80])('no help page runs out of %d columns, and its examples can still be copied', async (columns) => {
  for (const topic of ['', ...commands.map(({ name }) => name)]) {
    const io = captureIo({ columns })
    await runCli(['help', ...(topic === '' ? [] : [topic])], io)
    const lines = io.out().split('\n')
    expect(lines.filter((line) => line.length > columns)).toEqual([])
    const joined = io.out().replaceAll(' \\\n   ', '')
    for (const example of commands.find(({ name }) => name === topic)?.examples ?? [])
      expect(joined).toContain(`  ${example}\n`)
  }
})
