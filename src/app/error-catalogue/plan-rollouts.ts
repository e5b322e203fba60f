import type { PlanCode } from '../../plan/codes.ts'
import type { ErrorEntry, FileExample } from './entry.ts'

/** Pairs of routers in two regions; one of them stands alone. */
const inventory = `rollbook: inventory/v1
defaults: {kind: router, version: "1.0"}
targets:
  ber-1: {site: ber, member: primary, time_zone: Europe/Berlin, unit: ber}
  ber-2: {site: ber, member: secondary, time_zone: Europe/Berlin, unit: ber}
  muc-1: {site: muc, member: primary, time_zone: Europe/Berlin}
  nyc-1: {site: nyc, member: primary, time_zone: America/New_York}
`

interface Parts {
  /** Keys of the rollout, one a line. */
  readonly keys: readonly string[]
  /** Keys of the runbook. */
  readonly top?: string
  readonly unit?: string
}

function rollout({ keys, top = '', unit = 'unit' }: Parts): string {
  const component = unit === '' ? '' : `, unit: ${unit}`
  return `${top}components: {routers: {select: target.kind == "router"${component}}}
phases:
  - id: work
    kind: upgrade
    title: Work
    steps:
      - id: upgrade
        title: Upgrade
        rollout:
          component: routers
          to: "2.0"
          deadline: 20m
          each: [{id: install, action: ssh.run, with: {command: [install]}}]
${keys.map((line) => `          ${line}\n`).join('')}`.trimEnd()
}

function example(bad: Parts, good: Parts): FileExample {
  return { kind: 'runbook', bad: rollout(bad), good: rollout(good), beside: { 'inventory.yaml': inventory } }
}

const night = (duration: string, more = ''): string =>
  `windows: [{id: night, days: [sun], start: "01:00", duration: ${duration}, time_zone: UTC${more}}]\n`
const primaries = '{id: primaries, select: target.member == "primary"}'
const secondaries = '{id: secondaries, select: target.member == "secondary"}'

/** Findings of the planner about rollouts. */
export const planRolloutErrors: Readonly<
  Record<Extract<PlanCode, `PLAN_${'LANE' | 'UNIT' | 'CANARY' | 'WAVE' | 'TIME' | 'WINDOW'}_${string}`>, ErrorEntry>
