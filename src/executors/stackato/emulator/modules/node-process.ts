/**
 * The vendor's node process: self-update, version check, download and its check, retire (DEA only), backup of the state,
 * upgrade module by module, restart of the node. A latch is written per finished module and skips it next time; on a
 * failure a marker is left, which makes the next run tolerant; at the end the latches go.
 */
import { enterNode } from '../access.ts'
import type { EmulatedNode } from '../cluster.ts'
import { componentsOf, rolesOfComponent } from '../components.ts'
import { replaceFiles, setKato } from '../installation.ts'
import { logEffect, retireDea } from '../kato-nodes.ts'
import { coreWasAway } from '../kato-processes.ts'
import { networkProblem } from '../public-network.ts'
import { seconds } from '../timing.ts'
import type { KatoCall } from '../world.ts'
import { checkDownload, download } from './cache.ts'
import { backupFolder, beginModule, downloadFolder, installModule, isPartial, removeModule } from './host-files.ts'
import { clearLatches, hasFailed, hasLatch, markFailed, writeLatch } from './latches.ts'
import { moduleSeconds } from './timing.ts'

export interface NodeWork {
  readonly version: string
  readonly force: boolean
}

/** @returns an error text, or undefined when the node is on the release */
export async function upgradeNode(call: KatoCall, node: EmulatedNode, work: NodeWork): Promise<string | undefined> {
  const refusal = await enterNode(call, node, { sudo: true })
  if (refusal !== undefined) return refusal
  if (!node.kato_present) return `${node.address}: -bash: /home/stackato/bin/kato: No such file or directory`
  call.out(`Node ${node.address} (${node.roles.join(' ')})`)
  const updated = await selfUpdate(call, node)
  if (updated !== undefined) return updated
  await call.pause(moduleSeconds.version_check)
  if (node.version === work.version && !work.force && !hasFailed(call.world.sandbox(node.name))) {
    call.out(`  nothing to do: the node runs the newest release ${work.version}`)
    return undefined
  }
  const inconsistent = inconsistency(call, node)
  if (inconsistent !== undefined) return inconsistent
  // Until here, and when something is missing, the node is as it was: nothing to be tolerant about next time.
  const missing = (await download(call, node, work.version)) ?? (await checkDownload(call, node, work.version))
  if (missing !== undefined) return missing
  const problem = await changeNode(call, node, work)
  if (problem !== undefined) markFailed(call.world.sandbox(node.name), problem)
  return problem
}

/** The upgrade tool of the node updates itself before anything else, unless it is the newest one. */
export async function selfUpdate(call: KatoCall, node: EmulatedNode): Promise<string | undefined> {
  const { state } = call.world
  const tools = (state.engine['tools'] ??= {}) as Record<string, string>
  if (tools[node.name] === state.release) return undefined
  const network = networkProblem(call, 'upgrade.stackato.com', -1)
  if (network !== undefined) return `could not update the upgrade tool on ${node.address}: ${network}`
  await call.pause(moduleSeconds.self_update)
  tools[node.name] = state.release
  call.world.save()
  logEffect(call, 'component', `upgrade tool ${state.release} on ${node.name}`)
  return undefined
}

/** Services that are missing refuse an upgrade, unless an earlier one failed here. A retired DEA is no such case. */
function inconsistency(call: KatoCall, node: EmulatedNode): string | undefined {
  const missing = node.processes.filter(
    (process) => process.state !== 'RUNNING' && !(node.retired && process.role === 'dea'),
  )
  if (missing.length === 0) return undefined
  const names = missing.map((process) => `${process.name} ${process.state}`).join(', ')
  if (hasFailed(call.world.sandbox(node.name))) {
    call.out(`  going on after a failure although services are missing: ${names}`)
    return undefined
  }
  return `the node ${node.address} is in an inconsistent state: ${names}: nothing was changed`
}

