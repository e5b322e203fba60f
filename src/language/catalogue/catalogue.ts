import type { CatalogueEntry } from './entry.ts'
import { type expressionCodes, expressionEntries } from './expression.ts'
import { type meaningCodes, meaningEntries } from './meaning.ts'
import { type releaseCodes, releaseEntries } from './release.ts'
import { type rolloutCodes, rolloutEntries } from './rollout.ts'
import { type scenarioCodes, scenarioEntries } from './scenario.ts'
import { type schemaCodes, schemaEntries } from './schema.ts'
import { type syntaxCodes, syntaxEntries } from './syntax.ts'

export type DiagnosticCode =
  | (typeof syntaxCodes)[number]
  | (typeof schemaCodes)[number]
  | (typeof expressionCodes)[number]
  | (typeof meaningCodes)[number]
  | (typeof rolloutCodes)[number]
  | (typeof scenarioCodes)[number]
  | (typeof releaseCodes)[number]

/** Every finding that the language can give, in the order of the reference page. */
export const catalogue: Readonly<Record<DiagnosticCode, CatalogueEntry>> = {
  ...syntaxEntries,
  ...schemaEntries,
  ...expressionEntries,
  ...meaningEntries,
  ...rolloutEntries,
  ...scenarioEntries,
  ...releaseEntries,
}

export function catalogueEntry(code: string): CatalogueEntry | undefined {
  return Object.hasOwn(catalogue, code) ? catalogue[code as DiagnosticCode] : undefined
}
