import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadPlan } from '../../src/app/load.ts'
import { allActions } from '../../src/executors/index.ts'
import { checkFile } from '../../src/language/check-file.ts'
import type { Plan, PlanAction, PlanRollout, PlanStep } from '../../src/plan/model.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const minute = 60_000

async function planWith(set: readonly string[]): Promise<Plan> {
  const loaded = await loadPlan({
    runbook: 'runbooks/cato-sockets.yaml',
    inventory: 'runbooks/cato-sockets.inventory.yaml',
    cwd: root,
    set: ['release=18.4.1', ...set],
  })
  expect(loaded.diagnostics).toEqual([])
  return loaded.plan!
}

function stepsOf(plan: Plan): readonly PlanStep[] {
  return plan.phases.flatMap((phase) => phase.steps)
}

function rolloutOf(plan: Plan): PlanRollout {
  return stepsOf(plan).find((step) => step.form === 'rollout')!
}

/** Every action of the rollout that runs on a Socket. */
function workOf({ stage, preflight, each, health, rollback }: PlanRollout): readonly PlanAction[] {
  return [...stage, ...preflight, ...each, ...(health?.checks ?? []), ...rollback.steps]
}

function lane(plan: Plan, zone: string): PlanRollout['lanes'][number] {
  return rolloutOf(plan).lanes.find(({ id }) => id === zone)!
}

const names = (wave: { readonly targets: readonly { readonly name: string }[] } | undefined): readonly string[] =>
  (wave?.targets ?? []).map(({ name }) => name)

type Shows = (at: {
  readonly plan: Plan
  readonly rollout: PlanRollout
  /** The step, or the action of the rollout, with that id. */
  readonly step: (id: string) => PlanStep
  /** What a person is told at that step. */
  readonly told: (id: string) => string
}) => boolean

const arrow = /unreachable:skip:continue unhealthy:rollback:stop_lane process:skip:stop_run not_ready:retry:continue/

function rulesOf({ failure_rules }: PlanRollout): string {
  return failure_rules.map((rule) => `${rule.class ?? 'any'}:${rule.do}:${rule.then}`).join(' ')
}

