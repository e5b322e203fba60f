import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadPlan } from '../../src/app/load.ts'
import type { Json } from '../../src/base/json.ts'
import { allActions } from '../../src/executors/index.ts'
import { orderNodes } from '../../src/executors/stackato/modules/role-order.ts'
import { checkFile } from '../../src/language/check-file.ts'
import type { Plan, PlanAction, PlanRollout, PlanStep } from '../../src/plan/model.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const text = readFileSync(`${root}/runbooks/stackato-3.0.yaml`, 'utf8')
const given = ['release=3.2.1']
const single = ['form=node_by_node', 'single_node_reason=vendor case 4711']
/** Every branch of a form is taken. */
const everything = [
  ...given,
  'http_proxy=http://proxy:3128',
  'skip_cache=true',
  'grant_sudo=true',
  'check_capacity=false',
  'role_order=["router","dea"]',
]

async function planWith(set: readonly string[]): Promise<Plan> {
  const loaded = await loadPlan({
    runbook: 'runbooks/stackato-3.0.yaml',
    inventory: 'runbooks/stackato-3.0.inventory.yaml',
    cwd: root,
    set,
  })
  expect(loaded.diagnostics).toEqual([])
  return loaded.plan!
}

function stepsOf(plan: Plan): readonly PlanStep[] {
  const all = (step: PlanStep): PlanStep[] => [step, ...(step.form === 'group' ? step.steps.flatMap(all) : [])]
  return plan.phases.flatMap((phase) => phase.steps.flatMap(all))
}

const stepNamed = (plan: Plan, name: string): PlanStep => {
  const step = stepsOf(plan).find((candidate) => candidate.id === name)
  expect(step, name).toBeDefined()
  return step!
}

type Shows = (step: PlanStep) => Json
const action = (name: string, more: (step: PlanAction) => boolean = () => true): Shows => {
  return (step) => step.form === 'action' && step.action === `stackato.${name}` && more(step)
}
const says = (words: string): Shows => {
  return (step) => step.form === 'manual' && step.instructions.includes(words)
}
const onAll = (step: PlanAction): boolean => step.targets.length === 6
const onCore = (step: PlanAction): boolean => step.targets.join() === 'core'
/** An argument as the action will get it. */
const sent = (step: PlanAction, name: string): Json | undefined => step.previews[0]?.with[name]
const whole = action(
  'module_upgrade',
  (step) => onCore(step) && step.with['scope'] === 'cluster' && step.retry.max_attempts > 1,
)
const oneByOne: Shows = (step) =>
  step.form === 'rollout' &&
  step.max_concurrency === 1 &&
  step.each.map((each) => each.action).join() === 'stackato.fix_kato,stackato.module_upgrade' &&
  step.each[1]!.with['scope'] === 'node'

