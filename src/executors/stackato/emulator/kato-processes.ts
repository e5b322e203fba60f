import { stringify } from 'yaml'
import { enterNode } from './access.ts'
import { type EmulatedNode, type EmulatedProcess, nodeByAddress } from './cluster.ts'
import { logEffect } from './kato-nodes.ts'
import { readOptions } from './options.ts'
import { coreAwayLimitSeconds, seconds } from './timing.ts'
import type { KatoCall, KatoEntry, World } from './world.ts'

const spec = {
  flags: { json: ['-j', '--json'], yaml: ['-y', '--yaml'], all: ['-a', '--all'], cluster: ['-c', '--cluster'] },
  values: { node: ['-n', '--node'], block: ['-b', '--block'] },
} as const

export const processCommands: Readonly<Record<string, KatoEntry>> = {
  status: { effect: false, run: status },
  'process list': { effect: false, run: processList },
  'process ready': { effect: false, run: processReady },
  start: { effect: true, run: (call, args) => onNode(call, args, startRoles) },
  stop: { effect: true, run: (call, args) => onNode(call, args, stopRoles) },
  restart: { effect: true, run: (call, args) => onNode(call, args, restartRoles) },
}

function roleStates(node: EmulatedNode): Record<string, string> {
  return Object.fromEntries(
    node.roles.map((role) => {
      const states = node.processes.filter((process) => process.role === role).map((process) => process.state)
      if (states.every((state) => state === 'RUNNING')) return [role, 'running']
      return [role, states.every((state) => state === 'STOPPED') ? 'stopped' : 'starting']
    }),
  )
}

async function status(call: KatoCall, args: readonly string[]): Promise<number> {
  const { flags, values } = readOptions(args, spec)
  await call.pause(seconds.read)
  const nodes = chosen(call, flags.has('all'), values['node'])
  const record = Object.fromEntries(
    nodes.map((node) => [node.address, call.world.reachable(node.name) ? roleStates(node) : 'unreachable']),
  )
  if (flags.has('json')) call.out(JSON.stringify(record))
  else if (flags.has('yaml')) call.out(stringify(record).trimEnd())
  else {
    for (const [address, roles] of Object.entries(record)) {
      call.out(`STACKATO NODE [${address}]`)
      if (typeof roles === 'string') call.out(`  ${roles}`)
      else for (const [role, state] of Object.entries(roles)) call.out(`  ${`${role} `.padEnd(24, '.')} ${state}`)
    }
  }
  return 0
}

async function processList(call: KatoCall, args: readonly string[]): Promise<number> {
  const { flags, values } = readOptions(args, spec)
  await call.pause(seconds.read)
  const nodes = chosen(call, flags.has('cluster'), values['node'])
  const record = Object.fromEntries(
    nodes.map((node) => [
      node.address,
      Object.fromEntries(node.processes.map((process) => [process.name, process.state])),
    ]),
  )
  if (flags.has('json')) call.out(JSON.stringify(record))
  else if (flags.has('yaml')) call.out(stringify(record).trimEnd())
  else {
    for (const node of nodes) {
      call.out(`STACKATO NODE [${node.address}]`)
      for (const process of node.processes) call.out(`  ${process.name.padEnd(24)} ${process.state}`)
    }
  }
  return 0
}

async function processReady(call: KatoCall, args: readonly string[]): Promise<number> {
  const { values, rest, problem } = readOptions(args, spec)
  if (problem || rest.length === 0) return fail(call, problem ?? 'name a process, or all')
  const node = chosen(call, false, values['node'])[0]
  if (!node) return fail(call, `${values['node']} is not a node of this cluster`)
  const wanted = (process: EmulatedProcess): boolean => rest.includes('all') || rest.includes(process.name)
  const ready = (): boolean => node.processes.filter(wanted).every((process) => process.state === 'RUNNING')
  const block = values['block'] === undefined ? undefined : Number(values['block'])
  const endless = block === 0 || (block !== undefined && call.world.faults.find('ready-ignores-block') !== undefined)
  let waited = 0
  while (!ready() && block !== undefined && (endless || waited < block)) {
    await call.pause(seconds.ready_poll)
    waited += seconds.ready_poll
  }
  call.out(ready() ? 'READY' : 'NOT READY')
  return ready() ? 0 : 1
}

function chosen(call: KatoCall, all: boolean, address: string | undefined): readonly EmulatedNode[] {
  if (all) return call.world.state.nodes
  if (address === undefined) return [call.here]
  const node = nodeByAddress(call.world.state, address)
  return node ? [node] : []
}

