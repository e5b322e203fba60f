import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Plan } from '../../src/plan/model.ts'
import { simulateRun } from '../../src/simulation/simulate-run.ts'
import { finalStates, type SimulatedRun } from '../../src/simulation/simulated-run.ts'
import { simulationJson } from '../../src/simulation/simulation-json.ts'
import { findAction, scenarioFrom } from '../support/rehearsal.ts'
import { berlinOpens, catoPlan } from './cato-account.ts'

const long = process.env['ROLLBOOK_LONG'] !== undefined

const timeoutMs = long ? 900_000 : 60_000

const zones = ['Europe/Berlin', 'Europe/Lisbon', 'America/New_York', 'Asia/Kolkata'] as const

/** Plans are dear to make and do not change. */
const plans = new Map<string, Plan>()

function planOf(sites: readonly string[]): Plan {
  const key = JSON.stringify(sites)
  const known = plans.get(key)
  if (known) return known
  const plan = catoPlan(Object.fromEntries(sites.map((kinds, index) => [zones[index]!, kinds])), {
    deadline: '30m',
    window: '5h',
  })
  plans.set(key, plan)
  return plan
}

const sitesOf = fc.constantFrom<readonly string[]>(['s'], ['hs'], ['sssssss'], ['hhss', 'sh'], ['hssssss', 'ss', 'hh'])

const fault = fc.record({
  kind: fc.constantFrom('fail', 'hang', 'unhealthy', 'disappear'),
  target: fc.constantFrom('berlin-1', 'berlin-1a', 'berlin-2', 'lisbon-1', 'berlin-1b', ''),
  action: fc.constantFrom('cato.upgrade', 'cato.kpi', 'cato.socket_connected', ''),
  attempts: fc.constantFrom('', '[1]', '[2]'),
  class: fc.constantFrom('process', 'refused', 'timeout', 'unreachable', 'not_ready'),
  after: fc.constantFrom('0s', '3m', '20m'),
  chance: fc.constantFrom('1', '0.5', '0.1'),
  times: fc.constantFrom('', '1', '2'),
})

type FaultWords = typeof fault extends fc.Arbitrary<infer Value> ? Value : never

function scenarioText(faults: readonly FaultWords[], spread: boolean): string {
  const times = spread ? '{range: {min: 4m, max: 9m}}' : '{fixed: 7m}'
  const lines = faults.map((words, index) => {
    const members = [
      `id: f${index}`,
      `kind: ${words.kind}`,
      ...(words.target === '' ? [] : [`targets: [${words.target}]`]),
      ...(words.action === '' ? [] : [`action: ${words.action}`]),
      ...(words.attempts === '' ? [] : [`attempts: ${words.attempts}`]),
      ...(words.kind === 'fail' ? [`class: ${words.class}`] : []),
      ...(words.times === '' ? [] : [`times: ${words.times}`]),
      `after: ${words.after}`,
      `chance: ${words.chance}`,
    ]
    return `  - {${members.join(', ')}}`
  })
  const durations = `durations:\n  - {action: cato.upgrade, ${times.slice(1)}\n`
  return `${durations}${lines.length === 0 ? '' : `faults:\n${lines.join('\n')}\n`}`
}

function play(
  sites: readonly string[],
  faults: readonly FaultWords[],
  more: { seed?: number; spread?: boolean; killAfter?: readonly number[] } = {},
): SimulatedRun {
  return simulateRun(planOf(sites), {
    scenario: scenarioFrom(scenarioText(faults, more.spread ?? false)),
    start: berlinOpens,
    findAction,
    ...(more.seed === undefined ? {} : { seed: more.seed }),
    ...(more.killAfter === undefined ? {} : { killAfter: more.killAfter }),
  })
}

const ends = (run: SimulatedRun): Record<string, string> =>
  Object.fromEntries([...run.targets.values()].map((target) => [target.name, target.state]))

describe('simulations', () => {
  it(
    'give the same bytes for the same seed',
    () => {
      fc.assert(
        fc.property(sitesOf, fc.array(fault, { maxLength: 3 }), fc.nat(1000), (sites, faults, seed) => {
          const text = (): string =>
            JSON.stringify(simulationJson(play(sites, faults, { seed, spread: true }), undefined, { offsetMs: 0 }))
          expect(text()).toBe(text())
        }),
        { numRuns: long ? 60 * 20 : 60 },
      )
    },
    timeoutMs,
  )

  it(
    'bring every target to exactly one final state when they end, and no target ends twice',
    () => {
      fc.assert(
        fc.property(sitesOf, fc.array(fault, { maxLength: 4 }), fc.nat(1000), (sites, faults, seed) => {
          const run = play(sites, faults, { seed, spread: true })
          if (run.outcome !== 'waiting') {
            for (const target of run.targets.values()) {
              expect(finalStates.has(target.state), `${target.name} is ${target.state}`).toBe(true)
              if (target.state !== 'succeeded') expect(target.reason).not.toBe('')
            }
          }
          const told = run.events.filter(({ type }) =>
            /^target_(?:succeeded|rolled_back|failed|skipped|held)$/.test(type),
          )
          expect(new Set(told.map(({ target }) => target)).size).toBe(told.length)
        }),
        { numRuns: long ? 120 * 20 : 120 },
      )
    },
    timeoutMs,
  )

  it(
    'end in the same states when the engine is killed after any record, as often as one likes',
    () => {
      fc.assert(
        fc.property(
          sitesOf,
          fc.array(
            fault.filter(({ kind, after }) => kind !== 'hang' && after !== '20m'),
            { maxLength: 2 },
          ),
          fc.array(fc.nat(9999), { minLength: 1, maxLength: 4 }),
          (sites, faults, places) => {
            const steady = faults.map((words): FaultWords => ({ ...words, chance: '1', times: '' }))
            const whole = play(sites, steady)
            const killAfter = places.map((place) => 1 + Math.floor((place / 10_000) * whole.records))
            const killed = play(sites, steady, { killAfter })
            expect(ends(killed)).toEqual(ends(whole))
            expect(killed.outcome).toBe(whole.outcome)
          },
        ),
        { numRuns: long ? 100 * 20 : 100 },
      )
    },
    timeoutMs,
  )

  it('are not moved by the order of anything: another order of the same zones gives every zone the same', () => {
    const text = scenarioText([], true)
    const one = simulateRun(catoPlan({ 'Europe/Berlin': 'hss', 'Europe/Lisbon': 'ss' }), {
      scenario: scenarioFrom(text),
      start: berlinOpens,
      findAction,
    })
    const other = simulateRun(catoPlan({ 'Europe/Lisbon': 'ss', 'Europe/Berlin': 'hss' }), {
      scenario: scenarioFrom(text),
      start: berlinOpens,
      findAction,
    })
    const facts = (run: SimulatedRun): unknown =>
      [...run.targets.values()]
        .map(({ name, state, startedAt, endedAt }) => ({ name, state, startedAt, endedAt }))
        .sort((a, b) => (a.name < b.name ? -1 : 1))
    expect(facts(other)).toEqual(facts(one))
  })
})
