import { Temporal } from 'temporal-polyfill'
import { RollbookError } from '../base/error.ts'
import type { WallTime } from './wall-time.ts'

/**
 * The clock on the wall in one time zone.
 *
 * The zone is a row of eras of constant offset, fetched from Temporal as they are needed. Everything else is
 * arithmetic, because a fleet asks far more often than a zone changes its clocks.
 *
 * A time of day can be shown twice (clocks go back) or never (clocks go forward). Both are handled by one idea: the
 * instants at which the clock *passes* a time, that is, goes from before it to at or after it. There is always at least one.
 */
export interface ZoneClock {
  readonly zone: string
  /** Local minus UTC, in milliseconds. */
  offsetAt(at: number): number
  wallAt(at: number): WallTime
  /** When the clock passes a time for the first time; for a time that is left out: when the clock jumps over it. */
  firstPass(wall: WallTime): number
  /** When the clock passes a time for the last time. */
  lastPass(wall: WallTime): number
  /** False when the zone left the whole day out (Samoa, 30 December 2011). */
  hasDay(day: number): boolean
}

/** Neighbours may have the same offset: an era is a piece of what the zone has, not always all of it. */
interface Era {
  readonly from: number
  readonly to: number
  readonly offset: number
}

/** No zone is further from UTC; a day's slack covers zones that crossed the date line. */
const reachMs = 40 * 3_600_000

const clocks = new Map<string, ZoneClock>()

/**
 * @param zone - IANA name
 * @throws RollbookError `TIME_ZONE_UNKNOWN`
 */
export function zoneClock(zone: string): ZoneClock {
  const known = clocks.get(zone)
  if (known !== undefined) return known
  const name = zoneNamed(zone)
  if (name === undefined) {
    throw new RollbookError('TIME_ZONE_UNKNOWN', `"${zone}" is not a time zone`, {
      hint: 'Write an IANA name such as Europe/Berlin.',
    })
  }
  const clock = makeZoneClock(name)
  clocks.set(zone, clock)
  return clock
}

/** @returns the IANA name in its proper spelling; undefined for anything else, fixed offsets included */
export function zoneNamed(text: string): string | undefined {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]*$/.test(text)) return undefined
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(text).timeZoneId
  } catch {
    return undefined
  }
}

function makeZoneClock(zone: string): ZoneClock {
  /** Sorted, disjoint, possibly with holes that nobody asked about yet. */
  const eras: Era[] = []
  let last: Era | undefined

  const eraAt = (at: number): Era => {
    if (last !== undefined && last.from <= at && at < last.to) return last
    let low = 0
    let high = eras.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (eras[middle]!.to <= at) low = middle + 1
      else high = middle
    }
    const found = eras[low]
    if (found !== undefined && found.from <= at) {
      last = found
      return found
    }
    const era = fetchEra(zone, at, eras[low - 1]?.to, eras[low]?.from)
    eras.splice(low, 0, era)
    last = era
    return era
  }

  /** In order, without repeats. */
  const passes = (wall: WallTime): readonly number[] => {
    const found: number[] = []
    let era = eraAt(wall - reachMs)
    for (;;) {
      const at = wall - era.offset
      if (at > era.from && at < era.to) found.push(at)
      if (era.to > wall + reachMs) return found
      const next = eraAt(era.to)
      // At the change itself: shown before it at most so much, from it on at least so much.
      const before = next.from + era.offset
      if (before <= wall && next.from + next.offset >= wall) found.push(next.from)
      era = next
    }
  }

  return {
    zone,
    offsetAt: (at) => eraAt(at).offset,
    wallAt: (at) => at + eraAt(at).offset,
    firstPass: (wall) => passes(wall)[0]!,
    lastPass: (wall) => passes(wall).at(-1)!,
    hasDay: (day) => {
      const start = passes(day * 86_400_000)[0]!
      return start + eraAt(start).offset < (day + 1) * 86_400_000
    },
  }
}

/** Temporal finds the next change of clocks quickly and the previous one slowly, so eras begin on a coarse grid. */
const gridMs = 128 * 86_400_000

/** @param after, before - where the neighbours that are known end and begin; an era is cut there */
function fetchEra(zone: string, at: number, after: number | undefined, before: number | undefined): Era {
  let from = Math.max(Math.floor(at / gridMs) * gridMs, after ?? Number.NEGATIVE_INFINITY)
  for (;;) {
    const start = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(zone)
    const change = start.getTimeZoneTransition('next')?.epochMilliseconds ?? Number.POSITIVE_INFINITY
    if (change > at) {
      const offset = Math.round(start.offsetNanoseconds / 1_000_000)
      return { from, to: Math.min(change, before ?? Number.POSITIVE_INFINITY), offset }
    }
    from = change
  }
}
