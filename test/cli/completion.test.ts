import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { commands } from '../../src/cli/commands.ts'
import { runCli } from '../../src/cli/run-cli.ts'
import { captureIo } from '../support/captured-io.ts'
import { builtProgram } from '../support/program.ts'
import { TmuxTerminal } from '../support/tmux.ts'

const runbook = `rollbook: runbook/v1
name: night
title: Night
version: 1.0.0
inputs:
  release: {type: version, title: Release, required: true}
  wait: {type: duration, title: Wait, default: 5m}
roles: {operator: {title: Operator}, boss: {title: Boss}}
phases:
  - id: prepare
    kind: preparation
    title: Preparation
    steps:
      - id: both
        title: Both
        steps:
          - {id: tell_users, title: "Tell \${{ inputs.release }} in \${{ inputs.wait }}", manual: Tell.}
      - {id: go, title: Go?, gate: {type: go_no_go, roles: [boss]}}
`

let folder: string
let env: NodeJS.ProcessEnv

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rollbook-completion-'))
  writeFileSync(join(folder, 'night.yaml'), runbook)
  mkdirSync(join(folder, 'inner'))
  mkdirSync(join(folder, 'bin'))
  const program = join(folder, 'bin/rollbook')
  writeFileSync(program, `#!/bin/sh\nexec ${process.execPath} ${builtProgram()} "$@"\n`)
  chmodSync(program, 0o755)
  env = { ...process.env, PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH']}`, HOME: folder, TERM: 'dumb' }
  const io = captureIo({ cwd: folder })
  await runCli(['run', 'night.yaml', '--set', 'release=1.1', '--unattended', '--id', 'night-1'], io)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function scriptFor(shell: string): Promise<string> {
  const io = captureIo()
  expect(await runCli(['completion', shell], io)).toBe(0)
  return io.out()
}

/** Lines that are typed, and what a shell must offer: all of it when it is a list, at least this when it is a set. */
const typed: readonly (readonly [string, readonly string[] | ReadonlySet<string>])[] = [
  ['rollbook compl', ['completion']],
  ['rollbook ', new Set([...commands.map(({ name }) => name), 'help'])],
  ['rollbook help mig', ['migrate']],
  ['rollbook init cle', ['cleanroom']],
  ['rollbook init --set x=1 -d inner ca', ['cato']],
  ['rollbook completion ', ['bash', 'zsh', 'fish']],
  ['rollbook schema sc', ['scenario']],
  ['rollbook diff night.yaml ni', ['night.yaml']],
  ['rollbook plan nig', ['night.yaml']],
  ['rollbook migrate --only blast', ['blast-radius-units']],
  ['rollbook plan night.yaml --set ', ['release=', 'wait=']],
  ['rollbook run -i night.yaml night.yaml --set rel', ['release=']],
  ['rollbook plan night.yaml --only-phase ', ['prepare']],
  ['rollbook status ', ['last', 'night-1']],
  ['rollbook approve night', ['night-1']],
  ['rollbook approve last ', ['both', 'tell_users', 'go']],
  ['rollbook answer night-1 tel', ['tell_users']],
  ['rollbook approve last go --role ', ['operator', 'boss']],
  ['rollbook explain KIND_N', ['KIND_NEWER']],
  ['rollbook explain check.ve', ['check.version']],
  ['rollbook emulate stackato-', ['stackato-3.0']],
  ['rollbook validate --format s', ['sarif']],
]

function expectOffered(offered: readonly string[], wanted: readonly string[] | ReadonlySet<string>): void {
  if (wanted instanceof Set) expect(offered).toEqual(expect.arrayContaining([...wanted]))
  else expect(offered.toSorted()).toEqual([...(wanted as readonly string[])].sort())
}

describe('bash', () => {
  let script: string
  beforeAll(async () => {
    script = await scriptFor('bash')
  })

  it.each(typed)('%s', (line, wanted) => {
    const file = join(folder, 'ask.bash')
    const words = line.split(' ').map((word) => `'${word}'`)
    const ask = `COMP_WORDS=(${words.join(' ')})\nCOMP_CWORD=${words.length - 1}\n_rollbook\nprintf '%s\\n' "\${COMPREPLY[@]}"\n`
    writeFileSync(file, `${script}\n${ask}`)
    const offered = execFileSync('bash', [file], { encoding: 'utf8', cwd: folder, env }).split('\n')
    expectOffered(
      offered.filter((each) => each !== ''),
      wanted,
    )
  })

  it('a list of options for every command', () => {
    for (const { name, options } of commands) {
      const file = join(folder, 'ask.bash')
      writeFileSync(
        file,
        `${script}\nCOMP_WORDS=(rollbook ${name} --)\nCOMP_CWORD=2\n_rollbook\nprintf '%s\\n' "\${COMPREPLY[@]}"\n`,
      )
      const offered = execFileSync('bash', [file], { encoding: 'utf8', cwd: folder, env }).split('\n')
      expect(offered).toEqual(expect.arrayContaining([...options.map((option) => `--${option.name}`), '--help']))
    }
  })

  it('at a real prompt, with the key that people press', async () => {
    writeFileSync(join(folder, 'rc'), `${script}\nPS1='$ '\n`)
    const terminal = new TmuxTerminal(`PATH=${env['PATH']} bash --rcfile ${join(folder, 'rc')} -i`, {
      cwd: folder,
      columns: 100,
      rows: 20,
    })
    try {
      await terminal.see(/\$$/)
      terminal.type('rollbook plan night.yaml --set rel')
      terminal.press('Tab')
      // Without a blank behind the equals sign, so that the value can be typed.
      await terminal.see('--set release=')
      terminal.type('1.2 --only-ph')
      terminal.press('Tab')
      await terminal.see('--set release=1.2 --only-phase')
      terminal.press('Tab')
      await terminal.see('--only-phase prepare')
    } finally {
      terminal.end()
    }
  })
})

const has = (shell: string): boolean => spawnSync(shell, ['--version']).status === 0

describe.runIf(has('zsh'))('zsh, where it is installed', () => {
  it('at a real prompt, with the key that people press', async () => {
    writeFileSync(join(folder, '.zshrc'), `autoload -Uz compinit && compinit -u\n${await scriptFor('zsh')}\nPS1='$ '\n`)
    const terminal = new TmuxTerminal(`PATH=${env['PATH']} HOME=${folder} ZDOTDIR=${folder} zsh -i`, {
      cwd: folder,
      columns: 100,
      rows: 20,
    })
    try {
      await terminal.see(/\$$/)
      for (const [start, end] of [
        ['rollbook compl', 'rollbook completion'],
        ['rollbook init cle', 'rollbook init cleanroom'],
        ['rollbook plan night.yaml --only-phase pre', '--only-phase prepare'],
        ['rollbook approve last tell', 'rollbook approve last tell_users'],
        ['rollbook status night', 'rollbook status night-1'],
        ['rollbook plan night.yaml --set rel', '--set release='],
      ] as const) {
        terminal.press('C-u')
        terminal.type(start)
        terminal.press('Tab')
        await terminal.see(end)
      }
    } finally {
      terminal.end()
    }
  })
})

describe.runIf(has('fish'))('fish, where it is installed', () => {
  let file: string
  beforeAll(async () => {
    file = join(folder, 'rollbook.fish')
    writeFileSync(file, await scriptFor('fish'))
  })

  it.each(typed)('%s', (line, wanted) => {
    const answer = execFileSync('fish', ['--no-config', '-c', `source ${file}; complete -C '${line}'`], {
      encoding: 'utf8',
      cwd: folder,
      env,
    })
    const offered = answer
      .split('\n')
      .filter((each) => each !== '')
      .map((each) => each.split('\t')[0] ?? '')
    expectOffered(offered, wanted)
  })
})

test('fish knows every command and option', async () => {
  const script = await scriptFor('fish')
  for (const { name, options } of commands) {
    expect(script).toContain(`-a ${name} -d`)
    for (const option of options) expect(script).toContain(`__fish_seen_subcommand_from ${name}' -l ${option.name}`)
  }
})

test('what cannot be read offers nothing, and says nothing', async () => {
  const io = captureIo({ cwd: folder })
  expect(await runCli(['completion', 'values', 'input', '--', 'plan', 'gone.yaml', '--set'], io)).toBe(0)
  expect(await runCli(['completion', 'values', 'step', '--', 'approve', 'gone'], io)).toBe(0)
  expect(io.out() + io.err()).toBe('')
})

test('another shell is wrong use', async () => {
  const io = captureIo()
  expect(await runCli(['completion', 'tcsh'], io)).toBe(2)
  expect(io.err()).toContain('bash, zsh and fish')
})
