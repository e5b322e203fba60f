import { describe, expect, it } from 'vitest'
import type { SimulatedRun } from '../../src/simulation/simulated-run.ts'
import { catoPlan, endOf, rehearse, startsOf } from './cato-account.ts'

const berlin = 'Europe/Berlin'
const lisbon = 'Europe/Lisbon'
const vienna = 'Europe/Vienna'

function look(run: SimulatedRun, name: string): { starts: readonly number[]; end: number | undefined; state: string } {
  const target = run.targets.get(name)!
  return { starts: startsOf(run, target), end: endOf(run, target), state: target.state }
}

function gateOf(run: SimulatedRun, zone = berlin): number | undefined {
  const lane = run.lanes.find(({ id }) => id === zone)!
  return lane.gateOpenedAt === undefined ? undefined : (lane.gateOpenedAt - lane.openedAt!) / 60_000
}

const eight = catoPlan({ [berlin]: 'ssssssss' })
const five = ['berlin-1', 'berlin-2', 'berlin-3', 'berlin-4', 'berlin-5']
const rest = ['berlin-6', 'berlin-7', 'berlin-8']

/** A hash that is wrong: the install breaks off after three minutes. */
const badHash = (id: string, target: string, attempts?: string): string =>
  `- {id: ${id}, kind: fail, action: cato.upgrade, targets: [${target}], after: 3m${attempts ? `, attempts: ${attempts}` : ''}}`

describe('the clock of five Sockets', () => {
  it('CATO-15, CATO-17, CATO-21, CATO-27: starts at 0, 5, 10, 15, 20; each takes 17, the fifth ends at 37 and the rest start then', () => {
    const run = rehearse(eight)
    expect(five.map((name) => look(run, name))).toEqual([
      { starts: [0], end: 17, state: 'succeeded' },
      { starts: [5], end: 22, state: 'succeeded' },
      { starts: [10], end: 27, state: 'succeeded' },
      { starts: [15], end: 32, state: 'succeeded' },
      { starts: [20], end: 37, state: 'succeeded' },
    ])
    expect(rest.map((name) => look(run, name).starts)).toEqual([[37], [37], [37]])
    expect(gateOf(run)).toBe(37)
    expect(run.outcome).toBe('succeeded')
  })

  it.each([
    ['berlin-1', [0, 17], 34],
    ['berlin-2', [5, 22], 39],
    ['berlin-3', [10, 27], 44],
    ['berlin-4', [15, 32], 49],
    ['berlin-5', [20, 37], 54],
  ])(
    'CATO-18, CATO-36, CATO-37: %s has a bad hash once, begins again when its time is used up, and the rest start at 54',
    (target, starts, end) => {
      const run = rehearse(eight, badHash('hash', target, '[1]'))
      expect(look(run, target)).toEqual({ starts, end, state: 'succeeded' })
      expect(rest.map((name) => look(run, name).starts)).toEqual([[54], [54], [54]])
      expect(gateOf(run)).toBe(54)
      expect([...run.strikes]).toEqual([['hash', 1]])
    },
  )

  it.each([
    ['berlin-1', 37],
    ['berlin-2', 39],
    ['berlin-3', 44],
    ['berlin-4', 49],
    ['berlin-5', 54],
  ])('slot by slot, a retry of %s lets the rest start at %i', (target, gate) => {
    const run = rehearse(
      catoPlan({ [berlin]: 'ssssssss' }, { next: 'at_slot_per_target' }),
      badHash('hash', target, '[1]'),
    )
    expect(gateOf(run)).toBe(gate)
  })

  it.each([
    ['s', 17, 34],
    ['ss', 22, 39],
    ['sss', 27, 44],
    ['ssss', 32, 49],
    ['sssss', 37, 54],
  ])('fewer Sockets than five: %s lets the rest go at %i, with a retry at %i', (sites, gate, withRetry) => {
    // One pair gives the wave of secondaries something to do; its primary is the last of the initial group.
    const plan = catoPlan({ [berlin]: `h${sites.slice(1)}` })
    const secondary = (faults: string): readonly number[] => look(rehearse(plan, faults), 'berlin-1b').starts
    expect(secondary('')).toEqual([gate])
    expect(secondary(badHash('hash', 'berlin-1a', '[1]'))).toEqual([withRetry])
  })

  it('never more than four of the five are in progress at once', () => {
    const run = rehearse(eight)
    const spans = five.map((name) => look(run, name))
    const busy = spans.map(
      (span) => spans.filter((other) => other.starts[0]! <= span.starts[0]! && other.end! > span.starts[0]!).length,
    )
    expect(Math.max(...busy)).toBe(4)
  })
})

