import { describe, expect, it } from 'vitest'
import type { Compiled } from '../../src/plan/compile.ts'
import type { PlanLane, PlanRollout } from '../../src/plan/model.ts'
import { targetNeedMs } from '../../src/plan/rollout-need.ts'
import { needMs, type RolloutPolicy } from '../../src/rollout/policy.ts'
import { compileText, phase, planOf, stepAt } from './compile-text.ts'

const minute = 60_000

/** Three pairs, one of them in another zone, and one target alone. */
const fleet = `rollbook: inventory/v1
defaults: {kind: socket, version: "1.0"}
targets:
  ber-1: {site: ber, member: primary, time_zone: Europe/Berlin, attributes: {rack: r1, tier: 2}}
  ber-2: {site: ber, member: secondary, time_zone: Europe/Berlin, attributes: {rack: r2, tier: 2}}
  alone: {site: alone, member: primary, time_zone: Europe/Berlin, attributes: {rack: r1, tier: 1}}
  muc-1: {site: muc, member: primary, time_zone: Europe/Berlin, version: "0.9", attributes: {rack: r2, tier: 1}}
  muc-2: {site: muc, member: secondary, time_zone: Europe/Berlin, version: "0.9", attributes: {rack: r1, tier: 1}}
  nyc-2: {site: nyc, member: secondary, time_zone: America/New_York, attributes: {rack: r3, tier: 1}}
  nyc-1: {site: nyc, member: primary, time_zone: America/New_York, attributes: {rack: r3, tier: 1}}
  done: {site: nyc, member: primary, version: "2.0"}
`

interface Given {
  /** Keys of the runbook. */
  readonly top?: string
  /** Keys of the rollout, one a line. */
  readonly keys?: readonly string[]
  readonly unit?: string
  readonly inventory?: string
  readonly files?: Readonly<Record<string, string>>
}

/** The runbook, without the header that `compileText` puts before it. */
function textOf({ top = '', keys = [], unit = 'site' }: Given): string {
  const component = `components: {sockets: {select: target.kind == "socket"${unit === '' ? '' : `, unit: ${unit}`}}}\n`
  const step = [
    '- id: sockets',
    '  title: Upgrade',
    '  rollout:',
    '    component: sockets',
    '    to: "2.0"',
    '    each: [{id: install, action: t.change}]',
    ...keys.map((line) => `    ${line}`),
  ].join('\n')
  return `roles: {boss: {title: Boss}}\n${top}${component}${phase(step)}`
}

function compiled(given: Given): Compiled {
  return compileText(textOf(given), {}, given.inventory ?? fleet, given.files)
}

function rollout(given: Given): PlanRollout {
  return stepAt(planOf(compiled(given)), 'p/sockets') as PlanRollout
}

/** Lanes as text: `Europe/Berlin: canary[a b] all[c]`. */
function shape(lanes: readonly PlanLane[]): readonly string[] {
  return lanes.map(
    ({ id, waves }) =>
      `${id}: ${waves.map((wave) => `${wave.id}[${wave.targets.map(({ name }) => name).join(' ')}]`).join(' ')}`,
  )
}

const waves =
  'waves: [{id: first, select: target.member == "primary"}, {id: second, select: target.member == "secondary"}]'
const zones = 'lanes: target.time_zone'