> = {
  PLAN_LANE_NONE: {
    title: 'Targets that are in no lane',
    meaning: 'What `lanes` asks for is empty for some targets, so nobody could say with whom they go.',
    why: 'The inventory does not give these targets the field or attribute.',
    cure: 'Give them a value, or make lanes by something that every target has.',
    example: example({ keys: ['lanes: system'] }, { keys: ['lanes: time_zone'] }),
  },
  PLAN_LANE_LONG: {
    title: 'A lane that cannot get through',
    meaning:
      'A warning: the rollout may use a limited number of openings, and even when all goes well the work of a lane takes longer. What has not begun when the last opening closes is skipped.',
    why: 'Too few targets go at once for so many targets and so short a window.',
    cure: 'Allow more at once, more openings, or a longer window.',
    example: example(
      {
        top: night('50m'),
        keys: [
          'window: {ids: [night], openings: 1, fit: first_attempt}',
          'health: {checks: [{action: check.command, with: {command: [uptime]}}], min_healthy_time: 18m}',
        ],
      },
      {
        top: night('4h'),
        keys: [
          'window: {ids: [night], openings: 1, fit: first_attempt}',
          'health: {checks: [{action: check.command, with: {command: [uptime]}}], min_healthy_time: 18m}',
        ],
      },
    ),
  },
  PLAN_UNIT_TORN: {
    title: 'Members of a unit in different lanes',
    meaning:
      'Lanes go side by side and know nothing of each other, so members of one unit in two lanes could be away together, which units are there to prevent.',
    why: 'The members have different values of what makes the lanes, often by a mistake in the inventory.',
    cure: 'Correct the inventory, or make lanes by something that all members of a unit share.',
    example: example({ keys: ['lanes: member'] }, { keys: ['lanes: time_zone'] }),
  },
  PLAN_UNIT_TOGETHER: {
    title: 'Members of a unit could be away together',
    meaning:
      'A warning: the inventory says which targets form units, and the component does not say that its targets do. With more than one target at a time both members of a pair may go.',
    why: '`unit` is missing in the component.',
    cure: 'Write `unit: unit` in the component, or the field or attribute that makes its units.',
    example: example({ unit: '', keys: ['max_concurrency: 2'] }, { keys: ['max_concurrency: 2'] }),
  },
  PLAN_UNIT_ORDER: {
    title: 'A member that no unit has',
    meaning: 'A warning: `unit.order` names a member, and no target of the rollout has that `member` in the inventory.',
    why: 'It is misspelt, or the inventory uses another word.',
    cure: 'Take one of the members in the hint.',
    example: example(
      { keys: ['unit: {order: [standby, primary]}'] },
      { keys: ['unit: {order: [secondary, primary]}'] },
    ),
  },
  PLAN_UNIT_SHORT: {
    title: 'Units that cannot fit into any opening',
    meaning:
      'A warning: with `fit_whole` a member begins only when the members after it in the same wave would fit as well, and no opening is long enough for all members of these units. They would be skipped.',
    why: 'Each member is counted with its worst case, one after another.',
    cure: 'Make the window longer, put the members into different waves, or leave `fit_whole` out.',
    example: example(
      { top: night('30m'), keys: ['window: night', 'unit: {fit_whole: true}'] },
      { top: night('2h'), keys: ['window: night', 'unit: {fit_whole: true}'] },
    ),
  },
  PLAN_CANARY_EMPTY: {
    title: 'A canary without targets',
    meaning:
      'In some lanes, or in all, nobody can be chosen for the canary. A lane whose canary is empty stops at once, and with `on_unproven: stop_run` the run does.',
    why: '`select` of the canary fits no target of the lane that still needs the version.',
    cure: 'Let `select` allow a target of every lane.',
    example: example(
      { keys: ['canary: {count: 1, select: target.member == "third"}'] },
      { keys: ['canary: {count: 1, select: target.member == "primary"}'] },
    ),
  },
  PLAN_CANARY_SMALL: {
    title: 'A canary with fewer targets than it should have',
    meaning: 'A warning: some lanes have fewer targets to choose from than `count` says, so their canary is smaller.',
    why: '`select` and `spread_over` leave too few, or the lane is small.',
    cure: 'Nothing when that is right for these lanes; otherwise allow more targets.',
    example: example(
      { keys: ['canary: {count: 3, spread_over: time_zone}'] },
      { keys: ['canary: {count: 2, spread_over: time_zone}'] },
    ),
  },
  PLAN_CANARY_ALIKE: {
    title: 'A canary that sits in one site',
    meaning:
      'A warning: all targets of the canary are in one site while the lane has others, so that it proves little about them.',
    why: 'The order of the inventory put neighbours first.',
    cure: 'Write `spread_over: site`.',
    example: example({ keys: ['canary: {count: 2}'] }, { keys: ['canary: {count: 2, spread_over: site}'] }),
  },
  PLAN_WAVE_NONE: {
    title: 'Targets that no wave selects',
    meaning: 'Every target must be in the canary, in exactly one wave, or in a remainder that is asked for.',
    why: 'The waves were written for values that these targets do not have.',
    cure: 'Add a wave, or write `remainder: last`: what remains then forms the last wave.',
    example: example({ keys: [`waves: [${primaries}]`] }, { keys: [`waves: [${primaries}]`, 'remainder: last'] }),
  },
  PLAN_WAVE_TWICE: {
    title: 'Targets that two waves select',
    meaning: 'A target goes in one wave. Which of the two was meant cannot be told, so nothing is guessed.',
    why: 'The selections overlap.',
    cure: 'Narrow one of them; targets of the canary are taken out before.',
    example: example(
      { keys: [`waves: [${primaries}, {id: all_others, select: "true"}]`] },
      { keys: [`waves: [${primaries}, ${secondaries}]`] },
    ),
  },
  PLAN_WAVE_EMPTY: {
    title: 'A wave without targets',
    meaning: 'A warning: the wave selects no target that still needs the version, not even one of the canary.',
    why: 'The condition fits nothing in this inventory.',
    cure: 'Nothing when that is right for this inventory; otherwise correct `select`.',
    example: example(
      { keys: [`waves: [${primaries}, ${secondaries}, {id: third, select: target.member == "third"}]`] },
      { keys: [`waves: [${primaries}, ${secondaries}]`] },
    ),
  },
  PLAN_TIME_ZONE: {
    title: 'The time zone of a lane cannot be told',
    meaning:
      'A window or freeze without a time zone of its own is read on the clock of the targets, so all targets of a lane must have the same known time zone.',
    why: 'The rollout has no lanes, a target has no `time_zone`, or the name is not one of the IANA time zones.',
    cure: 'Write `lanes: target.time_zone`, complete the inventory, or give the window a `time_zone`.',
    example: example(
      { top: 'windows: [{id: night, days: [sun], start: "01:00", duration: 2h}]\n', keys: ['window: night'] },
      {
        top: 'windows: [{id: night, days: [sun], start: "01:00", duration: 2h}]\n',
        keys: ['window: night', 'lanes: target.time_zone'],
      },
    ),
  },
  PLAN_WINDOW_NEVER: {
    title: 'A window that never opens',
    meaning: 'From now on for ten years nothing opens, so that no target would ever begin.',
    why: 'The window lies in the past, its date does not exist, or freezes cover it whole.',
    cure: 'Correct the dates of the window, or name another one.',
    example: example(
      {
        top: 'windows: [{id: move, from: "2020-05-01T20:00Z", to: "2020-05-02T20:00Z"}]\n',
        keys: ['window: move'],
      },
      { top: night('2h'), keys: ['window: night'] },
    ),
  },
  PLAN_WINDOW_SHORT: {
    title: 'The worst case of one target is longer than every opening',
    meaning:
      'A target begins only when all its attempts with their pauses, its rollback and the reserve end inside the opening. No opening is long enough, so nothing would ever begin.',
    why: 'The deadline counts once for each attempt and once for the rollback.',
    cure: 'Make the window longer, `deadline` or `reserve` shorter, allow fewer attempts, or write `fit: first_attempt`.',
    example: example(
      { top: night('30m'), keys: ['window: night', 'retry: {max_attempts: 2, delay: 5m}'] },
      { top: night('1h'), keys: ['window: night', 'retry: {max_attempts: 2, delay: 5m}'] },
    ),
  },
}
