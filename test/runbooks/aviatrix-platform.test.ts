/** The runbook for controller and gateways: what its plan holds, what its rules refuse, and a simulated night. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { runCli } from '../../src/cli/run-cli.ts'
import { allActions } from '../../src/executors/index.ts'
import { checkFile } from '../../src/language/check-file.ts'
import type { Plan, PlanRollout } from '../../src/plan/model.ts'
import { fitAttempts, targetNeedMs } from '../../src/plan/rollout-need.ts'
import { captureIo } from '../support/captured-io.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { inventoryFile, runbookWithout } from './aviatrix-inventory.ts'
import {
  action,
  type Loaded,
  load,
  orderOf,
  rollout,
  rolloutNamed,
  root,
  type Shows,
  says,
  sent,
  stepNamed,
  stepsOf,
} from './aviatrix-plans.ts'

const name = 'aviatrix-platform'
const everyGateway = (step: { readonly targets: readonly string[] }): boolean => step.targets.length === 11
const hopOf = (step: PlanRollout): boolean => step.to === 'UserConnect-6.7.1376'
const ports = ['www.security.aviatrix.com:443', 'www.github.com:443', 'www.github.com:22']

/** Id, what covers it, and what about that step shows it. */
const demands: readonly (readonly [id: string, step: string, shows: Shows])[] = [
  ['AVX-01', 'notes', says('the first number is the major, the second the minor, the third the build')],
  ['AVX-03', 'upgrade_gateway', action('gateway_upgrade', (step) => step.capabilities.effect === 'change')],
  ['AVX-05', 'notes', says('security patches', 'software patches of features that are in use')],
  ['AVX-05', 'apply_patches', (step) => step.form === 'manual' && step.when !== undefined],
  ['AVX-06', 'notes', says('Read the notes of each hop')],
  [
    'AVX-08',
    'gateways',
    rollout((step) => step.lanes[0]!.waves.map(({ id }) => id).join() === 'canary,first_regions,regions'),
  ],
  ['AVX-09', 'upgrade_controller', action('platform_upgrade', (step) => sent(step, 'to') === 'UserConnect-6.7.1376')],
  [
    'AVX-10',
    'hops',
    (step) => step.form === 'group' && step.for_each?.items.join() === 'UserConnect-6.7.1376,UserConnect-6.8.1148',
  ],
  ['AVX-15', 'facts', action('controller_status', (step) => step.outputs?.['hops'] === 'outputs.hops')],
  [
    'AVX-16',
    'hops',
    (step) =>
      step.form === 'group' &&
      step.steps.length === 2 &&
      step.steps.every(
        (each) =>
          each.form === 'group' &&
          each.steps
            .filter(({ form }) => form === 'rollout')
            .map(({ id }) => id)
            .join() === 'platform,gateways',
      ),
  ],
  ['AVX-17', 'platform', rollout((step) => step.targets.join() === 'controller' && hopOf(step))],
  ['AVX-18', 'stragglers', rollout((step) => step.to === '6.6.123')],
  ['AVX-18', 'level', action('controller_status', (step) => step.with['require'] === 'level')],
  ['AVX-19', 'level', action('controller_status', (step) => step.with['require'] === 'level')],
  ['AVX-20', 'gateways', rollout((step) => everyGateway(step) && hopOf(step))],
  ['AVX-22', 'findings', says('goes to the vendor’s support'.replace('’', "'"), 'before')],
  ['AVX-23', 'dns', action('controller_dns')],
  ['AVX-23', 'destinations', action('connectivity')],
  [
    'AVX-24',
    'public_dns',
    action('vpc_dns_server', (step) => step.with['state'] === 'disabled' && step.back_out === 'undo'),
  ],
  ['AVX-25', 'network', says('Inbound 443', 'security group', 'Outbound 22')],
  ['AVX-26', 'destinations', action('connectivity', (step) => String(sent(step, 'ping')) === 'www.google.com')],
  ...(['AVX-27', 'AVX-28', 'AVX-29'] as const).map(
    (id, index) =>
      [
        id,
        'destinations',
        action('connectivity', (step) => String(sent(step, 'ports')).split(',')[index] === ports[index]),
      ] as const,
  ),
  ['AVX-30', 'accounts', action('account_audit', (step) => step.with['require'] === undefined)],
  ['AVX-31', 'accounts', action('account_audit')],
  ['AVX-32', 'accounts', action('account_audit', (step) => sent(step, 'primary') === 'aws-main')],
  ['AVX-33', 'accounts', action('account_audit')],
  ['AVX-34', 'platform_image_ready', says('accounts and permissions', 'at least one backup file')],
  ['AVX-34', 'backups', action('backup_files')],
  ['AVX-35', 'gateways_up', action('gateway_status', (step) => everyGateway(step) && step.with['require'] === 'up')],
  ['AVX-36', 'tunnels_up', action('tunnels', (step) => step.with['require'] === 'up')],
  ['AVX-37', 'controller_ha', action('controller_ha')],
  ['AVX-38', 'keep_controller_ha', says('nobody switches Controller HA off', 'from the last backup')],
  ['AVX-39', 'instance', action('instance_attributes')],
  ['AVX-40', 'back_up', action('backup')],
  ['AVX-40', 'back_up_again', action('backup')],
  ['AVX-41', 'keep_three', action('backup_prune', (step) => step.with['keep'] === 3)],
  ['AVX-41', 'backups', action('backup_files', (step) => step.with['keep'] === 3)],
  ['AVX-42', 'dry_run', action('platform_dry_run', (step) => sent(step, 'to') === 'UserConnect-6.7.1376')],
  ['AVX-43', 'gateway_dry_run', action('gateway_dry_run', (step) => everyGateway(step))],
  ['AVX-44', 'dry_run', (step) => step.form === 'action' && step.on_failure === 'ask'],
  ['AVX-44', 'gateway_dry_run', (step) => step.form === 'action' && step.on_failure === 'ask'],
  ['AVX-45', 'upgrade_controller', action('platform_upgrade')],
  ['AVX-46', 'upgrade_controller', action('platform_upgrade')],
  ['AVX-47', 'verify', action('controller_status', (step) => sent(step, 'version') === 'UserConnect-6.7.1376')],
  [
    'AVX-48',
    'go',
    (step) => step.form === 'gate' && step.gate.type === 'approval' && step.description!.includes('brought back'),
  ],
  ['AVX-48', 'platform', rollout((step) => step.point_of_no_return && step.rollback.steps.length === 0)],
  [
    'AVX-49',
    'verify',
    action('controller_status', (step) => Object.keys(step.outputs ?? {}).join() === 'version,previous,kernel,behind'),
  ],
  ['AVX-50', 'upgrade_gateway', action('gateway_upgrade', (step) => sent(step, 'to') === '6.7')],
  ['AVX-51', 'runs_it', action('gateway_status', (step) => step.with['level'] === true)],
  ['AVX-52', 'gateway_facts', action('gateway_status', (step) => everyGateway(step))],
  ['AVX-52', 'facts_after', action('gateway_status', (step) => everyGateway(step))],
  ['AVX-53', 'gateway_facts', action('gateway_status')],
  ['AVX-54', 'back', action('gateway_rollback', (step) => step.with['to'] === undefined)],
  ['AVX-55', 'back', action('gateway_rollback', (step) => step.capabilities.effect === 'disruptive')],
  ['AVX-56', 'back', action('gateway_rollback', (step) => step.with['image'] === undefined)],
  ['AVX-57', 'is_back', action('gateway_status', (step) => step.with['require'] === 'up')],
  [
    'AVX-58',
    'escalate',
    says('Where the fault is cured by a newer release only', "open a case with the vendor's support"),
  ],
  ['AVX-59', 'notes', says('whether the OpenVPN service restarts')],
  ['AVX-59', 'tell_users', says('OpenVPN')],
  ['AVX-60', 'back', (step) => step.description!.includes('OpenVPN users of it are out until it is back')],
]