describe('lanes and waves', () => {
  it.each<readonly [string, readonly string[], readonly string[]]>([
    ['nothing is said', [], ['all: all[ber-1 ber-2 alone muc-1 muc-2 nyc-2 nyc-1]']],
    [
      'lanes by an expression',
      [zones],
      ['Europe/Berlin: all[ber-1 ber-2 alone muc-1 muc-2]', 'America/New_York: all[nyc-2 nyc-1]'],
    ],
    [
      'lanes by a field',
      ['lanes: site'],
      ['ber: all[ber-1 ber-2]', 'alone: all[alone]', 'muc: all[muc-1 muc-2]', 'nyc: all[nyc-2 nyc-1]'],
    ],
    ['waves', [waves], ['all: first[ber-1 alone muc-1 nyc-1] second[ber-2 muc-2 nyc-2]']],
    [
      'a remainder',
      ['waves: [{id: first, select: unit.size == 1}]', 'remainder: last'],
      ['all: first[alone] remainder[ber-1 ber-2 muc-1 muc-2 nyc-2 nyc-1]'],
    ],
    [
      'a remainder that nobody is left for',
      ['waves: [{id: every, select: "true"}]', 'remainder: last'],
      ['all: every[ber-1 ber-2 alone muc-1 muc-2 nyc-2 nyc-1]'],
    ],
    [
      'a canary of so many, in the order of the rollout',
      ['canary: {count: 2}'],
      ['all: canary[ber-1 ber-2] all[alone muc-1 muc-2 nyc-2 nyc-1]'],
    ],
    [
      'a canary spread over sites, pairs preferred, primaries only',
      [
        'canary: {count: 2, spread_over: site, prefer: unit.size > 1, select: target.member == "primary"}',
        zones,
        waves,
      ],
      [
        'Europe/Berlin: canary[ber-1 muc-1] first[alone] second[ber-2 muc-2]',
        'America/New_York: canary[nyc-1] first[] second[nyc-2]',
      ],
    ],
    [
      'a canary that prefers what has too few',
      ['canary: {count: 3, spread_over: site, prefer: unit.size == 1}'],
      ['all: canary[alone ber-1 muc-1] all[ber-2 muc-2 nyc-2 nyc-1]'],
    ],
    [
      'a canary chosen by a selection alone',
      ['canary: {select: target.attributes.tier == 2}'],
      ['all: canary[ber-1 ber-2] all[alone muc-1 muc-2 nyc-2 nyc-1]'],
    ],
    [
      'a canary that is a share of the lane, at least one',
      ['canary: {count: "20%"}', zones],
      ['Europe/Berlin: canary[ber-1] all[ber-2 alone muc-1 muc-2]', 'America/New_York: canary[nyc-2] all[nyc-1]'],
    ],
    [
      'an order',
      ['order: {by: target.site, sequence: [nyc, muc]}'],
      ['all: all[nyc-2 nyc-1 muc-1 muc-2 ber-1 ber-2 alone]'],
    ],
  ])('%s', (_, keys, expected) => {
    expect(shape(rollout({ keys }).lanes)).toEqual(expected)
  })

  it('targets that have the version take part in nothing', () => {
    expect(rollout({ keys: [waves] })).toMatchObject({
      up_to_date: ['done'],
      targets: expect.not.arrayContaining(['done']),
    })
  })

  it('targets that have the version take part where the rollout says so', () => {
    const planned = rollout({ keys: [waves, 'up_to_date: include'] })
    expect(planned.targets).toContain('done')
    expect(planned).not.toHaveProperty('up_to_date')
    expect(shape(planned.lanes)).toEqual(['all: first[ber-1 alone muc-1 nyc-1 done] second[ber-2 muc-2 nyc-2]'])
  })

  it('a rollout for which nobody is left has no lanes', () => {
    const inventory = 'rollbook: inventory/v1\ntargets: {a: {kind: socket, version: "2.0"}}\n'
    expect(rollout({ inventory, keys: [waves, 'canary: {count: 1}', zones] })).toMatchObject({
      lanes: [],
      targets: [],
      skip: 'every target has version 2.0 already',
    })
  })

  it('units, their order, failure domains and staging stand with each target', () => {
    const keys = [
      'unit: {order: [secondary, primary]}',
      'failure_domain: rack',
      'stage: [{id: fetch, action: t.change, when: target.version == "1.0"}]',
    ]
    const [lane] = rollout({ keys }).lanes
    expect(lane!.waves[0]!.targets.slice(1, 4)).toEqual([
      { name: 'ber-2', unit: 'ber', rank: 0, domain: 'r2' },
      { name: 'alone', unit: 'alone', rank: 1, domain: 'r1' },
      { name: 'muc-1', unit: 'muc', rank: 1, domain: 'r2', stage: false },
    ])
  })

  it('a target without unit or domain names none', () => {
    const [lane] = rollout({ unit: 'unit', keys: ['failure_domain: {by: shelf, at_once: 2}'] }).lanes
    expect(lane!.waves[0]!.targets[0]).toEqual({ name: 'ber-1' })
  })
})

