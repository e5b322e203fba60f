import { enterNode } from '../access.ts'
import { coreOf, type EmulatedNode, maintenanceMode, memoryFreeMb, nodeByAddress } from '../cluster.ts'
import { componentsOf } from '../components.ts'
import { confirmed } from '../confirmation.ts'
import { logEffect } from '../kato-nodes.ts'
import { readOptions } from '../options.ts'
import { networkProblem } from '../public-network.ts'
import { seconds } from '../timing.ts'
import type { KatoCall } from '../world.ts'
import { cacheRoomProblem, checkDownload, download, missingFiles, releaseFiles } from './cache.ts'
import { upgradeComponents } from './sentinel.ts'
import { floors } from './sizes.ts'

const spec = {
  flags: {
    json: ['-j', '--json'],
    update: ['-u', '--update-kato'],
    cluster: ['--cluster'],
    force: ['--force'],
    skip: ['--skip-confirmation'],
    status: ['--status'],
    download: ['--download-only'],
    offline: ['--offline'],
  },
  values: {
    version: ['-v', '--version'],
    cache: ['--cache-ip'],
    order: ['--role-order'],
    node: ['-n', '--node'],
  },
} as const

/** `kato node upgrade` of the Helion edition. */
export async function nodeUpgrade(call: KatoCall, args: readonly string[]): Promise<number> {
  const { world, here } = call
  const options = readOptions(args, spec)
  if (options.problem) return fail(call, options.problem)
  const { flags, values } = options
  if (flags.has('status')) return status(call, flags.has('json'))
  if (values['node'] !== undefined) return fail(call, 'the option --node breaks upgrades and is refused')
  const toolIsOld = world.state.tool_version !== world.state.release
  if (toolIsOld && flags.has('download')) return fail(call, 'invalid option: --download-only')
  if (!here.roles.includes('primary')) return fail(call, 'run this on the core node')
  if (flags.has('download') && values['cache'] === undefined) return fail(call, '--download-only needs --cache-ip')
  const cacheNode = values['cache'] === undefined ? here : nodeByAddress(world.state, values['cache'])
  if (!cacheNode) return fail(call, `${values['cache']} is not a node of this cluster`)
  if (!(await confirmed(call, 'Upgrade the cluster?', flags.has('skip'))))
    return fail(call, 'not confirmed: nothing was done')
  if (world.state.engine['running']) return fail(call, 'another upgrade is running')
  world.state.engine['running'] = true
  world.save()
  try {
    return await work(call, { flags, cacheNode, version: values['version'] ?? world.state.release })
  } finally {
    world.state.engine['running'] = false
    world.save()
  }
}

interface Work {
  readonly flags: ReadonlySet<string>
  readonly cacheNode: EmulatedNode
  readonly version: string
}

async function work(call: KatoCall, { flags, cacheNode, version }: Work): Promise<number> {
  const { world } = call
  const nodes = flags.has('update') || flags.has('download') ? [call.here] : world.state.nodes
  for (const node of nodes) {
    const refusal = await enterNode(call, node, { sudo: true })
    if (refusal) return fail(call, refusal)
  }
  const updated = await selfUpdate(call, flags.has('offline') || missingFiles(world, cacheNode, version).length === 0)
  if (updated) return fail(call, updated)
  if (flags.has('update')) return 0
  if (version !== world.state.release) return fail(call, `there is no release ${version}`)
  await call.pause(seconds.version_check)
  const level = world.state.nodes.every((node) =>
    componentsOf(node.roles).every((component) => node.components[component] === version),
  )
  if (level && !flags.has('force')) {
    call.out(`Nothing to do: the cluster runs the newest release ${version}`)
    return 0
  }
  const room = cacheRoomProblem(world, cacheNode, version)
  if (room) return fail(call, room)
  if (flags.has('offline') && missingFiles(world, cacheNode, version).length > 0) {
    return fail(call, 'the release has not been downloaded: nothing was changed')
  }
  const problem =
    (await download(call, cacheNode, version)) ??
    (await checkDownload(call, cacheNode, version)) ??
    (flags.has('download') ? undefined : diskProblem(call))
  if (problem) return fail(call, problem)
  if (flags.has('download')) {
    call.out(`All ${releaseFiles(world, version).length} files of ${version} are on ${cacheNode.address}`)
    return 0
  }
  warn(call)
  if (flags.has('force') && level) for (const node of world.state.nodes) forget(node)
  return upgradeComponents(call, version, cacheNode)
}

/** The tool updates itself before anything else, unless it is the newest one. */
async function selfUpdate(call: KatoCall, offline: boolean): Promise<string | undefined> {
  const { state } = call.world
  if (state.tool_version === state.release) {
    call.out(`kato and sentinel are up to date (${state.release})`)
    return undefined
  }
  const network = offline ? undefined : networkProblem(call, 'upgrade.stackato.com', -1)
  if (network) return `could not update kato: ${network}`
  call.out(`Updating kato and sentinel to ${state.release}`)
  await call.pause(seconds.self_update)
  state.tool_version = state.release
  call.world.save()
  logEffect(call, 'component', `upgrade tool ${state.release}`)
  return undefined
}

function diskProblem(call: KatoCall): string | undefined {
  const low = call.world.state.nodes.find((node) => node.disk_free_gb < floors.nodeGb)
  if (!low) return undefined
  return `not enough disk space on ${low.address}: ${low.disk_free_gb.toFixed(1)} GB free, ${floors.nodeGb} GB needed: nothing was changed`
}

function warn(call: KatoCall): void {
  const { state } = call.world
  if (!maintenanceMode(state)) call.err('WARNING: maintenance mode is off')
  for (const node of state.nodes) {
    const floor = node.roles.includes('primary') ? floors.coreMb : floors.nodeMb
    const free = memoryFreeMb(node)
    if (free < floor) call.err(`WARNING: ${node.address} has ${free} MB of free memory, ${floor} MB are recommended`)
  }
}

/** `--force` on a level cluster installs everything once more. */
function forget(node: EmulatedNode): void {
  for (const component of Object.keys(node.components)) node.components[component] = 'to be installed again'
}

async function status(call: KatoCall, json: boolean): Promise<number> {
  await call.pause(seconds.read)
  const { state } = call.world
  const core = coreOf(state)
  const record = {
    running: state.engine['running'] === true,
    release: state.release,
    tool_version: state.tool_version,
    files_missing: missingFiles(call.world, core, state.release).length,
    nodes: Object.fromEntries(
      state.nodes.map((node) => [
        node.address,
        {
          version: node.version,
          done: componentsOf(node.roles).filter((name) => node.components[name] === state.release).length,
          components: componentsOf(node.roles).length,
        },
      ]),
    ),
  }
  if (json) call.out(JSON.stringify(record))
  else {
    call.out(`${record.running ? 'An upgrade is running' : 'No upgrade is running'}, newest release ${record.release}`)
    for (const [address, node] of Object.entries(record.nodes)) {
      call.out(`  ${address.padEnd(16)} ${node.version.padEnd(10)} ${node.done} of ${node.components} components`)
    }
  }
  return 0
}

function fail(call: KatoCall, text: string): number {
  call.err(`ERROR: ${text}`)
  return 1
}
