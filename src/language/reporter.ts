import type { Diagnostic, QuickFix, RelatedPlace } from '../base/diagnostic.ts'
import type { OffsetRange, SourceDocument } from '../source/index.ts'
import { catalogue, type DiagnosticCode } from './catalogue/catalogue.ts'
import type { CatalogueEntry, Words } from './catalogue/entry.ts'

/** What a finding may carry besides its words; offsets are those of the file. */
export interface FindingDetails {
  readonly related?: readonly { readonly message: string; readonly range: OffsetRange }[]
  readonly fix?: {
    readonly title: string
    readonly safe: boolean
    readonly edits: readonly { readonly range: OffsetRange; readonly text: string }[]
  }
}

/** Collects the findings of one file. */
export interface Reporter {
  readonly source: SourceDocument
  /** In the order in which they were reported. */
  readonly diagnostics: readonly Diagnostic[]
  report(code: DiagnosticCode, range: OffsetRange, words: Words, details?: FindingDetails): void
}

export function makeReporter(source: SourceDocument): Reporter {
  const diagnostics: Diagnostic[] = []
  return {
    source,
    diagnostics,
    report: (code, range, words, details = {}) => diagnostics.push(makeDiagnostic(source, code, range, words, details)),
  }
}

export function makeDiagnostic(
  source: SourceDocument,
  code: DiagnosticCode,
  range: OffsetRange,
  words: Words,
  details: FindingDetails = {},
): Diagnostic {
  const entry: CatalogueEntry = catalogue[code]
  const hint = entry.hint?.(words)
  const related = details.related?.map(
    (place): RelatedPlace => ({ file: source.file, message: place.message, range: source.lines.range(place.range) }),
  )
  const fix: QuickFix | undefined = details.fix && {
    title: details.fix.title,
    safe: details.fix.safe,
    edits: details.fix.edits.map((edit) => ({ range: source.lines.range(edit.range), text: edit.text })),
  }
  return {
    file: source.file,
    code,
    severity: entry.severity,
    message: entry.message(words),
    ...(hint ? { hint } : {}),
    range: source.lines.range(range),
    ...(related && related.length > 0 ? { related } : {}),
    ...(fix ? { fix } : {}),
  }
}

/** A fix that replaces one range by the name that was probably meant. */
export function replaceFix(range: OffsetRange, name: string | undefined): FindingDetails {
  if (name === undefined) return {}
  return { fix: { title: `Change to "${name}"`, safe: true, edits: [{ range, text: name }] } }
}
