import { describe, expect, test } from 'vitest'
import { asExecuted } from '../../src/book/as-executed.ts'
import { initialFacts, noteRecord } from '../../src/book/journal-facts.ts'
import type { Plan } from '../../src/plan/model.ts'
import { evolveRun } from '../../src/run/evolve.ts'
import { indexPlan } from '../../src/run/plan-index.ts'
import { initialState } from '../../src/run/state.ts'
import { simulateRun } from '../../src/simulation/simulate-run.ts'
import { action, plan, rollout } from '../support/plan-builder.ts'
import { findAction, scenarioFrom } from '../support/rehearsal.ts'

/** Requirements by what covers them, after the run has gone as the scenario says. */
function shown(max_failures: number, scenario: string): Readonly<Record<string, string>> {
  const made = plan(
    [
      [
        rollout('r', ['x', 'y', 'z'], {
          max_failures,
          preflight: [action('look')],
          each: [action('install')],
          rollback: { mode: 'auto', scope: 'target', steps: [action('back')] },
        }),
      ],
    ],
    { targets: ['x', 'y', 'z'] },
  )
  const numbers: Readonly<Record<string, string>> = { look: '1.1.1', install: '1.1.2', back: '1.1.3' }
  const numbered = JSON.parse(JSON.stringify(made), (_, value) =>
    numbers[value?.id] === undefined ? value : { ...value, number: numbers[value.id] },
  ) as Plan
  return played(numbered, numbers, scenario)
}

/** @param numbers - of the step that covers a requirement, by its id */
function played(
  made: Plan,
  numbers: Readonly<Record<string, string>>,
  scenario: string,
): Readonly<Record<string, string>> {
  const covered: Plan = {
    ...made,
    requirements: Object.entries(numbers).map(([id, number]) => ({ id, text: id, covered_by: [number] })),
  }
  const index = indexPlan(covered)
  let state = initialState('test')
  let facts = initialFacts()
  let seq = 0
  simulateRun(covered, {
    start: 0,
    findAction,
    scenario: scenarioFrom(scenario),
    watch: (event) => {
      seq += 1
      state = evolveRun(index, state, structuredClone(event), seq)
      facts = noteRecord(facts, event, seq, '0')
    },
  })
  const rows = asExecuted(covered, state, facts).requirements
  expect(rows.every((row) => row.records !== '')).toBe(true)
  return Object.fromEntries(rows.map((row) => [row.id, `${row.verdict.text}; ${JSON.stringify(row.covered_by)}`]))
}

describe('a requirement that the work of a rollout covers', () => {
  test('is met when the work succeeded on every target; a rollback that nobody needed is not needed', () => {
    const { look, install, back } = shown(0, '')
    expect(look).toMatch(/^Met; .*succeeded on 3 targets/)
    expect(install).toMatch(/^Met; .*succeeded on 3 targets/)
    expect(back).toMatch(/^Not needed; /)
  })

  test('is met when a second try made it good', () => {
    const twice =
      'faults:\n  - {id: f, kind: fail, action: test.act, step: install, targets: [y], attempts: [1], times: 1}\n'
    expect(shown(1, twice)['look']).toMatch(/^Met; /)
  })

  test('is met with a deviation, or not met, when a target failed, and the rollback is shown by those that went back', () => {
    const fails = 'faults:\n  - {id: f, kind: fail, step: install, targets: [y]}\n'
    const tolerated = shown(1, fails)
    expect(tolerated['install']).toMatch(/deviation.*succeeded on 2 of 3 targets/i)
    expect(tolerated['back']).toMatch(/^Met; .*succeeded on 1 target/)
    expect(shown(0, fails)['install']).toMatch(/^Not met; .*succeeded on 1 of 2 targets/)
  })

  test('is not needed where the whole rollout was left out', () => {
    const left = rollout('r', ['x'], { when: 'inputs.go', each: [action('install')] })
    const made = plan([[left]], { targets: ['x'], inputs: { go: false } })
    expect(played(made, { install: '1.1.1' }, '')['install']).toMatch(/^Not needed; /)
  })
})

describe('a requirement whose step failed', () => {
  const steps = [
    action('upgrade', { on_failure: 'continue' }),
    action('again', { when: 'steps.upgrade.outcome == "failed"' }),
  ]
  const fails = (...ids: readonly string[]): string =>
    `faults:\n${ids.map((id) => `  - {id: ${id}, kind: fail, step: ${id}}\n`).join('')}`

  test('is met with a deviation when the step that the runbook keeps for this failure has succeeded', () => {
    const { upgrade } = played(plan([steps]), { upgrade: '1.1' }, fails('upgrade'))
    expect(upgrade).toMatch(/^Met with deviation; .*made good by a later step/)
  })

  test('is not met when that one failed as well', () => {
    expect(played(plan([steps]), { upgrade: '1.1' }, fails('upgrade', 'again'))['upgrade']).toMatch(/^Not met; /)
  })

  test('is met with a deviation when a rollout went its way and some of its targets did not arrive', () => {
    const made = plan([[rollout('r', ['x', 'y'], { max_failures: 1, each: [action('install')] })]], {
      targets: ['x', 'y'],
    })
    const { r } = played(made, { r: '1.1' }, 'faults:\n  - {id: f, kind: fail, step: install, targets: [y]}\n')
    expect(r).toMatch(/^Met/)
    const none = played(made, { r: '1.1' }, 'faults:\n  - {id: f, kind: fail, step: install}\n')
    expect(none['r']).not.toMatch(/^Met/)
  })
})