describe('limits are resolved', () => {
  it('for the rollout, the lane and the wave, each for its own number of targets', () => {
    const planned = rollout({
      keys: [
        'max_concurrency: "50%"',
        'max_failures: "30%"',
        'lanes: {by: time_zone, max_concurrency: "40%", max_failures: "50%"}',
        'canary: {count: 1, max_concurrency: "50%", stagger: 5m, next: at_slot, soak: 10m}',
        'waves: [{id: every, select: "true", batch_size: "50%", batch_max_failures: "50%", max_concurrency: 3, max_unavailable: 2, max_failures: 1, cooldown: 1m}]',
        'stagger: 2m',
        'soak: 1h',
        'deadline: 17m',
        'blast_radius: {max_units: "50%"}',
      ],
      top: 'blast_radius: {max_targets: "90%", max_units: 3}\n',
    })
    expect(planned).toMatchObject({
      max_concurrency: 3,
      max_failures: 2,
      blast_radius: { max_targets: 6, max_units: 2 },
    })
    expect(planned.lanes.map(({ max_concurrency, max_failures }) => [max_concurrency, max_failures])).toEqual([
      [2, 2],
      [1, 1],
    ])
    expect(planned.lanes[0]!.waves).toEqual([
      {
        id: 'canary',
        title: 'Canary',
        canary: { next: 'at_slot', on_unproven: 'stop_run' },
        targets: [expect.objectContaining({ name: 'ber-1' })],
        max_concurrency: 1,
        max_failures: 0,
        stagger_ms: 5 * minute,
        cooldown_ms: 0,
        soak_ms: 10 * minute,
      },
      {
        id: 'every',
        title: 'every',
        targets: expect.any(Array) as unknown,
        batch_size: 2,
        batch_max_failures: 1,
        max_concurrency: 3,
        max_unavailable: 2,
        max_failures: 1,
        stagger_ms: 2 * minute,
        cooldown_ms: minute,
        soak_ms: 60 * minute,
      },
    ])
  })

  it('a wave inherits what is for every wave, and the canary nothing', () => {
    const shared = [
      'batch_size: 2',
      'batch_max_failures: 1',
      'max_unavailable: 3',
      'stagger: 1m',
      'cooldown: 2m',
      'soak: 3m',
      'skip_when: unit.size > 5',
    ]
    const keys = [
      'canary: {count: 1}',
      'waves: [{id: first, select: target.member == "primary"}]',
      'remainder: last',
      ...shared,
    ]
    const [canary, first, remainder] = rollout({ keys }).lanes[0]!.waves
    const inherited = {
      batch_size: 2,
      batch_max_failures: 1,
      max_unavailable: 3,
      stagger_ms: minute,
      cooldown_ms: 2 * minute,
      soak_ms: 3 * minute,
      skip_when: 'unit.size > 5',
    }
    expect(first).toMatchObject(inherited)
    expect(remainder).toMatchObject(inherited)
    expect(Object.keys(canary!).toSorted()).toEqual(
      ['canary', 'cooldown_ms', 'id', 'max_failures', 'soak_ms', 'stagger_ms', 'targets', 'title'].toSorted(),
    )
    expect(canary).toMatchObject({ stagger_ms: 0, cooldown_ms: 0, soak_ms: 0 })
  })

  it('everything else has a default that is safe', () => {
    const { deadline_ms: _, ...planned } = rollout({})
    expect(planned).toMatchObject({
      max_concurrency: 1,
      max_failures: 0,
      unit: { one_at_a_time: true, skip_rest_when: ['failed', 'rolled_back', 'held'], fit_whole: false },
      domains_at_once: 1,
      in_flight: 'finish',
      target_retry: { max_attempts: 1, at: 'failure' },
      rollback: { mode: 'never', scope: 'target', steps: [] },
      failure_rules: [],
      gates: [],
      stage: [],
      post_checks: [],
    })
    expect(planned).not.toHaveProperty('window')
    expect(planned).not.toHaveProperty('stage_concurrency')
    expect(planned).not.toHaveProperty('blast_radius')
  })

  it('what is written is carried over', () => {
    const keys = [
      'stage: [{id: fetch, action: t.change}]',
      'stage_concurrency: "30%"',
      'stage_deadline: 1h',
      'post_checks: [{id: look, action: t.look}]',
      'health: {checks: [{action: t.look}], on_unknown: hold}',
      'deadline: 17m',
      'progress_deadline: 2h',
      'retry: {max_attempts: 2, at: deadline, when: outputs.x == 1}',
      'rollback: {mode: auto, scope: unit, deadline: 9m, steps: [{id: back, action: t.change}]}',
      'on_failure: [{class: unhealthy, do: rollback, then: stop_lane}, {do: hold}]',
      'in_flight: rollback',
      'unit: {one_at_a_time: false, skip_rest_when: [failed], fit_whole: true}',
      'failure_domain: {by: rack, at_once: 2}',
    ]
    const planned = rollout({ keys })
    expect(planned).toMatchObject({
      stage_concurrency: 2,
      stage_deadline_ms: 60 * minute,
      target_deadline_ms: 17 * minute,
      progress_deadline_ms: 120 * minute,
      target_retry: { max_attempts: 2, at: 'deadline', when: 'outputs.x == 1' },
      rollback: { mode: 'auto', scope: 'unit', deadline_ms: 9 * minute },
      health: { on_unknown: 'hold' },
      failure_rules: [
        { class: 'unhealthy', do: 'rollback', then: 'stop_lane' },
        { do: 'hold', then: 'continue' },
      ],
      in_flight: 'rollback',
      unit: { one_at_a_time: false, skip_rest_when: ['failed'], fit_whole: true },
      domains_at_once: 2,
    })
    const parts = [planned.stage, planned.each, planned.post_checks, planned.health!.checks, planned.rollback.steps]
    expect(parts.flat().map(({ path, number }) => [path, number])).toEqual([
      ['p/sockets/stage/fetch', '1.1.1'],
      ['p/sockets/each/install', '1.1.2'],
      ['p/sockets/post_checks/look', '1.1.3'],
      ['p/sockets/health/t_look', '1.1.4'],
      ['p/sockets/rollback/back', '1.1.5'],
    ])
  })

  it('gates of canary and waves are steps of the plan', () => {
    const gate = 'gate: {type: go_no_go, roles: [boss], expires_after: 3d}'
    const planned = rollout({
      keys: [`canary: {count: 1, ${gate}}`, `waves: [{id: rest, title: The rest, select: "true", ${gate}}]`],
    })
    expect(planned.lanes[0]!.waves.map((wave) => wave.gate)).toEqual(['p/sockets/gate/canary', 'p/sockets/gate/rest'])
    expect(planned.gates).toEqual([
      expect.objectContaining({
        form: 'gate',
        path: 'p/sockets/gate/canary',
        id: 'canary',
        number: '1.1.2',
        title: 'Open the wave: Canary',
      }),
      expect.objectContaining({
        path: 'p/sockets/gate/rest',
        number: '1.1.3',
        title: 'Open the wave: The rest',
        gate: {
          type: 'go_no_go',
          roles: ['boss'],
          min_approvals: 1,
          exclude_initiator: false,
          expires_after_ms: 4320 * minute,
          on_expiry: 'no_go',
        },
      }),
    ])
  })
})

