import { describe, expect, it } from 'vitest'
import type { FailureClass } from '../../src/base/failure.ts'
import { listOpenings } from '../../src/rollout/openings.ts'
import type { FailureRule, RolloutPolicy, WavePolicy } from '../../src/rollout/policy.ts'
import { type Acts, hour, lane, minute, type Played, play, t0, targets, wave } from '../support/rollout-builder.ts'

/** Work takes ten minutes; targets listed in `bad` end with a failure instead. */
const tenMinutes =
  (bad: Readonly<Record<number, FailureClass>> = {}): Acts =>
  (call) =>
    call.stage === 'each' ? { after: 10, outcome: bad[call.target] ?? 'ok' } : undefined

const back: RolloutPolicy['rollback'] = { mode: 'auto', scope: 'target', steps: 1 }
const rest = (count: number, end: string): string[] => new Array<string>(count).fill(end)

function one(policy: Partial<RolloutPolicy>, acts: Acts, limits: Partial<WavePolicy> = {}, count = 4): Played {
  return play({ policy, lanes: [lane({ waves: [wave('all', limits)], targets: targets(count) })] }, acts)
}

describe('what limits a wave', () => {
  it.each<{ key: string; limits: Partial<WavePolicy>; starts: number[] }>([
    { key: 'nothing', limits: {}, starts: [0, 0, 0, 0] },
    { key: 'max_concurrency', limits: { maxConcurrency: 2 }, starts: [0, 0, 10, 10] },
    { key: 'stagger, from start to start', limits: { staggerMs: 4 * minute }, starts: [0, 4, 8, 12] },
    {
      key: 'stagger under max_concurrency',
      limits: { staggerMs: 4 * minute, maxConcurrency: 2 },
      starts: [0, 4, 10, 14],
    },
    { key: 'batch_size', limits: { batchSize: 3 }, starts: [0, 0, 0, 10] },
    { key: 'cooldown, from finish to start', limits: { batchSize: 2, cooldownMs: 5 * minute }, starts: [0, 0, 15, 15] },
    { key: 'max_unavailable', limits: { maxUnavailable: 1 }, starts: [0, 10, 20, 30] },
  ])('$key', ({ limits, starts }) => {
    expect(Object.values(one({}, tenMinutes(), limits).starts)).toEqual(starts)
  })

  it('max_unavailable counts what failed, and stops when that alone uses it up', () => {
    const run = one({}, tenMinutes({ 0: 'process' }), { maxUnavailable: 1 })
    expect(run.ends).toEqual(['failed:failed', ...rest(3, 'skipped:stopped')])
    expect(run.told('LaneStopped')).toEqual(['LaneStopped max_unavailable @10'])
  })

  it('the concurrency of a lane and of the rollout reach over waves, cells and lanes', () => {
    const pair = [lane({ targets: targets(4), maxConcurrency: 2 }), lane({ targets: targets(4) })]
    const run = play({ policy: { maxConcurrency: 3 }, lanes: pair, cellSize: 1 }, tenMinutes())
    const at = (start: number): number => Object.values(run.starts).filter((each) => each === start).length
    expect([at(0), at(10), at(20)]).toEqual([3, 3, 2])
  })

  it('the same plan stops at the same failure whatever runs at once', () => {
    const bad = { 1: 'process', 3: 'process' } as const
    for (const most of [1, 50]) {
      const run = one({ maxConcurrency: most, maxFailures: 1 }, tenMinutes(bad), {}, 60)
      expect(run.told('RolloutStopped')).toHaveLength(1)
      expect(run.ends.filter((end) => end === 'failed:failed')).toHaveLength(2)
    }
  })
})

