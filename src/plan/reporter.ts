import type { Diagnostic, Severity } from '../base/diagnostic.ts'
import { ExpressionError } from '../expression/index.ts'
import type { SourceDocument } from '../source/parse-source.ts'
import { rangeInScalar } from '../source/scalar-offsets.ts'
import { entryAt, nodeAt, type OffsetRange, type SourcePath } from '../source/tree.ts'
import type { PlanCode } from './codes.ts'

/** Collects what is wrong with a plan, each with its place in the runbook. */
export class PlanReporter {
  readonly diagnostics: Diagnostic[] = []
  private readonly document: SourceDocument
  private readonly told = new Set<string>()

  constructor(document: SourceDocument) {
    this.document = document
  }

  get failed(): boolean {
    return this.diagnostics.some((diagnostic) => diagnostic.severity === 'error')
  }

  error(code: PlanCode, path: SourcePath, message: string, hint?: string): void {
    this.add('error', code, this.rangeAt(path), message, hint)
  }

  warning(code: PlanCode, path: SourcePath, message: string, hint?: string): void {
    this.add('warning', code, this.rangeAt(path), message, hint)
  }

  /** A failed expression, with its place inside the text when the text itself stands at the path. */
  expression(path: SourcePath, error: ExpressionError): void {
    const node = nodeAt(this.document.root, path)
    const inside = node?.kind === 'scalar' && node.value === error.text
    const range = inside ? rangeInScalar(this.document.text, node, error.range) : this.rangeAt(path)
    this.add('error', 'PLAN_EXPRESSION', range, error.message, error.hint)
  }

  /** Runs a part of the planning; an expression that fails in it becomes a finding. */
  attempt<T>(path: SourcePath, act: () => T): T | undefined {
    try {
      return act()
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error
      this.expression(path, error)
      return undefined
    }
  }

  private rangeAt(path: SourcePath): OffsetRange {
    for (let length = path.length; length >= 0; length -= 1) {
      const part = path.slice(0, length)
      const node = nodeAt(this.document.root, part)
      if (!node) continue
      return node.kind === 'scalar'
        ? node.range
        : (entryAt(this.document.root, part)?.key.range ?? { start: node.range.start, end: node.range.start })
    }
    return { start: 0, end: 0 }
  }

  /** The same finding at the same place is told once, however many targets lead to it. */
  private add(severity: Severity, code: PlanCode, range: OffsetRange, message: string, hint?: string): void {
    const key = `${code} ${range.start} ${message}`
    if (this.told.has(key)) return
    this.told.add(key)
    this.diagnostics.push({
      file: this.document.file,
      code,
      severity,
      message,
      range: this.document.lines.range(range),
      ...(hint === undefined ? {} : { hint }),
    })
  }
}
