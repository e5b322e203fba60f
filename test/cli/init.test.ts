import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import { shippedSystems } from '../../src/app/scaffold/systems.ts'
import { commands } from '../../src/cli/commands.ts'
import { runCli } from '../../src/cli/run-cli.ts'
import { captureIo } from '../support/captured-io.ts'
import { builtProgram } from '../support/program.ts'
import { TmuxTerminal } from '../support/tmux.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollbook-init-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

async function run(...words: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const io = captureIo({ cwd: folder })
  return { code: await runCli(words, io), out: io.out(), err: io.err() }
}
const read = (name: string): string => readFileSync(join(folder, name), 'utf8')

describe('by flags, every system gives files that hold together', () => {
  it.each([...shippedSystems.map(({ id }) => id), 'scratch'])('%s', async (system) => {
    const made = await run('init', system, '--name', 'night', '--yes')
    expect(made).toMatchObject({ code: 0 })
    expect(made.out).toMatch(/It can be planned: \d+ steps in \d+ phases/)
    expect(readdirSync(folder)).toEqual(
      expect.arrayContaining(['night.yaml', 'night.inventory.yaml', 'night.values.yaml']),
    )
    expect(read('night.yaml')).toMatch(/^name: night$/m)
    // What a file names beside itself is there as well.
    for (const [, file] of read('night.yaml').matchAll(/^catalog: (\S+)|calendar: ([\w.-]+)/gm)) {
      if (file !== undefined) expect(existsSync(join(folder, file))).toBe(true)
    }
    const checked = await run('validate', '.', '-i', 'night.inventory.yaml', '--strict')
    expect(checked).toMatchObject({ code: 0, out: expect.stringMatching(/^no findings in \d files/) as string })
    const sources = ['night.yaml', '-i', 'night.inventory.yaml', '--values', 'night.values.yaml']
    const planned = await run('plan', ...sources, '--json')
    expect(planned.code).toBe(0)
    // A way back that leads nowhere is a fact about gateways of Aviatrix, and no fault of the files.
    expect(planned.err.match(/\[[A-Z_]+\]/g) ?? []).toEqual(
      system === 'aviatrix' ? ['[PLAN_RULE_STUCK]', '[PLAN_RULE_STUCK]'] : [],
    )
  })
})

test('the program that ships finds what it copies', async () => {
  const { execFileSync } = await import('node:child_process')
  execFileSync(process.execPath, [builtProgram(), 'init', 'cato', '--yes'], { cwd: folder })
  expect(readdirSync(folder)).toContain('cato-sockets.scenario.yaml')
})

test('every system has an emulator to practise on', () => {
  const known = commands.find(({ name }) => name === 'emulate')?.arguments[0]?.complete
  for (const { emulator } of shippedSystems) expect(known).toContain(emulator)
})

