import { enterNode } from './access.ts'
import { logEffect } from './kato-nodes.ts'
import { readOptions } from './options.ts'
import { seconds } from './timing.ts'
import type { KatoCall, KatoEntry } from './world.ts'

export const patchCommands: Readonly<Record<string, KatoEntry>> = {
  'patch status': { effect: false, run: patchStatus },
  'patch install': { effect: true, run: patchInstall },
}

async function patchStatus(call: KatoCall, args: readonly string[]): Promise<number> {
  const { flags } = readOptions(args, { flags: { all: ['-a', '--all'], json: ['-j', '--json'] } })
  await call.pause(seconds.patch_status)
  const { patches, nodes } = call.world.state
  const release = call.here.version
  if (flags.has('json')) {
    call.out(JSON.stringify(patches))
    return 0
  }
  const open = patches.filter((patch) => !patch.installed)
  const one = open.length === 1
  call.out(
    open.length === 0
      ? `No updates are available for ${release}.`
      : `${open.length} ${one ? 'update is' : 'updates are'} available for ${release}.`,
  )
  for (const patch of flags.has('all') ? patches : open) {
    const places = nodes.filter((node) => node.roles.some((role) => patch.roles.includes(role)))
    call.out(`\n  ${patch.name}: ${patch.purpose}`)
    call.out(`    patch id: ${patch.id}`)
    call.out(`    roles affected: ${patch.roles.join(', ')}`)
    const list = places.map((node) => node.address).join(', ')
    call.out(patch.installed ? `    installed on: ${list}` : `    to be installed on: ${list}`)
  }
  return 0
}

/** Installs one patch by its name, or all that are outstanding, and restarts the roles that they concern. */
async function patchInstall(call: KatoCall, args: readonly string[]): Promise<number> {
  const { flags, rest, problem } = readOptions(args, { flags: { 'no-restart': ['--no-restart'] } })
  if (problem) return fail(call, problem)
  const { world } = call
  const { patches, nodes } = world.state
  const [name] = rest
  if (name !== undefined && !patches.some((patch) => patch.name === name))
    return fail(call, `there is no patch ${name}`)
  const open = patches.filter((patch) => !patch.installed && (name === undefined || patch.name === name))
  if (open.length === 0) call.out('Nothing to install.')
  for (const patch of open) {
    for (const node of nodes.filter((entry) => entry.roles.some((role) => patch.roles.includes(role)))) {
      const refusal = await enterNode(call, node, { sudo: true })
      if (refusal) return fail(call, refusal)
      await call.pause(seconds.patch_install)
      call.out(`${patch.name}: installed on ${node.address}`)
      if (!flags.has('no-restart')) call.out(`${patch.name}: restarted ${patch.roles.join(' ')} on ${node.address}`)
    }
    patch.installed = true
    world.save()
    logEffect(call, 'component', `patch ${patch.name}`)
  }
  return 0
}

function fail(call: KatoCall, text: string): number {
  call.err(`ERROR: ${text}`)
  return 1
}
