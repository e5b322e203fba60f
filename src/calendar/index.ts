/**
 * When work may happen: windows, freezes, overrides, time zones. Pure arithmetic; instants are milliseconds since the
 * epoch. The one place for it, so that plan, simulation, run and screens cannot disagree.
 *
 * @see docs/concepts/calendar.md
 */
export { breakGlassAt, withBreakGlass } from './break-glass.ts'
export { type CalendarCursor, makeCalendarCursor } from './calendar-cursor.ts'
export { describeCalendar, describeFreeze, describeOpening, describeWindow, localText, upcoming } from './describe.ts'
export type { CalendarCode, CalendarFinding } from './finding.ts'
export { type Fit, fits, nextFitOf } from './fits.ts'
export type { BreakGlass, CalendarDefinition, Freeze, Overrun, Window, ZoneName } from './model.ts'
export { overruns } from './model.ts'
export {
  closesAt,
  cuts,
  horizonMs,
  isOpen,
  longestOpening,
  neverOpens,
  nextOpening,
  type Opening,
  openings,
} from './openings.ts'
export { type InFlight, inFlightAt } from './overrun.ts'
export {
  type CalendarSource,
  type ParsedCalendar,
  parseCalendar,
  parseFreezes,
  type ReadCalendarFile,
  withWindows,
} from './parse-calendar.ts'
export type { Closing, Cut } from './timeline.ts'
export { zoneNamed } from './zone-clock.ts'
