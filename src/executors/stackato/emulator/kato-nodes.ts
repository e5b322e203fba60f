import { stringify } from 'yaml'
import { enterNode } from './access.ts'
import { type EmulatedNode, nodeByAddress, usedMb } from './cluster.ts'
import { readOptions } from './options.ts'
import { seconds } from './timing.ts'
import type { KatoCall, KatoEntry, World } from './world.ts'

const spec = {
  flags: { json: ['-j', '--json'], yaml: ['-y', '--yaml'] },
  values: { node: ['-n', '--node'] },
} as const

export const nodeCommands: Readonly<Record<string, KatoEntry>> = {
  'node list': { effect: false, run: list },
  'node version': { effect: false, run: nodeVersion },
  'node retire': { effect: true, run: retire },
  version: { effect: false, run: version },
  info: { effect: false, run: info },
  history: { effect: false, run: history },
}

async function list(call: KatoCall, args: readonly string[]): Promise<number> {
  const { flags } = readOptions(args, spec)
  await call.pause(seconds.read)
  const { nodes } = call.world.state
  const record = Object.fromEntries(nodes.map((node) => [node.address, { roles: [...node.roles] }]))
  if (flags.has('json')) call.out(JSON.stringify(record))
  else if (flags.has('yaml')) call.out(stringify(record).trimEnd())
  else for (const node of nodes) call.out(`${node.address.padEnd(16)} ${node.roles.join(' ')}`)
  return 0
}

async function nodeVersion(call: KatoCall, args: readonly string[]): Promise<number> {
  await call.pause(seconds.read)
  const node = args[0] === undefined ? call.here : nodeByAddress(call.world.state, args[0])
  if (!node) {
    call.err(`ERROR: ${args[0]} is not a node of this cluster`)
    return 1
  }
  if (node !== call.here && !call.world.reachable(node.name)) {
    call.err(`ERROR: cannot connect to ${node.address}: No route to host`)
    return 1
  }
  call.out(node.version)
  return 0
}

async function version(call: KatoCall): Promise<number> {
  await call.pause(seconds.read)
  call.out(`kato ${call.here.components['stackato-kato'] ?? call.here.version}`)
  return 0
}

async function info(call: KatoCall, args: readonly string[]): Promise<number> {
  const { flags } = readOptions(args, spec)
  await call.pause(seconds.read)
  const available = new Set(call.world.state.nodes.flatMap((node) => node.roles))
  const record = { assigned_roles: [...call.here.roles], available_roles: [...available] }
  call.out(flags.has('json') ? JSON.stringify(record) : stringify(record).trimEnd())
  return 0
}

async function history(call: KatoCall, args: readonly string[]): Promise<number> {
  const { flags } = readOptions(args, spec)
  await call.pause(seconds.read)
  const lines = call.world.state.history
  if (flags.has('json')) call.out(JSON.stringify(lines))
  else for (const line of lines) call.out(line)
  return 0
}

async function retire(call: KatoCall, args: readonly string[]): Promise<number> {
  const { values, problem } = readOptions(args, spec)
  if (problem) return fail(call, problem)
  const { world } = call
  const node = values['node'] === undefined ? call.here : nodeByAddress(world.state, values['node'])
  if (!node) return fail(call, `${values['node']} is not a node of this cluster`)
  const refusal = await enterNode(call, node, { sudo: true })
  if (refusal) return fail(call, refusal)
  if (!node.roles.includes('dea')) return fail(call, `${node.address} has no DEA role`)
  const problemOfMove = await retireDea(call, node)
  if (problemOfMove) return fail(call, problemOfMove)
  call.out(`DEA ${node.address} is retired`)
  return 0
}

/**
 * Starts replacements elsewhere, one instance after another, and then shuts the DEA down. Touches nothing when the
 * other DEAs have no room.
 *
 * @returns an error text, or undefined
 */
export async function retireDea(call: KatoCall, node: EmulatedNode): Promise<string | undefined> {
  const { world } = call
  const moves = planMoves(world, node)
  if (!moves) return `not enough room on the other DEAs for the apps of ${node.address}: add a DEA first`
  for (const move of moves) {
    await call.pause(seconds.retire_instance)
    move.instance.dea = move.to.name
    world.save()
    logEffect(call, 'app', `${move.app}: instance moved from ${node.name} to ${move.to.name}`)
  }
  await call.pause(seconds.retire)
  node.retired = true
  for (const process of node.processes) if (process.role === 'dea') process.state = 'STOPPED'
  world.save()
  logEffect(call, 'process', `${node.name}: DEA retired`)
  return undefined
}

interface Move {
  readonly app: string
  readonly instance: { dea: string | null }
  readonly to: EmulatedNode
}

function planMoves(world: World, from: EmulatedNode): readonly Move[] | undefined {
  const { state, faults } = world
  const others = state.nodes.filter((node) => node.roles.includes('dea') && node !== from && !node.retired)
  const free = new Map(others.map((dea) => [dea, dea.app_capacity_mb - usedMb(state, dea.name)]))
  const moves: Move[] = []
  for (const app of state.apps) {
    for (const instance of app.instances.filter((entry) => entry.dea === from.name)) {
      const to = [...free].sort((a, b) => b[1] - a[1])[0]
      if (!to || to[1] < app.memory_mb || faults.find('dea-full')) return undefined
      free.set(to[0], to[1] - app.memory_mb)
      moves.push({ app: app.name, instance, to: to[0] })
    }
  }
  return moves
}

export function logEffect(
  call: KatoCall,
  kind: 'component' | 'download' | 'loss' | 'process' | 'app' | 'file',
  what: string,
  detail?: Readonly<Record<string, unknown>>,
): void {
  const effect = call.env['ROLLBOOK_EFFECT']
  const fence = call.env['ROLLBOOK_FENCE']
  call.world.effects.add({
    node: call.here.name,
    kind,
    what,
    ...(effect ? { effect } : {}),
    ...(fence ? { fence } : {}),
    ...(detail ? { detail } : {}),
  })
}

function fail(call: KatoCall, text: string): number {
  call.err(`ERROR: ${text}`)
  return 1
}