const ruleDemands = [
  ['AVX-02', 'rolling'],
  ['AVX-11', 'forward-only'],
  ['AVX-48', 'forward-only'],
  ['AVX-12', 'valid-path'],
  ['AVX-13', 'valid-path'],
  ['AVX-14', 'valid-path'],
  ['AVX-21', 'valid-path'],
  ['AVX-18', 'level'],
  ['AVX-58', 'level'],
  ['AVX-17', 'controller-first'],
  ['AVX-20', 'controller-first'],
  ['AVX-53', 'back-to-previous'],
  ['AVX-54', 'back-to-previous'],
  ['AVX-19', 'resting'],
  ['AVX-58', 'resting'],
] as const

const told = ({ diagnostics }: Loaded): readonly string[] =>
  diagnostics.map(({ severity, code, message }) => `${severity} ${code} ${message.replaceAll('\n', ' ')}`)

describe('the runbook for controller and gateways', () => {
  let loaded: Loaded
  let plan: Plan
  beforeAll(async () => {
    loaded = await load(name, ['force_public_dns=true', 'platform_image=true'])
    plan = loaded.plan!
  })

  it('has no finding, not even a hint', () => {
    const text = readFileSync(`${root}/runbooks/${name}.yaml`, 'utf8')
    expect(checkFile(text, `${name}.yaml`, { actions: allActions }).diagnostics).toEqual([])
  })

  it.each(demands)('%s is covered by step "%s" in the right form', (id, step, shows) => {
    const found = stepNamed(plan, step)
    expect(found.covers).toContain(id)
    expect(shows(found)).toBe(true)
  })

  it.each(ruleDemands)('%s is covered by the rule "%s"', (id, rule) => {
    expect(plan.rules.find((each) => each.id === rule)?.covers).toContain(id)
  })

  it('covers every demand that it names', () => {
    const covered = new Set([
      ...stepsOf(plan).flatMap((step) => step.covers),
      ...plan.rules.flatMap((rule) => rule.covers),
      ...plan.acceptance_criteria.flatMap((criterion) => criterion.covers),
    ])
    expect(plan.requirements.map(({ id }) => id).filter((id) => !covered.has(id))).toEqual([])
  })

  it('together with the other runbook it names all 66 demands', async () => {
    const other = (await load('aviatrix-gateway-image')).plan!
    const named = new Set([...plan.requirements, ...other.requirements].map(({ id }) => id))
    const all = Array.from({ length: 66 }, (_, index) => `AVX-${String(index + 1).padStart(2, '0')}`)
    expect(all.filter((id) => !named.has(id))).toEqual([])
  })

  it('AVX-58: says in the plan where a rollback would leave no way on, once for each hop, and nothing else', () => {
    expect(told(loaded)).toHaveLength(2)
    for (const [index, line] of told(loaded).entries()) {
      expect(line).toMatch(/^warning PLAN_RULE_STUCK after a rollback of \S+ in step 4\.4\.\d\.9 .* there is no way on/)
      expect(line).toContain(`Upgrade the gateways to 6.${7 + index}`)
      expect(line).toContain("that is a dead end, and only the vendor's support can help")
    }
  })

  it('AVX-08: one gateway, then the regions that go first, then the others; of a pair the secondary first', () => {
    const gateways = rolloutNamed(plan, 'gateways')
    const order = orderOf(gateways)
    expect(order[0]).toBe('spoke-euc1-1-hagw')
    const [, first, others] = gateways.lanes[0]!.waves
    expect(first!.targets.every(({ name: target }) => target.includes('euc1'))).toBe(true)
    expect(others!.targets.every(({ name: target }) => target.includes('use1'))).toBe(true)
    const rank = (target: string): number | undefined =>
      gateways.lanes[0]!.waves.flatMap(({ targets }) => targets).find((each) => each.name === target)!.rank
    for (const pair of ['transit-euc1', 'transit-use1', 'spoke-use1-1']) {
      expect(rank(`${pair}-hagw`)!).toBeLessThan(rank(pair)!)
    }
    expect(gateways.unit).toMatchObject({ one_at_a_time: true })
    expect(gateways.rollback.mode).toBe('ask')
  })

  it('AVX-48: the controller moves only when its gateways can follow in the same window', () => {
    expect(rolloutNamed(plan, 'platform').window).toMatchObject({ ids: ['maintenance'], reserve_ms: 4 * 3_600_000 })
  })

  it('who breaks the glass gets long enough for every rollout, also for the controller and what it keeps free', () => {
    const longest = plan.calendar?.break_glass?.max_ms ?? 0
    const needs = stepsOf(plan)
      .filter((step) => step.form === 'rollout' && step.window !== undefined)
      .map((step) => targetNeedMs(step as PlanRollout, fitAttempts(step as PlanRollout)) ?? Number.POSITIVE_INFINITY)
    expect(needs.length).toBeGreaterThan(3)
    expect(Math.max(...needs)).toBeGreaterThan(4 * 3_600_000)
    expect(Math.max(...needs)).toBeLessThanOrEqual(longest)
  })

  it('what the vendor publishes no action for is done by people unless calls are named', async () => {
    const byHand = (await load(name, ['unpublished=by_hand', 'platform_image=true'])).plan!
    for (const id of ['destinations', 'controller_ha', 'instance', 'dry_run', 'gateway_dry_run']) {
      expect([stepNamed(plan, id).skip, stepNamed(plan, `${id}_by_hand`).skip !== undefined]).toEqual([undefined, true])
      expect([stepNamed(byHand, id).skip !== undefined, stepNamed(byHand, `${id}_by_hand`).skip]).toEqual([
        true,
        undefined,
      ])
    }
    expect(says(...ports.map((port) => port.split(':')[0]!))(stepNamed(byHand, 'destinations_by_hand'))).toBe(true)
  })

  it.each<readonly [string, string, readonly string[]]>([
    ['AVX-10: no target is the newest build of the running minor', 'release=', []],
    ['AVX-12: builds are skipped', 'release=6.7', ['UserConnect-6.7.1376']],
    [
      'AVX-13: no minor is skipped',
      'release=6.9',
      ['UserConnect-6.7.1376', 'UserConnect-6.8.1148', 'UserConnect-6.9.161'],
    ],
    [
      'AVX-14: no major is skipped',
      'release=7.0',
      ['UserConnect-6.7.1376', 'UserConnect-6.8.1148', 'UserConnect-6.9.161', 'UserConnect-7.0.2239'],
    ],
  ])('%s', async (_, release, path) => {
    const hops = stepNamed((await load(name, [release])).plan!, 'hops')
    expect(hops.form === 'group' && hops.for_each?.items).toEqual(path)
  })
})

