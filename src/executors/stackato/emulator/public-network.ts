import { profileSets } from './profile.ts'
import type { KatoCall } from './world.ts'

/** How the public network answers an upgrade: an error text, or undefined. */
export function networkProblem(call: KatoCall, host: string, filesSoFar = 0): string | undefined {
  const { faults } = call.world
  if (faults.find('proxy-required') && !hasProxy(call)) {
    return `connection to ${host}:443 timed out`
  }
  if (faults.find('destination-blocked', ([blocked]) => blocked === host)) return `connection to ${host}:443 timed out`
  const cut = faults.take('network-during-download', ([files]) => filesSoFar === Number(files || 2))
  return cut ? `connection to ${host}:443 reset by peer` : undefined
}

/** A command gets through a proxy that its shell exported, or that the host has for everybody. */
export function hasProxy(call: KatoCall): boolean {
  const { env, world, here } = call
  if (env['http_proxy'] || env['https_proxy']) return true
  return profileSets(world.sandbox(here.name), 'http_proxy')
}
