import type { Diagnostic, Severity } from '../base/diagnostic.ts'
import type { Range } from '../base/error.ts'
import { ExpressionError } from '../expression/index.ts'
import type { PlanCode } from './codes.ts'
import type { RunbookPath, RunbookPlaces } from './places.ts'

/** Collects what is wrong with a plan, each with its place in the runbook. */
export class PlanReporter {
  readonly diagnostics: Diagnostic[] = []
  private readonly places: RunbookPlaces
  private readonly told = new Set<string>()

  constructor(places: RunbookPlaces) {
    this.places = places
  }

  get failed(): boolean {
    return this.diagnostics.some((diagnostic) => diagnostic.severity === 'error')
  }

  error(code: PlanCode, path: RunbookPath, message: string, hint?: string): void {
    this.add('error', code, this.places.rangeAt(path), message, hint)
  }

  warning(code: PlanCode, path: RunbookPath, message: string, hint?: string): void {
    this.add('warning', code, this.places.rangeAt(path), message, hint)
  }

  /** A finding of the calendar, which has codes and entries of its own. */
  calendar(severity: Severity, code: string, path: RunbookPath, message: string, hint: string | undefined): void {
    this.add(severity, code, this.places.rangeAt(path), message, hint)
  }

  /** A failed expression, with its place inside the text when the text itself stands at the path. */
  expression(path: RunbookPath, error: ExpressionError): void {
    const range = this.places.rangeInText(path, error.text, error.range)
    this.add('error', 'PLAN_EXPRESSION', range, error.message, error.hint)
  }

  /** Runs a part of the planning; an expression that fails in it becomes a finding. */
  attempt<T>(path: RunbookPath, act: () => T): T | undefined {
    try {
      return act()
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error
      this.expression(path, error)
      return undefined
    }
  }

  /** The same finding at the same place is told once, however many targets lead to it. */
  private add(severity: Severity, code: string, range: Range, message: string, hint?: string): void {
    const key = `${code} ${range.start.line}:${range.start.column} ${message}`
    if (this.told.has(key)) return
    this.told.add(key)
    this.diagnostics.push({
      file: this.places.file,
      code,
      severity,
      message,
      range,
      ...(hint === undefined ? {} : { hint }),
    })
  }
}
