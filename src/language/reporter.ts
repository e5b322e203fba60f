import type { Diagnostic, QuickFix, RelatedPlace } from '../base/diagnostic.ts'
import { nearestName } from '../base/nearest.ts'
import type { OffsetRange, SourceDocument } from '../source/index.ts'
import { catalogue, type DiagnosticCode } from './catalogue/catalogue.ts'
import type { CatalogueEntry, Words } from './catalogue/entry.ts'
import { sameInOurWords } from './other-words.ts'

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
  /** How often something was reported, also past what is collected. */
  readonly count: number
  /** An error was reported. */
  readonly failed: boolean
  report(code: DiagnosticCode, range: OffsetRange, words: Words, details?: FindingDetails): void
  /** A finding of another area, which has words of its own and an entry in its own catalogue. */
  tell(
    code: string,
    severity: Diagnostic['severity'],
    range: OffsetRange,
    words: { readonly message: string; readonly hint?: string },
  ): void
  /** Finds what a name probably meant, while the budget for searching lasts. */
  nearest(name: string, candidates: Iterable<string>): string | undefined
  /** The same for a key, which may also be the word of another tool. */
  nearestKey(key: string, known: Iterable<string>): string | undefined
}

/** Past this many nobody reads on, and a hostile file could ask for millions. */
const diagnosticsMax = 1000
const searchesMax = 300
const candidatesMax = 2000

export function makeReporter(source: SourceDocument): Reporter {
  const diagnostics: Diagnostic[] = []
  let searches = 0
  let count = 0
  const nearest: Reporter['nearest'] = (name, candidates) => {
    searches += 1
    if (searches > searchesMax || name.length > 100) return undefined
    return nearestName(name, [...candidates].slice(0, candidatesMax))
  }
  return {
    source,
    diagnostics,
    get count() {
      return count
    },
    get failed() {
      return diagnostics.some((diagnostic) => diagnostic.severity === 'error')
    },
    report: (code, range, words, details = {}) => {
      count += 1
      if (diagnostics.length < diagnosticsMax) diagnostics.push(makeDiagnostic(source, code, range, words, details))
    },
    tell: (code, severity, range, words) => {
      count += 1
      if (diagnostics.length >= diagnosticsMax) return
      diagnostics.push({ file: source.file, code, severity, ...words, range: source.lines.range(range) })
    },
    nearest,
    nearestKey: (key, known) => sameInOurWords(key, known) ?? nearest(key, known),
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
  return { fix: { title: `Change to "${name}"`, safe: true, edits: [{ range, text: asText(name) }] } }
}

/** A name as YAML reads it as text: `6.6` would be a number. */
export function asText(name: string): string {
  return notText.test(name) ? `"${name}"` : name
}

/** What the core schema of YAML takes for something else than text. */
const notText =
  /^(?:~|null|true|false|[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:e[-+]?\d+)?|0o[0-7]+|0x[\da-f]+|[-+]?\.inf|\.nan)$/i
