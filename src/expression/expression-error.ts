import { RollbookError } from '../base/error.ts'

/** Half-open range of UTF-16 offsets in the text that was handed in. */
export interface OffsetRange {
  readonly start: number
  readonly end: number
}

/**
 * - `EXPRESSION_SYNTAX`: cannot be parsed
 * - `EXPRESSION_UNCLOSED`: `${{` without `}}`
 * - `EXPRESSION_TOO_LARGE`: past a limit on length, nesting or cost
 * - `EXPRESSION_UNKNOWN_NAME`: variable that does not exist here
 * - `EXPRESSION_UNKNOWN_FUNCTION`: function that does not exist
 * - `EXPRESSION_UNKNOWN_MEMBER`: member that the value does not have
 * - `EXPRESSION_TYPE`: operands, arguments or result of the wrong type
 * - `EXPRESSION_SECRET`: a secret would be changed or compared, which would let it leak as text
 * - `EXPRESSION_FAILED`: everything that only evaluation can tell (division by zero, index out of range, bad version)
 */
export type ExpressionCode =
  | 'EXPRESSION_SYNTAX'
  | 'EXPRESSION_UNCLOSED'
  | 'EXPRESSION_TOO_LARGE'
  | 'EXPRESSION_UNKNOWN_NAME'
  | 'EXPRESSION_UNKNOWN_FUNCTION'
  | 'EXPRESSION_UNKNOWN_MEMBER'
  | 'EXPRESSION_TYPE'
  | 'EXPRESSION_SECRET'
  | 'EXPRESSION_FAILED'

/** An expression that cannot be evaluated. `message` is a sentence for people; `range` points into `text`. */
export class ExpressionError extends RollbookError {
  override readonly name = 'ExpressionError'
  declare readonly code: ExpressionCode
  /** The expression or template as it was handed in. */
  readonly text: string
  readonly range: OffsetRange

  constructor(
    code: ExpressionCode,
    message: string,
    place: { text: string; range: OffsetRange },
    options: { hint?: string | undefined; cause?: unknown } = {},
  ) {
    super(code, message, options)
    this.text = place.text
    this.range = place.range
  }
}
