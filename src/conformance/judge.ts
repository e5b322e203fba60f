import type { CheckId, CheckOutcome, CheckResult, Finding } from './report.ts'

/** What the checks of one action say, over all of its cases: one result per check, and every finding. */
export class Judge {
  readonly action: string | undefined
  readonly findings: Finding[] = []
  readonly #results = new Map<CheckId, CheckResult>()

  constructor(action?: string) {
    this.action = action
  }

  passed(check: CheckId): void {
    this.#note(check, 'passed')
  }

  declared(check: CheckId, note: string): void {
    this.#note(check, 'declared', note)
  }

  notApplicable(check: CheckId, note: string): void {
    this.#note(check, 'not_applicable', note)
  }

  failed(check: CheckId, message: string, title?: string): void {
    const isKnown = this.findings.some((each) => each.check === check && each.case === title)
    this.#note(check, 'failed')
    // One breach shows itself in many calls; the first says what it is.
    if (isKnown) return
    this.findings.push({
      check,
      ...(this.action === undefined ? {} : { action: this.action }),
      ...(title === undefined ? {} : { case: title }),
      message,
    })
  }

  /** Whether a check has failed. */
  has(check: CheckId): boolean {
    return this.#results.get(check)?.outcome === 'failed'
  }

  get results(): readonly CheckResult[] {
    return [...this.#results.values()]
  }

  /** A failure in one case counts for the action, and so does what was only declared. */
  #note(check: CheckId, outcome: CheckOutcome, note?: string): void {
    const before = this.#results.get(check)
    if (before !== undefined && rank[before.outcome] >= rank[outcome]) return
    this.#results.set(check, { check, outcome, ...(note === undefined ? {} : { note }) })
  }
}

const rank: Readonly<Record<CheckOutcome, number>> = { not_applicable: 0, passed: 1, declared: 2, failed: 3 }
