import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadPlan } from '../../src/app/load.ts'
import type { Json } from '../../src/base/json.ts'
import { allActions } from '../../src/executors/index.ts'
import { checkFile } from '../../src/language/check-file.ts'
import type { Plan, PlanStep } from '../../src/plan/model.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const given = ['release=3.6.0', 'mirrors=["github.com:443","us.archive.ubuntu.com:80"]']
/** Every branch of the runbook is taken. */
const everything = [
  ...given,
  'http_proxy=http://proxy:3128',
  'cache_directory=/mnt/cache',
  'stop_roles=["mdns"]',
  'grant_sudo=true',
  'from_2_10=true',
  'custom_buildpacks=["company-php"]',
]

async function planWith(set: readonly string[]): Promise<Plan> {
  const loaded = await loadPlan({
    runbook: 'runbooks/helion-stackato.yaml',
    inventory: 'runbooks/helion-stackato.inventory.yaml',
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

/** Id, what covers it, and what about that step shows it. */
const demands: readonly (readonly [id: string, step: string, shows: (step: PlanStep) => Json])[] = [
  [
    'STK-02',
    'patches',
    (step) => step.form === 'action' && step.action === 'stackato.patch_status' && !('require' in step.with),
  ],
  ['STK-04', 'disk', (step) => step.form === 'action' && step.with['min_free'] === '7GB' && step.targets.length === 6],
  [
    'STK-05',
    'cache_disk',
    (step) => step.form === 'action' && step.with['min_free'] === '10GB' && step.targets.join() === 'core',
  ],
  ['STK-06', 'disk', (step) => step.covers.includes('STK-06')],
  [
    'STK-07',
    'cache_directory',
    (step) => step.form === 'action' && step.action === 'stackato.cache_dir' && step.back_out === 'undo',
  ],
  ['STK-08', 'go', (step) => step.form === 'gate' && /build a\s+new cluster/.test(step.description ?? '')],
  ['STK-09', 'maintenance', (step) => step.form === 'action' && step.with['state'] === 'on'],
  ['STK-10', 'tell_users', (step) => step.form === 'manual' && step.instructions.includes('web requests are served')],
  [
    'STK-11',
    'export',
    (step) => step.form === 'action' && step.action === 'stackato.data_export' && step.with['scope'] === 'cluster',
  ],
  [
    'STK-13',
    'destinations',
    (step) => step.form === 'action' && (step.previews[0]!.with['destinations'] as Json[]).length === 5,
  ],
  ['STK-14', 'upstream_proxy', (step) => step.form === 'manual' && step.instructions.includes('http://proxy:3128')],
  ['STK-19', 'cluster_ssh', (step) => step.form === 'action' && step.targets.join() === 'core'],
  ['STK-20', 'sudo', (step) => step.form === 'action' && step.targets.length === 6],
  [
    'STK-21',
    'grant_sudo',
    (step) => step.form === 'action' && step.action === 'stackato.sudo_grant' && step.back_out === 'undo',
  ],
  [
    'STK-22',
    'sudo',
    (step) => step.form === 'action' && step.action === 'stackato.sudo_ready' && step.on_failure !== 'continue',
  ],
  ['STK-23', 'spare_dea', (step) => step.form === 'manual' && step.instructions.includes('at least one DEA')],
  ['STK-25', 'core_memory', (step) => step.form === 'action' && step.with['min_available'] === '1GB'],
  [
    'STK-26',
    'memory',
    (step) => step.form === 'action' && step.with['min_available'] === '512MB' && !step.targets.includes('core'),
  ],
  ['STK-27', 'stop_roles', (step) => step.form === 'action' && step.action === 'stackato.stop'],
  ['STK-28', 'save_files', (step) => step.form === 'action' && step.targets.length === 6],
  ['STK-29', 'compare_files', (step) => step.form === 'action' && step.action === 'stackato.customisations_compare'],
  ['STK-30', 'compare_files', (step) => step.covers.includes('STK-30')],
  ['STK-31', 'rehearsed', (step) => step.form === 'manual' && step.instructions.includes('non-production')],
  ['STK-32', 'keep_buildpacks', (step) => step.form === 'manual' && step.instructions.includes('company-php')],
  ['STK-33', 'tell_users', (step) => step.form === 'manual' && step.instructions.includes('browser cache')],
  ['STK-34', 'download', (step) => step.form === 'action' && step.path.startsWith('download/')],
  ['STK-35', 'update_kato', (step) => step.form === 'action' && step.with['update_kato'] === true],
  [
    'STK-36',
    'download',
    (step) =>
      step.form === 'action' &&
      step.with['download_only'] === true &&
      step.previews[0]?.with['cache_ip'] === '192.0.2.11',
  ],
  ['STK-37', 'upgrade', (step) => step.form === 'action' && step.previews[0]?.with['cache_ip'] === '192.0.2.11'],
  ['STK-38', 'upgrade', (step) => step.covers.includes('STK-38')],
  ['STK-40', 'upgrade', (step) => step.form === 'action' && step.targets.join() === 'core' && step.point_of_no_return],
  ['STK-46', 'upgrade', (step) => step.form === 'action' && step.action === 'stackato.node_upgrade'],
  ['STK-47', 'update_kato', (step) => step.covers.includes('STK-47')],
  ['STK-48', 'installed', (step) => step.form === 'action' && step.action === 'stackato.version'],
  ['STK-50', 'download', (step) => step.covers.includes('STK-50')],
  ['STK-53', 'upgrade', (step) => step.covers.includes('STK-53')],
  ['STK-56', 'upgrade_again', (step) => step.form === 'action' && step.when === 'steps.upgrade.outcome == "failed"'],
  ['STK-64', 'recover', (step) => step.form === 'action' && step.action === 'stackato.recover_kato'],
  ['STK-65', 'restart', (step) => step.form === 'rollout' && step.targets.length === 6 && step.targets[0] === 'core'],
  ['STK-67', 'create_buildpack', (step) => step.form === 'action' && step.previews[0]?.with['name'] === 'company-php'],
  ['STK-68', 'sample_apps', (step) => step.form === 'manual' && step.instructions.includes('sample applications')],
  ['STK-69', 'tell_end', (step) => step.form === 'manual' && step.instructions.includes('Ctrl+Shift+F5')],
  ['STK-70', 'https_proxy', (step) => step.form === 'manual' && step.instructions.includes('https_proxy')],
]

describe('the runbook for Helion Stackato', () => {
  let plan: Plan
  beforeAll(async () => {
    plan = await planWith(everything)
  })

  it('has no finding, not even a hint', () => {
    const text = readFileSync(`${root}/runbooks/helion-stackato.yaml`, 'utf8')
    expect(checkFile(text, 'helion-stackato.yaml', { actions: allActions }).diagnostics).toEqual([])
  })

  it.each(demands)('%s is covered by step "%s" in the right form', (id, name, shows) => {
    const step = stepsOf(plan).find((candidate) => candidate.id === name)
    expect(step, name).toBeDefined()
    expect(step!.covers).toContain(id)
    expect(shows(step!)).toBe(true)
  })

  it('STK-03 is a rule that is checked before each effect', () => {
    expect(plan.rules).toMatchObject([{ id: 'from-3-0', covers: ['STK-03'] }])
  })

  it('STK-24, STK-49, STK-54 and STK-55 ask for nothing to be done and stand as notes in the documents', () => {
    const text = readFileSync(`${root}/runbooks/helion-stackato.yaml`, 'utf8')
    for (const id of ['STK-24', 'STK-49', 'STK-54', 'STK-55']) {
      expect(plan.requirements.some((requirement) => requirement.id === id)).toBe(true)
      expect(text).toMatch(new RegExp(`id: ${id}\\n(    .*\\n)*    note: `))
    }
  })

  it('STK-66 maintenance mode is switched off after all nodes are ready, however the run ends', () => {
    const steps = stepsOf(plan)
    const off = steps.findIndex((step) => step.cleanup_of === 'upgrade/maintenance')
    expect(steps[off - 1]?.id).toBe('ready')
    expect(steps[off]).toMatchObject({ form: 'action', action: 'stackato.maintenance_mode', with: { state: 'off' } })
  })

  it('STK-09 to STK-66: what must stand before what does', () => {
    const order = stepsOf(plan).map((step) => step.id)
    const comesFirst = (first: string, second: string): void =>
      expect(order.indexOf(first), `${first} before ${second}`).toBeLessThan(order.indexOf(second))
    comesFirst('update_kato', 'download')
    comesFirst('download', 'maintenance')
    comesFirst('export', 'upgrade')
    comesFirst('go', 'maintenance')
    comesFirst('maintenance', 'upgrade')
    comesFirst('upgrade', 'restart')
    comesFirst('restart', 'ready')
    comesFirst('save_files', 'upgrade')
  })

  it('leaves out what a site does not need', async () => {
    const small = await planWith(given)
    const skipped = stepsOf(small)
      .filter((step) => step.skip !== undefined)
      .map((step) => step.id)
    expect(skipped).toEqual(
      expect.arrayContaining([
        'cache_directory',
        'grant_sudo',
        'upstream_proxy',
        'stop_roles',
        'start_roles',
        'sample_apps',
        'https_proxy',
        'keep_buildpacks',
      ]),
    )
  })
})
