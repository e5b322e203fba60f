import { describe, expect, it } from 'vitest'
import type { Plan } from '../../src/plan/model.ts'
import type { RunEvent } from '../../src/run/events.ts'
import type { RunForecast } from '../../src/run/progress.ts'
import { foresee } from '../../src/simulation/foresee.ts'
import { simulateRun } from '../../src/simulation/simulate-run.ts'
import type { SimulatedRun } from '../../src/simulation/simulated-run.ts'
import { acceptance, action, check, criterion, gate, group, manual, plan, rollout } from '../support/plan-builder.ts'
import { findAction, scenarioFrom } from '../support/rehearsal.ts'
import { berlinOpens, catoPlan } from './cato-account.ts'

const minute = 60_000
const takes = (minutes: number): { duration: { expected_ms: number; worst_ms: number } } => ({
  duration: { expected_ms: minutes * minute, worst_ms: 2 * minutes * minute },
})

function played(made: Plan, start: number): { readonly run: SimulatedRun; readonly records: readonly RunEvent[] } {
  const records: RunEvent[] = []
  const run = simulateRun(made, { start, findAction, watch: (event) => void records.push(structuredClone(event)) })
  return { run, records }
}

function forecast(made: Plan, records: readonly RunEvent[], now: number, pieceMax = 40): RunForecast | undefined {
  const work = foresee(made, records, { now, findAction }, pieceMax)
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
  }
}

/** Where a turn ends: the next record happens later, or is an answer. A crash elsewhere is the business of a resume. */
function turnEnds(records: readonly RunEvent[]): readonly number[] {
  return records.flatMap((event, index) => {
    const next = records[index + 1]
    return next && next.at > event.at ? [index + 1] : []
  })
}

const steps = plan(
  [
    [
      manual('tell', takes(15)),
      group('both', [action('a', takes(4)), action('b', takes(6))], { parallel: true }),
      gate('go', {}, takes(10)),
      action('many', { ...takes(10), targets: ['x', 'y', 'z'], max_concurrency: 2 }),
      rollout('r', ['x', 'y', 'z'], { each: [action('install', takes(7))], max_concurrency: 2 }),
      check('look', takes(1)),
    ],
  ],
  { targets: ['x', 'y', 'z'] },
)

describe('the forecast of a run that is under way', () => {
  it.each([
    ['steps, people and a rollout', steps, 0],
    [
      'lanes with windows',
      catoPlan({ 'Europe/Berlin': 'hss', 'Asia/Kathmandu': 's' }, { deadline: '20m' }),
      berlinOpens - 60 * minute,
    ],
  ] as const)('is the end of the run, from wherever it is made, when all goes on as expected: %s', (_, made, start) => {
    const { run, records } = played(made, start)
    expect(run.outcome).toBe('succeeded')
    const cuts = turnEnds(records)
    expect(cuts.length).toBeGreaterThan(8)
    const every = Math.ceil(cuts.length / 12)
    for (const [place, cut] of cuts.entries()) {
      if (place % every !== 0) continue
      const now = records[cut - 1]!.at
      const found = forecast(made, records.slice(0, cut), now)
      expect([cut, found?.outcome, found?.endAt]).toEqual([cut, 'succeeded', run.end])
      const open = run.lanes.filter((lane) => lane.endedAt! > now)
      for (const lane of open) expect(found?.lanes[lane.step]?.[lane.id]).toBe(lane.endedAt)
    }
  })

  it('moves with what takes longer: work that is overdue ends now at the earliest', () => {
    const { run, records } = played(steps, 0)
    const asked = records.findIndex((event) => event.type === 'PromptOpened') + 1
    // Nobody has done the manual step for an hour that was to take a quarter of one.
    expect(forecast(steps, records.slice(0, asked), 60 * minute)?.endAt).toBe(run.end + 45 * minute)
  })

  it('says that it waits for people where nobody can know what they decide', () => {
    const { records } = played(steps, 0)
    const started = records.findIndex((event) => event.type === 'CallStarted')
    const { call } = (records[started] as Extract<RunEvent, { type: 'CallStarted' }>).data
    const failure: RunEvent = {
      id: `CallFailed/${call}`,
      type: 'CallFailed',
      at: records[started]!.at,
      of: call,
      data: { class: 'process', message: 'the disk is full', evidence: [] },
    }
    const found = forecast(steps, [...records.slice(0, started + 1), failure], failure.at)
    expect(found).toMatchObject({ outcome: 'waiting', reason: expect.stringContaining('the disk is full') })
  })

  it('finds after the change what was found before it, on every target', () => {
    const made = plan(
      [
        [
          acceptance('before', 'baseline', ['packs']),
          manual('tell', takes(5)),
          acceptance('after', 'final', ['packs']),
        ],
      ],
      {
        targets: ['x', 'y'],
        criteria: [
          criterion('packs', { targets: ['x', 'y'], pass_when: 'baseline.names.all(name, name in outputs.names)' }),
        ],
      },
    )
    // What the real systems showed; whoever looks ahead does not know it.
    const found = scenarioFrom(`outputs:
  - {action: test.measure, targets: [x], give: {names: [java, company-php]}}
  - {action: test.measure, targets: [y], give: {names: [python]}}
`)
    const records: RunEvent[] = []
    const watch = (event: RunEvent): void => void records.push(structuredClone(event))
    simulateRun(made, { start: 0, findAction, scenario: found, watch })
    const asked = records.findIndex((event) => event.type === 'PromptOpened') + 1
    expect(records.slice(0, asked).filter((event) => event.type === 'AcceptanceRecorded')).toHaveLength(2)
    expect(forecast(made, records.slice(0, asked), 0)?.outcome).toBe('succeeded')
  })

  it('ends with the last thing that happens where it waits, not with a clock that nobody looks at any more', () => {
    const made = plan(
      [[gate('go', { expires_after_ms: 4320 * minute }, takes(10)), acceptance('after', 'final', ['room'])]],
      { criteria: [criterion('room', { pass_when: 'outputs.free * 7 == 294' })] },
    )
    const { records } = played(made, 0)
    const asked = records.findIndex((event) => event.type === 'PromptOpened') + 1
    expect(forecast(made, records.slice(0, asked), 0)).toMatchObject({ outcome: 'waiting', endAt: 10 * minute })
  })

  it('is made in pieces, and not at all before a run begins, after its end, or of a rehearsal', () => {
    const { records } = played(steps, 0)
    const half = records.slice(0, turnEnds(records)[4])
    let pauses = 0
    for (const work = foresee(steps, half, { now: half.at(-1)!.at, findAction }, 10); !work.next().done; ) pauses += 1
    expect(pauses).toBeGreaterThan(4)
    expect(forecast(steps, [], 0)).toBeUndefined()
    expect(forecast(steps, records, records.at(-1)!.at)).toBeUndefined()
    const rehearsal = half.map((event) =>
      event.type === 'RunStarted' ? { ...event, data: { ...event.data, mode: 'dry_run' as const } } : event,
    )
    expect(forecast(steps, rehearsal, half.at(-1)!.at)).toBeUndefined()
  })
})
