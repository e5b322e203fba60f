/** The clusters on which the Stackato executor is exercised, over real SSH. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { Json, JsonObject } from '../../../src/base/json.ts'
import type { ConformanceCase, TestWorld } from '../../../src/conformance/index.ts'
import { type StackatoCluster, startCluster } from '../../support/stackato-cluster.ts'

/** A cluster that was changed is started anew, so what belongs to it changes. */
export interface Cluster extends TestWorld {
  cluster: StackatoCluster
  /** What was done to the cluster, when nothing was changed since. */
  prepared: string
}
export type Case = ConformanceCase<Cluster>
type Renewed = { -readonly [key in keyof Cluster]: Cluster[key] }

const secrets = { stackato_password: 'stackato-password', api_token: 'stackato-api-token' }

export async function startClusterWorld(): Promise<Cluster> {
  const world = { close: async () => await world.cluster.close(), prepared: '' } as unknown as Renewed
  await renew(world, {})
  return world
}

export interface Renewal {
  readonly edition?: '3.0'
  readonly faults?: readonly string[]
  /** Where the case runs; the core unless said otherwise. */
  readonly node?: string
  /** Brings the cluster to where it stands before the effect. */
  readonly then?: (cluster: StackatoCluster) => Promise<unknown> | unknown
}

/** Starts a cluster of three nodes in place of the one before. */
export async function renew(world: Renewed, { edition, faults = [], node = 'core', then }: Renewal): Promise<void> {
  await world.cluster?.close()
  world.cluster = await startCluster({ nodes: 3, keep: true, faults, ...(edition === undefined ? {} : { edition }) })
  world.target = world.cluster.target(node)
  world.secrets = secrets
  world.prepared = ''
  await then?.(world.cluster)
}

/** Renews, unless the same has been done before and nothing was changed since. */
export async function renewOnce(world: Renewed, name: string, renewal: Renewal): Promise<void> {
  if (world.prepared === name) return
  await renew(world, renewal)
  world.prepared = name
}

export const rootOf = (cluster: StackatoCluster, node = 'core'): string =>
  cluster.emulator.hosts.find(({ name }) => name === node)!.root

/** What an action keeps on a host to go on from, which commands were typed, and when things happened, are no effects. */
const passing = /(^|\/)(\.rollbook|\.ssh|var\/log|bin|usr\/lib)(\/|$)|\.log$|profile$/
/** What the daemon was told stands in its file, too. */
const instants = /(^cache_dirs|_at|_ms|^at|^since|^pid|^started|^ended|^history)$/

/** Where the emulator keeps its hosts: another folder for each cluster. */
const folderOf = (cluster: StackatoCluster): string => dirname(dirname(rootOf(cluster)))

export function look({ cluster, target }: Cluster): JsonObject {
  return {
    state: JSON.parse(
      JSON.stringify(timeless(cluster.emulator.state() as unknown as Json)).replaceAll(folderOf(cluster), ''),
    ) as Json,
    files: filesBelow(rootOf(cluster, target?.name), folderOf(cluster)),
  }
}

function timeless(value: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => timeless(item))
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([key]) => !instants.test(key))
  return Object.fromEntries(kept.map(([key, member]) => [key, timeless(member)]))
}

function sha256Of(path: string, folder: string): string {
  const content = readFileSync(path, 'latin1').replaceAll(folder, '')
  return createHash('sha256').update(content, 'latin1').digest('hex')
}

/** Two archives of the same files differ in their instants, and their lists in where the emulator keeps its hosts. */
function filesBelow(root: string, folder: string): JsonObject {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = files
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !passing.test(path))
  return Object.fromEntries(
    paths
      .sort()
      .map((path) => [path, /\.tgz(\.list|\.effect)?$/.test(path) ? 'an archive' : sha256Of(join(root, path), folder)]),
  )
}

/** Waits until every command has ended and the cluster has been doing nothing for a while. */
export async function quiet({ cluster }: Cluster): Promise<void> {
  for (let seen = -1, still = 0, rounds = 0; still < 4; rounds += 1) {
    await new Promise((resolve) => setTimeout(resolve, 250))
    const effects = cluster.emulator.effects()
    const commands = effects.filter((effect) => effect.kind === 'command')
    // One that was cut off with its connection may never tell of its end.
    const isOpen = rounds < 240 && commands.filter((effect) => effect.phase === 'started').length * 2 > commands.length
    still = effects.length === seen && !isOpen ? still + 1 : 0
    seen = effects.length
  }
}
