import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EmulatedNode } from '../cluster.ts'
import { componentsOf } from '../components.ts'
import { logEffect } from '../kato-nodes.ts'
import { networkProblem } from '../public-network.ts'
import { seconds } from '../timing.ts'
import type { KatoCall, World } from '../world.ts'
import { configuredCache, tidyConfig } from './host-files.ts'
import { floors, sizes } from './sizes.ts'

/** The folder that the running daemon of the node uses: what the file said when the daemon started. */
export function cacheFolder(world: World, node: EmulatedNode): string {
  const folders = (world.state.engine['cache_dirs'] ??= {}) as Record<string, string>
  return (folders[node.name] ??= configuredCache(world.sandbox(node.name)))
}

export function daemonRestarted(world: World, node: EmulatedNode): void {
  const sandbox = world.sandbox(node.name)
  tidyConfig(sandbox)
  const folders = (world.state.engine['cache_dirs'] ??= {}) as Record<string, string>
  folders[node.name] = configuredCache(sandbox)
  world.save()
}

/** Files of a release: one for each component that some node of the cluster has. */
export function releaseFiles(world: World, version: string): readonly string[] {
  const components = new Set(world.state.nodes.flatMap((node) => componentsOf(node.roles)))
  return [...components].map((component) => `${component}-${version}.tgz`)
}

function placeOf(world: World, node: EmulatedNode, version: string): string {
  return join(world.sandbox(node.name).root, cacheFolder(world, node), version)
}

export function missingFiles(world: World, node: EmulatedNode, version: string): readonly string[] {
  const place = placeOf(world, node, version)
  return releaseFiles(world, version).filter((file) => !existsSync(join(place, file)))
}

const isExternal = (world: World, node: EmulatedNode): boolean => cacheFolder(world, node).startsWith('/mnt')

/** Free space where the cache lies, gigabytes, counting what is there already as free. */
function cacheRoomGb(world: World, node: EmulatedNode, version: string): number {
  if (isExternal(world, node)) return Number.POSITIVE_INFINITY
  const present = releaseFiles(world, version).length - missingFiles(world, node, version).length
  return node.disk_free_gb + present * sizes.fileGb
}

/** @returns an error text when the cache node has less room than the vendor asks for */
export function cacheRoomProblem(world: World, node: EmulatedNode, version: string): string | undefined {
  const room = cacheRoomGb(world, node, version)
  if (room >= floors.cacheGb) return undefined
  return `not enough disk space on the cache node ${node.address}: ${room.toFixed(1)} GB free, ${floors.cacheGb} GB needed`
}

/**
 * Brings the files of a release into the cache of a node; those that are there are not fetched again.
 *
 * @returns an error text, or undefined
 */
export async function download(call: KatoCall, node: EmulatedNode, version: string): Promise<string | undefined> {
  const { world } = call
  const place = placeOf(world, node, version)
  mkdirSync(place, { recursive: true })
  const all = releaseFiles(world, version)
  const missing = missingFiles(world, node, version)
  if (missing.length < all.length)
    call.out(`${all.length - missing.length} of ${all.length} files are in the cache already`)
  for (const [index, file] of missing.entries()) {
    const network = networkProblem(call, 'component-images.stackato.com', index)
    if (network) return `could not download ${file}: ${network}`
    await call.pause(seconds.download_file)
    writeFileSync(join(place, file), `${file}\n`)
    if (!isExternal(world, node)) node.disk_free_gb -= sizes.fileGb
    world.save()
    logEffect(call, 'download', `${file} to ${node.name}`)
    call.out(`Downloaded ${file} (${all.length - missing.length + index + 1} of ${all.length})`)
  }
  return undefined
}

/** @returns an error text when a file is missing or damaged; nothing was changed then */
export async function checkDownload(call: KatoCall, node: EmulatedNode, version: string): Promise<string | undefined> {
  const { world } = call
  await call.pause(seconds.check_download)
  if (world.faults.take('download-incomplete')) {
    rmSync(join(placeOf(world, node, version), releaseFiles(world, version)[0]!), { force: true })
    return `the file ${releaseFiles(world, version)[0]} is damaged: nothing was changed`
  }
  const missing = missingFiles(world, node, version)
  return missing.length === 0 ? undefined : `files are missing in the cache: ${missing.join(', ')}: nothing was changed`
}

/** Frees the cache after the last component. */
export function clearCache(world: World, node: EmulatedNode, version: string): void {
  const present = releaseFiles(world, version).length - missingFiles(world, node, version).length
  rmSync(placeOf(world, node, version), { recursive: true, force: true })
  if (!isExternal(world, node)) node.disk_free_gb += present * sizes.fileGb
}