/** Id, what covers it, and what about that step shows it. */
const demands: readonly (readonly [id: string, step: string, shows: Shows])[] = [
  ['STK-01', 'install_patches', action('patch_install', onCore)],
  ['STK-01', 'patched', action('patch_status', (step) => step.with['require'] === 'none_open')],
  ['STK-09', 'maintenance', action('maintenance_mode', (step) => step.with['state'] === 'on')],
  ['STK-10', 'tell_users', says('web requests are served')],
  [
    'STK-12',
    'destinations',
    action(
      'destinations_reachable',
      (step) =>
        String(step.with['destinations']) === 'upgrade.stackato.com:443,pkg.stackato.com:443,docker.stackato.com:443',
    ),
  ],
  ['STK-12', 'destinations_of_nodes', action('destinations_reachable', onAll)],
  ['STK-14', 'upstream_proxy', says('http://proxy:3128')],
  ['STK-14', 'destinations', (step) => step.form === 'action' && sent(step, 'http_proxy') === 'http://proxy:3128'],
  ['STK-15', 'upgrade', whole],
  ['STK-16', 'prepare_cache', action('cache_prepare', onCore)],
  ['STK-17', 'cache_conditions', action('cache_conditions', onCore)],
  ['STK-18', 'cache_conditions', (step) => step.description?.includes('slower') === true],
  ['STK-18', 'destinations_of_nodes', action('destinations_reachable', onAll)],
  ['STK-19', 'cluster_ssh', action('cluster_ssh_ready', onCore)],
  ['STK-20', 'sudo', action('sudo_ready', onAll)],
  ['STK-21', 'grant_sudo', action('sudo_grant', (step) => step.back_out === 'undo')],
  ['STK-22', 'sudo', action('sudo_ready', (step) => step.on_failure !== 'continue')],
  ['STK-23', 'spare_dea', says('at least one DEA')],
  ['STK-23', 'capacity', action('dea_capacity')],
  ['STK-28', 'save_files', action('customisations_save', onAll)],
  ['STK-29', 'compare_files', action('customisations_compare', onAll)],
  ['STK-30', 'compare_files', action('customisations_compare', onAll)],
  ['STK-31', 'rehearsed', says('non-production')],
  ['STK-33', 'tell_users', says('browser cache')],
  ['STK-39', 'upgrade', whole],
  ['STK-41', 'order', action('upgrade_order')],
  ['STK-41', 'upgrade', whole],
  ['STK-42', 'upgrade_nodes', oneByOne],
  ['STK-43', 'upgrade', action('module_upgrade', (step) => String(sent(step, 'role_order')) === 'router,dea')],
  [
    'STK-44',
    'go',
    (step) => step.form === 'gate' && step.description?.includes('recommends the form `cluster`') === true,
  ],
  ['STK-45', 'upgrade', whole],
  ['STK-47', 'upgrade', whole],
  ['STK-48', 'installed', action('version', onAll)],
  ['STK-48', 'upgrade', action('module_upgrade', (step) => !('force' in step.with))],
  ['STK-50', 'upgrade', whole],
  ['STK-51', 'upgrade', whole],
  ['STK-52', 'upgrade', action('module_upgrade', (step) => sent(step, 'to') === '3.2.1')],
  [
    'STK-56',
    'upgrade_again',
    (step) => step.form === 'action' && step.when?.includes('upgrade.outcome == "failed"') === true,
  ],
  ['STK-57', 'half_done', action('module_latches', onAll)],
  ['STK-59', 'upgrade_again', whole],
  ['STK-60', 'upgrade', (step) => step.form === 'action' && step.on_failure === 'continue'],
  ['STK-61', 'upgrade_again', whole],
  ['STK-62', 'upgrade', whole],
  ['STK-63', 'fix_kato', action('fix_kato', onAll)],
  ['STK-69', 'tell_end', says('Ctrl+Shift+F5')],
]

/** The form of single nodes covers what the other one covers, in its own way. */
const singleDemands = ['STK-16', 'STK-41', 'STK-42', 'STK-43', 'STK-63'] as const
const perNode = [
  'STK-45',
  'STK-47',
  'STK-48',
  'STK-50',
  'STK-51',
  'STK-52',
  'STK-56',
  'STK-57',
  'STK-59',
  'STK-61',
] as const

