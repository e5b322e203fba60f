import { UsageError } from '../../../base/error.ts'
import { compareDotted } from '../../../base/version-order.ts'
import { parseFault } from './faults.ts'
import { type Place, places } from './time-zones.ts'

export interface CatoEmulatorOptions {
  /** Folder for the authority, the key, inventory, state and logs; created, and what an emulator left is replaced. */
  readonly directory: string
  /** 1 to 20,000; 200 unless said otherwise. */
  readonly sites?: number
  /** IANA names out of the emulator's own list; all 42 unless said otherwise. */
  readonly zones?: readonly string[]
  /** Emulated seconds in one real second; 60 unless said otherwise. */
  readonly speed?: number
  /** Instant of the emulated clock at the start, milliseconds since 1970; the real one unless said otherwise. */
  readonly startAt?: number
  /** A clock that somebody else turns, instead of `speed` and `startAt`. */
  readonly clock?: { now(): number }
  /** The run that uses the inventory has the same clock: then it says nothing of the pace. True with `clock`. */
  readonly sharedClock?: boolean
  /** See `faultDefinitions`. */
  readonly faults?: readonly string[]
  /** Version that is installed everywhere; 18.3.3 on three of four sites and 17.0.9 on the rest unless said otherwise. */
  readonly installed?: string
  /** Newest release of the vendor; 18.4.1 unless said otherwise. */
  readonly release?: string
  /** What one startSiteUpgrade does to an HA pair; one Socket at a time unless said otherwise. */
  readonly pairs?: 'one_at_a_time' | 'whole_site'
  /** Events per page of the feed; 3000 unless said otherwise. */
  readonly eventsPage?: number
  /** Port of the endpoint; the system chooses where it is missing or 0. */
  readonly port?: number
  readonly accountId?: string
}

export interface CheckedOptions {
  readonly sites: number
  readonly places: readonly Place[]
  readonly speed: number
  readonly installed: readonly [string, string]
  readonly release: string
}

/** @throws UsageError `EMULATOR_SITES`, `EMULATOR_SPEED`, `EMULATOR_ZONE`, `EMULATOR_VERSION`, `FAULT_UNKNOWN`, `FAULT_INCOMPLETE` */
export function checkOptions(options: CatoEmulatorOptions): CheckedOptions {
  for (const fault of options.faults ?? []) parseFault(fault)
  const sites = options.sites ?? 200
  if (!Number.isInteger(sites) || sites < 1 || sites > 20_000) {
    throw new UsageError('EMULATOR_SITES', `${sites} sites cannot be emulated`, { hint: 'Give 1 to 20000.' })
  }
  const speed = options.speed ?? 60
  if (!(speed > 0 && Number.isFinite(speed))) {
    throw new UsageError('EMULATOR_SPEED', `${speed} is no speed`, { hint: 'Give a number above 0, such as 60.' })
  }
  const chosen = (options.zones ?? []).map((zone) => {
    const place = places.find((each) => each.zone === zone)
    if (place) return place
    throw new UsageError('EMULATOR_ZONE', `the emulator has no sites in the time zone "${zone}"`, {
      hint: `It has ${places.map((each) => each.zone).join(', ')}.`,
    })
  })
  const installed: readonly [string, string] = options.installed
    ? [options.installed, options.installed]
    : ['18.3.3', '17.0.9']
  const release = options.release ?? '18.4.1'
  for (const version of new Set([...installed, release])) {
    if (/^\d+(\.\d+)+$/.test(version)) continue
    throw new UsageError('EMULATOR_VERSION', `"${version}" is no version of a Socket`, { hint: 'Write 18.4.1.' })
  }
  if (installed.some((version) => (compareDotted(version, release) ?? 0) > 0)) {
    throw new UsageError('EMULATOR_VERSION', `${release} is older than what is installed`, {
      hint: 'Give a release that is newer than --installed.',
    })
  }
  return { sites, places: chosen.length > 0 ? chosen : places, speed, installed, release }
}
