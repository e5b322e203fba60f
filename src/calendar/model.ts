import type { WallTime } from './wall-time.ts'

/**
 * When work may happen. Made by `parseCalendar`; every function of this folder takes it as the first argument.
 *
 * A definition is never changed after it was made: what is worked out for a zone is remembered with the object itself,
 * so keep one object and hand it around instead of making an equal one for every call.
 */
export interface CalendarDefinition {
  /** Openings unite. `always`: no window restricts the work (freezes still do). An empty list never opens. */
  readonly windows: 'always' | readonly Window[]
  /** Deny beats allow. */
  readonly freezes: readonly Freeze[]
  /** Overrides in force; they beat windows and freezes until they expire. */
  readonly breakGlass: readonly BreakGlass[]
}

/** An IANA name such as `Europe/Berlin`, or `target`: the zone of the target that is asked about. */
export type ZoneName = string

/**
 * What happens at closing time to work in flight, from the mildest to the strictest: it is finished, it is rolled
 * back, it is stopped where it stands.
 */
export const overruns = ['finish_unit', 'rollback', 'stop'] as const

export type Overrun = (typeof overruns)[number]

export interface Window {
  readonly id: string
  readonly zone: ZoneName
  readonly overrun: Overrun
  readonly when: Recurring | Dated | Events
}

export interface Freeze {
  readonly reason: string
  readonly owner: string | undefined
  readonly zone: ZoneName
  /** Absent: the windows that the freeze closes decide. */
  readonly overrun: Overrun | undefined
  readonly when: Dated | Events
}

/** Opens on the days of a rule, when the local clock passes `start` for the first time, for `durationMs` of elapsed time. */
export interface Recurring {
  readonly kind: 'recurring'
  readonly days: DayRule
  /** Milliseconds after midnight on the local clock. */
  readonly startMs: number
  /** Elapsed, more than 0, at most 31 days. */
  readonly durationMs: number
}

/** One stretch of time; a date stands for the whole day, at both ends. */
export interface Dated {
  readonly kind: 'dated'
  readonly from: Moment
  readonly to: Moment
}

/** Entries of an iCalendar file. */
export interface Events {
  readonly kind: 'events'
  readonly events: readonly CalendarEvent[]
}

export type Moment =
  | { readonly kind: 'date'; readonly day: number }
  | { readonly kind: 'local'; readonly wall: WallTime }
  | { readonly kind: 'instant'; readonly at: number }

/** Days are counted from 1970-01-01. Weekdays count from 0, Sunday. */
export type DayRule =
  | { readonly kind: 'every' }
  | { readonly kind: 'weekdays'; readonly weekdays: readonly number[]; readonly ordinals: readonly OrdinalWeekday[] }
  | { readonly kind: 'dates'; readonly dates: readonly number[]; readonly last: boolean }

export interface OrdinalWeekday {
  /** 1 to 5, or -1: the last one of the month. */
  readonly nth: number
  readonly weekday: number
}

/** One VEVENT, its times as its own local clock shows them. */
export interface CalendarEvent {
  readonly uid: string
  readonly summary: string
  readonly organizer: string | undefined
  readonly zone: ZoneName
  readonly start: WallTime
  readonly end: EventEnd
  /** RRULE without DTSTART; UNTIL, if any, on the event's local clock. */
  readonly rule: string | undefined
  /** RDATE. */
  readonly extra: readonly WallTime[]
  /** EXDATE, and occurrences that were moved or called off. */
  readonly except: ReadonlySet<WallTime>
}

/** `wall`: so much later on the local clock (DTEND). `elapsed`: days on the local clock, then elapsed time (DURATION). */
export type EventEnd =
  | { readonly kind: 'wall'; readonly ms: number }
  | { readonly kind: 'elapsed'; readonly daysMs: number; readonly ms: number }

/** Someone with the right role overrode the calendar. */
export interface BreakGlass {
  readonly role: string
  readonly reason: string
  /** When the glass was broken. */
  readonly at: number
  /** Elapsed, more than 0. */
  readonly expiresAfterMs: number
  /** At expiry; absent: `finish_unit`. */
  readonly overrun?: Overrun
}
