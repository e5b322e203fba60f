import { type Account, linkOf, names } from './account.ts'
import type { EventFilter, FeedEvent } from './event-feed.ts'
import type { SiteState, SocketPlatform, SocketState } from './fleet.ts'
import { upgradesFor } from './releases.ts'
import { healthOf, type SiteHealth } from './site-health.ts'
import { findSite, type SiteRef, type StartSiteUpgradeInput, startSiteUpgrade } from './start-site-upgrade.ts'

interface AccountArgument {
  readonly accountId: string
}

/** The root of the schema: what every documented field answers at the instant of the call. */
export function rootOf(account: Account): object {
  const at = account.timeline.now
  const check = (id: string | undefined): void => {
    if (id !== undefined && id !== account.id) throw new Error(`no permission for account ${id}`)
  }
  const site = ({ accountId }: AccountArgument): object => {
    check(accountId)
    return siteRoot(account, at)
  }
  return {
    accountSnapshot: ({ accountID }: { readonly accountID?: string }) => {
      check(accountID)
      return {
        id: account.id,
        timestamp: new Date(at).toISOString(),
        sites: ({ siteIDs }: { readonly siteIDs?: readonly string[] }) =>
          account.sites
            .filter((each) => !siteIDs || siteIDs.includes(each.id))
            .map((each) => snapshot(account, each, at)),
      }
    },
    hardwareManagement: ({ accountId }: AccountArgument) => {
      check(accountId)
      return { socketInventory: (args: { readonly input?: InventoryInput }) => inventory(account, args.input ?? {}) }
    },
    site,
    sites: site,
    eventsFeed: ({ accountIDs, filters, marker }: FeedArguments) => {
      for (const id of accountIDs) check(id)
      const page = account.events.page(marker ?? '', filters ?? [], at)
      return {
        marker: page.marker,
        fetchedCount: page.events.length,
        accounts: accountIDs.map((id) => ({
          id,
          errorString: '',
          records: ({ fieldNames }: { readonly fieldNames?: readonly string[] }) =>
            page.events.map((event) => record(event, fieldNames)),
        })),
      }
    },
  }
}

interface FeedArguments {
  readonly accountIDs: readonly string[]
  readonly filters?: readonly EventFilter[]
  readonly marker?: string
}

function record(event: FeedEvent, names: readonly string[] | undefined): object {
  const fields = Object.entries(event.fields).filter(([name]) => !names || names.includes(name))
  return { time: new Date(event.at).toISOString(), fieldsMap: Object.fromEntries(fields), flatFields: fields }
}

function siteRoot(account: Account, at: number): object {
  return {
    siteGeneralDetails: ({ site: ref }: { readonly site: SiteRef }) => {
      const site = findSite(account, ref)
      const siteLocation = { timezone: site.time_zone, countryCode: site.country, city: site.city }
      return { id: site.id, name: site.name, siteLocation }
    },
    availableVersionList: ({ input }: { readonly input: { readonly platforms?: readonly SocketPlatform[] } }) => {
      const used = [...new Set(account.sites.flatMap((site) => site.sockets.map((socket) => socket.platform)))]
      const versions = account.releases.map((release) => release.version).reverse()
      const versionDetails = versions.map((version) => ({ version, label: version }))
      return { items: (input.platforms ?? used).map((platform) => ({ platform, versions, versionDetails })) }
    },
    startSiteUpgrade: ({ input }: { readonly input: StartSiteUpgradeInput }) => ({
      results: startSiteUpgrade(account, input, at),
    }),
  }
}

interface InventoryInput {
  readonly paging?: { readonly from: number; readonly limit: number }
  readonly filter?: { readonly freeText?: { readonly search: string }; readonly socketType?: SocketPlatform }
}

/** Items per page when the caller names no limit, and the most there are; the emulator's own. */
const pageDefault = 50
export const inventoryPageMax = 1000

