import { compareDotted } from '../../../base/version-order.ts'
import type { Account } from './account.ts'
import type { SiteState, SocketState } from './fleet.ts'
import { upgradesFor } from './releases.ts'
import { startTry } from './upgrade.ts'

export interface SiteRef {
  readonly by: 'ID' | 'NAME'
  readonly input: string
}

export interface StartSiteUpgradeInput {
  readonly upgrades: readonly { readonly site: SiteRef; readonly targetVersion: string }[]
}

export interface StartedUpgrade {
  readonly site: { readonly id: string; readonly name: string }
  readonly targetVersion: string
  readonly scheduledAt: string
}

/**
 * Starts an upgrade at each site of the call, or at none of them. Of an HA pair one Socket at a time is taken, the
 * primary first, as the vendor describes the manual way; that the mutation does the same is the emulator's own choice.
 *
 * @throws Error with a message for the caller
 */
export function startSiteUpgrade(
  account: Account,
  input: StartSiteUpgradeInput,
  at: number,
): readonly StartedUpgrade[] {
  const chosen = input.upgrades.map(({ site: ref, targetVersion }) => {
    try {
      return choose(account, ref, targetVersion)
    } catch (error) {
      account.effects.add(at, {
        kind: 'call',
        site: ref.input,
        what: `startSiteUpgrade ${targetVersion} refused`,
        detail: { reason: (error as Error).message },
      })
      throw error
    }
  })
  return chosen.map(({ site, socket, version }) => {
    account.effects.add(at, { kind: 'call', site: site.name, socket: socket.name, what: `startSiteUpgrade ${version}` })
    startTry(account, socket, version, 'Cato admin', at)
    return {
      site: { id: site.id, name: site.name },
      targetVersion: version,
      scheduledAt: new Date(at).toISOString(),
    }
  })
}

function choose(
  account: Account,
  ref: SiteRef,
  version: string,
): { readonly site: SiteState; readonly socket: SocketState; readonly version: string } {
  const site = findSite(account, ref)
  if (account.halted) throw new Error(`upgrades are skipped for all Sockets of the account: ${account.halted.reason}`)
  if (account.faults.take('refuse-upgrade', ([name]) => name === site.name)) {
    throw new Error(`site ${site.name} cannot be upgraded now`)
  }
  if (site.sockets.some((socket) => socket.upgrade)) throw new Error(`an upgrade of site ${site.name} is in progress`)
  const socket = site.sockets.find((each) => compareDotted(each.version, version) !== 0)
  if (socket === undefined) throw new Error(`site ${site.name} already runs version ${version}`)
  if (!upgradesFor(account, socket).includes(version)) {
    throw new Error(`version ${version} is not available for site ${site.name}`)
  }
  return { site, socket, version }
}

export function findSite(account: Account, ref: SiteRef): SiteState {
  const site = account.sites.find((each) => (ref.by === 'ID' ? each.id : each.name) === ref.input)
  if (site === undefined) throw new Error(`site ${ref.input} was not found`)
  return site
}
