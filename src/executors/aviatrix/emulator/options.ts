import { UsageError } from '../../../base/error.ts'
import { readFault } from '../../emulator/fault-list.ts'
import { compareReleases, type Generation, parseRelease, plainOf } from '../release.ts'
import { faultDefinitions } from './fault-table.ts'

export interface AviatrixEmulatorOptions {
  /** Folder for the authority, the password, inventory, bucket, state and logs; created, and what an emulator left is replaced. */
  readonly directory: string
  /** Least number of gateways, 1 to 5,000; 24 unless said otherwise. Pairs are kept whole. */
  readonly gateways?: number
  /** Release that is installed everywhere; 6.6.123 unless said otherwise. */
  readonly installed?: string
  /** Older release that ran before the installed one: gateways still have its images. None unless said otherwise. */
  readonly previous?: string
  /** Release of the gateways, where they are not level with their controller: the installed or the previous one. */
  readonly gatewaysOn?: 'installed' | 'previous'
  /** Newest release of the vendor; 6.8.1148 unless said otherwise. */
  readonly release?: string
  /** Wire form of the API; by the release that runs unless said otherwise. */
  readonly generation?: Generation
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
  /** Minutes after which a session is over; 60 unless said otherwise. */
  readonly sessionMinutes?: number
  /** The controller removes its oldest dated backups itself; true unless said otherwise. */
  readonly rotates?: boolean
  /** Port of the endpoint; the system chooses where it is missing or 0. */
  readonly port?: number
}

export interface CheckedOptions {
  readonly gateways: number
  readonly installed: string
  /** Empty where nothing was ever upgraded. */
  readonly previous: string
  readonly release: string
  readonly speed: number
  readonly sessionMs: number
}

/** @throws UsageError `EMULATOR_GATEWAYS`, `EMULATOR_SPEED`, `EMULATOR_VERSION`, `FAULT_UNKNOWN`, `FAULT_INCOMPLETE` */
export function checkOptions(options: AviatrixEmulatorOptions): CheckedOptions {
  for (const fault of options.faults ?? []) readFault(fault, faultDefinitions)
  const gateways = options.gateways ?? 24
  if (!Number.isInteger(gateways) || gateways < 1 || gateways > 5000) {
    throw new UsageError('EMULATOR_GATEWAYS', `${gateways} gateways cannot be emulated`, { hint: 'Give 1 to 5000.' })
  }
  const speed = options.speed ?? 60
  if (!(speed > 0 && Number.isFinite(speed))) {
    throw new UsageError('EMULATOR_SPEED', `${speed} is no speed`, { hint: 'Give a number above 0, such as 60.' })
  }
  const installed = plainOf(options.installed ?? '6.6.123')
  const release = plainOf(options.release ?? newerOf(installed, '6.8.1148'))
  const previous = plainOf(options.previous ?? '')
  for (const version of [installed, release, ...(previous === '' ? [] : [previous])]) {
    if (parseRelease(version)?.build !== undefined) continue
    throw new UsageError('EMULATOR_VERSION', `"${version}" is no release of a controller`, { hint: 'Write 6.6.123.' })
  }
  if ((compareReleases(installed, release) ?? 0) > 0) {
    throw new UsageError('EMULATOR_VERSION', `${release} is older than what is installed`, {
      hint: 'Give a release that is newer than --installed.',
    })
  }
  if (previous !== '' && (compareReleases(previous, installed) ?? 0) >= 0) {
    throw new UsageError('EMULATOR_VERSION', `${previous} cannot have run before ${installed}`, {
      hint: 'Give a release that is older than --installed.',
    })
  }
  return { gateways, installed, previous, release, speed, sessionMs: (options.sessionMinutes ?? 60) * 60_000 }
}

function newerOf(a: string, b: string): string {
  return (compareReleases(a, b) ?? -1) > 0 ? a : b
}