/** What each demand of the vendor's guide became in the plan of the shipped inventory. */
const demands: readonly (readonly [id: string, what: string, shows: Shows])[] = [
  [
    'CATO-01',
    'the release is a dotted version that the account must offer',
    ({ plan, step }) =>
      plan.inputs['release']?.type === 'version' &&
      (step('offered') as PlanAction).with['require'] === '${{ inputs.release }}',
  ],
  [
    'CATO-02',
    'the list is told before the rollout, by mail',
    ({ plan, step }) =>
      stepsOf(plan).indexOf(step('announce')) < stepsOf(plan).indexOf(step('sockets')) &&
      String((step('announce') as PlanAction).with['text']).includes('next maintenance window'),
  ],
  [
    'CATO-03',
    'what is offered is looked at for every Socket',
    ({ step }) =>
      (step('offered') as PlanAction).action === 'cato.available_versions' &&
      (step('offered') as PlanAction).targets.length === 8,
  ],
  [
    'CATO-04',
    'one window of two hours on Sundays, read on the clock of the target',
    ({ plan, rollout }) =>
      plan.calendar?.windows?.length === 1 &&
      rollout.window?.ids.join() === 'maintenance' &&
      JSON.stringify(plan.calendar.windows[0]).includes('"time_zone":"target"'),
  ],
  [
    'CATO-05',
    'a lane per time zone, each with an initial group of its own',
    ({ rollout }) =>
      rollout.lanes.map(({ id }) => id).join() === 'Europe/Paris,America/New_York,Asia/Kathmandu,Asia/Kolkata' &&
      rollout.lanes.every(({ waves }) => waves[0]?.canary !== undefined && waves[0].targets.length > 0),
  ],
  [
    'CATO-06',
    'one opening: what has not begun when it closes is skipped',
    ({ rollout }) => rollout.window?.openings === 1 && rollout.window.fit === 'worst_case',
  ],
  [
    'CATO-07',
    'ahead of the window the download is judged where it happens ahead',
    ({ rollout }) =>
      rollout.stage[0]?.action === 'cato.download_state' &&
      rollout.stage[0].when === 'versions.major(target.version) >= 18',
  ],
  [
    'CATO-08',
    'download and upgrade are one call inside the window',
    ({ rollout }) => rollout.each.length === 1 && rollout.each[0]!.action === 'cato.upgrade',
  ],
  [
    'CATO-09',
    'a file whose hash does not match is told as not ready, which is tried again',
    ({ rollout }) => rollout.each[0]!.covers.includes('CATO-09') && arrow.test(rulesOf(rollout)),
  ],
  [
    'CATO-10',
    'trouble with the download ahead stops nobody',
    ({ rollout }) =>
      rollout.stage[0]!.with['require'] === 'nothing' &&
      rollout.preflight.some(({ covers }) => covers.includes('CATO-10')),
  ],
  [
    'CATO-11',
    'the link is looked at before each upgrade',
    ({ rollout }) =>
      rollout.preflight[1]?.action === 'cato.download_state' && rollout.preflight[1].with['require'] === 'nothing',
  ],
  [
    'CATO-12',
    'at most five, and of different sites',
    ({ plan, rollout }) =>
      plan.inputs['initial_group']?.value === 5 &&
      rollout.lanes.every(
        ({ waves }) => new Set(waves[0]!.targets.map(({ unit }) => unit)).size === waves[0]!.targets.length,
      ),
  ],
  ['CATO-13', 'the HA site comes first', ({ plan }) => names(lane(plan, 'Europe/Paris').waves[0])[0] === 'paris-1'],
  [
    'CATO-14',
    'no secondary is in an initial group',
    ({ plan, rollout }) =>
      rollout.lanes.every(({ waves }) => names(waves[0]).every((name) => plan.targets[name]!.member === 'primary')),
  ],
  [
    'CATO-15',
    'five minutes from start to start',
    ({ rollout }) => rollout.lanes.every(({ waves }) => waves[0]!.stagger_ms === 5 * minute),
  ],
  [
    'CATO-16',
    'the next wave waits for the slots of the group, and an unproven group stops the zone',
    ({ rollout }) =>
      rollout.lanes.every(
        ({ waves }) => waves[0]!.canary?.next === 'at_slot' && waves[0]!.canary.on_unproven === 'stop_lane',
      ),
  ],
  [
    'CATO-17',
    'four starts of five minutes and one try of 17 make 37',
    ({ rollout }) => 4 * rollout.lanes[0]!.waves[0]!.stagger_ms + rollout.target_deadline_ms! === 37 * minute,
  ],
  [
    'CATO-18',
    'with a second try of 17 minutes 54',
    ({ rollout }) =>
      4 * rollout.lanes[0]!.waves[0]!.stagger_ms + rollout.target_retry.max_attempts * rollout.target_deadline_ms! ===
      54 * minute,
  ],
  [
    'CATO-19',
    'what is unhealthy goes back and stops its lane',
    ({ rollout }) => rulesOf(rollout).includes('unhealthy:rollback:stop_lane') && rollout.rollback.mode === 'auto',
  ],
  [
    'CATO-20',
    'trouble of the process stops the run',
    ({ rollout }) => rulesOf(rollout).includes('process:skip:stop_run'),
  ],
  [
    'CATO-21',
    'the remaining Sockets are the second wave',
    ({ rollout }) => rollout.lanes.every(({ waves }) => waves[1]?.id === 'primaries'),
  ],
  [
    'CATO-22',
    'the secondaries are the last wave',
    ({ plan }) => {
      const { waves } = lane(plan, 'America/New_York')
      return waves.at(-1)?.id === 'secondaries' && names(waves.at(-1)).join() === 'boston-2'
    },
  ],
  [
    'CATO-23',
    'whether the Socket is connected is asked first',
    ({ rollout }) =>
      rollout.preflight[0]?.action === 'cato.socket_connected' && rollout.preflight[0].with['require'] === undefined,
  ],
  [
    'CATO-24',
    'one call downloads, checks, installs and switches; then it is watched',
    ({ rollout }) => rollout.each[0]!.with['until'] === 'switched' && rollout.health?.checks[0]?.action === 'cato.kpi',
  ],
  ['CATO-25', 'the impact of a Socket is five seconds', ({ rollout }) => rollout.impact?.downtime_ms === 5000],
  [
    'CATO-26',
    'stability and connectivity are watched until the try is over, and one bad look is enough',
    ({ rollout }) =>
      rollout.health!.failures_allowed === 0 &&
      rollout.health!.min_healthy_time_ms === 9 * minute &&
      rollout.health!.on_unknown === 'fail',
  ],
  ['CATO-27', 'a try has 17 minutes', ({ rollout }) => rollout.target_deadline_ms === 17 * minute],
  [
    'CATO-28',
    'the list is told who succeeded',
    ({ step }) => String((step('report') as PlanAction).with['text']).includes('steps.sockets.outputs.succeeded'),
  ],
  [
    'CATO-29',
    'the way back is waited for, and the list is told',
    ({ rollout, step }) =>
      rollout.rollback.steps[0]?.action === 'cato.rollback_state' &&
      String((step('report') as PlanAction).with['text']).includes('rolled_back_targets'),
  ],
  [
    'CATO-30',
    'a member of a site goes after the other, the primary first, and not at all when that one did not succeed',
    ({ plan, rollout }) => {
      const { waves } = lane(plan, 'Europe/Paris')
      return rollout.unit.one_at_a_time && waves[0]!.targets[0]!.rank! < waves[2]!.targets[0]!.rank!
    },
  ],
  [
    'CATO-31',
    'a try begins only when a second one would still end inside the window',
    ({ rollout }) => rollout.window?.fit === 'worst_case' && rollout.window.overrun === 'finish_unit',
  ],
  [
    'CATO-32',
    'after the rollout the pairs are looked at',
    ({ step }) =>
      (step('pairs') as PlanAction).action === 'cato.ha_ready' &&
      (step('pairs') as PlanAction).targets.join() === 'paris-2,boston-2',
  ],
  [
    'CATO-33',
    'whatever kept the primary back keeps the secondary back',
    ({ rollout }) => [...rollout.unit.skip_rest_when].sort().join() === 'failed,held,rolled_back,skipped',
  ],
  [
    'CATO-34',
    'a rule: both members run the same major when a lane comes to rest',
    ({ plan }) => plan.rules.some(({ covers, at_close }) => covers.includes('CATO-34') && at_close !== undefined),
  ],
  [
    'CATO-35',
    'a note tells what is missing between the two steps of a pair',
    ({ plan }) =>
      /features of the new major are missing/.test(plan.requirements.find(({ id }) => id === 'CATO-35')?.note ?? ''),
  ],
  [
    'CATO-36',
    'the second try begins when the time of the first one is used up',
    ({ rollout }) => rollout.target_retry.at === 'deadline',
  ],
  [
    'CATO-37',
    'there are two tries',
    ({ rollout }) => rollout.target_retry.max_attempts === 2 && rulesOf(rollout).includes('timeout:retry'),
  ],
  [
    'CATO-38',
    'what failed twice is over for this release, and people are told what comes next',
    ({ rollout, told }) => rulesOf(rollout).endsWith('any:fail:continue') && told('skipped').includes('next release'),
  ],
  [
    'CATO-39',
    'what cannot be reached is skipped without a second try',
    ({ rollout }) => rulesOf(rollout).startsWith('unreachable:skip:continue'),
  ],
  [
    'CATO-40',
    'the list is told who was skipped',
    ({ step }) => String((step('report') as PlanAction).with['text']).includes('skipped_targets'),
  ],
  [
    'CATO-41',
    'the events of all are read at the end',
    ({ step }) => (step('events') as PlanAction).action === 'cato.events',
  ],
  [
    'CATO-42',
    'a criterion: who counts as upgraded runs the release',
    ({ plan }) => plan.acceptance_criteria.some(({ id, covers }) => id === 'release' && covers.includes('CATO-42')),
  ],
  [
    'CATO-43',
    'the events are read after the last try is over',
    ({ plan, step }) => stepsOf(plan).indexOf(step('declared')) + 1 === stepsOf(plan).indexOf(step('events')),
  ],
  [
    'CATO-44',
    'the events of failed ones are read as well, none is filtered out',
    ({ step }) => (step('events') as PlanAction).with['actions'] === undefined,
  ],
  [
    'CATO-45',
    'people see to it that skipped ones are connected and healthy',
    ({ told }) => told('skipped').includes('connected and healthy'),
  ],
  [
    'CATO-46',
    'people start a manual upgrade of failed ones from the console',
    ({ told }) => told('failed').includes('manual upgrade from the console'),
  ],
  ['CATO-47', 'by hand skipped ones go one by one', ({ told }) => told('skipped').includes('only one by one')],
  [
    'CATO-48',
    'the console is recommended and needs the connection',
    ({ told }) => /recommended and needs the connection/.test(told('failed')),
  ],
  [
    'CATO-49',
    'without a connection the Socket initiates it, with a reboot',
    ({ told }) => /Without a connection[^.]*reboot/.test(told('failed')),
  ],
  [
    'CATO-50',
    'the way through the console stands step by step',
    ({ told }) =>
      /site, then its Socket page, then Actions, Upgrade[\s\S]*version[\s\S]*mechanism[\s\S]*Confirm/.test(
        told('failed'),
      ),
  ],
  [
    'CATO-51',
    'the requirements for upgrades come first of all',
    ({ plan, told }) => stepsOf(plan)[0]!.id === 'requirements' && told('requirements').includes('TLS-inspected'),
  ],
]

