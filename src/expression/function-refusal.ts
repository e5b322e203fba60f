/** A refusal inside a function of the language; the evaluator adds the place. */
export class FunctionRefusal extends Error {
  /** What to do, one sentence. */
  readonly hint: string | undefined
  constructor(message: string, hint?: string) {
    super(message)
    this.hint = hint
  }
}
