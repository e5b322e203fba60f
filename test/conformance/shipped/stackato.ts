/** How the Stackato executor is exercised: Helion and 3.0, on emulated clusters of three nodes. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ConformanceDescription, defineConformance } from '../../../src/conformance/index.ts'
import {
  type Case,
  type Cluster,
  look,
  quiet,
  type Renewal,
  renew,
  renewOnce,
  rootOf,
  startClusterWorld,
} from './stackato-world.ts'

const exitOnly = {
  malformed: { ends: ['success'], because: 'only the exit code of the command is asked for' },
} as const satisfies Case['declares']
const tolerant = {
  malformed: { ends: ['success'], because: 'the vendor documents no layout, so that every line counts' },
} as const satisfies Case['declares']
const detached = {
  dropped: { ends: ['timeout', 'unreachable', 'unknown'], because: 'it looks again until its deadline' },
} as const satisfies Case['declares']
const waits = {
  malformed: { ends: ['not_ready'], because: 'whatever it does not say yet is what it waits for' },
} as const satisfies Case['declares']
const checked = {
  malformed: { ends: ['process', 'unknown', 'unhealthy'], because: 'what was set is read back, and is not there' },
} as const satisfies Case['declares']

function reads(action: string, args: Case['with'] = {}, more: Partial<Case> = {}): Case {
  const prepare: Case['prepare'] = (world) => renewOnce(world, 'helion', {})
  return { action: `stackato.${action}`, with: args, prepare, look, ...more }
}

function changes(action: string, args: Case['with'] = {}, more: Partial<Case> = {}, renewal: Renewal = {}): Case {
  return { action: `stackato.${action}`, with: args, prepare: (world) => renew(world, renewal), look, ...more }
}

const granted: Renewal = {
  faults: ['no-sudo'],
  then: (cluster) =>
    cluster.run(
      'sudo_grant',
      'core',
      { password: { $secret: 'sudo' } },
      { secrets: { sudo: 'stackato-password' }, effect: 'prepared@core#1' },
    ),
}
const customised = '/s/code/console/theme.css'
/** Files of ours were saved, and an upgrade has taken one of them away. */
const robbed: Renewal = {
  then: async (cluster) => {
    const file = join(rootOf(cluster), customised)
    writeFileSync(file, 'ours\n')
    await cluster.run('customisations_save', 'core')
    rmSync(file)
  },
}
/** An upgrade was cut off while kato itself was replaced. */
const withoutKato: Renewal = { faults: ['kato-missing'], then: (cluster) => cluster.fail('node_upgrade', 'core') }
/** Patches come first. */
const patched: Renewal = { edition: '3.0', then: (cluster) => cluster.run('patch_install', 'core') }
/** A module has failed on a DEA: what is done has a latch. */
const halted: Renewal = {
  edition: '3.0',
  faults: ['module-fails:stackato-dea'],
  node: 'dea-1',
  then: async (cluster) => {
    await cluster.run('patch_install', 'core')
    await cluster.fail('module_upgrade', 'dea-1', { scope: 'node', to: '3.2.1' })
  },
}
const withoutKato30: Renewal = {
  edition: '3.0',
  faults: ['kato-missing:core'],
  then: async (cluster) => {
    await cluster.run('patch_install', 'core')
    await cluster.fail('module_upgrade', 'core', { scope: 'cluster' })
  },
}
const once =
  (name: string, renewal: Renewal): Case['prepare'] =>
  (world) =>
    renewOnce(world, name, renewal)

export const stackatoConformance: ConformanceDescription = defineConformance<Cluster>({
  systems: { emulator: startClusterWorld },
  cases: [
    reads('version'),
    reads('node_list'),
    reads('status', { view: 'processes', cluster: true }),
    reads('process_ready', { process: 'all', within: '5m' }, { declares: waits }),
    reads('inspect', { tests: 'all' }, { declares: tolerant }),
    reads('patch_status'),
    reads('config_get', { component: 'cloud_controller_ng', key: 'maintenance_mode' }, { declares: tolerant }),
    reads('sudo_ready', {}, { declares: exitOnly }),
    reads('cluster_ssh_ready', {}, { declares: exitOnly }),
    reads('buildpacks', {}, { declares: tolerant }),
    changes(
      'config_set',
      { component: 'console', key: 'sample_apps_proxy', value: 'http://proxy.example.com:3128' },
      { declares: tolerant },
    ),
    changes('maintenance_mode', { state: 'on' }, { declares: checked }),
    changes(
      'sudo_grant',
      { password: { $secret: 'stackato_password' } },
      { declares: exitOnly },
      { faults: ['no-sudo'] },
    ),
    changes('sudo_revoke', { password: { $secret: 'stackato_password' } }, { declares: exitOnly }, granted),
    reads(
      'destinations_reachable',
      { destinations: ['component-images.stackato.com:443', 'upgrade.stackato.com:443'] },
      { declares: exitOnly },
    ),
    reads('dea_capacity', ({ cluster }) => ({ api: cluster.emulator.apiUrl, token: { $secret: 'api_token' } })),
    reads('customisations_compare', {}, { prepare: once('robbed', robbed) }),
    changes('customisations_restore', { files: [customised] }, {}, robbed),
    changes(
      'buildpack_create',
      { name: 'company-go', source: '/home/stackato/company-php.zip' },
      { declares: tolerant },
    ),
    changes(
      'start',
      { roles: ['router'] },
      {},
      {
        then: (cluster) => cluster.run('stop', 'core', { roles: ['router'] }),
      },
    ),
    changes('retire', {}, {}, { node: 'dea-1' }),
    changes('restart'),
    changes('stop', { roles: ['router'] }),
    changes('patch_install'),
    changes('data_export', { scope: 'cluster', file: '/home/stackato/export.tgz' }),
    changes('customisations_save'),
    changes(
      'cache_dir',
      { directory: '/mnt/upgrade' },
      {},
      {
        then: (cluster) => mkdirSync(join(rootOf(cluster), 'mnt/upgrade')),
      },
    ),
    changes('node_upgrade', { to: '3.6.0' }, { declares: detached, settle: quiet }),
    changes('recover_kato', {}, { declares: detached, settle: quiet }, withoutKato),

    reads('upgrade_order', {}, { prepare: once('3.0', { edition: '3.0' }) }),
    reads('cache_conditions', {}, { prepare: once('3.0', { edition: '3.0' }) }),
    reads('module_latches', {}, { prepare: once('halted', halted) }),
    changes('module_latch_remove', { module: 'stackato-base' }, {}, halted),
    changes('cache_prepare', {}, { declares: detached, settle: quiet }, patched),
    changes(
      'module_upgrade',
      { scope: 'node', to: '3.2.1' },
      { declares: detached, settle: quiet },
      { ...patched, node: 'dea-1' },
    ),
    changes('fix_kato', {}, { declares: detached, settle: quiet }, withoutKato30),
  ],
})
