import { RollbookError } from '../base/error.ts'

/** Prints instants in one time zone, always with that zone. */
export interface InstantFormat {
  /** `2026-11-21 11:05:38 +01:00`, `2026-11-21 10:05:38 UTC`. */
  full(ms: number): string
  /** `11:05:38`, for tables that name the day elsewhere. */
  time(ms: number): string
  /** `2026-11-21`. */
  day(ms: number): string
  /** IANA name. */
  readonly timeZone: string
}

/**
 * @param timeZone - IANA name; the machine's own zone is never asked for
 * @throws RollbookError `TIME_ZONE_UNKNOWN`
 */
export function makeInstantFormat(timeZone = 'UTC'): InstantFormat {
  const format = formatOf(timeZone)
  const parts = (ms: number): Record<string, string> =>
    Object.fromEntries(format.formatToParts(new Date(ms)).map((part) => [part.type, part.value]))
  const day = (ms: number): string => {
    const { year, month, day } = parts(ms)
    return `${year}-${month}-${day}`
  }
  const time = (ms: number): string => {
    const { hour, minute, second } = parts(ms)
    return `${hour}:${minute}:${second}`
  }
  const zone = (ms: number): string => {
    const offset = (parts(ms)['timeZoneName'] ?? '').replace('GMT', '')
    return timeZone === 'UTC' ? 'UTC' : offset === '' ? '+00:00' : offset
  }
  return { timeZone, day, time, full: (ms) => `${day(ms)} ${time(ms)} ${zone(ms)}` }
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-GB', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
      timeZoneName: 'longOffset',
    })
  } catch (cause) {
    const hint = 'Write an IANA name such as "Europe/Zurich" or "UTC".'
    throw new RollbookError('TIME_ZONE_UNKNOWN', `time zone "${timeZone}" is not known`, { hint, cause })
  }
}
