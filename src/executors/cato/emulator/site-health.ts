import { type Account, isConnected, isDegraded, majorOf } from './account.ts'
import type { SiteState } from './fleet.ts'

type Judgement = 'ok' | 'fail'

export interface SiteHealth {
  readonly connected: boolean
  /** Per Socket, in the order of the site. */
  readonly sockets: readonly boolean[]
  readonly haStatus: {
    readonly readiness: 'ready' | 'not_ready'
    readonly keepalive: Judgement
    readonly socketVersion: Judgement
    readonly wanConnectivity: Judgement
  } | null
  readonly reasons: readonly string[]
}

/** Connection, readiness of an HA pair and degradation of a site at one instant. */
export function healthOf(account: Account, site: SiteState, at: number): SiteHealth {
  const sockets = site.sockets.map((socket) => isConnected(account, socket, at))
  const connected = sockets.includes(true)
  const all = !sockets.includes(false)
  const sameMajor = new Set(site.sockets.map((socket) => majorOf(socket.version))).size === 1
  const judge = (good: boolean): Judgement => (good ? 'ok' : 'fail')
  const reasons = [
    ...(connected ? [] : ['WAN_DISCONNECTED']),
    ...(isDegraded(account, site, at) ? ['WAN_TUNNEL_DISCONNECTED'] : []),
    ...(site.ha && !sameMajor ? ['HA_NOT_READY_INCOMPATIBLE_MAJOR_SOCKET_VERSIONS'] : []),
    ...(site.ha && !all ? ['HA_NOT_READY_SOCKET_DISCONNECTED', 'HA_NOT_READY_NO_KEEPALIVE'] : []),
  ]
  return {
    connected,
    sockets,
    haStatus: site.ha
      ? {
          readiness: sameMajor && all ? 'ready' : 'not_ready',
          keepalive: judge(all),
          socketVersion: judge(sameMajor),
          wanConnectivity: judge(all),
        }
      : null,
    reasons,
  }
}