describe('between waves', () => {
  const two = (first: Partial<WavePolicy>, second: Partial<WavePolicy> = {}): ReturnType<typeof lane> =>
    lane({ waves: [wave('first', first), wave('second', second)], targets: { count: 2, wave: [0, 1] } })

  it('soak counts from the last end', () => {
    expect(play({ lanes: [two({ soakMs: 30 * minute })] }, tenMinutes()).starts).toEqual({ 0: 0, 1: 40 })
  })

  it('a gate waits for the command, however long', () => {
    const run = play({ lanes: [two({}, { gate: true })] }, tenMinutes(), {
      commands: [{ at: t0 + 600 * minute, command: { do: 'open_gate', wave: 1 } }],
    })
    expect(run.starts).toEqual({ 0: 0, 1: 600 })
    expect(run.told('GateAwaited', 'GateOpened')).toEqual(['GateAwaited 1 @10', 'GateOpened 1 @600'])
  })

  it('without the command nothing is due, and nothing ends', () => {
    const run = play({ lanes: [two({}, { gate: true })] }, tenMinutes())
    expect(run.end.ended).toBe(false)
    expect(run.ends).toEqual(['succeeded', 'pending'])
  })

  it('promote leaves out soak and gate, never the work of the wave', () => {
    const run = play({ lanes: [two({ soakMs: hour }, { gate: true })] }, tenMinutes(), {
      commands: [{ at: t0 + 3 * minute, command: { do: 'promote', lane: 0 } }],
    })
    expect(run.starts).toEqual({ 0: 0, 1: 10 })
  })

  it('a wave without targets is passed over; a canary without targets stops the run', () => {
    const plain = play({ lanes: [lane({ waves: [wave('a'), wave('b')], targets: { count: 1, wave: [1] } })] })
    expect(plain.ends).toEqual(['succeeded'])
    const canary = { next: 'when_done', onUnproven: 'stop_run' } as const
    const run = play({ lanes: [lane({ waves: [wave('a', { canary }), wave('b')], targets: { count: 1, wave: [1] } })] })
    expect(run.told('RolloutStopped')).toEqual(['RolloutStopped canary_empty @0'])
    expect(run.ends).toEqual(['skipped:stopped'])
  })

  it.each([
    { onUnproven: 'stop_run', other: 'skipped:stopped' },
    { onUnproven: 'stop_lane', other: 'succeeded' },
  ] as const)('an unreachable canary: $onUnproven', ({ onUnproven, other }) => {
    const canary = { next: 'when_done', onUnproven } as const
    const zone = lane({ waves: [wave('a', { canary }), wave('b')], targets: { count: 2, wave: [0, 1] } })
    const failureTable: FailureRule[] = [{ class: 'unreachable', do: 'skip', then: 'continue' }]
    const run = play({ policy: { failureTable }, lanes: [zone, zone] }, tenMinutes({ 0: 'unreachable' }))
    expect(run.ends).toEqual(['skipped:failed', 'skipped:stopped', 'succeeded', other])
  })
})

