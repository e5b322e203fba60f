/**
 * The emulated cluster as plain data: what `state.json` shows. Nodes, roles, processes, apps and settings are common to
 * every Stackato edition; what only one edition knows stands in its own folder.
 */

import { componentsOf } from './components.ts'

export type ProcessState = 'RUNNING' | 'STARTING' | 'FATAL' | 'STOPPED'

export interface EmulatedProcess {
  readonly name: string
  readonly role: string
  state: ProcessState
}

export interface EmulatedNode {
  readonly name: string
  /** Address inside the cluster, as `kato node list` prints it; not where the SSH server listens. */
  readonly address: string
  readonly roles: readonly string[]
  /** Release of the node: that of its components when all are level, else the one it came from. */
  version: string
  /** Installed version by component. */
  readonly components: Record<string, string>
  readonly processes: EmulatedProcess[]
  disk_total_gb: number
  disk_free_gb: number
  memory_total_mb: number
  /** Free memory with every role running; stopped roles add to it. */
  memory_free_mb: number
  /** False while `kato` is not there, as after a failed installation of its own package. */
  kato_present: boolean
  /** App memory that a DEA can hold; 0 on other nodes. */
  readonly app_capacity_mb: number
  retired: boolean
  /** How often each command that people notice ran here, for inspection: `restart`, `stop`. */
  readonly counts: Record<string, number>
}

export interface EmulatedInstance {
  /** Name of the DEA, or null when the instance is down. */
  dea: string | null
}

export interface EmulatedApp {
  readonly name: string
  readonly memory_mb: number
  readonly instances: EmulatedInstance[]
  /** Uses data services outside the cluster, through a broker. */
  readonly external_services: boolean
}

export interface EmulatedBuildpack {
  readonly name: string
  readonly source: string
  readonly custom: boolean
}

export interface EmulatedPatch {
  readonly id: number
  readonly name: string
  readonly purpose: string
  readonly roles: readonly string[]
  /** The upgrade does not start without it. */
  readonly needed_to_upgrade: boolean
  installed: boolean
}

export interface ClusterState {
  readonly edition: string
  /** Newest release that the vendor publishes. */
  readonly release: string
  /** Release of the upgrade tool itself; older tools lack options. */
  tool_version: string
  readonly nodes: EmulatedNode[]
  /** Settings by component, as `kato config` sees them. */
  readonly config: Record<string, Record<string, unknown>>
  readonly apps: EmulatedApp[]
  buildpacks: EmulatedBuildpack[]
  readonly patches: EmulatedPatch[]
  /** Commands as `kato history` prints them. */
  readonly history: string[]
  /** What the engine of the edition keeps. */
  readonly engine: Record<string, unknown>
}

/** Memory that one running role takes, megabytes (the emulator's own figure). */
export const roleMemoryMb = 256

const processesByRole: Readonly<Record<string, readonly string[]>> = {
  base: ['nats_watcher', 'logyard', 'supervisord'],
  primary: ['nats_server', 'redis_server'],
  controller: ['cloud_controller_ng', 'health_manager', 'aok', 'stackato_rest'],
  router: ['router2g', 'nginx'],
  dea: ['dea_ng', 'fence'],
  filesystem: ['filesystem_node', 'filesystem_gateway'],
  mysql: ['mysql_node', 'mysql_gateway'],
  postgresql: ['postgresql_node', 'postgresql_gateway'],
  mongodb: ['mongodb_node', 'mongodb_gateway'],
  redis: ['redis_node', 'redis_gateway'],
  rabbit3: ['rabbit3_node', 'rabbit3_gateway'],
  memcached: ['memcached_node', 'memcached_gateway'],
}

export function processesOf(roles: readonly string[]): EmulatedProcess[] {
  return roles.flatMap((role) =>
    (processesByRole[role] ?? [`${role}_node`]).map((name) => ({ name, role, state: 'RUNNING' as const })),
  )
}

export function coreOf(state: ClusterState): EmulatedNode {
  return state.nodes.find((node) => node.roles.includes('primary'))!
}

export function nodeByAddress(state: ClusterState, address: string): EmulatedNode | undefined {
  return state.nodes.find((node) => node.address === address || node.name === address)
}

