/** Steering a rollout at the terminal that shows it, at a real terminal. */
import { afterEach, expect, it } from 'vitest'
import { builtProgram } from '../support/program.ts'
import { RunWorld } from '../support/run-world.ts'
import { TmuxTerminal } from '../support/tmux.ts'
import { until } from '../support/until.ts'

const open: { end?(): void; remove?(): void }[] = []
afterEach(() => {
  for (const each of open.splice(0).reverse()) {
    each.end?.()
    each.remove?.()
  }
})

const inventory = `rollbook: inventory/v1
targets:
  a: {kind: box, version: 1.0.0}
  b: {kind: box, version: 1.0.0}
  c: {kind: box, version: 1.0.0}
`

const more = `components:
  boxes: {select: target.kind == "box", version: {scheme: dotted}}`

/** One target after the other; each goes on until a file of its name is there. */
const phases = `  - id: work
    kind: upgrade
    title: Work
    steps:
      - id: boxes
        title: All boxes
        rollout:
          component: boxes
          to: 2.0.0
          max_concurrency: 1
          deadline: 10m
          each:
            - id: install
              action: local.run
              with: {script: 'until test -e "$BOX"; do sleep 0.1; done; echo "$BOX" >> log', env: {BOX: "\${{ target.name }}"}, idempotent: true}
              deadline: 10m
          rollback: {mode: never, steps: [{id: back, action: local.run, with: {command: ["true"]}, deadline: 10s}]}
`

it('a rollout is paused, a target skipped, and it goes on, from the terminal that shows it', async () => {
  const here = new RunWorld(phases, more)
  open.push(here)
  here.write('inventory.yaml', inventory)
  const terminal = new TmuxTerminal(`node ${builtProgram()} run run.yaml -i inventory.yaml --id r1 2>/dev/null`, {
    cwd: here.root,
    columns: 100,
    rows: 44,
    env: { NO_COLOR: '1' },
  })
  open.push(terminal)
  const choose = async (title: string): Promise<void> => {
    const row = `\\d+\\. ${title}(?: …)?$`
    const chosen = new RegExp(`^❯ +${row}`, 'm')
    const place = (): string | undefined => /^❯.*$/m.exec(terminal.screen())?.[0]
    await terminal.see(new RegExp(`^[ ❯] +${row}`, 'm'))
    while (!chosen.test(terminal.screen())) {
      const before = place()
      terminal.press('Down')
      await until(() => place() !== before)
    }
    terminal.press('Enter')
  }
  await terminal.see('What now?')
  terminal.press('Enter')
  await terminal.see('Press s to steer 1.1 All boxes')

  terminal.press('s')
  await terminal.see('What shall 1.1 All boxes do?')
  await choose('Pause')
  await terminal.see(/paused/)
  here.write('a', '')
  await until(() => here.read('log') === 'a\n')

  terminal.press('s')
  await choose('Skip a target')
  await choose('b')
  await terminal.see('Why is b skipped?')
  terminal.type('It is on the bench')
  terminal.press('Enter')
  await terminal.see('! b: skipped')

  terminal.press('s')
  await choose('Go on')
  here.write('c', '')
  await terminal.see('[exit')
  expect(here.read('log')).toBe('a\nc\n')
  const journal = here.read('.rollbook/runs/r1/journal.jsonl')
  expect(journal).toContain('"reason":"It is on the bench"')
  const said = journal
    .split('\n')
    .filter((line) => line.includes('"RolloutCommanded"'))
    .map((line) => (/"do":"(\w+)"/.exec(line) ?? [])[1])
  expect(said).toEqual(['pause', 'skip_target', 'resume'])
})