describe('what the plan refuses', () => {
  it('AVX-11: an older target', async () => {
    const loaded = await load(name, ['release=6.5'])
    expect(loaded.plan).toBeUndefined()
    expect(told(loaded).join('\n')).toMatch(/6\.5\.3006 is older than 6\.6\.123, and there is no going back/)
  })

  it('AVX-02: a controller from before rolling upgrades', async () => {
    const inventory = inventoryFile({ controller: '6.4.2995', gateways: '6.4.2995' })
    const loaded = await load(name, ['release=6.5', 'first_regions=[]'], { inventory })
    expect(told(loaded).join('\n')).toMatch(
      /error PLAN_RULE_BROKEN in step 4\.4\.1\.5 .*"rolling" .*takes? the procedure that upgrades it and all gateways at once/i,
    )
  })

  it('AVX-18: the example of the guide: gateways that stayed on 6.5.250 are brought to 6.5.750 before 6.6.100', async () => {
    const inventory = inventoryFile({ controller: '6.5.750', gateways: '6.5.250', level: ['gw-1'] })
    const { plan } = await load(name, ['release=6.6', 'first_regions=[]'], { inventory })
    const stragglers = rolloutNamed(plan!, 'stragglers')
    expect(stragglers).toMatchObject({ to: '6.5.750', targets: ['gw-2', 'gw-3', 'gw-3-hagw'], up_to_date: ['gw-1'] })
    const order = stepsOf(plan!).map(({ id }) => id)
    expect(order.indexOf('stragglers')).toBeLessThan(order.indexOf('platform'))
  })

  it('AVX-18, AVX-21: without that step the plan is refused, with the names of the gateways', async () => {
    const inventory = inventoryFile({ controller: '6.5.750', gateways: '6.5.250', level: ['gw-1'] })
    const io = captureIo({ cwd: root, env: { AVIATRIX_PASSWORD: 'any' } })
    const words = ['--set', 'release=6.6', '--set', 'primary_account=aws-main']
    const code = await runCli(['plan', runbookWithout(name, 'stragglers'), '-i', inventory, ...words], io)
    expect(code).toBe(1)
    expect(io.err().replaceAll(/\s+/g, ' ')).toContain(
      'Bring these gateways to 6.5.750 first: ["gw-2","gw-3","gw-3-hagw"]',
    )
    expect(io.err()).toContain('"level"')
  })
})

