import { describe, expect, it } from 'vitest'
import { play } from '../support/rollout-builder.ts'
import { catoPolicy, catoWaves, sockets, window, zone } from './cato.ts'

describe('the clock of the vendor', () => {
  it('CATO-12 CATO-15 CATO-17 CATO-21 CATO-27: five good Sockets start at 0, 5, 10, 15, 20, the fifth ends at 37, the rest begin then', () => {
    const run = play({ policy: catoPolicy, lanes: [zone('sssssss', 5)] }, sockets())
    expect(run.starts).toEqual({ 0: 0, 1: 5, 2: 10, 3: 15, 4: 20, 5: 37, 6: 37 })
    expect(run.endings).toEqual({ 0: 17, 1: 22, 2: 27, 3: 32, 4: 37, 5: 54, 6: 54 })
    expect(new Set(run.ends)).toEqual(new Set(['succeeded']))
  })

  it.each([
    { socket: 4, second: 37, end: 54, rest: 54, perTarget: 54 },
    { socket: 0, second: 17, end: 34, rest: 54, perTarget: 37 },
    { socket: 1, second: 22, end: 39, rest: 54, perTarget: 39 },
    { socket: 2, second: 27, end: 44, rest: 54, perTarget: 44 },
    { socket: 3, second: 32, end: 49, rest: 54, perTarget: 49 },
  ])(
    'CATO-18 CATO-36 CATO-37: Socket $socket with a bad hash tries again from $second to $end, the rest from $rest, or from $perTarget by its own slot',
    ({ socket, second, end, rest, perTarget }) => {
      const acts = sockets((target, attempt) => (target === socket && attempt === 1 ? { each: 'process' } : {}))
      const run = play({ policy: catoPolicy, lanes: [zone('ssssss', 5)] }, acts)
      expect(run.attempts.filter((each) => each.target === socket).map((each) => each.at)).toEqual([5 * socket, second])
      expect(run.endings[socket]).toBe(end)
      expect(run.starts[5]).toBe(rest)
      const own = zone('ssssss', 5, { waves: catoWaves({ next: 'at_slot_per_target' }) })
      expect(play({ policy: catoPolicy, lanes: [own] }, acts).starts[5]).toBe(perTarget)
    },
  )

  it.each([
    { canaries: 1, gate: 17, again: 34 },
    { canaries: 2, gate: 22, again: 39 },
    { canaries: 3, gate: 27, again: 44 },
    { canaries: 4, gate: 32, again: 49 },
  ])(
    'CATO-17 CATO-18: with $canaries in the initial group the rest begin at $gate, with a retry at $again',
    ({ canaries, gate, again }) => {
      const plan = { policy: catoPolicy, lanes: [zone('ssssss', canaries)] }
      expect(play(plan, sockets()).starts[5]).toBe(gate)
      const last = sockets((target, attempt) => (target === canaries - 1 && attempt === 1 ? { each: 'process' } : {}))
      expect(play(plan, last).starts[5]).toBe(again)
    },
  )

  it('CATO-15: up to four of the five are in progress at once', () => {
    const run = play({ policy: catoPolicy, lanes: [zone('sssss', 5)] }, sockets())
    const at = [2, 7, 12, 16, 18, 21, 25, 30, 35]
    const inProgress = at.map(
      (now) =>
        Object.entries(run.starts).filter(([target, start]) => start <= now && now < run.endings[Number(target)]!)
          .length,
    )
    expect(inProgress).toEqual([1, 2, 3, 4, 3, 4, 3, 2, 1])
  })

  it('CATO-19 CATO-29 CATO-16: Socket 3 with bad KPIs at the end of its soak goes back, and no further site of the zone begins', () => {
    let rounds = 0
    const acts = sockets()
    const run = play({ policy: catoPolicy, lanes: [zone('sssssss', 5)] }, (call, now) =>
      call.target === 2 && call.stage === 'health' && ++rounds === 3 ? 'unhealthy' : acts(call, now),
    )
    expect(run.endings[2]).toBe(27)
    expect(run.ends).toEqual([
      'succeeded',
      'succeeded',
      'rolled_back:unhealthy',
      'succeeded',
      'succeeded',
      'skipped:stopped',
      'skipped:stopped',
    ])
    expect(Object.keys(run.starts)).toEqual(['0', '1', '2', '3', '4'])
  })

  it('CATO-26: trouble at minute 9 of the soak is still trouble', () => {
    const acts = sockets()
    const run = play(
      { policy: { ...catoPolicy, health: { ...catoPolicy.health!, intervalMs: 60_000 } }, lanes: [zone('ss', 1)] },
      (call, now) => (call.stage === 'health' && call.target === 0 && run9(now) ? 'unhealthy' : acts(call, now)),
    )
    expect(run.ends).toEqual(['rolled_back:unhealthy', 'skipped:stopped'])
    expect(run.endings[0]).toBe(16)
  })

  it('CATO-23 CATO-39 CATO-43: Socket 2 that is disconnected at its slot gets no second try and is skipped', () => {
    const run = play(
      { policy: catoPolicy, lanes: [zone('ssssss', 5)] },
      sockets((target) => (target === 1 ? { preflight: 'unreachable' } : {})),
    )
    expect(run.ends[1]).toBe('skipped:failed')
    expect(run.attempts.filter((each) => each.target === 1)).toEqual([{ target: 1, attempt: 1, at: 5 }])
    expect(run.starts[5]).toBe(37)
  })

  it('CATO-36 CATO-38 CATO-44: when both tries fail the Socket has failed', () => {
    const run = play(
      { policy: catoPolicy, lanes: [zone('ssssss', 5)] },
      sockets((target) => (target === 4 ? { each: 'process' } : {})),
    )
    expect(run.ends[4]).toBe('failed:failed')
    expect(run.attempts.filter((each) => each.target === 4).map((each) => each.at)).toEqual([20, 37])
    expect(run.ends[5]).toBe('succeeded')
  })

  it('CATO-36: silence is an outcome: a try that hangs is over after 17 minutes', () => {
    const run = play(
      { policy: catoPolicy, lanes: [zone('ss', 1)] },
      sockets((target, attempt) => (target === 0 && attempt === 1 ? { each: 'hang' } : {})),
    )
    expect(run.attempts.filter((each) => each.target === 0).map((each) => each.at)).toEqual([0, 17])
    expect(run.ends).toEqual(['succeeded', 'succeeded'])
    expect(run.starts[1]).toBe(34)
  })
})