function inventory(account: Account, { paging, filter }: InventoryInput): object {
  const search = filter?.freeText?.search.toLowerCase()
  const all = account.sites
    .flatMap((site) => site.sockets.map((socket) => ({ site, socket })))
    .filter(({ socket }) => !filter?.socketType || socket.platform === filter.socketType)
    .filter(({ site, socket }) => !search || `${socket.serial} ${site.name}`.toLowerCase().includes(search))
  const { from = 0, limit = pageDefault } = paging ?? {}
  if (from < 0 || limit < 1 || limit > inventoryPageMax)
    throw new Error(`paging is from 0, at most ${inventoryPageMax}`)
  return {
    items: all.slice(from, from + limit).map(({ site, socket }) => item(account, site, socket)),
    pageInfo: { total: all.length },
  }
}

function item(account: Account, site: SiteState, socket: SocketState): object {
  return {
    id: socket.id,
    serialNumber: socket.serial,
    socketType: socket.platform,
    socketVersion: socket.version,
    isPrimary: socket.member === 'primary',
    site: { id: site.id, name: site.name },
    account: { id: account.id, name: account.name },
    status: 'INSTALLED',
    registrationStatus: 'REGISTERED',
    description: '',
    availableUpgradeVersions: upgradesFor(account, socket),
    upgradesPaused: true,
    upgradeStatus: account.faults.find('unknown-status', names(socket)) ? 'ROLLING_BACK' : socket.upgrade_status,
  }
}

function snapshot(account: Account, site: SiteState, at: number): object {
  const health = healthOf(account, site, at)
  const sockets = site.sockets.map((socket) => socketInfo(socket))
  return {
    id: site.id,
    connectivityStatus: health.connected ? 'connected' : 'disconnected',
    operationalStatus: 'active',
    connectedSince: new Date(Math.max(...site.sockets.map((socket) => socket.version_since))).toISOString(),
    lastConnected: new Date(at).toISOString(),
    popName: site.pop,
    hostCount: 20 + (Number(site.id) % 80),
    info: {
      name: site.name,
      type: 'BRANCH',
      countryCode: site.country,
      cityName: site.city,
      region: site.region,
      isHA: site.ha,
      connType: `SOCKET_${site.sockets[0]!.platform}`,
      sockets,
    },
    haStatus: health.haStatus,
    degradedStatus: {
      isDegraded: health.reasons.length > 0,
      degradedDetails: health.reasons.map((reason) => ({ reason })),
    },
    devices: site.sockets.map((socket, index) => device(account, site, socket, health, index, at)),
  }
}

function device(
  account: Account,
  site: SiteState,
  socket: SocketState,
  health: SiteHealth,
  index: number,
  at: number,
): object {
  const connected = health.sockets[index]!
  const link = linkOf(account, socket)
  const uptime = Math.floor((at - socket.version_since) / 1000)
  const port = (number: number, up: boolean): object => ({
    id: `${socket.id}-${number}`,
    name: `WAN ${number}`,
    connected: up,
    tunnelUptime: up ? uptime : 0,
    tunnelConnectionReason: up ? '' : 'Disconnected',
    popName: up ? site.pop : null,
    info: {
      id: `${socket.id}-${number}`,
      name: `WAN ${number}`,
      upstreamBandwidth: Math.floor(link.mbps),
      downstreamBandwidth: Math.floor(link.mbps),
      upstreamBandwidthMbpsPrecision: link.mbps,
      downstreamBandwidthMbpsPrecision: link.mbps,
      destType: 'CATO',
      wanRole: `wan_${number}`,
    },
    cellularInterfaceInfo:
      link.kind === 'lte'
        ? { networkType: 'LTE', isModemConnected: up, signalStrength: `${link.signal_dbm} dBm` }
        : null,
  })
  const degraded = health.reasons.includes('WAN_TUNNEL_DISCONNECTED')
  return {
    id: socket.id,
    name: socket.name,
    connected,
    haRole: site.ha ? (socket.active ? 'active' : 'standby') : null,
    version: socket.version,
    versionNumber: Number.parseInt(socket.version, 10),
    releaseGroup: 'general',
    deviceUptime: uptime,
    interfaces: link.kind === 'lte' ? [port(1, connected)] : [port(1, connected), port(2, connected && !degraded)],
    socketInfo: socketInfo(socket),
  }
}

function socketInfo(socket: SocketState): object {
  return {
    id: socket.id,
    serial: socket.serial,
    isPrimary: socket.member === 'primary',
    platform: socket.platform,
    version: socket.version,
    versionUpdateTime: new Date(socket.version_since).toISOString(),
  }
}
