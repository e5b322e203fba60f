import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { EmulatedNode } from './cluster.ts'
import type { Sandbox } from './sandbox.ts'
import type { KatoCall, World } from './world.ts'

/** Says whether sudo on the host lets `stackato` through without a password: a rule in a file with mode 0440. */
export function sudoWithoutPassword(sandbox: Sandbox): boolean {
  const folder = join(sandbox.root, 'etc/sudoers.d')
  return readdirSync(folder).some((name) => {
    const file = join(folder, name)
    if (name.includes('.') || name.endsWith('~') || (statSync(file).mode & 0o777) !== 0o440) return false
    return /^\s*(stackato|%sudo|ALL)\s.*NOPASSWD:/m.test(readFileSync(file, 'utf8'))
  })
}

/** Says whether the node holds a key that the other nodes accept. */
export function holdsClusterKey(world: World, node: EmulatedNode): boolean {
  return world.sandbox(node.name).exists('home/stackato/.ssh/id_ed25519')
}

/**
 * What a command needs before it works on a node: the network, a key or a password for the connection, and sudo there.
 * Passwords are asked on the caller's terminal or standard input, as the product does.
 *
 * @returns an error text, or undefined when all is well
 */
export async function enterNode(
  call: KatoCall,
  node: EmulatedNode,
  options: { readonly sudo: boolean },
): Promise<string | undefined> {
  const { world, here } = call
  const remote = node.name !== here.name
  if (remote && !world.reachable(node.name)) return `cannot connect to ${node.address}: No route to host`
  if (remote && !holdsClusterKey(world, here)) {
    const given = await call.ask(`stackato@${node.address}'s password: `)
    if (given === undefined) return `cannot connect to ${node.address}: no password was given`
    if (given !== world.password) return `cannot connect to ${node.address}: Permission denied`
  }
  if (options.sudo && call.user !== 'root' && !sudoWithoutPassword(world.sandbox(node.name))) {
    const given = await call.ask('[sudo] password for stackato: ')
    if (given === undefined) return `sudo on ${node.address}: no tty present and no askpass program specified`
    if (given !== world.password) return `sudo on ${node.address}: 1 incorrect password attempt`
  }
  return undefined
}
