import type { Severity } from '../base/diagnostic.ts'

/**
 * Something about a calendar that its author should know. `path` leads from the value that was parsed to the culprit,
 * so that a language server can turn it into a place in the file.
 */
export interface CalendarFinding {
  readonly severity: Severity
  readonly code: CalendarCode
  readonly message: string
  readonly hint: string | undefined
  readonly path: readonly (string | number)[]
}

/** Every code of this folder, with its title. */
export const calendarCodes = {
  CALENDAR_FORM: 'A window or freeze has none of the known forms, or mixes two',
  CALENDAR_KEY: 'A window or freeze has a key that is not known',
  CALENDAR_ID: 'A window has no id, or two windows share one',
  CALENDAR_DAY: 'Not a day of the week, such as `sun`, or of the month, such as `second tue`',
  CALENDAR_DATE: 'Not a date of the month, such as `15` or `last`',
  CALENDAR_DATE_RARE: 'A date that not every month has',
  CALENDAR_START: 'Not a time of day',
  CALENDAR_DURATION: 'Not a duration, or too long for a window that repeats',
  CALENDAR_MOMENT: 'Not a date, a local date time or an instant',
  CALENDAR_ORDER: 'It ends before it begins',
  CALENDAR_ZONE: 'Not a time zone',
  CALENDAR_ZONE_FIXED: 'A time zone that never changes its clocks, written like one that does',
  CALENDAR_OVERRUN: 'Not a known overrun',
  CALENDAR_REASON: 'A freeze without a reason',
  CALENDAR_FILE: 'An iCalendar file that cannot be read',
  CALENDAR_ICS: 'An iCalendar file that is malformed',
  CALENDAR_ICS_ZONE: 'An iCalendar entry in a time zone that is not known',
  CALENDAR_ICS_RULE: 'An iCalendar entry that repeats in a way that is not supported',
  CALENDAR_ICS_IGNORED: 'An iCalendar entry that has no effect',
} as const

export type CalendarCode = keyof typeof calendarCodes

/** Collects findings below one path. */
export class CalendarReporter {
  readonly findings: CalendarFinding[]
  private readonly base: readonly (string | number)[]

  constructor(findings: CalendarFinding[] = [], base: readonly (string | number)[] = []) {
    this.findings = findings
    this.base = base
  }

  at(...path: readonly (string | number)[]): CalendarReporter {
    return new CalendarReporter(this.findings, [...this.base, ...path])
  }

  error(code: CalendarCode, message: string, hint?: string): undefined {
    this.findings.push({ severity: 'error', code, message, hint, path: this.base })
  }

  warning(code: CalendarCode, message: string, hint?: string): undefined {
    this.findings.push({ severity: 'warning', code, message, hint, path: this.base })
  }

  hint(code: CalendarCode, message: string, hint?: string): undefined {
    this.findings.push({ severity: 'hint', code, message, hint, path: this.base })
  }
}
