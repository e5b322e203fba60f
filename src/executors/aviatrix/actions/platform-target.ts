import type { JsonObject } from '../../../base/json.ts'
import { ActionFailure } from '../../../ports/executor.ts'
import { optionalText } from '../../arguments.ts'
import type { GatewayRow } from '../gateway.ts'
import { levelOf, someOf } from '../level.ts'
import { compareReleases, lastPublishedMajor, parseRelease, plainOf, seriesOf } from '../release.ts'
import type { VersionInfo } from '../version-info.ts'

/** What a platform upgrade is to reach. */
export interface PlatformTarget {
  /** `6.6`, as the API takes it; empty for the newest build of the running release. */
  readonly series: string
  /** A release that it has to reach at least, where one is known. */
  readonly atLeast: string | undefined
}

/** Reads the argument `to`: `6.6`, `6.6.123` or `UserConnect-6.6.123`. */
export function platformTarget(args: JsonObject, info: VersionInfo): PlatformTarget {
  const to = optionalText(args, 'to') ?? ''
  const running = seriesOf(info.current)
  const series = seriesOf(to)
  const newest = seriesOf(info.latest) === (series || running) ? info.latest : undefined
  const named = parseRelease(to)?.build === undefined ? undefined : to
  return { series, atLeast: named ?? newest }
}

/** Sentences about a target that cannot be read; for `check`. */
export function targetProblems(args: JsonObject): readonly string[] {
  return releaseProblems(args, 'to')
}

/** The same of another argument. */
export function releaseProblems(args: JsonObject, name: string): readonly string[] {
  const value = args[name]
  if (typeof value !== 'string' || value.includes('${{') || parseRelease(value) !== undefined) return []
  return [`\`${name}\` is no release: write 6.6, or a whole release such as 6.6.123`]
}

export function isReached(target: PlatformTarget, release: string): boolean {
  if (target.series !== '' && seriesOf(release) !== target.series) return false
  return target.atLeast !== undefined && (compareReleases(release, target.atLeast) ?? -1) >= 0
}

/** @throws ActionFailure for a way that the vendor does not allow; nothing was done then */
export function refuseWay({ series }: PlatformTarget, info: VersionInfo): void {
  const from = parseRelease(info.current)
  const to = parseRelease(series === '' ? info.current : series)
  if (!from || !to) return
  const refused = (message: string, advice: string): ActionFailure =>
    new ActionFailure('refused', message, { advice, notApplied: true })
  if (to.major > lastPublishedMajor) {
    throw refused(
      `the call for an upgrade to ${series} is not published`,
      'Upgrade the controller in its console, as a manual step, and verify it with aviatrix.controller_status.',
    )
  }
  const isOlder = to.major - from.major || to.minor - from.minor
  if (isOlder < 0) {
    throw refused(
      `the controller runs ${plainOf(info.current)}, and a platform upgrade never goes back`,
      'Choose a newer release; going back needs the backup and the vendor’s support.',
    )
  }
  const skipsMinor = to.major === from.major && to.minor > from.minor + 1
  const isNotFirstHop = info.hops.length > 0 && isOlder > 0 && !isFirstHop(info, series)
  if (skipsMinor || to.major > from.major + 1 || isNotFirstHop) {
    throw refused(
      `${series} cannot be reached from ${plainOf(info.current)} in one step: no minor or major may be skipped`,
      `Take every hop, the whole cycle for each${info.hops.length > 0 ? `: ${info.hops.join(', ')}` : ''}.`,
    )
  }
}

function isFirstHop({ hops, current }: VersionInfo, series: string): boolean {
  const ahead = hops.filter((hop) => hop !== seriesOf(current))
  return ahead.length === 0 || ahead[0] === series
}

/** @throws ActionFailure `not_ready` while a gateway runs another release: the controller would refuse, or be stuck */
export function refuseUnlevel(info: VersionInfo, gateways: readonly GatewayRow[]): void {
  const { behind, previous, ahead } = levelOf(info, gateways)
  const others = [...behind, ...ahead]
  if (others.length === 0) return
  const wereLeft = previous.length === 0 ? '' : ` (${previous.length} of them on its previous release)`
  throw new ActionFailure(
    'not_ready',
    `the controller runs ${plainOf(info.current)}, and ${someOf(others)} another release${wereLeft}; it is not upgraded before all gateways run its own`,
    {
      advice:
        'Upgrade these gateways to the release of the controller first. Where they were rolled back for a fault that only a newer controller cures, there is no way on but the vendor’s support.',
      outputs: { behind: [...behind], on_previous: [...previous], ahead: [...ahead] },
      notApplied: true,
    },
  )
}