describe('units and failure domains', () => {
  const cluster = (
    given: Partial<RolloutPolicy['unit']>,
    more: Partial<RolloutPolicy> = {},
    acts: Acts = tenMinutes(),
  ): Played =>
    play(
      {
        policy: { unit: { oneAtATime: true, skipRestWhen: [], fitWhole: false, ...given }, ...more },
        lanes: [lane({ targets: targets(4, { unit: [0, 0, 0, 1], rank: [2, 0, 1, 0] }) })],
      },
      acts,
    )

  it('one_at_a_time goes by the order of the unit', () => {
    expect(cluster({}).starts).toEqual({ 1: 0, 3: 0, 2: 10, 0: 20 })
    expect(cluster({ oneAtATime: false }).starts).toEqual({ 0: 0, 1: 0, 2: 0, 3: 0 })
  })

  it('skip_rest_when leaves the members out that have not begun', () => {
    expect(cluster({ skipRestWhen: ['failed'] }, {}, tenMinutes({ 2: 'process' })).ends).toEqual([
      'skipped:unit',
      'succeeded',
      'failed:failed',
      'succeeded',
    ])
  })

  it('a unit that must fit as a whole does not begin when its last member would not', () => {
    const policy = { deadlineMs: 10 * minute, unit: { oneAtATime: true, skipRestWhen: [], fitWhole: true } }
    const openings = listOpenings([
      { start: t0, end: t0 + 25 * minute },
      { start: t0 + hour, end: t0 + 2 * hour },
    ])
    const zone = lane({ openings, targets: targets(4, { unit: [0, 0, 0, 1] }) })
    expect(play({ policy, lanes: [zone] }, tenMinutes()).starts).toEqual({ 3: 0, 0: 60, 1: 70, 2: 80 })
  })

  it('two failure domains are never away at once unless allowed', () => {
    const racks = [lane({ targets: targets(5, { domain: [0, 1, 0, 1, -1] }) })]
    expect(play({ lanes: racks }, tenMinutes()).starts).toEqual({ 0: 0, 2: 0, 4: 0, 1: 10, 3: 10 })
    expect(play({ policy: { domainsAtOnce: 2 }, lanes: racks }, tenMinutes()).starts).toEqual({
      0: 0,
      1: 0,
      2: 0,
      3: 0,
      4: 0,
    })
  })

  it('blast_radius counts what is in progress and what failed, and stops when only failures are left', () => {
    const run = one({ blastRadius: { maxTargets: 2 } }, tenMinutes({ 0: 'process', 1: 'process' }))
    expect(run.starts).toEqual({ 0: 0, 1: 0 })
    expect(run.told('RolloutStopped')).toEqual(['RolloutStopped blast_radius @10'])
  })

  it('a unit of any size is at risk once, until the last of its members is good again', () => {
    const members = 300
    const unit = Array.from({ length: members + 1 }, (_, place) => (place < members ? 0 : 1))
    const policy = { blastRadius: { maxUnits: 300 }, unit: { oneAtATime: false, skipRestWhen: [], fitWhole: false } }
    const run = play({ policy, lanes: [lane({ targets: targets(members + 1, { unit }) })] }, (call) =>
      call.stage === 'each' ? { after: 1 + call.target } : undefined,
    )
    const reports = run.events.flatMap((event) => (event.type === 'ReportTaken' ? event.report.units : []))
    expect(reports.filter((units) => units !== 0)).toEqual([1, 1, -1, -1])
  })
})