describe('windows', () => {
  const night = (more = ''): string => `windows: [{id: night, days: [sun], start: "01:00", duration: 4h${more}}]\n`
  const deadline = 'deadline: 17m'

  it.each<readonly [string, string, object]>([
    ['one', 'window: night', { ids: ['night'], overrun: 'rollback', fit: 'worst_case', reserve_ms: 0 }],
    [
      'several, of which the strictest says what happens at closing time',
      'window: [night, move]',
      { ids: ['night', 'move'], overrun: 'stop', fit: 'worst_case', reserve_ms: 0 },
    ],
    [
      'one with more about it',
      'window: {ids: [night], overrun: finish_unit, fit: first_attempt, reserve: 5m, openings: 1}',
      { ids: ['night'], overrun: 'finish_unit', fit: 'first_attempt', reserve_ms: 5 * minute, openings: 1 },
    ],
  ])('%s', (_, key, expected) => {
    const top = `windows:\n  - {id: night, days: [sun], start: "01:00", duration: 4h, overrun: rollback}\n  - {id: move, from: 2026-06-01, to: 2026-06-02, overrun: stop}\n`
    expect(rollout({ top, keys: [key, deadline, zones] }).window).toEqual(expected)
  })

  it('are read on the clock of each lane, which then has a time zone', () => {
    const planned = rollout({ top: night(), keys: ['window: night', deadline, zones] })
    expect(planned.lanes.map(({ id, time_zone }) => [id, time_zone])).toEqual([
      ['Europe/Berlin', 'Europe/Berlin'],
      ['America/New_York', 'America/New_York'],
    ])
  })

  it.each([
    ['the window has a zone of its own', night(', time_zone: Europe/Berlin')],
    ['it lies between two instants', 'windows: [{id: night, from: "2026-06-01T00:00Z", to: "2026-06-02T00:00Z"}]\n'],
  ])('need no zone of the targets when %s', (_, top) => {
    expect(rollout({ top, keys: ['window: night', deadline] }).lanes[0]).not.toHaveProperty('time_zone')
  })

  it('a freeze on the clock of the targets needs a zone too, without any window', () => {
    const given = { top: 'freezes: [{from: 2026-12-20, to: 2027-01-03, reason: Year end}]\n' }
    expect(compiled(given).diagnostics).toMatchObject([{ code: 'PLAN_TIME_ZONE', range: { start: { line: 15 } } }])
    expect(rollout({ ...given, keys: [zones] }).lanes[1]).toMatchObject({ time_zone: 'America/New_York' })
  })

  it('stand whole in the plan, with their files and with who may override them', () => {
    const ics =
      'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Fair\r\nDTSTART:20260601T000000Z\r\nDTEND:20260602T000000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n'
    const top = `inputs: {length: {type: duration, default: 3h}}\n${night(', title: Night').replace('4h', '"${{ inputs.length }}"')}freezes: [{calendar: fairs.ics}]\nbreak_glass: {roles: [boss], max_duration: 2h}\n`
    const plan = planOf(
      compiled({ top, keys: ['window: night', deadline, zones], files: { 'fairs.ics': ics, 'other.ics': '' } }),
    )
    expect(plan.calendar).toEqual({
      windows: [{ id: 'night', title: 'Night', days: ['sun'], start: '01:00', duration: '3h' }],
      freezes: [{ calendar: 'fairs.ics' }],
      files: { 'fairs.ics': ics },
      break_glass: { roles: ['boss'], max_ms: 120 * minute },
    })
  })

  it('a plan without them has none', () => {
    expect(planOf(compiled({}))).not.toHaveProperty('calendar')
  })
})

