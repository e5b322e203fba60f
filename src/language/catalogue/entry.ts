import type { Severity } from '../../base/diagnostic.ts'

/** Words that a message is made of; which ones is said by each entry. */
export type Words = Readonly<Record<string, string>>

/**
 * YAML of an example.
 *
 * - `file`: a whole file
 * - `top`: keys of a runbook, beside the usual header and, when it has none, one phase with one step
 * - `steps`: steps of the phase of an otherwise complete runbook
 */
export interface Example {
  readonly at: 'file' | 'top' | 'steps'
  readonly yaml: string
}

/**
 * One kind of finding. The page of diagnostics, `rollbook explain` and the messages are made from it, and a test checks
 * that `bad` gives the code and `good` does not.
 */
export interface CatalogueEntry {
  readonly title: string
  readonly severity: Severity
  /** A sentence in lower case without full stop that names the offender and the place. */
  readonly message: (words: Words) => string
  /** One sentence: what to do. */
  readonly hint?: (words: Words) => string | undefined
  /** Markdown: why it matters and how to cure it. */
  readonly explanation: string
  readonly bad: Example
  readonly good: Example
}

/** Quotes a name in a message, cut to a length that stays readable. */
export function quoted(name: string | undefined): string {
  const text = (name ?? '').replaceAll(/\s+/g, ' ')
  return `"${text.length > 60 ? `${text.slice(0, 59)}…` : text}"`
}

/** `did you mean "x"?`, or nothing. */
export function didYouMean(words: Words): string | undefined {
  return words['nearest'] ? `did you mean ${quoted(words['nearest'])}?` : undefined
}
