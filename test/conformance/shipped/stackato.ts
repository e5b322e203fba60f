/** How the Stackato executor is exercised: on emulated clusters of three nodes, over real SSH. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { Json, JsonObject } from '../../../src/base/json.ts'
import {
  type ConformanceCase,
  type ConformanceDescription,
  defineConformance,
  type TestWorld,
} from '../../../src/conformance/index.ts'
import { type StackatoCluster, startCluster } from '../../support/stackato-cluster.ts'

/** A cluster that was changed is started anew, so what belongs to it changes. */
interface Cluster extends TestWorld {
  cluster: StackatoCluster
}
type Case = ConformanceCase<Cluster>

const start = async (): Promise<Cluster> => {
  const world = { close: async () => await world.cluster.close() } as unknown as Cluster & {
    -readonly [key in keyof TestWorld]: TestWorld[key]
  }
  await renew(world)
  return world
}

async function renew(
  world: { -readonly [key in keyof Cluster]: Cluster[key] },
  faults: readonly string[] = [],
): Promise<void> {
  await world.cluster?.close()
  world.cluster = await startCluster({ nodes: 3, keep: true, faults })
  world.target = world.cluster.target('core')
  world.secrets = { stackato_password: 'stackato-password', api_token: 'token-of-an-administrator' }
}

/** What an action keeps on a host to go on from, which commands were typed, and when things happened, are no effects. */
const passing = /(^|\/)(\.rollbook|\.ssh|var\/log|bin|usr\/lib)(\/|$)|\.log$|profile$/
const instants = /(_at|_ms|^at|^since|^pid|^started|^ended|^history)$/

function look({ cluster }: Cluster): JsonObject {
  const { emulator } = cluster
  const core = emulator.hosts.find(({ name }) => name === 'core')
  return {
    state: timeless(emulator.state() as unknown as Json),
    files: core === undefined ? {} : filesBelow(core.root),
  }
}

function timeless(value: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => timeless(item))
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([key]) => !instants.test(key))
  return Object.fromEntries(kept.map(([key, member]) => [key, timeless(member)]))
}

function sha256Of(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}

/** Two archives of the same files differ in their instants, and their lists in where the emulator keeps its hosts. */
function filesBelow(root: string): JsonObject {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = files
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !passing.test(path))
  return Object.fromEntries(
    paths.sort().map((path) => [path, /\.tgz(\.list)?$/.test(path) ? 'an archive' : sha256Of(join(root, path))]),
  )
}

/** Waits until the cluster has been doing nothing for a while. */
async function quiet({ cluster }: Cluster): Promise<void> {
  for (let seen = -1, still = 0; still < 4; ) {
    await new Promise((resolve) => setTimeout(resolve, 250))
    const now = cluster.emulator.effects().length
    still = now === seen ? still + 1 : 0
    seen = now
  }
}

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

function reads(action: string, args: JsonObject = {}, more: Partial<Case> = {}): Case {
  return { action: `stackato.${action}`, with: args, prepare: () => undefined, look, ...more }
}

function changes(action: string, args: JsonObject = {}, more: Partial<Case> = {}): Case {
  return { action: `stackato.${action}`, with: args, prepare: async (world) => await renew(world), look, ...more }
}

export const stackatoConformance: ConformanceDescription = defineConformance<Cluster>({
  systems: { emulator: start },
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
      { prepare: async (world) => await renew(world, ['no-sudo']), declares: exitOnly },
    ),
    changes('restart'),
    changes('stop', { roles: ['router'] }),
    changes('patch_install'),
    changes('data_export', { scope: 'cluster', file: '/home/stackato/export.tgz' }),
    changes('customisations_save'),
    changes('node_upgrade', { to: '3.6.0' }, { declares: detached, settle: quiet }),
  ],
})
