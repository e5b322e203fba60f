import type { CatalogueEntry } from './entry.ts'
import { expressionEntries } from './expression.ts'
import { meaningEntries } from './meaning.ts'
import { schemaEntries } from './schema.ts'
import { syntaxEntries } from './syntax.ts'

/** Every finding that the language can give, in the order of the reference page. */
export const catalogue = { ...syntaxEntries, ...schemaEntries, ...expressionEntries, ...meaningEntries } as const

export type DiagnosticCode = keyof typeof catalogue

export function catalogueEntry(code: string): CatalogueEntry | undefined {
  return Object.hasOwn(catalogue, code) ? catalogue[code as DiagnosticCode] : undefined
}
