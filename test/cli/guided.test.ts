/** The guided run as an operator sees it: a real terminal, real keys. */
import { afterEach, describe, expect, it } from 'vitest'
import { builtProgram } from '../support/program.ts'
import { RunWorld } from '../support/run-world.ts'
import { TmuxTerminal } from '../support/tmux.ts'

const limitMs = 240_000
const open: { end?(): void; remove?(): void }[] = []

afterEach(() => {
  for (const each of open.splice(0).reverse()) {
    each.end?.()
    each.remove?.()
  }
})

const phases = `  - id: preparation
    kind: preparation
    title: Preparation
    steps:
      - id: look
        title: Look at the disks
        description: Nothing is changed by **looking**.
        action: local.run
        with: {script: "echo 40 GB free", effect: none}
        duration: {expected: 5s, worst: 1m}
      - id: tell
        title: Tell the users
        role: operator
        duration: {expected: 2m}
        manual: |
          Send the **announcement**:

          1. Open \`the list\`.
          2. Paste the text.
        form:
          - {id: ticket, title: Ticket, type: integer, required: true}
      - {id: go, title: Start now?, duration: {expected: 1m}, gate: {type: go_no_go, roles: [change_manager], min_approvals: 1}}
  - id: upgrade
    kind: upgrade
    title: Upgrade
    steps:
      - id: install
        title: Install the release
        action: local.run
        with: {script: "echo installing; sleep 1; test -e cured || exit 3; echo done >> log"}
        impact: {kind: outage, downtime: 2m, affects: every application}
        duration: {expected: 2m, worst: 10m}
        back_out: [{id: undo, title: Put the old release back, action: local.run, with: {script: "echo undone >> log"}}]
`

function lead(options: { columns?: number; command?: string; here?: RunWorld } = {}): {
  here: RunWorld
  terminal: TmuxTerminal
} {
  const here = options.here ?? new RunWorld(phases)
  const command = options.command ?? 'run run.yaml -i inventory.yaml --id r1 --by Olga'
  const terminal = new TmuxTerminal(`node ${builtProgram()} ${command} 2>/dev/null`, {
    cwd: here.root,
    columns: options.columns ?? 80,
    rows: 34,
    env: { NO_COLOR: '1' },
  })
  if (!options.here) open.push(here)
  open.push(terminal)
  return { here, terminal }
}

/** Instants and spans of time differ from run to run. */
function steady(screen: string): string {
  return `${screen
    .replaceAll(/\d\d:\d\d:\d\d/g, 'hh:mm:ss')
    .replaceAll(/\d+:\d\d elapsed/g, 'm:ss elapsed')
    .replaceAll(/about (\w+ )?\d\d:\d\d/g, 'about hh:mm')
    .replaceAll(/\d+ \w+( \d+ s)? left/g, 'n left')
    .replaceAll(/\(\d[\d.]* s\)/g, '(n s)')}\n`
}