async function onNode(
  call: KatoCall,
  args: readonly string[],
  work: (call: KatoCall, node: EmulatedNode, roles: readonly string[]) => Promise<void>,
): Promise<number> {
  const { values, rest, problem } = readOptions(args, spec)
  if (problem) return fail(call, problem)
  const node = chosen(call, false, values['node'])[0]
  if (!node) return fail(call, `${values['node']} is not a node of this cluster`)
  const foreign = rest.filter((role) => !node.roles.includes(role))
  if (foreign.length > 0) return fail(call, `${node.address} has no role ${foreign.join(', ')}`)
  const refusal = await enterNode(call, node, { sudo: true })
  if (refusal) return fail(call, refusal)
  await work(call, node, rest)
  return 0
}

const inRoles =
  (roles: readonly string[]) =>
  (process: EmulatedProcess): boolean =>
    roles.length === 0 || roles.includes(process.role)

/** Heals FATAL, but leaves STARTING as it is (the vendor's known issue). */
async function startRoles(call: KatoCall, node: EmulatedNode, roles: readonly string[]): Promise<void> {
  const down = node.processes.filter(inRoles(roles)).filter(({ state }) => state === 'STOPPED' || state === 'FATAL')
  call.out(`Starting ${roles.length > 0 ? roles.join(' ') : 'all roles'} on ${node.address}`)
  if (down.length > 0) await call.pause(seconds.node_start)
  for (const process of down) process.state = 'RUNNING'
  if (down.some((process) => process.role === 'dea')) node.retired = false
  call.world.save()
  logEffect(call, 'process', `${node.name}: started ${down.map((process) => process.name).join(' ') || 'nothing'}`)
  call.out('Done')
}

async function stopRoles(call: KatoCall, node: EmulatedNode, roles: readonly string[]): Promise<void> {
  const processes = node.processes.filter(inRoles(roles))
  call.out(`Stopping ${roles.length > 0 ? roles.join(' ') : 'all roles'} on ${node.address}`)
  await call.pause(seconds.node_stop)
  for (const process of processes) process.state = 'STOPPED'
  call.world.save()
  logEffect(call, 'process', `${node.name}: stopped ${processes.map((process) => process.name).join(' ')}`)
  call.out('Done')
}

async function restartRoles(call: KatoCall, node: EmulatedNode, roles: readonly string[]): Promise<void> {
  const { world } = call
  const processes = node.processes.filter(inRoles(roles))
  call.out(`Restarting ${roles.length > 0 ? roles.join(' ') : 'all roles'} on ${node.address}`)
  for (const process of processes) process.state = 'STARTING'
  node.counts['restart'] = (node.counts['restart'] ?? 0) + 1
  world.save()
  await call.pause(seconds.node_restart)
  for (const process of processes) {
    const broken = world.faults.take('process-fatal', ([name, what]) => name === node.name && what === process.name)
    process.state = broken ? 'FATAL' : 'RUNNING'
  }
  if (roles.length === 0 || roles.includes('dea')) node.retired = false
  world.save()
  if (node.roles.includes('primary')) coreWasAway(call, seconds.node_restart * world.pace.factor)
  logEffect(call, 'process', `${node.name}: restarted ${roles.join(' ') || 'all roles'}`)
  call.out('Done')
}

/**
 * The core was away for so many emulated seconds. Past the vendor's limit one process on each other node does not come
 * back alone: FATAL on every second node, STARTING on the rest.
 */
export function coreWasAway(call: KatoCall, awaySeconds: number): void {
  if (awaySeconds <= coreAwayLimitSeconds) return
  const others = call.world.state.nodes.filter((node) => !node.roles.includes('primary'))
  for (const [index, node] of others.entries()) breakOne(call.world, node, index % 2 === 0 ? 'FATAL' : 'STARTING')
  logEffect(
    call,
    'process',
    `the core was away for ${Math.round(awaySeconds)} s: processes elsewhere did not come back`,
  )
}

function breakOne(world: World, node: EmulatedNode, state: 'FATAL' | 'STARTING'): void {
  // What talks to the core breaks; what serves apps goes on.
  const process = node.processes.find((entry) => entry.role === 'base' && entry.state === 'RUNNING')
  if (process) process.state = state
  world.save()
}

function fail(call: KatoCall, text: string): number {
  call.err(`ERROR: ${text}`)
  return 1
}
