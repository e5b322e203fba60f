import type { OffsetRange, SchemaFinding, SourceDocument } from '../source/index.ts'

/** A change of the text; nothing else in the file is touched, so that comments and layout stay. */
export interface MigrationEdit {
  readonly range: OffsetRange
  readonly text: string
  /** What it does, as `old → new`. */
  readonly words: string
}

/** A text that was read, and what its schema says. */
export interface MigratingFile {
  readonly source: SourceDocument
  /** Findings of the schema of its kind, with the parts that they are about; none without a kind. */
  readonly findings: readonly SchemaFinding[]
}

/**
 * One older or other form of the language that has exactly one meaning in the present one.
 *
 * Invariants: what a file means does not change (one that could not be read before means what its author wrote), and a
 * second time there is nothing left to do.
 */
export interface Migration {
  /** Kebab-case, stable: findings and people name it. */
  readonly id: string
  /** What is rewritten, in a few words. */
  readonly from: string
  /** One sentence: what becomes of it, and why that is the one meaning. */
  readonly describe: string
  readonly find: (file: MigratingFile) => readonly MigrationEdit[]
}
