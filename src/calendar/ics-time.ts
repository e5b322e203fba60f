import type { IcsComponent, IcsProperty } from './ics-lines.ts'
import { microsoftZones } from './microsoft-zones.ts'
import type { ZoneName } from './model.ts'
import { dayMs, dayOfCivil, type WallTime } from './wall-time.ts'
import { zoneNamed } from './zone-clock.ts'

/** A time of an iCalendar file, on the clock of `zone`. `target`: floating, so on the clock of whoever reads it. */
export interface IcsTime {
  readonly wall: WallTime
  readonly zone: ZoneName
  readonly isDate: boolean
}

export type IcsTimeProblem = { readonly problem: 'form' | 'zone'; readonly text: string }

/**
 * Reads one value of DTSTART, DTEND, EXDATE, RDATE or RECURRENCE-ID.
 *
 * @param floating - zone of times that name none
 * @param aliases - what the file itself says about its zone names, from {@link zoneAliases}
 */
export function parseIcsTime(
  value: string,
  property: IcsProperty,
  floating: ZoneName,
  aliases: ReadonlyMap<string, string>,
): IcsTime | IcsTimeProblem {
  const match = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z?))?$/.exec(value.trim())
  const day = match === null ? undefined : dayOfCivil(Number(match[1]), Number(match[2]), Number(match[3]))
  if (match === null || day === undefined) return { problem: 'form', text: value }
  if (match[4] === undefined) return { wall: day * dayMs, zone: floating, isDate: true }
  const [hour, minute] = [Number(match[4]), Number(match[5])]
  // A leap second is taken as the second before it.
  const second = Math.min(Number(match[6]), 59)
  if (hour > 23 || minute > 59) return { problem: 'form', text: value }
  const wall = day * dayMs + ((hour * 60 + minute) * 60 + second) * 1000
  if (match[7] === 'Z') return { wall, zone: 'UTC', isDate: false }
  const tzid = property.parameters.get('TZID')
  if (tzid === undefined) return { wall, zone: floating, isDate: false }
  const zone = zoneOf(tzid, aliases)
  return zone === undefined ? { problem: 'zone', text: tzid } : { wall, zone, isDate: false }
}

/** Names that the VTIMEZONE components of a file explain by X-LIC-LOCATION. */
export function zoneAliases(components: readonly IcsComponent[]): ReadonlyMap<string, string> {
  const aliases = new Map<string, string>()
  for (const component of components) {
    if (component.name !== 'VTIMEZONE') continue
    const value = (name: string): string | undefined =>
      component.properties.find((each) => each.name === name)?.value.trim()
    const tzid = value('TZID')
    const location = value('X-LIC-LOCATION') ?? value('TZID-ALIAS-OF')
    if (tzid !== undefined && location !== undefined) aliases.set(tzid, location)
  }
  return aliases
}

/**
 * IANA names as they are, Windows names by table, and names with a path in front (`/example.org/20260101/Europe/Berlin`)
 * by their end.
 */
function zoneOf(tzid: string, aliases: ReadonlyMap<string, string>): string | undefined {
  const plain = tzid.trim()
  const direct = zoneNamed(plain) ?? microsoftZones.get(plain.toLowerCase())
  if (direct !== undefined) return direct
  const alias = aliases.get(plain)
  if (alias !== undefined) return zoneNamed(alias)
  const parts = plain.split('/').filter((part) => part !== '')
  return [3, 2]
    .map((count) => (parts.length > count ? zoneNamed(parts.slice(-count).join('/')) : undefined))
    .find((name) => name !== undefined)
}
