import type { Json, JsonObject } from '../../../base/json.ts'
import { textList } from '../../arguments.ts'
import type { SocketHealth } from '../api.ts'

/** The one reason that a major upgrade of a pair brings about by itself. */
export const differentMajors = 'HA_NOT_READY_INCOMPATIBLE_MAJOR_SOCKET_VERSIONS'

export function toleratedBy(args: JsonObject): readonly string[] {
  return args['tolerate'] === undefined ? [differentMajors] : textList(args, 'tolerate')
}

/** @returns what speaks against the health of a Socket and its site; empty when nothing does */
export function troublesOf({ site, device }: SocketHealth, tolerated: readonly string[]): readonly string[] {
  const reasons = site.reasons.filter((reason) => !tolerated.includes(reason))
  return [
    ...(site.connected ? [] : [`site ${site.name} is disconnected`]),
    ...(site.operational === 'active' ? [] : [`site ${site.name} is ${site.operational}`]),
    ...(device.connected ? [] : [`Socket ${device.name} has lost its connection to the PoP`]),
    ...(device.connected && device.tunnels[1] > 0 && device.tunnels[0] === 0 ? ['no tunnel is up'] : []),
    ...(site.degraded && reasons.length > 0 ? [`site ${site.name} is degraded: ${reasons.join(', ')}`] : []),
    ...haTroubles(site.ha, tolerated),
  ]
}

/** @returns why an HA pair is not ready; empty for a ready one and for a single Socket */
export function haTroubles(ha: SocketHealth['site']['ha'], tolerated: readonly string[]): readonly string[] {
  if (ha === undefined || ha.readiness === 'ready') return []
  const troubles = [
    ...(ha.keepalive === 'ok' ? [] : ['no keepalive between the members']),
    ...(ha.wanConnectivity === 'ok' ? [] : ['a member has no WAN connection']),
    ...(ha.socketVersion === 'ok' || tolerated.includes(differentMajors) ? [] : ['the members run different majors']),
  ]
  const isExplained = ha.keepalive !== 'ok' || ha.wanConnectivity !== 'ok' || ha.socketVersion !== 'ok'
  return isExplained ? troubles : ['the HA pair is not ready']
}

export function haOutputs(ha: SocketHealth['site']['ha']): Json {
  if (ha === undefined) return null
  return {
    readiness: ha.readiness,
    keepalive: ha.keepalive,
    socket_version: ha.socketVersion,
    wan_connectivity: ha.wanConnectivity,
  }
}
