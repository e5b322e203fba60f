import { type Account, siteOf } from './account.ts'
import type { SocketState } from './fleet.ts'

export interface Outcome {
  readonly action: 'Succeeded' | 'Skipped' | 'Failed'
  readonly from: string
  readonly to: string
  readonly by: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly reason?: string
}

/** Raises the event of a finished upgrade, and tells the mailing list and the console, as the vendor describes. */
export function tellOutcome(account: Account, socket: SocketState, outcome: Outcome, at: number): void {
  const site = siteOf(account, socket)
  const { action, from, to } = outcome
  account.events.add(at, {
    event_type: 'Sockets Management',
    event_sub_type: 'Socket Upgrade',
    action,
    socket_old_version: from,
    socket_new_version: to,
    socket_version: socket.version,
    upgrade_start_time: String(outcome.startedAt),
    upgrade_end_time: String(at),
    upgrade_initiated_by: outcome.by,
    socket_role: socket.member,
    socket_serial: socket.serial,
    src_site_id: site.id,
    src_site_name: site.name,
    device_name: socket.name,
    event_message: `Socket upgrade ${action.toLowerCase()}: ${from} to ${to}`,
    ...(outcome.reason === undefined ? {} : { failure_reason: outcome.reason }),
  })
  const what = `${action} ${from} → ${to}`
  const detail = outcome.reason === undefined ? {} : { detail: { reason: outcome.reason } }
  for (const kind of ['event', 'mail', 'console'] as const) {
    account.effects.add(at, { kind, site: site.name, socket: socket.name, what, ...detail })
  }
}