describe('the simulated night', () => {
  const files = [
    `runbooks/${name}.yaml`,
    '-i',
    `runbooks/${name}.inventory.yaml`,
    '--values',
    `runbooks/${name}.values.yaml`,
  ]

  it('ends inside its window, through a gateway that fails and an engine that dies', async () => {
    const io = captureIo({ cwd: root, env: { AVIATRIX_PASSWORD: 'any' } })
    const code = await runCli(['simulate', ...files, '--scenario', `runbooks/${name}.scenario.yaml`], io)
    expect(code, io.err()).toBe(0)
    expect(io.out()).toMatch(/archive: struck 2 times\n\s*power: struck 1 time\n/)
    expect(io.out()).toMatch(/^succeeded after .*Sat 2027-03-06 0[0-5]:/m)
  })

  it('a recipe book is written, with every demand', async () => {
    const io = captureIo({ cwd: root, env: { AVIATRIX_PASSWORD: 'any' } })
    const path = join(temporaryFolder(), 'book.md')
    expect(await runCli(['book', ...files, '-o', path], io), io.err()).toBe(0)
    const book = readFileSync(path, 'utf8')
    const missing = Array.from({ length: 60 }, (_, index) => `AVX-${String(index + 1).padStart(2, '0')}`).filter(
      (id) => !['AVX-04', 'AVX-07'].includes(id) && !book.includes(id),
    )
    expect(missing).toEqual([])
  })
})
