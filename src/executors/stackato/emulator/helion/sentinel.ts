import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { enterNode } from '../access.ts'
import { coreOf, type EmulatedNode, memoryFreeMb } from '../cluster.ts'
import { componentsOf, rolesOfComponent } from '../components.ts'
import { replaceFiles, setKato } from '../installation.ts'
import { logEffect, retireDea } from '../kato-nodes.ts'
import { coreWasAway } from '../kato-processes.ts'
import { seconds } from '../timing.ts'
import type { KatoCall } from '../world.ts'
import { cacheFolder, clearCache } from './cache.ts'
import { floors, sizes } from './sizes.ts'

/**
 * The engine of the Helion edition: components one after another, node after node. A component that is done is on
 * record in the node and is not done again, so a second run goes on where the first one ended. The order of nodes is
 * the emulator's own: data services and file system, routers, DEAs one at a time, the core last.
 */
export async function upgradeComponents(call: KatoCall, version: string, cacheNode: EmulatedNode): Promise<number> {
  const { world } = call
  writeStartLine(call, version)
  for (const node of nodeOrder(world.state.nodes)) {
    const problem = await upgradeNode(call, node, version, cacheNode)
    if (problem) {
      call.err(`ERROR: ${problem}`)
      call.err('The upgrade stopped. Components that are done stay done; run the same command again to go on.')
      return 1
    }
  }
  finish(call, version, cacheNode)
  return 0
}

/** The line that the vendor's recovery of a missing `kato` starts from; its wording is the vendor's. */
function writeStartLine(call: KatoCall, version: string): void {
  const core = coreOf(call.world.state)
  const line = `${new Date().toISOString()} INFO  Sentinel::CLI : Running with command: bin/sentinel upgrade ${version} 127.0.0.1 ${core.address} --skip-download\n`
  appendFileSync(join(call.world.sandbox(core.name).root, 's/logs/sentinel-cli.log'), line)
}

function nodeOrder(nodes: readonly EmulatedNode[]): readonly EmulatedNode[] {
  const rank = (node: EmulatedNode): number => {
    if (node.roles.includes('primary')) return 3
    if (node.roles.includes('dea')) return 2
    return node.roles.includes('router') ? 1 : 0
  }
  return [...nodes].sort((a, b) => rank(a) - rank(b))
}

async function upgradeNode(
  call: KatoCall,
  node: EmulatedNode,
  version: string,
  cacheNode: EmulatedNode,
): Promise<string | undefined> {
  const { world } = call
  const open = componentsOf(node.roles).filter((component) => node.components[component] !== version)
  if (open.length === 0 && node.version === version && node.kato_present) return undefined
  const refusal = await enterNode(call, node, { sudo: true })
  if (refusal) return refusal
  const short = memoryProblem(node)
  if (short) return short
  call.out(`Node ${node.address} (${node.roles.join(' ')})`)
  const isDea = node.roles.includes('dea')
  if (isDea && !node.retired) {
    call.out(`  retiring the DEA`)
    const problem = await retireDea(call, node)
    if (problem) return problem
  }
  let awaySeconds = 0
  for (const component of componentsOf(node.roles)) {
    if (node.components[component] === version && !(component === 'stackato-kato' && !node.kato_present)) {
      call.out(`  ${component} ${version} is installed already`)
      continue
    }
    const problem = await installComponent(call, node, component, version, cacheNode)
    if (problem) return problem
    awaySeconds += seconds.component * world.pace.factor
  }
  if (isDea) {
    await call.pause(seconds.dea_start)
    for (const process of node.processes) if (process.role === 'dea') process.state = 'RUNNING'
    node.retired = false
    logEffect(call, 'process', `${node.name}: DEA started`)
  }
  node.version = version
  node.disk_free_gb -= sizes.nodeGrowthGb
  world.save()
  if (node.roles.includes('primary')) coreWasAway(call, awaySeconds)
  return undefined
}

/** Below half of the floor an installation cannot get the memory that it needs (the emulator's own). */
function memoryProblem(node: EmulatedNode): string | undefined {
  const floor = node.roles.includes('primary') ? floors.coreMb : floors.nodeMb
  const free = memoryFreeMb(node)
  if (free >= floor / 2) return undefined
  return `cannot allocate memory on ${node.address}: ${free} MB free`
}

async function installComponent(
  call: KatoCall,
  node: EmulatedNode,
  component: string,
  version: string,
  cacheNode: EmulatedNode,
): Promise<string | undefined> {
  const { world } = call
  const { faults } = world
  const cut = faults.take('network-during-upgrade', ([name]) => !name || name === node.name)
  if (cut) return `could not fetch ${component} for ${node.address}: connection to ${cacheNode.address} reset by peer`
  if (node !== call.here && !world.reachable(node.name)) return `lost the connection to ${node.address}`
  const processes = node.processes.filter((process) => rolesOfComponent(component, node.roles).includes(process.role))
  const isKato = component === 'stackato-kato'
  // While its own package is installed kato is not there; whoever ends now leaves the node without it.
  for (const process of processes) if (process.state !== 'STOPPED') process.state = 'STARTING'
  world.save()
  if (isKato) setKato(call, node, false)
  await call.pause(seconds.component)
  if (isKato && faults.take('kato-missing', ([name]) => (name || coreOf(world.state).name) === node.name)) {
    return `the connection to sentinel-d was lost while ${component} was installed on ${node.address}`
  }
  if (faults.take('component-fails', ([name]) => name === component)) {
    return `${component} could not be installed on ${node.address}`
  }
  if (isKato) setKato(call, node, true)
  for (const process of processes) if (process.state !== 'STOPPED') process.state = 'RUNNING'
  node.components[component] = version
  replaceFiles(call, node, component, version)
  world.save()
  logEffect(call, 'component', `${component} ${version} on ${node.name}`, {
    restarted: processes.map((process) => process.name),
  })
  call.out(`  ${component} ${version} installed, restarted: ${processes.map((process) => process.name).join(' ')}`)
  return undefined
}

/** What the vendor says is gone after an upgrade: custom buildpacks and the proxy of the sample applications. */
function finish(call: KatoCall, version: string, cacheNode: EmulatedNode): void {
  const { state } = call.world
  const lost = state.buildpacks.filter((buildpack) => buildpack.custom)
  state.buildpacks = state.buildpacks.filter((buildpack) => !buildpack.custom)
  for (const buildpack of lost) logEffect(call, 'loss', `custom buildpack ${buildpack.name}`)
  const console = state.config['console']
  if (console && 'sample_apps_proxy' in console) {
    delete console['sample_apps_proxy']
    logEffect(call, 'loss', 'proxy setting of the sample applications')
  }
  clearCache(call.world, cacheNode, version)
  state.engine['last'] = { version, cache: cacheFolder(call.world, cacheNode) }
  call.world.save()
  logEffect(call, 'process', `cluster upgraded to ${version}`)
  call.out(`The cluster runs ${version}. Run "kato restart" on every node before maintenance mode ends.`)
}
