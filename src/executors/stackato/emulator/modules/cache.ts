import { coreOf, type EmulatedNode } from '../cluster.ts'
import { componentsOf } from '../components.ts'
import { logEffect } from '../kato-nodes.ts'
import { profileSets } from '../profile.ts'
import { networkProblem } from '../public-network.ts'
import type { KatoCall, World } from '../world.ts'
import { cacheFolder, downloadFolder } from './host-files.ts'
import { moduleSeconds } from './timing.ts'

/** Sets up the caching proxy on the core, or says why that is left out. */
export async function setUpCache(call: KatoCall): Promise<void> {
  const { world } = call
  const reason = skipReason(call)
  if (reason !== undefined) {
    world.state.engine['caching_proxy'] = false
    world.save()
    call.out(`Caching proxy is skipped: ${reason}`)
    return
  }
  if (hasCache(world)) {
    call.out(`Caching proxy runs on ${coreOf(world.state).address}`)
    return
  }
  await call.pause(moduleSeconds.set_up_cache)
  world.state.engine['caching_proxy'] = true
  world.save()
  logEffect(call, 'process', `caching proxy set up on ${coreOf(world.state).name}`)
  call.out(`Caching proxy is set up on ${coreOf(world.state).address}`)
}

/** The two conditions of the vendor: a proxy in the default profile of the system, or the variable. */
function skipReason(call: KatoCall): string | undefined {
  if (call.env['STACKATO_UPGRADE_SKIP_PROXY_CACHE']) return 'STACKATO_UPGRADE_SKIP_PROXY_CACHE is set'
  const sandbox = call.world.sandbox(coreOf(call.world.state).name)
  if (profileSets(sandbox, 'HTTP_PROXY') && profileSets(sandbox, 'http_proxy')) {
    return 'HTTP_PROXY and http_proxy are set in the system default profile'
  }
  return undefined
}

export function hasCache(world: World): boolean {
  return world.state.engine['caching_proxy'] === true
}

const fileOf = (module: string, version: string): string => `${module}-${version}.tgz`

/** Files of the release that the node needs and does not have yet. */
function missingModules(world: World, node: EmulatedNode, version: string): readonly string[] {
  const sandbox = world.sandbox(node.name)
  return componentsOf(node.roles).filter((module) => !sandbox.exists(`${downloadFolder}/${fileOf(module, version)}`))
}

/**
 * Brings the files of a release to a node: through the caching proxy, which fetches each of them once for the whole
 * cluster, or by the node itself. What is there already is not fetched again.
 *
 * @returns an error text, or undefined
 */
export async function download(call: KatoCall, node: EmulatedNode, version: string): Promise<string | undefined> {
  const { world } = call
  const missing = missingModules(world, node, version)
  for (const [index, module] of missing.entries()) {
    const file = fileOf(module, version)
    const problem = hasCache(world)
      ? await throughCache(call, node, module, file)
      : await fromNetwork(call, node, module, downloadFolder, file)
    if (problem !== undefined) return problem
    world.sandbox(node.name).write(`${downloadFolder}/${file}`, `${file}\n`)
    call.out(`  ${file} (${index + 1} of ${missing.length})`)
  }
  return undefined
}

async function throughCache(
  call: KatoCall,
  node: EmulatedNode,
  module: string,
  file: string,
): Promise<string | undefined> {
  const { world } = call
  const core = coreOf(world.state)
  const cut = world.faults.take('network-during-upgrade', ([name]) => !name || name === node.name)
  if (cut) return `could not fetch ${file} for ${node.address}: connection to ${core.address} reset by peer`
  if (!world.sandbox(core.name).exists(`${cacheFolder}/${file}`)) {
    return fromNetwork(call, core, module, cacheFolder, file)
  }
  await call.pause(moduleSeconds.cached_file)
  return undefined
}

async function fromNetwork(
  call: KatoCall,
  to: EmulatedNode,
  module: string,
  folder: string,
  file: string,
): Promise<string | undefined> {
  const { world } = call
  if (world.faults.take('module-missing', ([name]) => name === module)) {
    return `could not download ${file}, and it is not in the cluster cache`
  }
  const host = module === 'stackato-dea' ? 'docker.stackato.com' : 'pkg.stackato.com'
  const fetched = Number(world.state.engine['files_fetched'] ?? 0)
  const network = networkProblem(call, host, fetched)
  if (network !== undefined) return `could not download ${file}: ${network}`
  await call.pause(moduleSeconds.download_file)
  world.sandbox(to.name).write(`${folder}/${file}`, `${file}\n`)
  world.state.engine['files_fetched'] = fetched + 1
  world.save()
  logEffect(call, 'download', `${file} to ${to.name}`)
  return undefined
}

/** @returns an error text when a file is missing or damaged; nothing was changed then */
export async function checkDownload(call: KatoCall, node: EmulatedNode, version: string): Promise<string | undefined> {
  const { world } = call
  await call.pause(moduleSeconds.check_download)
  if (world.faults.take('download-incomplete')) {
    const file = fileOf(componentsOf(node.roles)[0]!, version)
    world.sandbox(node.name).remove(`${downloadFolder}/${file}`)
    return `the file ${file} is damaged: nothing was changed on ${node.address}`
  }
  const missing = missingModules(world, node, version)
  if (missing.length === 0) return undefined
  return `files are missing on ${node.address}: ${missing.join(', ')}: nothing was changed`
}