describe('findings', () => {
  const night = (duration: string): string =>
    `windows: [{id: night, days: [sun], start: "01:00", duration: ${duration}, time_zone: UTC}]\n`
  const rollback = 'rollback: {mode: auto, steps: [{id: back, action: t.change}]}'
  const noZone = fleet.replace('time_zone: America/New_York, ', '')

  it.each<readonly [string, Given, string, string]>([
    [
      'PLAN_LANE_NONE',
      { keys: ['lanes: system'] },
      'lanes',
      'the targets "ber-1", "ber-2", "alone" and 4 more are in no lane: "system" gives nothing',
    ],
    ['PLAN_LANE_NONE', { keys: [zones], inventory: noZone }, 'lanes', 'the target "nyc-2" is in no lane'],
    [
      'PLAN_EXPRESSION',
      { keys: ['lanes: target.roles'] },
      'lanes',
      'targets can be grouped by a text, and this is a list or a map',
    ],
    [
      'PLAN_EXPRESSION',
      { keys: ['failure_domain: target.attributes.gone'] },
      'failure_domain',
      'there is no member "gone"',
    ],
    ['PLAN_EXPRESSION', { keys: ['canary: {count: 1, prefer: unit.gone}'] }, 'canary', 'there is no member "gone"'],
    [
      'PLAN_UNIT_TORN',
      { keys: ['lanes: member'] },
      'lanes',
      'members of the units "ber", "muc", "nyc" are in different lanes',
    ],
    [
      'PLAN_UNIT_TOGETHER',
      { unit: '', keys: ['max_concurrency: 2'], inventory: fleet.replaceAll('site: ber', 'site: ber, unit: b') },
      'components',
      'members of the unit "b" could be away at the same time',
    ],
    [
      'PLAN_UNIT_ORDER',
      { keys: ['unit: {order: [standby]}'] },
      'unit',
      'no target of the rollout is the member "standby"',
    ],
    [
      'PLAN_WAVE_NONE',
      { keys: ['waves: [{id: first, select: target.member == "primary"}]'] },
      'waves',
      'no wave selects the targets "ber-2", "muc-2", "nyc-2"',
    ],
    [
      'PLAN_WAVE_TWICE',
      { keys: ['waves: [{id: first, select: target.member == "primary"}, {id: second, select: "true"}]'] },
      'waves',
      'the waves "first" and "second" both select the targets "ber-1", "alone", "muc-1" and 1 more',
    ],
    [
      'PLAN_WAVE_EMPTY',
      { keys: ['waves: [{id: none, select: "false"}]', 'remainder: last'] },
      'waves',
      'the wave "none" selects no target',
    ],
    [
      'PLAN_CANARY_EMPTY',
      { keys: ['canary: {count: 1, select: "false"}'] },
      'canary',
      'the canary of the lane "all" has no targets, and the run stops at once',
    ],
    [
      'PLAN_CANARY_EMPTY',
      { keys: [zones, 'canary: {count: 1, select: target.site == "ber", on_unproven: stop_lane}'] },
      'canary',
      'the canary of the lane "America/New_York" has no targets, and such a lane stops at once',
    ],
    [
      'PLAN_CANARY_SMALL',
      { keys: [zones, 'canary: {count: 4, spread_over: site}'] },
      'canary',
      'the canary of the lanes "Europe/Berlin", "America/New_York" has fewer than 4 targets',
    ],
    [
      'PLAN_CANARY_ALIKE',
      { keys: ['canary: {count: 2}'] },
      'canary',
      'the whole canary of the lane "all" is in one site',
    ],
    [
      'PLAN_TIME_ZONE',
      { top: night('2h').replace('UTC', 'target'), keys: ['window: night', 'deadline: 17m'] },
      'window',
      'the targets of the lane "all" have 2 time zones, and its window is read',
    ],
    [
      'PLAN_TIME_ZONE',
      { top: night('2h').replace('UTC', 'target'), keys: ['window: night', 'deadline: 17m'], inventory: noZone },
      'window',
      'the target "nyc-2" has no time zone',
    ],
    [
      'PLAN_TIME_ZONE',
      {
        top: night('2h').replace('UTC', 'target'),
        keys: ['window: night', 'deadline: 17m', zones],
        inventory: fleet.replaceAll('Europe/Berlin', 'Berlin'),
      },
      'window',
      '"Berlin", the time zone of the targets "ber-1", "ber-2", "alone" and 2 more, is not known',
    ],
    [
      'PLAN_WINDOW_NEVER',
      {
        top: 'windows: [{id: night, from: 2020-01-01, to: 2020-01-02, time_zone: UTC}]\n',
        keys: ['window: night', 'deadline: 17m'],
      },
      'window',
      'nothing opens within ten years',
    ],
    [
      'PLAN_WINDOW_NEVER',
      {
        top: `${night('2h')}freezes: [{from: 2026-01-01, to: 2040-01-01, reason: Long, time_zone: UTC}]\n`,
        keys: ['window: night', 'deadline: 17m'],
      },
      'window',
      'nothing opens',
    ],
    [
      'PLAN_WINDOW_SHORT',
      {
        top: night('55m'),
        keys: ['window: {ids: [night], reserve: 5m}', 'deadline: 17m', 'retry: {max_attempts: 2, delay: 1m}', rollback],
      },
      'window',
      'one target may need 57m: 2 attempts of 17m, a rollback of 17m, a reserve of 5m; the longest opening is 55m',
    ],
    [
      'PLAN_UNIT_SHORT',
      { top: night('30m'), keys: ['window: night', 'deadline: 17m', 'unit: {fit_whole: true}'] },
      'window',
      'the units "ber", "muc", "nyc" cannot fit',
    ],
    [
      'PLAN_LANE_LONG',
      { top: night('50m'), keys: ['window: {ids: [night], openings: 1}', 'deadline: 17m'] },
      'window',
      'the lane "all" cannot get through: even when all goes well 3 targets are left when no opening is long enough any more',
    ],
    [
      'CALENDAR_FILE',
      { top: 'freezes: [{calendar: gone.ics}]\n', keys: [] },
      'freezes',
      'there is no iCalendar file "gone.ics"',
    ],
    [
      'CALENDAR_ICS',
      { top: 'freezes: [{calendar: bad.ics}]\n', keys: [], files: { 'bad.ics': 'nothing' } },
      'freezes',
      'line 1: It does not begin with BEGIN:VCALENDAR',
    ],
    [
      'CALENDAR_START',
      {
        top: 'inputs: {at: {type: string, default: "25:00"}}\nwindows: [{id: night, start: "${{ inputs.at }}", duration: 2h}]\n',
        keys: ['window: night', 'deadline: 17m', zones],
      },
      'windows',
      'has no start',
    ],
    [
      'PLAN_VALUE',
      { keys: ['lanes: {by: time_zone, max_failures: "${{ \'many\' }}"}'] },
      'lanes',
      '"many" is no count',
    ],
  ])('%s %#', (code, given, key, message) => {
    const { diagnostics } = compiled(given)
    const found = diagnostics.filter((each) => each.code === code)
    expect(found.map((each) => each.message).join('\n'), JSON.stringify(diagnostics)).toContain(message)
    expect(diagnostics.every((each) => each.code === code)).toBe(true)
    // The finding stands at the key that it is about, behind the four lines of the header.
    const lines = textOf(given).split('\n')
    expect(lines[found[0]!.range.start.line - 5]).toContain(key)
  })
})