describe('the life of one target', () => {
  it('goes through as many actions as there are', () => {
    const calls: number[] = []
    play({ policy: { each: 300 }, lanes: [lane({ targets: targets(1) })] }, (call) => {
      calls.push(call.index)
      return calls.length > 1_000 ? 'hang' : 'ok'
    })
    expect(calls).toEqual(Array.from({ length: 300 }, (_, index) => index))
  })

  it('has as many attempts as it is given, however many these are', () => {
    const retry: RolloutPolicy['retry'] = { maxAttempts: 300, delayMs: minute, backoff: 1, at: 'failure', classes: [] }
    const run = play(
      { policy: { retry }, lanes: [lane({ targets: targets(1) })] },
      (call) => (call.stage === 'each' ? 'process' : undefined),
      { until: t0 + 900 * minute },
    )
    expect(run.told('TargetStarted')).toHaveLength(300)
    expect([run.ends, run.endings[0]]).toEqual([['failed:failed'], 299])
  })

  it('goes through stage, preflight, each, post_checks and health in this order', () => {
    const seen: string[] = []
    const health = {
      checks: 2,
      intervalMs: minute,
      minHealthyMs: minute,
      failuresAllowed: 0,
      onUnknown: 'fail',
    } as const
    one(
      { stage: 1, preflight: 2, each: 2, postChecks: 1, health },
      (call) => void seen.push(`${call.stage} ${call.index}`),
      {},
      1,
    )
    const round = ['health 0', 'health 1']
    expect(seen).toEqual([
      'stage 0',
      'preflight 0',
      'preflight 1',
      'each 0',
      'each 1',
      'post_checks 0',
      ...round,
      ...round,
    ])
  })

  it.each([
    { at: 'failure', backoff: 1, starts: [0, 13, 26] },
    { at: 'failure', backoff: 2, starts: [0, 13, 29] },
    { at: 'deadline', backoff: 1, starts: [0, 20, 40] },
  ] as const)('retry at $at with backoff $backoff', ({ at, backoff, starts }) => {
    const run = one(
      { deadlineMs: 20 * minute, retry: { maxAttempts: 3, delayMs: 3 * minute, backoff, at, classes: [] } },
      tenMinutes({ 0: 'process' }),
      {},
      1,
    )
    expect(run.attempts.map((each) => each.at)).toEqual(starts)
    expect(run.ends).toEqual(['failed:failed'])
  })

  it('the deadline makes silence a failure, for rollback and staging too', () => {
    const policy: Partial<RolloutPolicy> = {
      stage: 1,
      deadlineMs: 20 * minute,
      rollback: { ...back, deadlineMs: 5 * minute },
    }
    expect(one(policy, (call) => (call.stage === 'each' ? 'hang' : undefined), {}, 1).ends).toEqual([
      'rolled_back:deadline',
    ])
    const stuck = one(
      policy,
      (call) => (call.stage === 'each' || call.stage === 'rollback' ? 'hang' : undefined),
      {},
      1,
    )
    expect(stuck.ends).toEqual(['failed:rollback_deadline'])
    expect(stuck.endings[0]).toBe(25)
    const staging = one(policy, (call) => (call.stage === 'stage' && call.attempt === 1 ? 'hang' : undefined), {}, 1)
    expect(staging.starts).toEqual({ 0: 20 })
  })

  it.each([
    { allowed: 0, end: 'rolled_back:unhealthy', at: 12 },
    { allowed: 1, end: 'succeeded', at: 16 },
  ])('health tolerates $allowed unhealthy rounds, and counts anew from the last of them', ({ allowed, end, at }) => {
    let round = 0
    const run = one(
      {
        rollback: back,
        health: {
          checks: 1,
          intervalMs: 2 * minute,
          minHealthyMs: 4 * minute,
          failuresAllowed: allowed,
          onUnknown: 'fail',
        },
      },
      (call, now) => (call.stage === 'health' && ++round === 2 ? 'unhealthy' : tenMinutes()(call, now)),
      {},
      1,
    )
    expect(run.ends).toEqual([end])
    expect(run.endings[0]).toBe(at)
  })

  it.each([
    { onUnknown: 'fail', ends: ['failed:unhealthy', 'succeeded'] },
    { onUnknown: 'hold', ends: ['held:health_unknown', 'succeeded'] },
    { onUnknown: 'ask', ends: ['held:health_unknown', 'pending'] },
  ] as const)('a check that cannot tell: on_unknown $onUnknown', ({ onUnknown, ends }) => {
    const health = { checks: 1, intervalMs: minute, minHealthyMs: 0, failuresAllowed: 0, onUnknown } as const
    const run = one(
      { health, maxConcurrency: 1 },
      (call) => (call.stage === 'health' && call.target === 0 ? 'unknown' : undefined),
      {},
      2,
    )
    expect(run.ends).toEqual(ends)
  })
})

