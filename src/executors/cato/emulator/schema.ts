import { buildSchema, type GraphQLSchema } from 'graphql'
import { socketPlatforms, upgradeStatuses } from './fleet.ts'

/** The documented part of the schema that upgrades need. Which fields may be null is the emulator's own choice. */
const documented = `
scalar DateTime
scalar Map

type Query {
  accountSnapshot(accountID: ID): AccountSnapshot
  hardwareManagement(accountId: ID!): HardwareManagementQueries
  site(accountId: ID!): SiteQueries
  sites(accountId: ID!): SiteQueries @deprecated(reason: "site")
  eventsFeed(accountIDs: [ID!]!, filters: [EventFeedFieldFilterInput!], marker: String): EventsFeedData
}

type Mutation {
  site(accountId: ID!): SiteMutations
  sites(accountId: ID!): SiteMutations @deprecated(reason: "site")
}

type AccountSnapshot {
  id: ID
  timestamp: DateTime
  sites(siteIDs: [ID!]): [SiteSnapshot!]
}

type SiteSnapshot {
  id: ID
  connectivityStatus: ConnectivityStatus
  operationalStatus: OperationalStatus
  connectedSince: DateTime
  lastConnected: DateTime
  popName: String
  hostCount: Int
  info: SiteInfo
  haStatus: HaStatus
  degradedStatus: DegradedStatus
  devices: [DeviceSnapshot!]
}

enum ConnectivityStatus { connected disconnected }
enum OperationalStatus { active disabled locked new }
enum HaReadiness { ready not_ready }
enum HaSubStatus { ok fail }

type SiteInfo {
  name: String
  type: String
  description: String
  countryCode: String
  countryName: String
  cityName: String
  region: String
  isHA: Boolean
  connType: String
  sockets: [SocketInfo!]
}

type SocketInfo {
  id: ID
  serial: String
  isPrimary: Boolean
  platform: SocketPlatform
  version: String
  versionUpdateTime: DateTime
}

type HaStatus {
  readiness: HaReadiness
  keepalive: HaSubStatus
  socketVersion: HaSubStatus
  wanConnectivity: HaSubStatus
}

type DegradedStatus {
  isDegraded: Boolean
  degradedDetails: [DegradedDetail!]
}

type DegradedDetail { reason: DegradedReason }

enum DegradedReason {
  HA_NOT_READY_INCOMPATIBLE_MAJOR_SOCKET_VERSIONS
  HA_NOT_READY_NO_KEEPALIVE
  HA_NOT_READY_SOCKET_DISCONNECTED
  WAN_DISCONNECTED
  WAN_TUNNEL_DISCONNECTED
}

type DeviceSnapshot {
  id: ID
  name: String
  connected: Boolean
  haRole: String
  version: String
  versionNumber: Int
  releaseGroup: String
  deviceUptime: Int
  interfaces: [InterfaceSnapshot!]
  socketInfo: SocketInfo
}

type InterfaceSnapshot {
  id: ID
  name: String
  connected: Boolean
  tunnelUptime: Int
  tunnelConnectionReason: String
  popName: String
  info: InterfaceInfo
  cellularInterfaceInfo: CellularInterfaceInfo
}

type InterfaceInfo {
  id: ID
  name: String
  upstreamBandwidth: Int
  downstreamBandwidth: Int
  upstreamBandwidthMbpsPrecision: Float
  downstreamBandwidthMbpsPrecision: Float
  destType: String
  wanRole: String
}

type CellularInterfaceInfo {
  networkType: String
  isModemConnected: Boolean
  operatorName: String
  signalStrength: String
}

type HardwareManagementQueries {
  socketInventory(input: SocketInventoryInput): SocketInventoryPayload
}

input SocketInventoryInput {
  filter: SocketInventoryFilterInput
  includeDecommissioned: Boolean
  paging: PagingInput
}

input SocketInventoryFilterInput { freeText: FreeTextFilterInput socketType: SocketPlatform }
input FreeTextFilterInput { search: String! }
input PagingInput { from: Int! limit: Int! }

type SocketInventoryPayload {
  items: [SocketInventoryItem!]
  pageInfo: PageInfo
}

type PageInfo { total: Int }

type SocketInventoryItem {
  id: ID
  serialNumber: String
  socketType: SocketPlatform
  socketVersion: String
  isPrimary: Boolean
  site: EntityRef
  account: EntityRef
  status: String
  registrationStatus: String
  description: String
  availableUpgradeVersions: [String!]
  upgradesPaused: Boolean
  upgradeStatus: SocketUpgradeStatus
}

type EntityRef { id: ID name: String }

type SiteQueries {
  siteGeneralDetails(site: SiteRefInput!): SiteGeneralDetails
  availableVersionList(input: AvailableVersionListInput!): AvailableVersionListPayload
}

enum ObjectRefBy { ID NAME }
input SiteRefInput { by: ObjectRefBy! input: String! }

type SiteGeneralDetails { id: ID name: String siteLocation: SiteLocation }
type SiteLocation { timezone: String countryCode: String city: String }

input AvailableVersionListInput { platforms: [SocketPlatform!] }
type AvailableVersionListPayload { items: [AvailableVersions!] }
type AvailableVersions { platform: SocketPlatform versions: [String!] versionDetails: [VersionDetails!] }
type VersionDetails { version: String label: String }

type SiteMutations { startSiteUpgrade(input: StartSiteUpgradeInput!): StartSiteUpgradePayload }
input StartSiteUpgradeInput { upgrades: [SiteUpgradeRequest!]! }
input SiteUpgradeRequest { site: SiteRefInput! targetVersion: String! }
type StartSiteUpgradePayload { results: [SiteUpgradeResult!] }
type SiteUpgradeResult { site: EntityRef targetVersion: String scheduledAt: String }

type EventsFeedData { marker: String fetchedCount: Int accounts: [EventsFeedAccount!] }
type EventsFeedAccount {
  id: ID
  errorString: String
  records(fieldNames: [EventFieldName!]): [EventRecord!]
}
type EventRecord { time: DateTime fieldsMap: Map flatFields: [[String!]!] }

input EventFeedFieldFilterInput {
  fieldName: EventFeedFilterFieldName!
  operator: EventFeedFilterOperator!
  values: [String!]!
}
enum EventFeedFilterFieldName { event_type event_sub_type }
enum EventFeedFilterOperator { is is_not in not_in }
enum EventFieldName {
  action device_name event_message event_sub_type event_type failure_reason socket_new_version socket_old_version
  socket_role socket_serial socket_version src_site_id src_site_name time upgrade_end_time upgrade_initiated_by
  upgrade_start_time
}
`

export interface SchemaDrift {
  /** Fields that are gone, such as `SocketInventoryItem.upgradeStatus`. */
  readonly missing: readonly string[]
  /** Values that upgradeStatus has beyond the documented ones. */
  readonly statuses: readonly string[]
}

/** Builds the schema, with what a fault has changed in it. */
export function makeSchema(drift: SchemaDrift): GraphQLSchema {
  const enums = `
    enum SocketPlatform { ${socketPlatforms.join(' ')} }
    enum SocketUpgradeStatus { ${[...upgradeStatuses, ...drift.statuses].join(' ')} }`
  const schema = buildSchema(documented + enums)
  for (const missing of drift.missing) {
    const [type = '', field = ''] = missing.split('.')
    const found = schema.getType(type)
    if (found && 'getFields' in found) delete found.getFields()[field]
  }
  return schema
}
