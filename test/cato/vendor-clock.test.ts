/** The vendor's numbers, with the runbook as it ships, on the simulator. */
import { describe, expect, it } from 'vitest'
import { badHash, fateOf, gateOf, play, shippedPlan } from './shipped.ts'

const berlin = 'Europe/Berlin'
const lisbon = 'Europe/Lisbon'
const vienna = 'Europe/Vienna'

const eight = shippedPlan({ [berlin]: 'ssssssss' })
const five = ['berlin-1', 'berlin-2', 'berlin-3', 'berlin-4', 'berlin-5']
const rest = ['berlin-6', 'berlin-7', 'berlin-8']

describe('the clock of five Sockets', () => {
  it('CATO-12, CATO-15, CATO-17, CATO-21, CATO-27: starts at 0, 5, 10, 15, 20; each takes 17, the fifth ends at 37 and the rest start then', () => {
    const run = play(eight)
    expect(run.lanes[0]!.canary).toEqual(five)
    expect(five.map((name) => fateOf(run, name))).toEqual([
      { starts: [0], end: 17, state: 'succeeded' },
      { starts: [5], end: 22, state: 'succeeded' },
      { starts: [10], end: 27, state: 'succeeded' },
      { starts: [15], end: 32, state: 'succeeded' },
      { starts: [20], end: 37, state: 'succeeded' },
    ])
    expect(rest.map((name) => fateOf(run, name).starts)).toEqual([[37], [37], [37]])
    expect(gateOf(run, berlin)).toBe(37)
    expect(run.outcome).toBe('succeeded')
  })

  it('CATO-17, CATO-27: with the watch as it ships each has ended by its 17 minutes, and the rest start at 37 all the same', () => {
    const run = play(shippedPlan({ [berlin]: 'ssssssss' }, { inputs: { kpi_watch: '9m' } }))
    expect(five.map((name) => fateOf(run, name).end)).toEqual([16, 21, 26, 31, 36])
    expect(gateOf(run, berlin)).toBe(37)
  })

  it.each([
    ['berlin-1', [0, 17], 34],
    ['berlin-2', [5, 22], 39],
    ['berlin-3', [10, 27], 44],
    ['berlin-4', [15, 32], 49],
    ['berlin-5', [20, 37], 54],
  ])(
    'CATO-09, CATO-18, CATO-36, CATO-37: %s has a bad hash once, begins again when its 17 minutes are over, and the rest start at 54',
    (target, starts, end) => {
      const run = play(eight, badHash('hash', target, '[1]'))
      expect(fateOf(run, target)).toEqual({ starts, end, state: 'succeeded' })
      expect(rest.map((name) => fateOf(run, name).starts)).toEqual([[54], [54], [54]])
      expect(gateOf(run, berlin)).toBe(54)
      expect([...run.strikes]).toEqual([['hash', 1]])
    },
  )

  it.each([
    ['berlin-1', 37],
    ['berlin-2', 39],
    ['berlin-3', 44],
    ['berlin-4', 49],
    ['berlin-5', 54],
  ])('with `next: at_slot_per_target` in the runbook a retry of %s lets the rest start at %i', (target, gate) => {
    const plan = shippedPlan(
      { [berlin]: 'ssssssss' },
      { edit: (text) => text.replace('next: at_slot\n', 'next: at_slot_per_target\n') },
    )
    expect(gateOf(play(plan, badHash('hash', target, '[1]')), berlin)).toBe(gate)
  })

  it.each([
    ['s', 17, 34],
    ['ss', 22, 39],
    ['sss', 27, 44],
    ['ssss', 32, 49],
    ['sssss', 37, 54],
  ])('fewer sites than five: %s lets the rest go at %i, with a retry at %i', (sites, gate, withRetry) => {
    // One pair gives the wave of secondaries something to do; its primary is one of the initial group.
    const plan = shippedPlan({ [berlin]: `h${sites.slice(1)}` })
    expect(fateOf(play(plan), 'berlin-1b').starts).toEqual([gate])
    expect(fateOf(play(plan, badHash('hash', 'berlin-1a', '[1]')), 'berlin-1b').starts).toEqual([withRetry])
  })

  it('never more than four of the five are in progress at once', () => {
    const run = play(eight)
    const spans = five.map((name) => fateOf(run, name))
    const busy = spans.map(
      (span) => spans.filter((other) => other.starts[0]! <= span.starts[0]! && other.end! > span.starts[0]!).length,
    )
    expect(Math.max(...busy)).toBe(4)
  })

  it('CATO-36, CATO-37: a Socket whose installation hangs is tried again when its 17 minutes are over', () => {
    const run = play(
      shippedPlan({ [berlin]: 'ssssssss' }, { inputs: { kpi_watch: '9m' } }),
      '- {id: hang, kind: hang, action: cato.upgrade, targets: [berlin-2], attempts: [1]}',
    )
    expect(fateOf(run, 'berlin-2')).toMatchObject({ starts: [5, 22], state: 'succeeded' })
    expect(fateOf(run, 'berlin-2').end).toBeLessThan(39)
    expect(gateOf(run, berlin)).toBe(54)
  })
})

