/** What is pressed while nothing is asked, at a real terminal. */
import { afterEach, expect, it } from 'vitest'
import { builtProgram } from '../support/program.ts'
import { RunWorld } from '../support/run-world.ts'
import { TmuxTerminal } from '../support/tmux.ts'

const open: { end?(): void; remove?(): void }[] = []
afterEach(() => {
  for (const each of open.splice(0).reverse()) {
    each.end?.()
    each.remove?.()
  }
})

const phases = `  - id: upgrade
    kind: upgrade
    title: Upgrade
    steps:
      - id: first
        title: Take a while
        action: local.run
        with: {script: "until test -e enough; do sleep 0.1; done; echo first >> log"}
      - id: second
        title: Must be read first
        action: local.run
        with: {script: "echo second >> log"}
`

/** At the live picture of the first step, which goes on until the file `enough` is there. */
async function atThePicture(): Promise<{ here: RunWorld; terminal: TmuxTerminal }> {
  const here = new RunWorld(phases)
  open.push(here)
  const terminal = new TmuxTerminal(`node ${builtProgram()} run run.yaml -i inventory.yaml --id r1 2>/dev/null`, {
    cwd: here.root,
    columns: 80,
    rows: 34,
    env: { NO_COLOR: '1' },
  })
  open.push(terminal)
  await terminal.see('Abort')
  terminal.press('Enter')
  await terminal.see('▸ 1.1 Take a while')
  return { here, terminal }
}

it('keys pressed at the live picture neither spoil it nor answer the next question', async () => {
  const { here, terminal } = await atThePicture()
  for (const key of ['Enter', 'Enter', 'x', 'Enter']) terminal.press(key)
  await terminal.see(/1\.1 Take a while +(?!0:00)\d+:\d\d/)
  expect(terminal.screen().split('▸ 1.1 Take a while')).toHaveLength(2)
  expect(terminal.screen()).not.toMatch(/^x/m)

  here.write('enough', '')
  await terminal.see(/1\.2 {2}Must be read first[\s\S]*What now\?/)
  terminal.press('C-c')
  await terminal.see('[exit 1]')
  expect(terminal.screen()).toContain('rollbook resume r1')
  expect(here.read('log')).toBe('first\n')
})

it('Ctrl-C at the live picture pauses, and gives the terminal back as it was', async () => {
  const { here, terminal } = await atThePicture()
  terminal.press('C-c')
  await terminal.see('Pausing when this is done')
  here.write('enough', '')
  await terminal.see('[exit 1]')
  expect(here.read('log')).toBe('first\n')
  terminal.type('echoed again')
  await terminal.see('echoed again')
})

it('keys pressed at the watched picture do not spoil it, and Ctrl-C leaves it', async () => {
  const { here } = await atThePicture()
  const watcher = new TmuxTerminal(`node ${builtProgram()} status r1 --watch 2>/dev/null`, {
    cwd: here.root,
    columns: 80,
    rows: 34,
    env: { NO_COLOR: '1' },
  })
  open.push(watcher)
  await watcher.see('▸ 1.1 Take a while')
  for (const key of ['Enter', 'x', 'Enter', 'Enter']) watcher.press(key)
  const [seen] = /1\.1 Take a while +\d+:\d\d/.exec(watcher.screen()) ?? []
  await watcher.see(new RegExp(`1\\.1 Take a while +(?!${seen?.split(' ').at(-1)})\\d+:\\d\\d`))
  expect(watcher.screen().split('▸ 1.1 Take a while')).toHaveLength(2)
  expect(watcher.screen()).not.toMatch(/^x/m)
  watcher.press('C-c')
  await watcher.see('[exit 0]')
  watcher.type('echoed again')
  await watcher.see('echoed again')
})
