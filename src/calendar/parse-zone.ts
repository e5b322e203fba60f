import { nearestName } from '../base/nearest.ts'
import type { CalendarReporter } from './finding.ts'
import type { ZoneName } from './model.ts'
import { zoneNamed } from './zone-clock.ts'

/** Zones whose names look like those of a region, and whose clocks stand still all year. */
const fixedZones: Readonly<Record<string, string>> = {
  EST: 'America/New_York',
  MST: 'America/Denver',
  HST: 'Pacific/Honolulu',
}

/**
 * Reads an IANA name or `target`.
 *
 * @param fallback - when nothing is written
 */
export function parseZone(value: unknown, fallback: ZoneName, report: CalendarReporter): ZoneName {
  if (value === undefined) return fallback
  if (value === 'target') return value
  const zone = typeof value === 'string' ? zoneNamed(value) : undefined
  if (typeof value !== 'string' || zone === undefined) {
    report.error('CALENDAR_ZONE', `${JSON.stringify(value)} is not a time zone`, hintFor(value))
    return fallback
  }
  const region = fixedZones[value.toUpperCase()]
  if (region !== undefined) {
    report.warning(
      'CALENDAR_ZONE_FIXED',
      `"${value}" never changes its clocks in summer`,
      `Write ${region} if you mean the region.`,
    )
  }
  return zone
}

function hintFor(value: unknown): string {
  if (typeof value !== 'string') return 'Write an IANA name such as Europe/Berlin, or target.'
  if (/^(?:utc|gmt)?\s*[+-]\s*\d/i.test(value)) {
    return 'An offset does not know summer time: write an IANA name such as Europe/Berlin, or target.'
  }
  const city = value.trim().replaceAll(' ', '_')
  const names = ['target', 'UTC', ...Intl.supportedValuesOf('timeZone')]
  const ending = names.find((name) => name.toLowerCase().endsWith(`/${city.toLowerCase()}`))
  const near = ending ?? nearestName(city, names)
  return near === undefined ? 'Write an IANA name such as Europe/Berlin, or target.' : `Did you mean "${near}"?`
}