describe('the initial group and the rest', () => {
  it('CATO-14 CATO-22 CATO-30: of an HA site the primary goes with the first, the secondary after all others', () => {
    const run = play({ policy: catoPolicy, lanes: [zone('hhss', 2)] }, sockets())
    // Targets: 0 and 2 primaries in the initial group, 4 and 5 single, 1 and 3 secondaries.
    expect(run.starts).toEqual({ 0: 0, 2: 5, 4: 22, 5: 22, 1: 39, 3: 39 })
  })

  it.each([
    { name: 'without a retry', faults: 0, end: 34 },
    { name: 'with one retry', faults: 1, end: 51 },
    { name: 'when both retry', faults: 2, end: 68 },
  ])('CATO-30: an HA site alone takes $end minutes $name', ({ faults, end }) => {
    const run = play(
      { policy: catoPolicy, lanes: [zone('h', 1)] },
      sockets((target, attempt) => (target < faults && attempt === 1 ? { each: 'process' } : {})),
    )
    expect(Math.max(...Object.values(run.endings))).toBe(end)
    expect(run.ends).toEqual(['succeeded', 'succeeded'])
  })

  it.each([
    { fault: { health: 'unhealthy' }, primary: 'rolled_back:unhealthy' },
    { fault: { each: 'process' }, primary: 'failed:failed' },
    { fault: { preflight: 'unreachable' }, primary: 'skipped:failed' },
  ] as const)(
    'CATO-30 CATO-32 CATO-33: when the primary ends as $primary the secondary keeps its version and carries the site',
    ({ fault, primary }) => {
      const run = play(
        { policy: catoPolicy, lanes: [zone('sh', 1)] },
        sockets((target) => (target === 1 ? fault : {})),
      )
      expect(run.ends[1]).toBe(primary)
      expect(run.ends[2]).toMatch(/^skipped:(unit|stopped)$/)
      expect(run.starts[2]).toBeUndefined()
    },
  )

  it('CATO-05: zones are independent: trouble in one leaves the other alone', () => {
    const run = play(
      { policy: catoPolicy, lanes: [zone('sss', 2), zone('sss', 2)] },
      sockets((target) => (target === 0 ? { health: 'unhealthy' } : {})),
    )
    expect(run.ends).toEqual([
      'rolled_back:unhealthy',
      'succeeded',
      'skipped:stopped',
      'succeeded',
      'succeeded',
      'succeeded',
    ])
  })

  it('CATO-20: a critical issue of the upgrade process stops all time zones of the account', () => {
    const run = play(
      { policy: catoPolicy, lanes: [zone('sss', 2), zone('sss', 2)] },
      sockets((target) => (target === 0 ? { each: 'refused' } : {})),
    )
    expect(run.told('RolloutStopped')).toEqual(['RolloutStopped rule @3'])
    expect(run.ends).toEqual([
      'skipped:failed',
      'skipped:stopped',
      'skipped:stopped',
      'succeeded',
      'skipped:stopped',
      'skipped:stopped',
    ])
  })
})

