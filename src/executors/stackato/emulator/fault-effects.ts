import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from '../../../base/error.ts'
import { coreOf, type EmulatedNode } from './cluster.ts'
import type { ActiveFault } from './faults.ts'
import type { World } from './world.ts'

/** Checks that the node named by a fault exists. */
export function checkFaultNode(world: World, fault: ActiveFault): void {
  const [name] = fault.parameters
  if (!nodeFaults.has(fault.name) || !name) return
  if (world.state.nodes.some((node) => node.name === name)) return
  throw new UsageError('FAULT_NODE_UNKNOWN', `the fault "${fault.text}" names no node of the cluster`, {
    hint: `Nodes: ${world.state.nodes.map((node) => node.name).join(', ')}.`,
  })
}

const nodeFaults: ReadonlySet<string> = new Set([
  'disk-low',
  'memory-low',
  'no-sudo',
  'node-unreachable',
  'process-fatal',
  'kato-missing',
  'network-during-upgrade',
  'wrong-host-key',
  'restart-reboots',
])

/** Changes what a fault changes from the start; the other faults are asked for where they strike. */
export function applyFault(world: World, fault: ActiveFault): void {
  const [name, amount] = fault.parameters
  const node = world.state.nodes.find((entry) => entry.name === name) ?? coreOf(world.state)
  const remove = (host: EmulatedNode, path: string): void =>
    rmSync(join(world.sandbox(host.name).root, path), { force: true })
  switch (fault.name) {
    case 'disk-low':
      node.disk_free_gb = Number(amount || 5)
      break
    case 'memory-low':
      node.memory_free_mb = Number(amount || 300)
      break
    case 'no-sudo':
      for (const host of name ? [node] : world.state.nodes) remove(host, 'etc/sudoers.d/stackato')
      break
    case 'no-cluster-keys':
      for (const host of world.state.nodes) remove(host, 'home/stackato/.ssh/id_ed25519')
      break
    case 'slow':
      world.pace.factor = Number(name || 5)
      break
    default:
      return
  }
  world.save()
}