/** Free memory with what stopped roles gave back. */
export function memoryFreeMb(node: EmulatedNode): number {
  const stopped = new Set(
    node.processes.filter((process) => process.state === 'STOPPED').map((process) => process.role),
  )
  return node.memory_free_mb + stopped.size * roleMemoryMb
}

export function maintenanceMode(state: ClusterState): boolean {
  return state.config['cloud_controller_ng']?.['maintenance_mode'] === true
}

/** App memory in use on a DEA, megabytes. */
export function usedMb(state: ClusterState, dea: string): number {
  return state.apps.reduce(
    (sum, app) => sum + app.memory_mb * app.instances.filter((instance) => instance.dea === dea).length,
    0,
  )
}

export interface ClusterPlan {
  readonly edition: string
  readonly nodes: number
  readonly version: string
  readonly release: string
  readonly patches: EmulatedPatch[]
}

const dataServices = ['mysql', 'postgresql', 'mongodb', 'redis', 'rabbit3', 'memcached'] as const

/** Names and roles: core, two DEAs, a second router, data services, filesystem; further nodes are DEAs. */
function layout(count: number): readonly (readonly [string, readonly string[]])[] {
  const core = ['base', 'primary', 'controller', 'router']
  const extra: (readonly [string, readonly string[]])[] = [
    ['router-1', ['base', 'router', 'controller']],
    ['data-1', ['base', ...dataServices]],
    ['filesystem-1', ['base', 'filesystem']],
  ]
  const dedicated = extra.slice(0, Math.max(0, count - 3))
  if (!dedicated.some(([name]) => name === 'data-1')) core.push(...dataServices)
  if (!dedicated.some(([name]) => name === 'filesystem-1')) core.push('filesystem')
  const deas = Array.from(
    { length: count - 1 - dedicated.length },
    (_, index) => [`dea-${index + 1}`, ['base', 'dea']] as const,
  )
  return [['core', core] as const, ...deas, ...dedicated]
}

export function buildCluster(plan: ClusterPlan): ClusterState {
  const nodes = layout(plan.nodes).map(
    ([name, roles], index): EmulatedNode => ({
      name,
      address: `192.168.20.${11 + index}`,
      roles,
      version: plan.version,
      components: Object.fromEntries(componentsOf(roles).map((component) => [component, plan.version])),
      processes: processesOf(roles),
      disk_total_gb: 40,
      disk_free_gb: roles.includes('primary') ? 22.5 : 14.2,
      memory_total_mb: 4096,
      memory_free_mb: roles.includes('primary') ? 1650 : 1180,
      kato_present: true,
      app_capacity_mb: roles.includes('dea') ? 4096 : 0,
      retired: false,
      counts: {},
    }),
  )
  const deas = nodes.filter((node) => node.roles.includes('dea')).map((node) => node.name)
  const apps: EmulatedApp[] = [
    { name: 'shop', memory_mb: 512, external_services: true, instances: spread(deas, 2) },
    { name: 'intranet', memory_mb: 256, external_services: true, instances: spread(deas, 2) },
    { name: 'reports', memory_mb: 512, external_services: false, instances: spread(deas, 1) },
  ]
  return {
    edition: plan.edition,
    release: plan.release,
    tool_version: plan.version,
    nodes,
    config: {
      cloud_controller_ng: { maintenance_mode: false, external_domain: 'api.stackato.test', info: { build: '1' } },
      console: { sample_apps_proxy: 'http://proxy.stackato.test:3128' },
      cluster: { mbusip: nodes[0]!.address, endpoint: 'api.stackato.test' },
    },
    apps,
    buildpacks: [
      { name: 'java', source: 'built in', custom: false },
      { name: 'python', source: 'built in', custom: false },
      { name: 'company-php', source: 'https://git.stackato.test/buildpacks/company-php.zip', custom: true },
    ],
    patches: plan.patches,
    history: [],
    engine: {},
  }
}

function spread(deas: readonly string[], count: number): EmulatedInstance[] {
  return Array.from({ length: count }, (_, index) => ({ dea: deas[index % deas.length] ?? null }))
}