describe('the time that one target may need', () => {
  it.each([
    [{ attempts: 1 }],
    [{ attempts: 2 }],
    [{ attempts: 2, delay_ms: minute }],
    [{ attempts: 4, delay_ms: minute, backoff: 3, max_delay_ms: 5 * minute }],
    [{ attempts: 2, rollback: 1 }],
    [{ attempts: 2, rollback: 2, rollbackDeadline: 3 * minute, reserve: 7 * minute }],
    [{ attempts: 2, rollback: 2, rollbackDeadline: 3 * minute, keepFree: 0 }],
    [{ attempts: 2, rollback: 0, keepFree: 5 * minute }],
  ])('is what the core keeps free: %j', (given) => {
    const {
      attempts,
      delay_ms = 0,
      backoff = 1,
      max_delay_ms = 60 * minute,
      rollback = 0,
      rollbackDeadline,
      keepFree,
      reserve = 0,
    } = given as Record<string, number> & { attempts: number }
    const planned = {
      target_deadline_ms: 17 * minute,
      target_retry: { max_attempts: attempts, delay_ms, backoff, max_delay_ms, classes: [], at: 'failure' as const },
      rollback: {
        mode: 'auto' as const,
        scope: 'target' as const,
        steps: Array.from({ length: rollback }, () => rollout({}).each[0]!),
        ...(rollbackDeadline === undefined ? {} : { deadline_ms: rollbackDeadline }),
        ...(keepFree === undefined ? {} : { keep_free_ms: keepFree }),
      },
      window: { ids: [], overrun: 'finish_unit' as const, fit: 'worst_case' as const, reserve_ms: reserve },
    }
    const policy = {
      deadlineMs: 17 * minute,
      retry: {
        maxAttempts: attempts,
        delayMs: delay_ms,
        backoff,
        maxDelayMs: max_delay_ms,
        at: 'failure',
        classes: [],
      },
      rollback: {
        mode: 'auto',
        scope: 'target',
        steps: rollback,
        ...(rollbackDeadline === undefined ? {} : { deadlineMs: rollbackDeadline }),
        ...(keepFree === undefined ? {} : { fitMs: keepFree }),
      },
      reserveMs: reserve,
    } as unknown as RolloutPolicy
    expect(targetNeedMs(planned, attempts)).toBe(needMs(policy, attempts))
  })
})
