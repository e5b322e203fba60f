/** The GraphQL documents that are sent; each asks for documented fields only. */

export const inventoryDocument = `query socketInventory($accountId: ID!, $input: SocketInventoryInput) {
  hardwareManagement(accountId: $accountId) {
    socketInventory(input: $input) {
      items {
        serialNumber socketType socketVersion isPrimary site { id name }
        availableUpgradeVersions upgradesPaused upgradeStatus
      }
      pageInfo { total }
    }
  }
}`

export const snapshotDocument = `query accountSnapshot($accountId: ID, $siteIds: [ID!]) {
  accountSnapshot(accountID: $accountId) {
    sites(siteIDs: $siteIds) {
      id connectivityStatus operationalStatus popName
      info { name isHA }
      haStatus { readiness keepalive socketVersion wanConnectivity }
      degradedStatus { isDegraded degradedDetails { reason } }
      devices {
        name connected haRole version
        socketInfo { serial isPrimary version versionUpdateTime }
        interfaces {
          name connected
          info { downstreamBandwidthMbpsPrecision }
          cellularInterfaceInfo { signalStrength }
        }
      }
    }
  }
}`

/** One field per site, so that many sites cost one call. */
export function timeZonesDocument(sites: number): string {
  const indices = Array.from({ length: sites }, (_, index) => index)
  const variables = indices.map((index) => `$s${index}: SiteRefInput!`).join(' ')
  const fields = indices.map((index) => `s${index}: siteGeneralDetails(site: $s${index}) { siteLocation { timezone } }`)
  return `query siteGeneralDetails($accountId: ID! ${variables}) {
  site(accountId: $accountId) {
    ${fields.join('\n    ')}
  }
}`
}

export const versionsDocument = `query availableVersionList($accountId: ID!, $input: AvailableVersionListInput!) {
  site(accountId: $accountId) { availableVersionList(input: $input) { items { platform versions } } }
}`

export const upgradeDocument = `mutation startSiteUpgrade($accountId: ID!, $input: StartSiteUpgradeInput!) {
  site(accountId: $accountId) {
    startSiteUpgrade(input: $input) { results { site { id name } targetVersion scheduledAt } }
  }
}`

export const eventsDocument = `query eventsFeed($accountIds: [ID!]!, $filters: [EventFeedFieldFilterInput!], $marker: String) {
  eventsFeed(accountIDs: $accountIds, filters: $filters, marker: $marker) {
    marker fetchedCount
    accounts { id errorString records { time fieldsMap } }
  }
}`