describe('what goes wrong', () => {
  it('CATO-16, CATO-19, CATO-26, CATO-29: the third is unhealthy at the end of its soak: it goes back, and no further site of the zone starts', () => {
    const run = play(eight, '- {id: kpi, kind: unhealthy, targets: [berlin-3], since: verifying, from: 10m}')
    expect(fateOf(run, 'berlin-3')).toEqual({ starts: [10], end: 27, state: 'rolled_back' })
    expect(run.targets.get('berlin-3')).toMatchObject({ version: '17.0', attempts: 1 })
    expect(rest.map((name) => fateOf(run, name))).toEqual(
      rest.map(() => ({ starts: [], end: expect.any(Number), state: 'skipped' })),
    )
    // Those in flight finish.
    expect(['berlin-4', 'berlin-5'].map((name) => fateOf(run, name).state)).toEqual(['succeeded', 'succeeded'])
    expect(run.lanes[0]!.stoppedBy).toBe('berlin-3')
  })

  it('CATO-26: trouble at minute 9 of the soak is still a rollback', () => {
    const run = play(eight, '- {id: kpi, kind: unhealthy, targets: [berlin-1], since: verifying, from: 9m}')
    expect(fateOf(run, 'berlin-1')).toEqual({ starts: [0], end: 16, state: 'rolled_back' })
  })

  it('CATO-23, CATO-39, CATO-43: the second is disconnected at its slot: no second try, skipped', () => {
    const run = play(eight, '- {id: away, kind: disappear, step: upgrade/sockets, targets: [berlin-2]}')
    expect(fateOf(run, 'berlin-2')).toEqual({ starts: [5], end: 5, state: 'skipped' })
    expect(run.targets.get('berlin-2')).toMatchObject({ version: '17.0', attempts: 1, class: 'unreachable' })
    expect(gateOf(run, berlin)).toBe(37)
    expect(fateOf(run, 'berlin-8').state).toBe('succeeded')
  })

  it('CATO-36, CATO-38, CATO-44: both tries fail: failed, the version stays, and the others go on', () => {
    const run = play(eight, badHash('hash', 'berlin-7'))
    expect(fateOf(run, 'berlin-7')).toMatchObject({ starts: [37, 54], state: 'failed' })
    expect(run.targets.get('berlin-7')).toMatchObject({ version: '17.0', attempts: 2, class: 'not_ready' })
    expect(run.strikes.get('hash')).toBe(2)
    expect(fateOf(run, 'berlin-8').state).toBe('succeeded')
  })

  it('CATO-20: a critical issue of the process skips every Socket of the account that has not started, in other time zones too', () => {
    const plan = shippedPlan({ [berlin]: 'ssssssss', [lisbon]: 'sssssss' })
    const run = play(plan, '- {id: service, kind: fail, class: process, action: cato.upgrade, targets: [berlin-2]}')
    const there = [...run.targets.values()].filter(({ lane }) => lane === lisbon)
    expect(there.map(({ name, state }) => [fateOf(run, name).starts, state])).toEqual(there.map(() => [[], 'skipped']))
    expect(rest.map((name) => fateOf(run, name).state)).toEqual(['skipped', 'skipped', 'skipped'])
    expect(fateOf(run, 'berlin-2').state).toBe('skipped')
  })

  it('CATO-05, CATO-19: a stop in one zone is none in another', () => {
    const plan = shippedPlan({ [berlin]: 'ssssssss', [vienna]: 'ssssssss' })
    const run = play(plan, '- {id: kpi, kind: unhealthy, targets: [berlin-1], since: verifying, from: 1m}')
    expect(run.lanes.map(({ id, stoppedBy }) => [id, stoppedBy])).toEqual([
      [berlin, 'berlin-1'],
      [vienna, undefined],
    ])
    const there = [...run.targets.values()].filter(({ lane }) => lane === vienna)
    expect(there).toHaveLength(8)
    expect(there.every(({ state }) => state === 'succeeded')).toBe(true)
  })
})