describe('the runbook for Cato Sockets', () => {
  let plan: Plan
  beforeAll(async () => {
    plan = await planWith(['mail_host=localhost', 'mailing_list=["sockets@example.com"]'])
  })

  it('has no finding, not even a hint', () => {
    const text = readFileSync(`${root}/runbooks/cato-sockets.yaml`, 'utf8')
    expect(checkFile(text, 'cato-sockets.yaml', { actions: allActions }).diagnostics).toEqual([])
  })

  it('every demand of the guide is one of its requirements, covered by something or told in a note', () => {
    expect(demands.map(([id]) => id)).toEqual(
      Array.from({ length: 51 }, (_, index) => `CATO-${String(index + 1).padStart(2, '0')}`),
    )
    const covered = new Set([
      ...stepsOf(plan).flatMap(({ covers }) => covers),
      ...workOf(rolloutOf(plan)).flatMap(({ covers }) => covers),
      ...plan.rules.flatMap(({ covers }) => covers),
      ...plan.acceptance_criteria.flatMap(({ covers }) => covers),
    ])
    for (const { id, note } of plan.requirements) expect(covered.has(id) || note !== undefined, id).toBe(true)
    expect(plan.requirements.map(({ id }) => id)).toEqual(demands.map(([id]) => id))
  })

  it.each(demands)('%s: %s', (_id, _what, shows) => {
    const rollout = rolloutOf(plan)
    const step = (id: string): PlanStep => [...stepsOf(plan), ...workOf(rollout)].find((each) => each.id === id)!
    const told = (id: string): string => {
      const found = step(id)
      return found.form === 'manual' ? found.instructions : ''
    }
    expect(shows({ plan, rollout, step, told })).toBe(true)
  })

  it('without a mail server people tell the list', async () => {
    const skipped = stepsOf(await planWith([])).filter((step) => step.skip !== undefined)
    expect(skipped.map(({ id }) => id)).toEqual(['announce', 'report'])
    expect(
      stepsOf(plan)
        .filter((step) => step.skip !== undefined)
        .map(({ id }) => id),
    ).toEqual(['announce_by_hand', 'report_by_hand'])
  })
})
