import type { Diagnostic } from '../base/diagnostic.ts'
import type { Range } from '../base/error.ts'
import { version } from '../base/version.ts'
import { catalogueEntry } from './catalogue/catalogue.ts'

const levels = { error: 'error', warning: 'warning', hint: 'note' } as const

/** The findings as SARIF 2.1.0, for code scanning. */
export function renderSarif(diagnostics: readonly Diagnostic[]): string {
  const codes = [...new Set(diagnostics.map((diagnostic) => diagnostic.code))].sort()
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'rollbook', semanticVersion: version, rules: codes.map(rule) } },
        columnKind: 'utf16CodeUnits',
        results: diagnostics.map((diagnostic) => result(diagnostic, codes)),
      },
    ],
  }
  return `${JSON.stringify(log, null, 2)}\n`
}

function rule(code: string): object {
  const entry = catalogueEntry(code)
  if (!entry) return { id: code }
  return {
    id: code,
    shortDescription: { text: entry.title },
    fullDescription: { text: entry.explanation, markdown: entry.explanation },
    defaultConfiguration: { level: levels[entry.severity] },
  }
}

function result(diagnostic: Diagnostic, codes: readonly string[]): object {
  const { code, severity, message, hint, file, range, related, fix } = diagnostic
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: levels[severity],
    message: { text: hint === undefined ? message : `${message}; ${hint}` },
    locations: [{ physicalLocation: physicalLocation(file, range) }],
    ...(related && related.length > 0
      ? {
          relatedLocations: related.map((place) => ({
            physicalLocation: physicalLocation(place.file, place.range),
            message: { text: place.message },
          })),
        }
      : {}),
    ...(fix
      ? {
          fixes: [
            {
              description: { text: fix.title },
              artifactChanges: [
                {
                  artifactLocation: { uri: uriOf(file) },
                  replacements: fix.edits.map((edit) => ({
                    deletedRegion: region(edit.range),
                    insertedContent: { text: edit.text },
                  })),
                },
              ],
            },
          ],
        }
      : {}),
  }
}

function physicalLocation(file: string, range: Range): object {
  return { artifactLocation: { uri: uriOf(file) }, region: region(range) }
}

function region({ start, end }: Range): object {
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column }
}

function uriOf(file: string): string {
  return file.split(/[\\/]/).map(encodeURIComponent).join('/')
}
