import type { GatewayRow } from './gateway.ts'
import { compareReleases, isSameRelease } from './release.ts'
import type { VersionInfo } from './version-info.ts'

/** Where the gateways stand against their controller. */
export interface Level {
  /** Names of gateways that run an older release. */
  readonly behind: readonly string[]
  /** Of those, the ones on the controller's previous release: upgraded last time not at all, or rolled back since. */
  readonly previous: readonly string[]
  /** Names of gateways that run a newer release, which may never be. */
  readonly ahead: readonly string[]
}

export function levelOf(info: VersionInfo, gateways: readonly GatewayRow[]): Level {
  const older = gateways.filter((each) => (compareReleases(each.version, info.current) ?? -1) < 0)
  const newer = gateways.filter((each) => (compareReleases(each.version, info.current) ?? -1) > 0)
  return {
    behind: older.map((each) => each.name),
    previous: older.filter((each) => isSameRelease(each.version, info.previous)).map((each) => each.name),
    ahead: newer.map((each) => each.name),
  }
}

/** The first few of many names, for sentences. */
export function someOf(names: readonly string[]): string {
  return names.length <= 5 ? names.join(', ') : `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`
}
