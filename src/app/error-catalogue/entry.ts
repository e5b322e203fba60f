/**
 * What a user types and what Rollbook answers, from the first `$ rollbook …` on. `…` stands for any text. A test holds
 * each against the program, in a folder with the runs that the examples speak of, or names the test that does.
 */
export interface TerminalExample {
  readonly kind: 'terminal'
  readonly text: string
}

/**
 * A file that gives the code, and the same file without the mistake; a test holds both against the program.
 *
 * - `inventory`: a whole file, in the format of Rollbook or of Ansible
 * - `runbook`: keys of a runbook beside its header
 * - `calendar`: `windows` and `freezes` of a runbook
 * - `expression`: one expression
 */
export interface FileExample {
  readonly kind: 'inventory' | 'runbook' | 'calendar' | 'expression'
  readonly bad: string
  readonly good: string
  /** Files that lie beside, by name. */
  readonly beside?: Readonly<Record<string, string>>
}

/** One code that a user can meet outside of the findings of the language, whose catalogue is in src/language. */
export interface ErrorEntry {
  /** Capital first, no full stop. */
  readonly title: string
  /** Markdown sentences: what it means. */
  readonly meaning: string
  /** Markdown sentences: why it happens. */
  readonly why: string
  /** Markdown sentences: what to do. */
  readonly cure: string
  readonly example: TerminalExample | FileExample
}

/** The codes of one part of Rollbook. */
export interface ErrorArea {
  readonly title: string
  readonly entries: Readonly<Record<string, ErrorEntry>>
}

export function terminal(text: string): TerminalExample {
  return { kind: 'terminal', text }
}