async function changeNode(call: KatoCall, node: EmulatedNode, work: NodeWork): Promise<string | undefined> {
  if (node.roles.includes('dea') && !node.retired) {
    call.out('  retiring the DEA')
    const problem = await retireDea(call, node)
    if (problem !== undefined) return problem
  }
  await backUpState(call, node, work.version)
  for (const module of componentsOf(node.roles)) {
    const problem = await upgradeModule(call, node, module, work.version)
    if (problem !== undefined) return problem
  }
  await finishNode(call, node, work.version)
  return undefined
}

/** What the vendor writes here, and where, is not known: a copy of what the emulator knows of the node. */
async function backUpState(call: KatoCall, node: EmulatedNode, version: string): Promise<void> {
  const sandbox = call.world.sandbox(node.name)
  const file = `${backupFolder}/before-${version}.json`
  // A second run must not put the half-upgraded state over the good one.
  if (sandbox.exists(file)) return
  await call.pause(moduleSeconds.backup_state)
  sandbox.write(file, `${JSON.stringify(node, null, 2)}\n`)
  logEffect(call, 'file', `state of ${node.name} backed up`)
  call.out('  state backed up')
}

async function upgradeModule(
  call: KatoCall,
  node: EmulatedNode,
  module: string,
  version: string,
): Promise<string | undefined> {
  const { world } = call
  const sandbox = world.sandbox(node.name)
  const isKato = module === 'stackato-kato'
  if (hasLatch(sandbox, module)) {
    call.out(`  ${module} has a latch: skipped`)
    return undefined
  }
  if (isPartial(sandbox, module)) {
    await call.pause(moduleSeconds.remove_partial)
    removeModule(sandbox, module)
    logEffect(call, 'file', `half-installed copy of ${module} removed on ${node.name}`)
    call.out(`  half-installed copy of ${module} removed`)
  }
  beginModule(sandbox, module, version)
  if (isKato) setKato(call, node, false)
  await call.pause(moduleSeconds.module)
  if (isKato && world.faults.take('kato-missing', ([name]) => !name || name === node.name)) {
    return `the installation of ${module} on ${node.address} was cut off`
  }
  if (world.faults.take('module-fails', ([name, where]) => name === module && (!where || where === node.name))) {
    for (const process of processesOfModule(node, module)) process.state = 'FATAL'
    if (isKato) setKato(call, node, true)
    world.save()
    return `the module ${module} could not be upgraded on ${node.address}`
  }
  if (isKato) setKato(call, node, true)
  installModule(sandbox, module, version)
  node.components[module] = version
  replaceFiles(call, node, module, version)
  writeLatch(sandbox, module, version)
  world.save()
  logEffect(call, 'component', `${module} ${version} on ${node.name}`)
  call.out(`  ${module} ${version} installed`)
  return undefined
}

function processesOfModule(node: EmulatedNode, module: string): EmulatedNode['processes'] {
  const roles = rolesOfComponent(module, node.roles)
  return node.processes.filter((process) => roles.includes(process.role))
}

/** Restarts the node on the new release, records it as complete, and removes what only the upgrade needed. */
async function finishNode(call: KatoCall, node: EmulatedNode, version: string): Promise<void> {
  const { world } = call
  const sandbox = world.sandbox(node.name)
  const reboot = world.faults.take('restart-reboots', ([name]) => name === node.name)
  call.out('  restarting the node')
  node.counts['restart'] = (node.counts['restart'] ?? 0) + 1
  for (const process of node.processes) process.state = 'STARTING'
  world.save()
  if (reboot === undefined) await call.pause(seconds.node_restart)
  for (const process of node.processes) process.state = 'RUNNING'
  node.retired = false
  node.version = version
  clearLatches(sandbox)
  sandbox.remove(downloadFolder)
  world.save()
  logEffect(call, 'process', `${node.name}: upgraded to ${version} and restarted`)
  call.out(`  ${node.address} runs ${version}`)
  if (node.roles.includes('primary')) coreWasAway(call, seconds.node_restart * world.pace.factor)
  if (reboot === undefined) return
  const down = Number(reboot.parameters[1] || 60)
  world.reboot(node.name, down)
  await call.pause(down)
}
