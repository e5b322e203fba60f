import { orderNodes } from '../../modules/role-order.ts'
import { type EmulatedNode, maintenanceMode, nodeByAddress } from '../cluster.ts'
import { componentsOf } from '../components.ts'
import { confirmed } from '../confirmation.ts'
import { readOptions } from '../options.ts'
import { seconds } from '../timing.ts'
import type { KatoCall } from '../world.ts'
import { hasCache, setUpCache } from './cache.ts'
import { hasFailed, hasLatch } from './latches.ts'
import { selfUpdate, upgradeNode } from './node-process.ts'

const spec = {
  flags: {
    json: ['-j', '--json'],
    update: ['-u', '--update-kato'],
    cluster: ['--cluster'],
    force: ['--force'],
    prepare: ['--prepare'],
    skip: ['--skip-confirmation'],
    status: ['--status'],
  },
  values: { version: ['-v', '--version'], order: ['--role-order'], node: ['-n', '--node'] },
} as const

/** `kato node upgrade` of Stackato 3.0: this node, with `--cluster` all of them, with `--prepare` only the caching proxy. */
export async function nodeUpgrade(call: KatoCall, args: readonly string[]): Promise<number> {
  const { world, here } = call
  const { flags, values, problem } = readOptions(args, spec)
  if (problem !== undefined) return fail(call, problem)
  if (flags.has('status')) return status(call, flags.has('json'))
  const forCore = flags.has('cluster') || flags.has('prepare')
  if (forCore && !here.roles.includes('primary')) return fail(call, 'run this on the core node')
  if (values['order'] !== undefined && !flags.has('cluster')) return fail(call, '--role-order needs --cluster')
  const only = values['node'] === undefined ? here : nodeByAddress(world.state, values['node'])
  if (only === undefined) return fail(call, `${values['node']} is not a node of this cluster`)
  const version = values['version'] ?? world.state.release
  if (version !== world.state.release) return fail(call, `there is no release ${version}`)
  const patch = world.state.patches.find((entry) => entry.needed_to_upgrade && !entry.installed)
  if (patch !== undefined) {
    return fail(call, `the patch ${patch.name} is outstanding and needed for the upgrade: nothing was changed`)
  }
  if (!(await confirmed(call, 'Upgrade?', flags.has('skip')))) return fail(call, 'not confirmed: nothing was done')
  const nodes = flags.has('cluster') ? orderNodes(world.state.nodes, values['order']?.split(',')) : [only]
  if (flags.has('update')) return updateTools(call, nodes)
  const running = (world.state.engine['running'] ??= []) as string[]
  if (running.some((name) => nodes.some((node) => node.name === name))) return fail(call, 'another upgrade is running')
  const mine = nodes.map((node) => node.name)
  running.push(...mine)
  world.save()
  try {
    if (forCore) await setUpCache(call)
    if (flags.has('prepare')) return 0
    return await upgradeAll(call, nodes, version, flags.has('force'))
  } finally {
    for (const name of mine) running.splice(running.indexOf(name), 1)
    world.save()
  }
}

/** `--update-kato`: the self-update of the nodes, and nothing else. */
async function updateTools(call: KatoCall, nodes: readonly EmulatedNode[]): Promise<number> {
  for (const node of nodes) {
    const problem = await selfUpdate(call, node)
    if (problem !== undefined) return fail(call, problem)
  }
  return 0
}

async function upgradeAll(
  call: KatoCall,
  nodes: readonly EmulatedNode[],
  version: string,
  force: boolean,
): Promise<number> {
  const { world } = call
  const level = nodes.every((node) => node.version === version && !hasFailed(world.sandbox(node.name)))
  if (level && !force) {
    call.out(`Nothing to do: ${nodes.length === 1 ? 'the node runs' : 'all nodes run'} the newest release ${version}`)
    return 0
  }
  if (!maintenanceMode(world.state)) call.err('WARNING: maintenance mode is off')
  if (!hasCache(world)) call.err('WARNING: no caching proxy: every node downloads everything')
  for (const node of nodes) {
    const problem = await upgradeNode(call, node, { version, force })
    if (problem === undefined) continue
    call.err(`ERROR: ${problem}`)
    call.err('The upgrade stopped. Modules with a latch are done; run the same command again to go on.')
    return 1
  }
  call.out(nodes.length === 1 ? 'Done.' : `The cluster runs ${version}.`)
  return 0
}

async function status(call: KatoCall, json: boolean): Promise<number> {
  await call.pause(seconds.read)
  const { state } = call.world
  const nodes = state.nodes.map((node) => {
    const sandbox = call.world.sandbox(node.name)
    const modules = componentsOf(node.roles)
    const done = modules.filter((module) => hasLatch(sandbox, module)).length
    return { address: node.address, version: node.version, latches: done, modules: modules.length }
  })
  if (json) call.out(JSON.stringify({ release: state.release, caching_proxy: hasCache(call.world), nodes }))
  else {
    for (const node of nodes) {
      call.out(`${node.address.padEnd(16)} ${node.version.padEnd(10)} ${node.latches} of ${node.modules} modules`)
    }
  }
  return 0
}

function fail(call: KatoCall, text: string): number {
  call.err(`ERROR: ${text}`)
  return 1
}