describe('the runbook for Stackato 3.0', () => {
  let byCluster: Plan
  let byNode: Plan
  beforeAll(async () => {
    byCluster = await planWith(everything)
    byNode = await planWith([...given, ...single])
  })

  it('has no finding, not even a hint', () => {
    expect(checkFile(text, 'stackato-3.0.yaml', { actions: allActions }).diagnostics).toEqual([])
  })

  it.each(demands)('%s is covered by step "%s" in the right form', (id, name, shows) => {
    const step = stepNamed(byCluster, name)
    expect(step.covers).toContain(id)
    expect(shows(step)).toBe(true)
  })

  it.each(singleDemands)('%s is covered by the form of single nodes as well', (id) => {
    const steps = stepsOf(byNode).filter((step) => step.skip === undefined && step.covers.includes(id))
    expect(steps.map((step) => step.id)).toContain(id === 'STK-16' ? 'prepare_cache' : 'upgrade_nodes')
  })

  it.each(perNode)('%s is covered on each node in the form of single nodes', (id) => {
    const rollout = stepNamed(byNode, 'upgrade_nodes') as PlanRollout
    expect(rollout.each.find((each) => each.id === 'upgrade_node')!.covers).toContain(id)
  })

  it('STK-03 and STK-44 are rules that are checked before each effect', () => {
    expect(byCluster.rules).toMatchObject([
      { id: 'from-3-0', covers: ['STK-03'] },
      { id: 'reason-for-single-nodes', covers: ['STK-44'] },
    ])
  })

  it('STK-24, STK-49 and STK-58 ask for nothing to be done and stand as notes in the documents', () => {
    for (const id of ['STK-24', 'STK-49', 'STK-58']) {
      expect(byCluster.requirements.some((requirement) => requirement.id === id)).toBe(true)
      expect(text).toMatch(new RegExp(`id: ${id}\\n(    .*\\n)*    note: `))
    }
  })

  it('declares every demand of the guide that is about 3.0 or both products, and no other', () => {
    const listed = JSON.parse(readFileSync(`${root}/test/demands.json`, 'utf8')) as { id: string; edition?: string }[]
    const wanted = listed.filter(({ id, edition }) => id.startsWith('STK-') && edition !== 'H').map(({ id }) => id)
    expect(byCluster.requirements.map(({ id }) => id).sort()).toEqual(wanted.sort())
  })

  it('STK-41 STK-42 STK-43: the sequence of the rollout is the order of the product, in one reading', () => {
    const nodes = Object.values(byNode.targets)
    const rollout = stepNamed(byNode, 'upgrade_nodes') as PlanRollout
    expect(rollout.targets).toEqual(orderNodes(nodes).map((node) => node.name))
    expect(rollout.targets).toEqual(['dea-1', 'dea-2', 'router-2', 'data-1', 'data-2', 'core'])
  })

  it.each(['router,dea', 'primary,mongodb,base'])(
    'STK-43: another role order, %s, gives the same order in both forms, the core last',
    async (order) => {
      const roleOrder = order.split(',')
      const plan = await planWith([...given, ...single, `role_order=${JSON.stringify(roleOrder)}`])
      const names = orderNodes(Object.values(plan.targets), roleOrder).map((node) => node.name)
      expect((stepNamed(plan, 'upgrade_nodes') as PlanRollout).targets).toEqual(names)
      expect(names.at(-1)).toBe('core')
    },
  )

  it('STK-66 maintenance mode is switched off after everything runs, however the run ends', () => {
    for (const plan of [byCluster, byNode]) {
      const steps = stepsOf(plan)
      const off = steps.findIndex((step) => step.cleanup_of === 'upgrade/maintenance')
      expect(steps[off - 1]?.id).toBe('all_running')
      expect(steps[off]).toMatchObject({ form: 'action', action: 'stackato.maintenance_mode', with: { state: 'off' } })
    }
  })

  it('STK-01 to STK-66: what must stand before what does, in both forms', () => {
    const before = [
      ['install_patches', 'patched'],
      ['patched', 'maintenance'],
      ['capacity', 'maintenance'],
      ['destinations', 'maintenance'],
      ['save_files', 'upgrade'],
      ['export', 'upgrade'],
      ['go', 'maintenance'],
      ['maintenance', 'upgrade'],
      ['maintenance', 'prepare_cache'],
      ['prepare_cache', 'upgrade_nodes'],
      ['upgrade_nodes', 'ready'],
      ['fix_kato', 'upgrade_again'],
    ] as const
    const order = stepsOf(byCluster).map((step) => step.id)
    for (const [first, second] of before) {
      expect(order.indexOf(first), `${first} before ${second}`).toBeLessThan(order.indexOf(second))
    }
  })

  it('STK-44 a form takes its own steps only', () => {
    const taken = (plan: Plan): readonly string[] =>
      stepsOf(plan)
        .filter((step) => step.skip === undefined && /upgrade|prepare_cache|fix_kato/.test(step.id))
        .map((step) => step.id)
    expect(taken(byCluster)).toEqual(['upgrade', 'fix_kato', 'upgrade_again'])
    expect(taken(byNode)).toEqual(['fix_kato', 'upgrade_again', 'prepare_cache', 'upgrade_nodes'])
  })

  it('leaves out what a site does not need', async () => {
    const small = await planWith(given)
    const skipped = stepsOf(small)
      .filter((step) => step.skip !== undefined)
      .map((step) => step.id)
    expect(skipped).toEqual(
      expect.arrayContaining(['grant_sudo', 'upstream_proxy', 'spare_dea', 'prepare_cache', 'upgrade_nodes']),
    )
  })
})
