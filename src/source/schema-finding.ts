import type { JsonObject } from '../base/json.ts'

/** One complaint of a compiled schema, as ajv words it with `verbose`. */
export interface SchemaFinding {
  readonly keyword: string
  /** JSON pointer of the value that is complained about; empty for the whole document. */
  readonly instancePath: string
  readonly params: Readonly<Record<string, unknown>>
  readonly message?: string
  /** The value that is complained about. */
  readonly data?: unknown
  /** The schema that holds the keyword. */
  readonly parentSchema?: JsonObject
  /** The value of the keyword. */
  readonly schema?: unknown
  readonly propertyName?: string
}

/** A schema compiled to code. After `false`, `errors` holds every finding. */
export interface SchemaValidator {
  (data: unknown): boolean
  errors?: readonly SchemaFinding[] | null
}