describe('the window', () => {
  it('CATO-04: every zone begins in its own window', () => {
    const run = play(
      { policy: catoPolicy, lanes: [zone('s', 1), zone('s', 1, { openings: window(300, 420) })] },
      sockets(),
    )
    expect(run.starts).toEqual({ 0: 0, 1: 300 })
  })

  it('CATO-06 CATO-31: primaries and secondaries of the rest end at 71 when nothing is tried again', () => {
    const run = play({ policy: catoPolicy, lanes: [zone('ssssshh', 5)] }, sockets())
    expect(Math.max(...Object.values(run.endings))).toBe(71)
  })

  it('CATO-06 CATO-31: with a retry in every wave the last secondaries would end at 122 and are skipped', () => {
    const again = sockets((_, attempt) => (attempt === 1 ? { each: 'process' } : {}))
    const run = play({ policy: catoPolicy, lanes: [zone('ssssshh', 5)] }, again)
    expect(run.starts[5]).toBe(54)
    expect(run.endings[5]).toBe(88)
    expect(run.ends).toEqual([
      ...new Array<string>(5).fill('succeeded'),
      'succeeded',
      'skipped:window_ended',
      'succeeded',
      'skipped:window_ended',
    ])
    const longer = play({ policy: catoPolicy, lanes: [zone('ssssshh', 5, { openings: window(0, 122) })] }, again)
    expect(new Set(longer.ends)).toEqual(new Set(['succeeded']))
    expect(Math.max(...Object.values(longer.endings))).toBe(122)
  })

  it.each([
    { fit: 'worst_case', minute: 86, ends: 'succeeded' },
    { fit: 'worst_case', minute: 86.5, ends: 'skipped:window_ended' },
    { fit: 'first_attempt', minute: 103, ends: 'succeeded' },
    { fit: 'first_attempt', minute: 103.5, ends: 'skipped:window_ended' },
  ] as const)('CATO-06: counting $fit, a start at minute $minute ends as $ends', ({ fit, minute, ends }) => {
    const run = play(
      { policy: { ...catoPolicy, fit }, lanes: [zone('s', 1, { openings: window(-1, 120) })] },
      sockets(),
      { start: at(minute) },
    )
    expect(run.ends).toEqual([ends])
  })

  it('CATO-38: a second try that would not fit any more is not begun', () => {
    const run = play(
      { policy: { ...catoPolicy, fit: 'first_attempt' }, lanes: [zone('s', 1)] },
      sockets((_, attempt) => (attempt === 1 ? { each: 'process' } : {})),
      { start: at(100) },
    )
    expect(run.ends).toEqual(['failed:failed'])
    expect(run.attempts).toHaveLength(1)
  })
})

describe('the download', () => {
  it('CATO-07 CATO-08 CATO-10: it is fetched ahead outside the window where that is possible, and again within it when it failed', () => {
    const stages: string[] = []
    const run = play(
      {
        policy: { ...catoPolicy, stage: 1 },
        lanes: [
          zone('sss', 1, { openings: window(60, 180), targets: { count: 3, wave: [0, 1, 1], staged: [1, 1, 0] } }),
        ],
      },
      (call, now) => {
        if (call.stage === 'stage') stages.push(`${call.target}@${(now - at(0)) / 60_000}`)
        return call.stage === 'stage' && call.target === 1 && now < at(60) ? 'process' : sockets()(call, now)
      },
    )
    expect(stages).toEqual(['0@0', '1@0', '1@77'])
    expect(run.ends).toEqual(['succeeded', 'succeeded', 'succeeded'])
    expect(run.starts).toEqual({ 0: 60, 1: 77, 2: 77 })
  })
})

function at(minutes: number): number {
  return Date.UTC(2026, 0, 4, 1, 0) + minutes * 60_000
}

/** Minute 16 of the first Socket: the ninth of its soak. */
function run9(now: number): boolean {
  return now === at(16)
}
