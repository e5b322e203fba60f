/** The whole program, killed at every append of a whole run and resumed: nothing happens twice, nothing is lost. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dieEverywhere, MortalProgram } from '../support/kill-at-every-append.ts'

let program: MortalProgram
const base = mkdtempSync(join(tmpdir(), 'rollbook-kill-'))

beforeAll(async () => {
  program = await MortalProgram.build()
})

afterAll(() => {
  program.remove()
  rmSync(base, { recursive: true, force: true })
})

/** An effect that must not happen twice: it is one more line in the far side's log. */
const effect = (name: string): string => `echo ${name} >> effects.log`
const probe = (name: string): string => `[sh, -c, "grep -qx ${name} effects.log"]`

const runbook = `
rollbook: runbook/v1
name: mortal
title: A run that dies everywhere
version: 1.0.0
roles:
  operator: {title: Operator}
  change_manager: {title: Change manager}
acceptance_criteria:
  - id: alive
    title: The far side answers
    severity: must
    baseline: true
    action: local.run
    with: {script: "test -d .", effect: none}
phases:
  - id: prepare
    kind: preparation
    title: Preparation
    steps:
      - {id: before, title: Capture the baseline, acceptance: baseline}
      - id: look
        title: Look
        action: local.run
        with: {script: "pwd", effect: none}
      - {id: tell, title: Tell the users, role: operator, manual: Tell them.}
      - {id: go, title: Go?, gate: {type: go_no_go, roles: [change_manager], min_approvals: 1}}
  - id: upgrade
    kind: upgrade
    title: Upgrade
    steps:
      - id: maintenance
        title: Maintenance on
        action: local.run
        with: {script: "${effect('maintenance_on')}", probe: ${probe('maintenance_on')}}
        cleanup:
          after: flaky
          title: Maintenance off
          action: local.run
          with: {script: "${effect('maintenance_off')}", probe: ${probe('maintenance_off')}}
      - id: both
        title: Side by side
        parallel: true
        steps:
          - id: left
            title: Left
            action: local.run
            with: {script: "${effect('left')}", probe: ${probe('left')}}
          - id: right
            title: Right
            action: local.run
            with: {script: "${effect('right')}", probe: ${probe('right')}}
      - id: blind
        title: What nobody can look at afterwards
        action: local.run
        with: {script: "${effect('blind')}"}
      - id: flaky
        title: Fails once
        action: local.run
        retry: {max_attempts: 3, delay: 10ms}
        with:
          script: "test -e tried || { touch tried; exit 1; }; ${effect('flaky')}"
          probe: ${probe('flaky')}
  - id: accept
    kind: acceptance
    title: Acceptance
    steps:
      - {id: after, title: Verify, acceptance: final}
`

const answers = `
rollbook: answers/v1
answers:
  tell: {choice: done, by: Olga}
  go: {choice: approve, by: Mia, role: change_manager}
`

let worlds = 0
function world(): string {
  const root = join(base, String((worlds += 1)))
  mkdirSync(root)
  writeFileSync(join(root, 'run.yaml'), runbook)
  writeFileSync(join(root, 'answers.yaml'), answers)
  writeFileSync(join(root, 'effects.log'), '')
  writeFileSync(join(root, 'inventory.yaml'), 'rollbook: inventory/v1\nname: here\ntargets:\n  here: {kind: host}\n')
  return root
}

function effectsIn(root: string): readonly string[] {
  return readFileSync(join(root, 'effects.log'), 'utf8').split('\n').slice(0, -1)
}

const expected = ['blind', 'flaky', 'left', 'maintenance_off', 'maintenance_on', 'right']

/** Nobody but a person can say how the blind effect ended; this one looks at the far side, as the prompt asks. */
async function help(root: string): Promise<boolean> {
  const status = JSON.parse((await program.run(['status', 'r1', '--json'], root)).out) as {
    readonly waiting: readonly { readonly kind: string; readonly path: string }[]
  }
  const [waiting] = status.waiting
  if (waiting?.kind !== 'unknown') return false
  expect(waiting.path).toBe('upgrade/blind')
  const choice = effectsIn(root).includes('blind') ? 'mark_done' : 'retry'
  const words = ['answer', 'r1', 'blind', '--choice', choice, '--reason', 'looked at the log', '--by', 'Olga']
  expect((await program.run(words, root)).code).toBe(0)
  return true
}

it('killed at any append of a whole run, it resumes with no effect lost and none done twice', async () => {
  const rest = ['--unattended', '--answers', 'answers.yaml']
  const places = await dieEverywhere({
    program,
    world,
    start: ['run', 'run.yaml', '-i', 'inventory.yaml', '--id', 'r1', ...rest],
    resume: ['resume', 'r1', ...rest],
    help,
    check: async (root, place, last) => {
      expect(last.code, `${place}\n${last.out}${last.err}`).toBe(0)
      expect([...effectsIn(root)].sort(), place).toEqual(expected)
      expect(effectsIn(root).indexOf('maintenance_on'), place).toBe(0)
      expect(effectsIn(root).at(-1), place).toBe('maintenance_off')
    },
  })
  expect(places).toBeGreaterThan(40)
}, 3_600_000)
