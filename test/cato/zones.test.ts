/** The shipped runbook over real time zones on nights on which clocks change. */
import { describe, expect, it } from 'vitest'
import type { Plan } from '../../src/plan/model.ts'
import { play, shippedPlan } from './shipped.ts'

/** From Honolulu to Kiritimati; half and three-quarter hours, both hemispheres, and zones without summer time. */
const zones = [
  'Pacific/Honolulu',
  'America/Anchorage',
  'America/Los_Angeles',
  'America/Phoenix',
  'America/Denver',
  'America/Chicago',
  'America/Mexico_City',
  'America/New_York',
  'America/Bogota',
  'America/Halifax',
  'America/St_Johns',
  'America/Sao_Paulo',
  'America/Argentina/Buenos_Aires',
  'Atlantic/Azores',
  'Europe/Lisbon',
  'Europe/London',
  'Africa/Lagos',
  'Europe/Madrid',
  'Europe/Paris',
  'Europe/Berlin',
  'Africa/Johannesburg',
  'Europe/Helsinki',
  'Europe/Istanbul',
  'Africa/Nairobi',
  'Asia/Tehran',
  'Asia/Dubai',
  'Asia/Karachi',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Asia/Dhaka',
  'Asia/Yangon',
  'Asia/Jakarta',
  'Asia/Singapore',
  'Asia/Tokyo',
  'Australia/Adelaide',
  'Australia/Sydney',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
] as const

const minute = 60_000
const hour = 60 * minute

/** What the wall shows: minutes since the midnight before that Sunday; negative on days before. */
function wallClock(zone: string, sunday: number): (at: number) => number {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  })
  return (at) => {
    const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
    const wall = Date.UTC(part['year']!, part['month']! - 1, part['day'], part['hour'], part['minute'])
    return (wall - sunday) / minute
  }
}

/** The first instant of the Sunday at which the wall shows one o'clock or later: found by looking, quarter by quarter. */
function oneOclock(zone: string, sunday: number): number {
  const wall = wallClock(zone, sunday)
  for (let at = sunday - 16 * hour; at < sunday + 16 * hour; at += 15 * minute) if (wall(at) >= 60) return at
  throw new Error(`it is never one o’clock in ${zone}`)
}

/** Up to the end of the rollout: the baseline, the acceptance and what follows know nothing of time zones. */
function rolloutOnly(whole: Plan): Plan {
  const phases = whole.phases
    .filter(({ id }) => id === 'prepare' || id === 'upgrade')
    .map((phase) => ({ ...phase, steps: phase.steps.filter(({ form }) => form !== 'acceptance') }))
  return { ...whole, phases }
}

const plan = rolloutOnly(shippedPlan(Object.fromEntries(zones.map((zone) => [zone, 'hsssss']))))

describe.each([
  ['clocks change in North America in March', Date.UTC(2027, 2, 14)],
  ['clocks change in Europe in March', Date.UTC(2027, 2, 28)],
  ['clocks change in the south in April', Date.UTC(2027, 3, 4)],
  ['clocks change in Europe in October', Date.UTC(2027, 9, 31)],
  ['clocks change in North America in November', Date.UTC(2027, 10, 7)],
])('%s', (_what, sunday) => {
  it('CATO-04, CATO-05, CATO-31: 38 zones, each at one o’clock on its own clock, with its own five, inside its own two hours', () => {
    expect(zones).toHaveLength(38)
    const run = play(plan, '', sunday - 20 * hour)
    expect(run.outcome).toBe('succeeded')
    expect(run.lanes.map(({ id }) => id).sort()).toEqual([...zones].sort())
    for (const lane of run.lanes) {
      const opens = oneOclock(lane.id, sunday)
      expect(lane.openedAt, lane.id).toBe(opens)
      expect(lane.canary, lane.id).toHaveLength(5)
      expect((lane.gateOpenedAt! - opens) / minute, lane.id).toBe(37)
      const targets = [...run.targets.values()].filter((target) => target.lane === lane.id)
      expect(targets, lane.id).toHaveLength(7)
      for (const { name, state, startedAt, endedAt } of targets) {
        expect(state, name).toBe('succeeded')
        expect(startedAt, name).toBeGreaterThanOrEqual(opens)
        expect(endedAt, name).toBeLessThanOrEqual(opens + 2 * hour)
      }
    }
  })
})

it('CATO-05, CATO-19, CATO-33: trouble in three of 38 zones stops those, and no Socket of another is touched by it', () => {
  const troubled = ['Asia/Kathmandu', 'Europe/Berlin', 'America/St_Johns']
  const names = ['kathmandu-1a', 'berlin-2', 'st_johns-3']
  const faults = names.map((name) => `- {id: ${name}, kind: unhealthy, targets: [${name}], since: verifying, from: 2m}`)
  const run = play(plan, faults.join('\n'), Date.UTC(2027, 2, 27, 4))
  const stopped = run.lanes.filter((lane) => lane.stoppedBy !== undefined)
  expect(stopped.map(({ id, stoppedBy }) => [id, stoppedBy]).sort()).toEqual(
    [
      ['America/St_Johns', 'st_johns-3'],
      ['Asia/Kathmandu', 'kathmandu-1a'],
      ['Europe/Berlin', 'berlin-2'],
    ].sort(),
  )
  const elsewhere = [...run.targets.values()].filter(({ lane }) => !troubled.includes(lane ?? ''))
  expect(elsewhere).toHaveLength(35 * 7)
  expect(elsewhere.filter(({ state }) => state !== 'succeeded')).toEqual([])
  expect(run.targets.get('kathmandu-1b')).toMatchObject({ state: 'skipped', version: '17.0' })
})