describe('failure', () => {
  const table: FailureRule[] = [
    { class: 'unreachable', do: 'skip', then: 'continue' },
    { class: 'not_ready', do: 'retry', then: 'continue' },
    { class: 'not_ready', do: 'fail', then: 'continue' },
    { class: 'unhealthy', do: 'rollback', then: 'continue' },
    { class: 'refused', do: 'hold', then: 'continue' },
    { do: 'fail', then: 'continue' },
  ]
  it.each<{ class: FailureClass; end: string; attempts: number }>([
    { class: 'unreachable', end: 'skipped:failed', attempts: 1 },
    { class: 'not_ready', end: 'failed:failed', attempts: 2 },
    { class: 'unhealthy', end: 'rolled_back:failed', attempts: 1 },
    { class: 'refused', end: 'held:failed', attempts: 1 },
    { class: 'process', end: 'failed:failed', attempts: 1 },
  ])('the first row that matches counts: $class ends as $end', ({ class: failure, end, attempts }) => {
    const retry = { maxAttempts: 2, delayMs: 0, backoff: 1, at: 'failure', classes: [] } as const
    const run = one({ failureTable: table, retry, rollback: back }, tenMinutes({ 0: failure }), {}, 1)
    expect(run.ends).toEqual([end])
    expect(run.attempts).toHaveLength(attempts)
  })

  it.each([
    { mode: 'auto', end: 'rolled_back:failed' },
    { mode: 'ask', end: 'held:asked' },
    { mode: 'never', end: 'failed:failed' },
  ] as const)('rollback.mode $mode counts with and without a row of the table that rolls back', ({ mode, end }) => {
    for (const failureTable of [[], [{ do: 'rollback', then: 'continue' }]] as const) {
      const run = one({ rollback: { ...back, mode }, failureTable }, tenMinutes({ 0: 'process' }), {}, 1)
      expect(run.ends).toEqual([end])
      // What people are asked about stays open until they have answered.
      expect(run.end.ended).toBe(mode !== 'ask')
    }
  })

  it('what was not changed yet is not rolled back', () => {
    const run = one(
      { preflight: 1, rollback: back },
      (call) => (call.stage === 'preflight' ? 'not_ready' : undefined),
      {},
      1,
    )
    expect(run.ends).toEqual(['failed:failed'])
  })

  const fleet = (policy: Partial<RolloutPolicy>): Played =>
    play(
      {
        policy: { maxConcurrency: 1, ...policy },
        lanes: [
          lane({ waves: [wave('a'), wave('b')], targets: { count: 4, wave: [0, 0, 0, 1], unit: [0, 0, -1, -1] } }),
          lane({ waves: [wave('a'), wave('b')], targets: { count: 2, wave: [0, 1] } }),
        ],
      },
      tenMinutes({ 1: 'unhealthy' }),
    )

  it.each([
    {
      then: 'stop_wave',
      ends: ['succeeded', 'failed:failed', 'skipped:stopped', 'succeeded', 'succeeded', 'succeeded'],
    },
    {
      then: 'stop_lane',
      ends: ['succeeded', 'failed:failed', 'skipped:stopped', 'skipped:stopped', 'succeeded', 'succeeded'],
    },
  ] as const)('then: $then reaches exactly that', ({ then, ends }) => {
    expect(fleet({ failureTable: [{ class: 'unhealthy', do: 'fail', then }] }).ends).toEqual(ends)
  })

  it('then: ask holds everything back until a person answers', () => {
    const failureTable: FailureRule[] = [{ do: 'fail', then: 'ask' }]
    const lanes = [lane({ targets: targets(2) })]
    const acts = tenMinutes({ 0: 'process' })
    const waiting = play({ policy: { maxConcurrency: 1, failureTable }, lanes }, acts)
    expect([waiting.end.ended, ...waiting.ends]).toEqual([false, 'failed:failed', 'pending'])
    const answered = play({ policy: { maxConcurrency: 1, failureTable }, lanes }, acts, {
      commands: [{ at: t0 + 90 * minute, command: { do: 'resume' } }],
    })
    expect(answered.starts).toEqual({ 0: 0, 1: 90 })
  })

  it.each([
    { scope: 'target', ends: ['succeeded', 'rolled_back:failed', 'succeeded', 'succeeded', 'succeeded', 'succeeded'] },
    {
      scope: 'unit',
      ends: ['rolled_back:taken_back', 'rolled_back:failed', 'succeeded', 'succeeded', 'succeeded', 'succeeded'],
    },
    {
      scope: 'wave',
      ends: ['rolled_back:taken_back', 'rolled_back:failed', 'skipped:stopped', 'succeeded', 'succeeded', 'succeeded'],
    },
    {
      scope: 'component',
      ends: [
        'rolled_back:taken_back',
        'rolled_back:failed',
        'skipped:stopped',
        'skipped:stopped',
        'rolled_back:taken_back',
        'rolled_back:taken_back',
      ],
    },
  ] as const)('rollback.scope $scope takes back what was proven before, and nothing else', ({ scope, ends }) => {
    const run = fleet({ rollback: { ...back, scope } })
    expect(run.ends).toEqual(ends)
  })

  it.each([
    { budget: 'rollout', policy: { maxFailures: 1 }, zone: {}, cause: 'rollout_failures' },
    { budget: 'lane', policy: {}, zone: { maxFailures: 1 }, cause: 'lane_failures' },
    { budget: 'wave', policy: {}, zone: { waves: [wave('all', { maxFailures: 1 })] }, cause: 'wave_failures' },
    {
      budget: 'batch',
      policy: {},
      zone: { waves: [wave('all', { batchSize: 3, batchMaxFailures: 1 })] },
      cause: 'batch_failures',
    },
  ])('max_failures of the $budget: one is tolerated, the next one stops', ({ policy, zone, cause }) => {
    const lanes = [lane({ maxConcurrency: 1, targets: targets(5), ...zone })]
    const once = play({ policy, lanes }, tenMinutes({ 0: 'process' }))
    expect(once.ends).toEqual(['failed:failed', ...rest(4, 'succeeded')])
    const twice = play({ policy, lanes }, tenMinutes({ 0: 'process', 2: 'process' }))
    expect(twice.ends).toEqual(['failed:failed', 'succeeded', 'failed:failed', 'skipped:stopped', 'skipped:stopped'])
    expect(twice.told('LaneStopped')).toEqual([`LaneStopped ${cause} @30`])
  })

  it('skipped is never failed: it uses up no budget', () => {
    const failureTable: FailureRule[] = [{ do: 'skip', then: 'continue' }]
    const run = one({ failureTable, maxFailures: 0 }, tenMinutes({ 0: 'process', 1: 'process' }))
    expect(run.ends).toEqual(['skipped:failed', 'skipped:failed', 'succeeded', 'succeeded'])
  })

  it.each([
    { inFlight: 'finish', end: 'succeeded', at: 10 },
    { inFlight: 'rollback', end: 'rolled_back:stopped', at: 4 },
    { inFlight: 'cancel', end: 'failed:stopped', at: 4 },
  ] as const)('in_flight $inFlight when something stops', ({ inFlight, end, at }) => {
    const run = play(
      { policy: { inFlight, rollback: back, maxConcurrency: 1 }, lanes: [lane({ targets: targets(2) })] },
      tenMinutes(),
      { commands: [{ at: t0 + 4 * minute, command: { do: 'stop_rollout' } }] },
    )
    expect(run.ends).toEqual([end, 'skipped:stopped'])
    expect(run.endings[0]).toBe(at)
  })

  it('progress_deadline: work in progress and no end for so long stops the rollout', () => {
    const run = one({ deadlineMs: hour, progressDeadlineMs: 30 * minute, maxConcurrency: 1 }, (call) =>
      call.target === 1 ? 'hang' : undefined,
    )
    expect(run.told('RolloutStopped')).toEqual(['RolloutStopped no_progress @30'])
    expect(run.ends).toEqual(['succeeded', 'failed:deadline', 'skipped:stopped', 'skipped:stopped'])
  })
})