describe('a guided run', () => {
  it(
    'leads through steps, manual work, a gate and a failure to the end',
    async () => {
      const { here, terminal } = lead()
      await expect(steady(await terminal.see('Abort'))).toMatchFileSnapshot('../golden/cli/guided-step.txt')
      terminal.press('Enter')
      await terminal.see('How did it go?')
      await expect(steady(terminal.screen())).toMatchFileSnapshot('../golden/cli/guided-manual.txt')
      terminal.press('Enter')
      await terminal.see('? Ticket, a whole number')
      terminal.type('soon')
      terminal.press('Enter')
      await terminal.see('Give a whole number.')
      terminal.press('C-u')
      terminal.type('4711')
      terminal.press('Enter')
      await terminal.see('What is the decision?')
      terminal.press('Enter')
      await terminal.see('Who decides?')
      terminal.type('Mia')
      terminal.press('Enter')
      await terminal.see('On what grounds?')
      terminal.type('CAB 12')
      terminal.press('Enter')
      await terminal.see('2.1  Install the release')
      await terminal.see('What now?')
      terminal.press('Enter')
      await terminal.see('installing')
      await terminal.see('Try again')
      await expect(steady(terminal.screen()).split('\n').slice(-26).join('\n')).toMatchFileSnapshot(
        '../golden/cli/guided-failure.txt',
      )
      here.write('cured', '')
      terminal.press('Enter')
      await terminal.see('[exit 0]')
      expect(terminal.history()).toContain('Mia (Change manager) approves: CAB 12')
      expect(here.read('log')).toBe('done\n')
      expect((await here.say('verify', 'r1')).code).toBe(0)
    },
    limitMs,
  )

  it(
    'asks for a reason where the runbook is departed from, and goes back when there is none',
    async () => {
      const { here, terminal } = lead()
      await terminal.see('Abort')
      terminal.press('3', 'Enter')
      await terminal.see('Why is it skipped?')
      terminal.press('Enter')
      await terminal.see('What now?')
      terminal.press('3', 'Enter')
      await terminal.see('Why is it skipped?')
      terminal.type('looked this morning')
      terminal.press('Enter')
      await terminal.see('1.1 Look at the disks skipped, says Olga: looked this morning')
      expect((await here.status()).steps.done).toBe(1)
    },
    limitMs,
  )

  it(
    'shows the details and pauses; resume asks the same question again',
    async () => {
      const { here, terminal } = lead()
      await terminal.see('Abort')
      terminal.press('5', 'Enter')
      await terminal.see('Details of 1.1 Look at the disks')
      await terminal.see('  script  echo 40 GB free')
      terminal.press('C-c')
      await terminal.see('[exit 1]')
      expect(terminal.screen()).toContain('rollbook resume r1')
      expect((await here.status()).status).toBe('paused')
      const { terminal: again } = lead({ here, command: 'resume r1 --by Nora' })
      await again.see('Abort')
      expect(again.screen()).toContain('1.1  Look at the disks')
    },
    limitMs,
  )

  it(
    'withdraws its question when another terminal is faster, and says who it was',
    async () => {
      const { here, terminal } = lead()
      await terminal.see('Abort')
      terminal.press('Enter')
      await terminal.see('How did it go?')
      expect((await here.say('answer', 'r1', '--set', 'ticket=1', '--by', 'Paul')).code).toBe(0)
      await terminal.see('1.2 Tell the users: Paul was faster, at another terminal.')
      await terminal.see('What is the decision?')
      terminal.press('3', 'Enter')
      await terminal.see('is left to somebody else')
      expect((await here.say('approve', 'r1', '--by', 'Mia')).code).toBe(0)
      await terminal.see('2.1  Install the release')
    },
    limitMs,
  )

  it(
    'backs out with a reason, in reverse order',
    async () => {
      const { here, terminal } = lead()
      await terminal.see('Abort')
      terminal.press('Enter')
      await terminal.see('How did it go?')
      expect((await here.say('answer', 'r1', '--set', 'ticket=1', '--by', 'Paul')).code).toBe(0)
      await terminal.see('What is the decision?')
      expect((await here.say('approve', 'r1', '--by', 'Mia')).code).toBe(0)
      await terminal.see('2.1  Install the release')
      await terminal.see('What now?')
      terminal.press('Enter')
      await terminal.see('Try again')
      terminal.press('6', 'Enter')
      await terminal.see('Why is it backed out?')
      terminal.type('enough for tonight')
      terminal.press('Enter')
      await terminal.see('[exit 1]')
      expect(terminal.history()).toContain('backed out after')
      expect((await here.status()).outcome).toBe('backed_out')
      expect(here.read('log')).toBe('undone\n')
    },
    limitMs,
  )

  it(
    'is led by whoever it was handed over to, from then on',
    async () => {
      const { here, terminal } = lead()
      await terminal.see('Abort')
      expect((await here.say('handover', 'r1', '--to', 'Nora', '--reason', 'night shift', '--by', 'Olga')).code).toBe(0)
      await terminal.see('Olga hands over to Nora: night shift')
      terminal.press('3', 'Enter')
      await terminal.see('Why is it skipped?')
      terminal.type('looked this morning')
      terminal.press('Enter')
      await terminal.see('1.1 Look at the disks skipped, says Nora: looked this morning')
    },
    limitMs,
  )

  it(
    'ends when another terminal pauses the run',
    async () => {
      const { here, terminal } = lead()
      await terminal.see('Abort')
      expect((await here.say('pause', 'r1', '--by', 'Paul', '--reason', 'disk alarm')).code).toBe(0)
      await terminal.see('[exit 1]')
      expect(terminal.screen()).toContain('1.1 Look at the disks stays open: the run was paused at another terminal.')
    },
    limitMs,
  )

  it(
    'fits a narrow terminal',
    async () => {
      const { terminal } = lead({ columns: 46 })
      await expect(steady(await terminal.see('Abort'))).toMatchFileSnapshot('../golden/cli/guided-narrow.txt')
    },
    limitMs,
  )
})
