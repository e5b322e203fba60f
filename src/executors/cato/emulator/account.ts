import { UsageError } from '../../../base/error.ts'
import type { Timeline } from '../../emulator/timeline.ts'
import type { EffectLog } from './effect-log.ts'
import type { EventFeed } from './event-feed.ts'
import { type ActiveFault, type Faults, spanOf } from './faults.ts'
import type { SiteState, SocketState } from './fleet.ts'

/** Everything that the parts of an emulated account share. */
export interface Account {
  readonly id: string
  readonly name: string
  /** Versions that the vendor has released, oldest first, each with its instant. */
  readonly releases: { readonly version: string; readonly at: number }[]
  readonly sites: readonly SiteState[]
  readonly timeline: Timeline
  readonly faults: Faults
  readonly effects: EffectLog
  readonly events: EventFeed
  /** Instant at which the emulator started. */
  readonly startedAt: number
  /** What one call of startSiteUpgrade does to an HA pair. */
  readonly pairs: 'one_at_a_time' | 'whole_site'
  /** Set when the upgrade process of the account broke. */
  halted?: { readonly at: number; readonly reason: string }
}

export function siteOf(account: Account, socket: SocketState): SiteState {
  return account.sites.find((site) => site.name === socket.site)!
}

/** The Socket of that name; a site's name means its primary. */
export function findSocket(account: Account, name: string): SocketState | undefined {
  for (const site of account.sites) {
    if (site.name === name) return site.sockets[0]
    const socket = site.sockets.find((each) => each.name === name)
    if (socket) return socket
  }
  return undefined
}

/** Says whether the first parameter of a fault names the Socket. */
export function names(socket: SocketState): (parameters: readonly string[]) => boolean {
  return ([name]) => name === socket.name || (name === socket.site && socket.member === 'primary')
}

/** @throws UsageError `FAULT_TARGET_UNKNOWN` */
export function checkFaultTarget(account: Account, fault: ActiveFault, kind: 'socket' | 'site' | undefined): void {
  const name = fault.parameters[0]
  if (kind === undefined || name === undefined) return
  const known =
    kind === 'site' ? account.sites.some((site) => site.name === name) : findSocket(account, name) !== undefined
  if (known) return
  const some = account.sites.slice(0, 3).map((site) => (kind === 'site' ? site.name : site.sockets[0]!.name))
  throw new UsageError('FAULT_TARGET_UNKNOWN', `the fault "${fault.text}" names no ${kind} of the fleet`, {
    hint: `There are ${some.join(', ')} and so on; see targets.csv.`,
  })
}

/** Says whether the Socket can reach its PoP at this instant. */
export function isConnected(account: Account, socket: SocketState, at: number): boolean {
  if (socket.away) return false
  return !account.faults.all('disconnected', names(socket)).some((fault) => {
    const span = spanOf(fault.parameters[1])!
    const since = span.perTry ? socket.upgrade?.started_at : account.startedAt
    return since !== undefined && at >= since + span.from && at < since + span.to
  })
}

/** Says whether a fault holds one tunnel of the site down. */
export function isDegraded(account: Account, site: SiteState, at: number): boolean {
  return account.faults
    .all('degraded', ([name]) => name === site.name)
    .some((fault) => {
      const span = spanOf(fault.parameters[1])!
      return at >= account.startedAt + span.from && at < account.startedAt + span.to
    })
}

/** Link as it is with its faults: slow, or with a weak signal. */
export function linkOf(account: Account, socket: SocketState): SocketState['link'] {
  const slow = account.faults.find('slow-link', names(socket))
  const weak = account.faults.find('weak-signal', names(socket))
  return {
    ...socket.link,
    ...(slow ? { mbps: Number(slow.parameters[1] || 0.6) } : {}),
    ...(weak ? { kind: 'lte' as const, signal_dbm: Number(weak.parameters[1] || -118) } : {}),
  }
}

/** Major of a version: 18 of `18.4.1`. */
export function majorOf(version: string): number {
  return Number(version.split('.')[0])
}
