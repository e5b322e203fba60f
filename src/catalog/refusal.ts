/** A question that the catalog answers with no, as a sentence for people. */
export class CatalogRefusal extends Error {
  override readonly name = 'CatalogRefusal'
  /** What to do, one sentence. */
  readonly hint: string | undefined

  constructor(message: string, hint?: string) {
    super(message)
    this.hint = hint
  }
}