describe('windows', () => {
  const openings = listOpenings([
    { start: t0 + hour, end: t0 + 2 * hour },
    { start: t0 + 25 * hour, end: t0 + 26 * hour },
  ])
  const timed: Partial<RolloutPolicy> = { deadlineMs: 25 * minute, maxConcurrency: 1 }

  it('waits for the opening, and for the next one when no more fits', () => {
    const run = play({ policy: timed, lanes: [lane({ openings, targets: targets(4) })] }, (call) =>
      call.stage === 'each' ? { after: 25 } : undefined,
    )
    expect(run.starts).toEqual({ 0: 60, 1: 85, 2: 25 * 60, 3: 25 * 60 + 25 })
    expect(run.told('LaneShut')).toEqual(['LaneShut @0', 'LaneShut @95.00001666666667'])
  })

  it('a rollback and a reserve count too', () => {
    const policy: Partial<RolloutPolicy> = {
      ...timed,
      rollback: { ...back, deadlineMs: 5 * minute },
      reserveMs: 6 * minute,
    }
    const run = play({ policy, lanes: [lane({ openings, targets: targets(2) })] }, (call) =>
      call.stage === 'each' ? { after: 25 } : undefined,
    )
    expect(run.starts).toEqual({ 0: 60, 1: 25 * 60 })
  })

  it('without a deadline nothing is sure to end in a window, so nothing begins', () => {
    expect(play({ lanes: [lane({ openings, targets: targets(1) })] }).ends).toEqual(['skipped:window_ended'])
  })

  it('stage runs outside of it', () => {
    const stages: number[] = []
    const run = play(
      { policy: { ...timed, stage: 1 }, lanes: [lane({ openings, targets: targets(2) })] },
      (call, now) => {
        if (call.stage === 'stage') stages.push(now - t0)
        return undefined
      },
    )
    expect(stages).toEqual([0, 0])
    expect(run.starts).toEqual({ 0: 60, 1: 60 })
  })

  it('break glass opens at once, until it expires', () => {
    const commands = [{ at: t0 + 5 * minute, command: { do: 'break_glass', until: t0 + 35 * minute } as const }]
    const run = play({ policy: timed, lanes: [lane({ openings, targets: targets(2) })] }, tenMinutes(), { commands })
    expect(run.starts).toEqual({ 0: 5, 1: 60 })
  })

  it.each([
    { overrun: 'finish_unit', end: 'succeeded', at: 15 },
    { overrun: 'rollback', end: 'rolled_back:window_closed', at: 12 },
    { overrun: 'stop', end: 'failed:window_closed', at: 12 },
  ] as const)('overrun $overrun when the glass is made whole over work in flight', ({ overrun, end, at }) => {
    const commands = [
      { at: t0 + 5 * minute, command: { do: 'break_glass', until: t0 + 50 * minute } as const },
      { at: t0 + 12 * minute, command: { do: 'break_glass', until: t0 + 12 * minute } as const },
    ]
    const policy = { ...timed, overrun, rollback: { ...back, deadlineMs: minute } }
    const run = play({ policy, lanes: [lane({ openings, targets: targets(1) })] }, tenMinutes(), { commands })
    expect(run.ends).toEqual([end])
    expect(run.endings[0]).toBe(at)
  })

  it('work in flight ends with the window when the glass that let it begin is made whole before that', () => {
    const commands = [
      { at: t0 + 65 * minute, command: { do: 'break_glass', until: t0 + 4 * hour } as const },
      { at: t0 + 70 * minute, command: { do: 'break_glass', until: t0 + 70 * minute } as const },
    ]
    const policy = { ...timed, overrun: 'stop', deadlineMs: 90 * minute } as const
    const acts: Acts = (call) => (call.stage === 'each' ? { after: 80 } : undefined)
    const long = listOpenings([
      { start: t0 + hour, end: t0 + 2 * hour },
      { start: t0 + 25 * hour, end: t0 + 28 * hour },
    ])
    const run = play({ policy, lanes: [lane({ openings: long, targets: targets(1) })] }, acts, { commands })
    expect(run.starts).toEqual({ 0: 65 })
    expect([run.ends, run.endings[0]]).toEqual([['failed:window_closed'], 120])
  })

  it('and with the glass when that lasts beyond the window', () => {
    const commands = [
      { at: t0 + 90 * minute, command: { do: 'break_glass', until: t0 + 4 * hour } as const },
      { at: t0 + 125 * minute, command: { do: 'break_glass', until: t0 + 130 * minute } as const },
    ]
    const policy: Partial<RolloutPolicy> = {
      ...timed,
      overrun: 'stop',
      retry: { maxAttempts: 9, delayMs: 0, backoff: 1, at: 'failure', classes: [] },
      fit: 'first_attempt',
    }
    const acts: Acts = (call) => (call.stage === 'each' ? { after: 24, outcome: 'process' } : undefined)
    const run = play({ policy, lanes: [lane({ openings, targets: targets(1) })] }, acts, { commands })
    expect([run.ends, run.endings[0]]).toEqual([['failed:window_closed'], 130])
  })
})

