import { type Place, spreadOver } from './time-zones.ts'

export const socketPlatforms = [
  'X1500',
  'X1500_BR2',
  'X1500B_BR2',
  'X1600',
  'X1600_LTE',
  'X1600_5G',
  'X1700',
  'X1700B',
  'AWS1500',
  'AZ1500',
  'ESX1500',
  'GCP1500',
] as const
export type SocketPlatform = (typeof socketPlatforms)[number]

export const upgradeStatuses = [
  'PENDING',
  'STARTING',
  'STARTED',
  'RETRY',
  'PENDING_REBOOT',
  'SUCCESS',
  'FAIL',
  'FATAL',
  'SKIP',
  'CANCEL',
] as const
export type UpgradeStatus = (typeof upgradeStatuses)[number]

export interface Link {
  readonly kind: 'fibre' | 'lte'
  mbps: number
  /** dBm of a cellular link. */
  signal_dbm?: number
}

/** A device of a site, as `state.json` shows it. Instants are milliseconds since 1970 on the emulated clock. */
export interface SocketState {
  readonly name: string
  readonly id: string
  readonly serial: string
  readonly site: string
  readonly member: 'primary' | 'secondary'
  readonly platform: SocketPlatform
  version: string
  version_since: number
  /** What it ran before its last upgrade; it keeps that for the rollback. */
  previous_version?: string
  /** Carries the traffic of its site. */
  active: boolean
  /** Cut off by the switch or by trouble after it; outages by faults come on top. */
  away: boolean
  readonly link: Link
  /** A file that was fetched in advance. */
  staged?: { readonly version: string; readonly state: 'fetched' | 'damaged' | 'failed' }
  upgrade_status: UpgradeStatus | null
  /** Running upgrade. */
  upgrade?: { readonly to: string; readonly started_at: number; phase: string }
  /** Tries that failed, by version. */
  failed_tries: Record<string, number>
  /** Versions that are left out for this Socket until the next release. */
  skipped_versions: string[]
}

export interface SiteState {
  readonly id: string
  readonly name: string
  readonly time_zone: string
  readonly city: string
  readonly country: string
  readonly region: string
  readonly pop: string
  readonly ha: boolean
  readonly sockets: SocketState[]
}

export interface FleetOptions {
  readonly sites: number
  readonly places: readonly Place[]
  /** Versions that are installed: the first on three of four sites, the second on the rest. */
  readonly installed: readonly [string, string]
  readonly now: number
}

const platformCycle: readonly SocketPlatform[] = ['X1500', 'X1600', 'X1500B_BR2', 'X1700', 'X1500', 'X1600', 'X1700B']
const dayMs = 86_400_000

/** A fleet that is the same for the same options: every third site is an HA pair, every twentieth hangs on LTE. */
export function buildFleet(options: FleetOptions): readonly SiteState[] {
  const spread = spreadOver(options.sites, options.places)
  const digits = Math.max(3, String(options.sites).length)
  const perZone = new Map<string, number>()
  return spread.map((place, index) => {
    const rank = perZone.get(place.zone) ?? 0
    perZone.set(place.zone, rank + 1)
    const name = `site-${String(index + 1).padStart(digits, '0')}`
    // By rank inside the zone, so that every larger zone has pairs and single Sockets.
    const ha = rank % 3 === 1
    const { zone, city, country, region, pop } = place
    const members = ha ? (['primary', 'secondary'] as const) : (['primary'] as const)
    const sockets = members.map((member) => buildSocket(options, { index, site: name, member, ha }))
    return { id: String(10_001 + index), name, time_zone: zone, city, country, region, pop, ha, sockets }
  })
}

interface Seat {
  readonly index: number
  readonly site: string
  readonly member: SocketState['member']
  readonly ha: boolean
}

function buildSocket(options: FleetOptions, seat: Seat): SocketState {
  const { index, member } = seat
  const lte = !seat.ha && index % 20 === 7
  const half = member === 'primary' ? 0 : 1
  return {
    name: seat.ha ? `${seat.site}-${member}` : seat.site,
    id: String(50_001 + index * 2 + half),
    serial: `C${String(7_000_000 + index * 2 + half)}`,
    site: seat.site,
    member,
    platform: lte ? 'X1600_LTE' : platformCycle[index % platformCycle.length]!,
    version: options.installed[index % 4 === 3 ? 1 : 0],
    version_since: options.now - (40 + (index % 50)) * dayMs,
    active: member === 'primary',
    away: false,
    link: lte ? { kind: 'lte', mbps: 20, signal_dbm: -75 } : { kind: 'fibre', mbps: [50, 100, 200, 500][index % 4]! },
    upgrade_status: null,
    failed_tries: {},
    skipped_versions: [],
  }
}