describe('what goes wrong', () => {
  it('CATO-16, CATO-19, CATO-26: the third is unhealthy at the end of its soak: it rolls back, and no further site of the zone starts', () => {
    const run = rehearse(eight, '- {id: kpi, kind: unhealthy, targets: [berlin-3], since: verifying, from: 10m}')
    expect(look(run, 'berlin-3')).toEqual({ starts: [10], end: 27, state: 'rolled_back' })
    expect(run.targets.get('berlin-3')!.version).toBe('17.0')
    expect(rest.map((name) => look(run, name).starts)).toEqual([[], [], []])
    expect(rest.map((name) => look(run, name).state)).toEqual(['skipped', 'skipped', 'skipped'])
    // Those in flight finish.
    expect(look(run, 'berlin-4').state).toBe('succeeded')
    expect(run.lanes[0]!.stoppedBy).toBe('berlin-3')
  })

  it('CATO-26: trouble at minute 9 of the soak is still a rollback', () => {
    const run = rehearse(eight, '- {id: kpi, kind: unhealthy, targets: [berlin-1], since: verifying, from: 9m}')
    expect(look(run, 'berlin-1')).toEqual({ starts: [0], end: 16, state: 'rolled_back' })
    expect(run.events.find(({ type }) => type === 'target_rolling_back')?.at).toBe(run.start + 16 * 60_000)
  })

  it('CATO-39: the second is disconnected at its slot: no second try, skipped', () => {
    const run = rehearse(eight, '- {id: away, kind: disappear, targets: [berlin-2]}')
    expect(look(run, 'berlin-2')).toEqual({ starts: [5], end: 5, state: 'skipped' })
    expect(run.targets.get('berlin-2')).toMatchObject({ version: '17.0', attempts: 1, class: 'unreachable' })
    expect(look(run, 'berlin-8').state).toBe('succeeded')
  })

  it('CATO-38: both tries fail: failed, and the version stays', () => {
    const run = rehearse(eight, badHash('hash', 'berlin-7'))
    expect(look(run, 'berlin-7')).toMatchObject({ starts: [37, 54], state: 'failed' })
    expect(run.targets.get('berlin-7')).toMatchObject({ version: '17.0', attempts: 2 })
    expect(run.strikes.get('hash')).toBe(2)
  })

  it('CATO-20: a critical issue of the process skips every Socket of the account, in other time zones too', () => {
    const plan = catoPlan({ [berlin]: 'ssssssss', [lisbon]: 'sssssss' })
    const run = rehearse(plan, '- {id: service, kind: fail, class: refused, action: cato.upgrade, targets: [berlin-2]}')
    const untouched = [...run.targets.values()].filter(({ lane }) => lane === lisbon)
    expect(new Set(untouched.map(({ state }) => state))).toEqual(new Set(['skipped']))
    expect(untouched.map((target) => startsOf(run, target))).toEqual(untouched.map(() => []))
    expect(rest.map((name) => look(run, name).state)).toEqual(['skipped', 'skipped', 'skipped'])
  })

  it('CATO-05, CATO-19: a stop in one zone is none in another', () => {
    const plan = catoPlan({ [berlin]: 'ssssssss', [vienna]: 'ssssssss' })
    const run = rehearse(
      plan,
      '- {id: kpi, kind: unhealthy, lanes: [Europe/Berlin], targets: [berlin-1], since: verifying, from: 1m}',
    )
    expect(run.lanes.map(({ id, stoppedBy }) => [id, stoppedBy])).toEqual([
      [berlin, 'berlin-1'],
      [vienna, undefined],
    ])
    const there = [...run.targets.values()].filter(({ lane }) => lane === vienna)
    expect(there.every(({ state }) => state === 'succeeded')).toBe(true)
  })
})

