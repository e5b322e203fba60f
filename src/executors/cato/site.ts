import type { Answer } from '../answer.ts'

export interface SiteDevice {
  readonly name: string
  readonly serial: string
  readonly isPrimary: boolean
  readonly connected: boolean
  /** Free text of the vendor. */
  readonly haRole: string
  readonly version: string
  /** ISO 8601; empty when the API does not tell. */
  readonly versionSince: string
  /** Downstream bandwidth of its widest link, Mbps; absent when the API does not tell. */
  readonly mbps?: number
  /** Signal of a cellular link, dBm; absent without one or when it cannot be read. */
  readonly signalDbm?: number
  /** Tunnels that are up, and all. */
  readonly tunnels: readonly [up: number, all: number]
}

export interface HaState {
  readonly readiness: 'ready' | 'not_ready'
  readonly keepalive: 'ok' | 'fail'
  readonly socketVersion: 'ok' | 'fail'
  readonly wanConnectivity: 'ok' | 'fail'
}

/** A site as the account snapshot has it. */
export interface Site {
  readonly id: string
  readonly name: string
  readonly connected: boolean
  readonly operational: string
  readonly pop: string
  readonly isHa: boolean
  readonly ha?: HaState
  readonly degraded: boolean
  readonly reasons: readonly string[]
  readonly devices: readonly SiteDevice[]
}

const judgements = ['ok', 'fail'] as const

export function readSite(site: Answer): Site {
  const info = site.at('info')
  const ha = site.at('haStatus')
  const degraded = site.at('degradedStatus')
  const details = degraded.isNull ? undefined : degraded.at('degradedDetails')
  return {
    id: site.at('id').text(),
    name: info.at('name').text(),
    connected: site.at('connectivityStatus').oneOf(['connected', 'disconnected']) === 'connected',
    operational: site.at('operationalStatus').oneOf(['active', 'disabled', 'locked', 'new']),
    pop: site.at('popName').textOr(''),
    isHa: info.at('isHA').flag(),
    ...(ha.isNull ? {} : { ha: readHa(ha) }),
    degraded: degraded.isNull ? false : degraded.at('isDegraded').flag(),
    // New reasons are no drift: whatever it is called, it is a reason.
    reasons: details === undefined || details.isNull ? [] : details.items().map((each) => each.at('reason').text()),
    devices: site.at('devices').items().map(readDevice),
  }
}

function readHa(ha: Answer): HaState {
  return {
    readiness: ha.at('readiness').oneOf(['ready', 'not_ready']),
    keepalive: ha.at('keepalive').oneOf(judgements),
    socketVersion: ha.at('socketVersion').oneOf(judgements),
    wanConnectivity: ha.at('wanConnectivity').oneOf(judgements),
  }
}

function readDevice(device: Answer): SiteDevice {
  const info = device.at('socketInfo')
  const interfaces = device.at('interfaces').isNull ? [] : device.at('interfaces').items()
  const up = interfaces.filter((each) => each.at('connected').flag())
  const bandwidths = interfaces.flatMap((each) => {
    const link = each.at('info')
    const mbps = link.isNull ? undefined : link.at('downstreamBandwidthMbpsPrecision').numberOr(undefined)
    return mbps === undefined ? [] : [mbps]
  })
  const signals = interfaces.flatMap((each) => {
    const cellular = each.at('cellularInterfaceInfo')
    const text = cellular.isNull ? '' : cellular.at('signalStrength').textOr('')
    const dbm = /-?\d+(?:\.\d+)?/.exec(text)
    return dbm === null ? [] : [Number(dbm[0])]
  })
  return {
    name: device.at('name').textOr(''),
    serial: info.at('serial').text(),
    isPrimary: info.at('isPrimary').flag(),
    connected: device.at('connected').flag(),
    haRole: device.at('haRole').textOr(''),
    version: device.at('version').textOr(info.at('version').textOr('')),
    versionSince: info.at('versionUpdateTime').textOr(''),
    ...(bandwidths.length === 0 ? {} : { mbps: Math.max(...bandwidths) }),
    ...(signals.length === 0 ? {} : { signalDbm: Math.max(...signals) }),
    tunnels: [up.length, interfaces.length],
  }
}
