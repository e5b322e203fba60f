import type { CalendarDefinition, Freeze, Overrun } from './model.ts'
import { overruns } from './model.ts'
import { openingsFrom } from './openings.ts'
import { stretchesOf } from './stretch.ts'
import { zoneClock } from './zone-clock.ts'

/** What the calendar says to work in flight. */
export type InFlight =
  | { readonly goesOn: true }
  | {
      readonly goesOn: false
      readonly action: Exclude<Overrun, 'finish_unit'>
      /** When it was to end. */
      readonly since: number
      /** The freeze that ends it; undefined: a window or an override that ran out. */
      readonly freeze: Freeze | undefined
    }

/**
 * What becomes of work that started while it was open and has not ended yet.
 *
 * The first closing time after the start decides, by the overrun of what closed. Work that goes on past it is still
 * ended by a freeze that begins later and has a stricter overrun of its own.
 *
 * @param startedAt - an instant at which it was open
 * @param at - now, no earlier than `startedAt`
 */
export function inFlightAt(definition: CalendarDefinition, zone: string, startedAt: number, at: number): InFlight {
  const ends = [firstClosing(definition, zone, startedAt, at), ...laterFreezes(definition, zone, startedAt, at)]
  return ends.filter((end) => end !== undefined).reduce<InFlight>(earlier, { goesOn: true })
}

type End = Extract<InFlight, { goesOn: false }>

function earlier(a: InFlight, b: End): InFlight {
  if (a.goesOn || b.since < a.since) return b
  return b.since === a.since && overruns.indexOf(b.action) > overruns.indexOf(a.action) ? b : a
}

function firstClosing(definition: CalendarDefinition, zone: string, startedAt: number, at: number): End | undefined {
  const first = openingsFrom(definition, zone, startedAt, at).next()
  if (first.done === true) return undefined
  const { closing, end } = first.value
  if (closing === undefined || closing.overrun === 'finish_unit') return undefined
  const freeze = closing.cause === 'freeze' ? closing.freeze : undefined
  return { goesOn: false, action: closing.overrun, since: end, freeze }
}

/** Freezes with an overrun of their own that began after the start. */
function laterFreezes(definition: CalendarDefinition, zone: string, startedAt: number, at: number): readonly End[] {
  return definition.freezes.flatMap((freeze) => {
    const { overrun } = freeze
    if (overrun === undefined || overrun === 'finish_unit') return []
    const clock = zoneClock(freeze.zone === 'target' ? zone : freeze.zone)
    return stretchesOf(freeze.when, clock, startedAt, at, 'freeze')
      .filter((each) => each.start > startedAt && !isOverridden(definition, each.start))
      .map((each): End => ({ goesOn: false, action: overrun, since: each.start, freeze }))
  })
}

function isOverridden(definition: CalendarDefinition, at: number): boolean {
  return definition.breakGlass.some((each) => each.at <= at && at < each.at + each.expiresAfterMs)
}
