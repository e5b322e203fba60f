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

/** Every code of this folder. What each means, and what to do, stands in the catalogue of errors. */
export type CalendarCode =
  | 'CALENDAR_FORM'
  | 'CALENDAR_KEY'
  | 'CALENDAR_ID'
  | 'CALENDAR_DAY'
  | 'CALENDAR_DATE'
  | 'CALENDAR_DATE_RARE'
  | 'CALENDAR_START'
  | 'CALENDAR_DURATION'
  | 'CALENDAR_MOMENT'
  | 'CALENDAR_ORDER'
  | 'CALENDAR_ZONE'
  | 'CALENDAR_ZONE_FIXED'
  | 'CALENDAR_OVERRUN'
  | 'CALENDAR_REASON'
  | 'CALENDAR_FILE'
  | 'CALENDAR_ICS'
  | 'CALENDAR_ICS_ZONE'
  | 'CALENDAR_ICS_RULE'
  | 'CALENDAR_ICS_IGNORED'

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