describe('pairs', () => {
  it('CATO-13, CATO-14, CATO-22, CATO-30: pairs come first, by their primary alone; the secondary goes last: 34 minutes for a site alone', () => {
    const run = rehearse(catoPlan({ [berlin]: 'h' }))
    expect(run.lanes[0]!.canary).toEqual(['berlin-1a'])
    expect(look(run, 'berlin-1a')).toEqual({ starts: [0], end: 17, state: 'succeeded' })
    expect(look(run, 'berlin-1b')).toEqual({ starts: [17], end: 34, state: 'succeeded' })
  })

  it.each([
    ['the primary', badHash('a', 'berlin-1a', '[1]'), 51],
    ['the secondary', badHash('b', 'berlin-1b', '[1]'), 51],
    ['both', `${badHash('a', 'berlin-1a', '[1]')}\n${badHash('b', 'berlin-1b', '[1]')}`, 68],
  ])('with a retry of %s a site alone ends later', (_who, faults, end) => {
    expect(look(rehearse(catoPlan({ [berlin]: 'h' }), faults), 'berlin-1b').end).toBe(end)
  })

  it('CATO-32, CATO-33: the primary rolls back, and the secondary stays on the old version', () => {
    const run = rehearse(
      catoPlan({ [berlin]: 'hssssss' }),
      '- {id: kpi, kind: unhealthy, targets: [berlin-1a], since: verifying, from: 2m}',
    )
    expect(look(run, 'berlin-1a').state).toBe('rolled_back')
    expect(run.targets.get('berlin-1b')).toMatchObject({ state: 'skipped', version: '17.0', attempts: 0 })
  })
})

describe('the window', () => {
  it('CATO-06, CATO-31: 71 minutes when all goes well; with a retry in each wave the last would end at 122, and are skipped', () => {
    const plan = catoPlan({ [berlin]: 'hhhhhhss' }, { fit: 'worst_case', rollback: false })
    expect(look(rehearse(plan), 'berlin-1b')).toEqual({ starts: [54], end: 71, state: 'succeeded' })
    const run = rehearse(plan, `${badHash('canary', 'berlin-5a', '[1]')}\n${badHash('rest', 'berlin-6a', '[1]')}`)
    expect(gateOf(run)).toBe(54)
    expect(look(run, 'berlin-6a')).toEqual({ starts: [54, 71], end: 88, state: 'succeeded' })
    const secondaries = ['berlin-1b', 'berlin-2b', 'berlin-3b', 'berlin-4b', 'berlin-5b', 'berlin-6b']
    expect(secondaries.map((name) => look(run, name).state)).toEqual(secondaries.map(() => 'skipped'))
    expect(run.targets.get('berlin-1b')!.reason).toMatch(/window/)
  })

  it.each([
    ['first_attempt', 103],
    ['worst_case', 86],
  ] as const)(
    'CATO-06: in two hours with fit %s the last start is at minute %i, and what is left is skipped',
    (fit, last) => {
      const plan = catoPlan({ [berlin]: 's'.repeat(120) }, { fit, stagger: '1m', rollback: false })
      const run = rehearse(plan)
      const all = [...run.targets.values()]
      expect(Math.max(...all.flatMap((target) => startsOf(run, target)))).toBe(last)
      const begun = 5 + (last - 37 + 1)
      expect(all.filter(({ state }) => state === 'succeeded')).toHaveLength(begun)
      expect(all.filter(({ state, reason }) => state === 'skipped' && /window/.test(reason))).toHaveLength(120 - begun)
    },
  )

  it('CATO-04, CATO-05: each zone opens at one o’clock on its own clock, with its own initial group', () => {
    const run = rehearse(
      catoPlan({ [berlin]: 'ssssss', [lisbon]: 'ssssss', 'Asia/Kolkata': 'ssssss' }),
      '',
      Date.UTC(2026, 11, 5),
    )
    const local = (zone: string, at: number): string =>
      new Intl.DateTimeFormat('en-GB', { timeZone: zone, weekday: 'short', hour: '2-digit', minute: '2-digit' }).format(
        at,
      )
    expect(run.lanes.map((lane) => [lane.canary.length, local(lane.id, lane.openedAt!)])).toEqual([
      [5, 'Sun 01:00'],
      [5, 'Sun 01:00'],
      [5, 'Sun 01:00'],
    ])
  })
})