describe('pairs', () => {
  it('CATO-13, CATO-14: pairs are preferred for the initial group, by their primary alone, and never two Sockets of a site', () => {
    const run = play(shippedPlan({ [berlin]: 'sshhshh' }))
    expect(run.lanes[0]!.canary).toEqual(['berlin-3a', 'berlin-4a', 'berlin-6a', 'berlin-7a', 'berlin-1'])
  })

  it('CATO-22, CATO-30: the secondary goes last, after its primary: 34 minutes for a site alone', () => {
    const run = play(shippedPlan({ [berlin]: 'h' }))
    expect(fateOf(run, 'berlin-1a')).toEqual({ starts: [0], end: 17, state: 'succeeded' })
    expect(fateOf(run, 'berlin-1b')).toEqual({ starts: [17], end: 34, state: 'succeeded' })
  })

  it.each([
    ['the primary', badHash('a', 'berlin-1a', '[1]'), 51],
    ['the secondary', badHash('b', 'berlin-1b', '[1]'), 51],
    ['both', `${badHash('a', 'berlin-1a', '[1]')}\n${badHash('b', 'berlin-1b', '[1]')}`, 68],
  ])('CATO-30: with a retry of %s a site alone ends later', (_who, faults, end) => {
    expect(fateOf(play(shippedPlan({ [berlin]: 'h' }), faults), 'berlin-1b').end).toBe(end)
  })

  it.each([
    ['rolls back', '- {id: kpi, kind: unhealthy, targets: [berlin-1a], since: verifying, from: 2m}', 'rolled_back'],
    ['fails twice', badHash('hash', 'berlin-1a'), 'failed'],
    ['is skipped', '- {id: away, kind: disappear, step: upgrade/sockets, targets: [berlin-1a]}', 'skipped'],
  ])('CATO-30, CATO-32, CATO-33: a primary %s, and its secondary stays on the old version', (_how, fault, state) => {
    const run = play(shippedPlan({ [berlin]: 'hs' }), fault)
    expect(fateOf(run, 'berlin-1a').state).toBe(state)
    expect(run.targets.get('berlin-1b')).toMatchObject({ state: 'skipped', version: '17.0', attempts: 0 })
  })
})

describe('the window', () => {
  it('CATO-06, CATO-31: 71 minutes when all goes well; with a retry in each wave the last would end at 122, and are skipped', () => {
    const plan = shippedPlan({ [berlin]: 'hhhhhhss' })
    expect(fateOf(play(plan), 'berlin-1b')).toEqual({ starts: [54], end: 71, state: 'succeeded' })
    const run = play(plan, `${badHash('canary', 'berlin-5a', '[1]')}\n${badHash('rest', 'berlin-6a', '[1]')}`)
    expect(gateOf(run, berlin)).toBe(54)
    expect(fateOf(run, 'berlin-6a')).toEqual({ starts: [54, 71], end: 88, state: 'succeeded' })
    const secondaries = ['berlin-1b', 'berlin-2b', 'berlin-3b', 'berlin-4b', 'berlin-5b', 'berlin-6b']
    expect(secondaries.map((name) => fateOf(run, name).state)).toEqual(secondaries.map(() => 'skipped'))
    expect(run.targets.get('berlin-1b')!.reason).toMatch(/window/)
  })

  it.each([
    ['worst_case', 86],
    ['first_attempt', 103],
  ])('CATO-06: in two hours with fit %s the last start is at minute %i, and what is left is skipped', (fit, last) => {
    const edit = (text: string): string => text.replace('fit: worst_case', `fit: ${fit}`)
    const edited = fit === 'worst_case' ? {} : { edit }
    const plan = shippedPlan({ [berlin]: 's'.repeat(120) }, { ...edited, inputs: { rest_stagger: '1m' } })
    const run = play(plan)
    const all = [...run.targets.values()]
    expect(Math.max(...all.flatMap(({ name }) => fateOf(run, name).starts))).toBe(last)
    const begun = 5 + (last - 37 + 1)
    expect(all.filter(({ state }) => state === 'succeeded')).toHaveLength(begun)
    expect(all.filter(({ state, reason }) => state === 'skipped' && /window/.test(reason))).toHaveLength(120 - begun)
  })

  it('CATO-06: what was skipped because the window ended is not taken up in the next one', () => {
    const plan = shippedPlan(
      { [berlin]: 's'.repeat(8) },
      { edit: (text) => text.replace('duration: 2h\n', 'duration: 40m\n') },
    )
    const run = play(plan)
    expect(rest.map((name) => fateOf(run, name).state)).toEqual(['skipped', 'skipped', 'skipped'])
    expect(run.end - run.start).toBeLessThan(24 * 3_600_000)
  })
})