test('a value is changed with the comments kept, and a version stays text', async () => {
  await run(
    'init',
    'aviatrix',
    '--name',
    'night',
    '--set',
    'release=6.10',
    '--set',
    'first_regions=[us-east-1]',
    '--yes',
  )
  expect(read('night.values.yaml')).toMatch(/^# Values .*\nrelease: "6\.10"\n/)
  expect(read('night.values.yaml')).toMatch(/first_regions:\s+(?:\[ ?us-east-1 ?\]|- us-east-1)/)
})

test('from scratch, hosts and commands are those that were given, whatever they hold', async () => {
  const upgrade = `sudo dpkg -i "app_$RELEASE.deb" # it's: "new"`
  const words = ['--host', 'web-1=192.0.2.1', '--host', 'web-2', '--upgrade', upgrade, '--title', 'Web: all of it']
  const made = await run('init', 'scratch', '--component', 'web', ...words, '--release', '2.10', '--yes')
  expect(made.code).toBe(0)
  const planned = await run(
    'plan',
    'upgrade.yaml',
    '-i',
    'upgrade.inventory.yaml',
    '--values',
    'upgrade.values.yaml',
    '--json',
  )
  const plan = JSON.parse(planned.out) as { runbook: object; targets: object; inputs: object; phases: object[] }
  expect(plan).toMatchObject({
    runbook: { title: 'Web: all of it' },
    targets: { 'web-1': { address: '192.0.2.1', version: '1.0.0' }, 'web-2': { address: 'web-2' } },
    inputs: { release: { value: '2.10' } },
  })
  expect(JSON.stringify(plan.phases[1])).toContain(JSON.stringify(upgrade).slice(1, -1))
  const played = await run(
    'simulate',
    'upgrade.yaml',
    '-i',
    'upgrade.inventory.yaml',
    '--values',
    'upgrade.values.yaml',
  )
  expect(played.code).toBe(0)
  expect(played.out).toMatch(/succeeded/)
})

test('nothing is ever overwritten, and nothing is written when one file is in the way', async () => {
  writeFileSync(join(folder, 'cato-sockets.values.yaml'), 'mine: 1\n')
  const made = await run('init', 'cato', '--yes')
  expect(made).toMatchObject({ code: 1, out: '' })
  expect(made.err).toContain('"cato-sockets.values.yaml" is there already, and is left as it is [FILE_EXISTS]')
  expect(readdirSync(folder)).toEqual(['cato-sockets.values.yaml'])
  expect(read('cato-sockets.values.yaml')).toBe('mine: 1\n')
  const elsewhere = await run('init', 'cato', '--yes', '--directory', 'new/place')
  expect(elsewhere.code).toBe(0)
  expect(readdirSync(join(folder, 'new/place'))).toContain('cato-sockets.yaml')
  // The same once more: all is there already.
  const again = await run('init', 'cato', '--yes', '--directory', 'new/place')
  expect(again).toMatchObject({ code: 0, out: expect.stringContaining('5 files were there already') as string })
})

test.each<[readonly string[], number, string]>([
  [['init'], 2, '[ARGUMENT_MISSING]'],
  [['init', 'stakato-3.0'], 2, 'Did you mean "stackato-3.0"?'],
  [['init', 'cato', '--name', 'My Night'], 1, '[SCAFFOLD_NAME]'],
  [['init', 'scratch', '--host', 'a b=c'], 1, '[SCAFFOLD_NAME]'],
  [['init', 'scratch', '--component', 'Web'], 1, '[SCAFFOLD_NAME]'],
  [['init', 'cato', '--set', 'release'], 2, '[SET_MALFORMED]'],
])('rollbook %j is answered with %i and %s', async (words, code, said) => {
  const made = await run(...words)
  expect(made.code).toBe(code)
  expect(made.err).toContain(said)
  expect(readdirSync(folder)).toEqual([])
})

describe('in a conversation, on a real terminal', () => {
  let terminal: TmuxTerminal
  afterEach(() => terminal.end())
  const begin = (): void => {
    terminal = new TmuxTerminal(`${process.execPath} ${builtProgram()} init`, { cwd: folder, columns: 100, rows: 40 })
  }

  it('a system that ships', async () => {
    begin()
    await terminal.see('What do you upgrade?')
    terminal.press('Down', 'Down', 'Down', 'Down', 'Down', 'Enter')
    await terminal.see('What is it called?')
    terminal.type('My Sockets')
    terminal.press('Enter')
    await terminal.see('lower case letters')
    terminal.press('C-u')
    terminal.type('sockets')
    terminal.press('Enter')
    await terminal.see('Which release is installed by it?')
    terminal.type('18.5.2')
    terminal.press('Enter')
    await terminal.see('Write 5 files into this folder?')
    terminal.press('Enter')
    const screen = await terminal.see('[exit 0]')
    expect(screen).toContain('+ sockets.yaml')
    expect(screen).toContain('rollbook plan sockets.yaml -i sockets.inventory.yaml --values sockets.values.yaml')
    expect(screen).toContain('rollbook emulate cato')
    expect(read('sockets.values.yaml')).toContain('release: 18.5.2')
  })

  it('from scratch', async () => {
    begin()
    await terminal.see('What do you upgrade?')
    terminal.press('End', 'Down', 'Down', 'Down', 'Down', 'Down', 'Down', 'Enter')
    for (const [question, answer] of [
      ['What is it called?', 'shop'],
      ['Title of the runbook?', 'Upgrade of the shop'],
      ['What are the hosts, in one word?', 'shop'],
      ['Hosts, as NAME or NAME=ADDRESS?', 'shop-1=192.0.2.1, shop-2=192.0.2.2'],
      ['Command that installs $RELEASE on one?', ''],
      ['Command that prints its version?', ''],
      ['Version that is installed now?', '3.1'],
      ['Release to install?', '3.2'],
    ] as const) {
      await terminal.see(question)
      if (answer !== '') terminal.type(answer)
      terminal.press('Enter')
    }
    await terminal.see('Write 3 files')
    terminal.press('Enter')
    await terminal.see('[exit 0]')
    expect(read('shop.inventory.yaml')).toContain('shop-2: {address: "192.0.2.2"}')
  })

  it('Ctrl-C leaves nothing behind', async () => {
    begin()
    await terminal.see('What do you upgrade?')
    terminal.press('Enter')
    await terminal.see('What is it called?')
    terminal.press('C-c')
    await terminal.see('nothing was written')
    await terminal.see('[exit 1]')
    expect(readdirSync(folder)).toEqual([])
  })
})
