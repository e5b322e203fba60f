/** Where in a source file something stands; lines and columns count from 1, `end` is exclusive. */
export interface Range {
  readonly start: Position
  readonly end: Position
}

export interface Position {
  readonly line: number
  readonly column: number
}

/**
 * The root of all errors that a user can act on. Doors print `message` and `hint`, never a stack trace.
 * Anything else that is thrown is a defect of Rollbook and ends with exit code 3.
 */
export class RollbookError extends Error {
  override readonly name: string = 'RollbookError'
  /** Stable, in capitals with underscores, for programs and `rollbook explain`. */
  readonly code: string
  /** What to do about it, one sentence. */
  readonly hint: string | undefined

  constructor(code: string, message: string, options: { hint?: string | undefined; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.hint = options.hint
  }
}

/** Wrong use of a command (unknown option, missing argument, unknown run): exit code 2. */
export class UsageError extends RollbookError {
  override readonly name = 'UsageError'
}