describe('people', () => {
  const busy = { policy: { maxConcurrency: 1 }, lanes: [lane({ targets: targets(3) })] }

  it('pause lets what is in progress finish and begins nothing; resume goes on', () => {
    const run = play(busy, tenMinutes(), {
      commands: [
        { at: t0 + 4 * minute, command: { do: 'pause' } },
        { at: t0 + 60 * minute, command: { do: 'resume' } },
      ],
    })
    expect(run.starts).toEqual({ 0: 0, 1: 60, 2: 70 })
  })

  it('skip target leaves it out; it is refused in progress and after the end', () => {
    const run = play(busy, tenMinutes(), {
      commands: [0, 1, 1].map((target) => ({ at: t0 + 4 * minute, command: { do: 'skip_target', target } as const })),
    })
    expect(run.ends).toEqual(['succeeded', 'skipped:operator', 'succeeded'])
  })

  it('retry target takes a held one up again, and nothing that has ended', () => {
    let held = false
    const failureTable: FailureRule[] = [{ class: 'refused', do: 'hold', then: 'continue' }]
    const acts: Acts = (call, now) => {
      const isFirst = call.target === 0 && !held
      if (isFirst) held = true
      return tenMinutes(isFirst ? { 0: 'refused' } : { 1: 'process' })(call, now)
    }
    const run = play({ ...busy, policy: { maxConcurrency: 1, failureTable } }, acts, {
      commands: [0, 1].map((target) => ({ at: t0 + 22 * minute, command: { do: 'retry_target', target } as const })),
    })
    expect(run.ends).toEqual(['succeeded', 'failed:failed', 'succeeded'])
    expect(run.attempts.map((each) => each.target)).toEqual([0, 1, 2, 0])
  })

  it('rollback target answers a rollback that asks', () => {
    const policy = { maxConcurrency: 1, rollback: { ...back, mode: 'ask' } as const }
    const run = play({ ...busy, policy }, tenMinutes({ 0: 'process' }), {
      commands: [{ at: t0 + 15 * minute, command: { do: 'rollback_target', target: 0 } }],
    })
    // The others wait until the person has said that it goes on.
    expect(run.ends).toEqual(['rolled_back:operator', 'pending', 'pending'])
    const resumed = play({ ...busy, policy }, tenMinutes({ 0: 'process' }), {
      commands: [
        { at: t0 + 15 * minute, command: { do: 'rollback_target', target: 0 } },
        { at: t0 + 16 * minute, command: { do: 'resume' } },
      ],
    })
    expect(resumed.ends).toEqual(['rolled_back:operator', 'succeeded', 'succeeded'])
  })

  it.each(['wave_failures', 'rollout_failures'] as const)(
    'a target that people are asked about can be put back although its failure stopped the rest: %s',
    (limit) => {
      const rollback = { ...back, mode: 'ask' } as const
      const policy = { maxConcurrency: 1, rollback, ...(limit === 'rollout_failures' ? { maxFailures: 0 } : {}) }
      const lanes = [
        lane({ waves: [wave('all', limit === 'wave_failures' ? { maxFailures: 0 } : {})], targets: targets(2) }),
      ]
      const waiting = play({ policy, lanes }, tenMinutes({ 0: 'process' }))
      expect([waiting.end.ended, ...waiting.ends]).toEqual([false, 'held:asked', 'skipped:stopped'])
      const decided = play({ policy, lanes }, tenMinutes({ 0: 'process' }), {
        commands: [
          { at: t0 + 15 * minute, command: { do: 'rollback_target', target: 0 } },
          { at: t0 + 16 * minute, command: { do: 'resume' } },
        ],
      })
      expect([decided.end.ended, ...decided.ends]).toEqual([true, 'rolled_back:operator', 'skipped:stopped'])
    },
  )

  it('change concurrency counts from then on', () => {
    const run = play(busy, tenMinutes(), {
      commands: [{ at: t0 + 4 * minute, command: { do: 'change_concurrency', to: 3 } }],
    })
    expect(run.starts).toEqual({ 0: 0, 1: 4, 2: 4 })
  })

  it('stop lane and stop wave stop exactly that', () => {
    const two = lane({ waves: [wave('a'), wave('b')], targets: { count: 3, wave: [0, 0, 1] }, maxConcurrency: 1 })
    const at = t0 + 4 * minute
    const lanes = play({ lanes: [two, two] }, tenMinutes(), {
      commands: [{ at, command: { do: 'stop_lane', lane: 0 } }],
    })
    expect(lanes.ends).toEqual(['succeeded', 'skipped:stopped', 'skipped:stopped', ...rest(3, 'succeeded')])
    const waves = play({ lanes: [two] }, tenMinutes(), {
      commands: [{ at, command: { do: 'stop_wave', lane: 0, wave: 0 } }],
    })
    expect(waves.ends).toEqual(['succeeded', 'skipped:stopped', 'succeeded'])
  })
})
