import type { Diagnostic } from '../base/diagnostic.ts'
import { nearestName } from '../base/nearest.ts'
import { type SourceDocument, scalarAt } from '../source/index.ts'
import { catalogue, catalogueEntry } from './catalogue/catalogue.ts'
import { placeholder, placeholderReason } from './placeholder.ts'
import { makeDiagnostic } from './reporter.ts'

/** `# rollbook: allow CODE reason`, which counts for its own line and the line below, and for a text that starts there. */
interface Suppression {
  readonly code: string
  readonly reason: string
  readonly line: number
  readonly range: { readonly start: number; readonly end: number }
}

const pattern = /^#\s*rollbook:\s*allow\s+([A-Za-z_]+)[\s:–-]*(.*)$/

/** Takes out what comments silence, and tells about comments that have no reason, no effect, or ask for too much. */
export function applySuppressions(diagnostics: readonly Diagnostic[], source: SourceDocument): readonly Diagnostic[] {
  const suppressions = readSuppressions(source)
  if (suppressions.length === 0) return diagnostics
  const used = new Set<Suppression>()
  const kept = diagnostics.filter((diagnostic) => {
    if (diagnostic.severity === 'error') return true
    const lines = [diagnostic.range.start.line, lineOfText(diagnostic, source)]
    const found = suppressions.find(
      ({ code, line }) => code === diagnostic.code && lines.some((own) => own === line || own === line + 1),
    )
    if (found) used.add(found)
    return !found
  })
  return [...kept, ...suppressions.flatMap((suppression) => judge(suppression, used.has(suppression), source))]
}

function readSuppressions(source: SourceDocument): readonly Suppression[] {
  return source.comments.flatMap((comment): Suppression[] => {
    const match = pattern.exec(comment.text.trimEnd())
    if (!match) return []
    const start = comment.start + match[0].indexOf(match[1]!)
    return [
      {
        code: match[1]!,
        reason: match[2]!.trim(),
        line: source.lines.position(comment.start).line,
        range: { start, end: start + match[1]!.length },
      },
    ]
  })
}

/** Where a comment about a finding may stand: in a text of several lines it would be text. */
export function lineOfText({ range }: Pick<Diagnostic, 'range'>, { root, lines }: SourceDocument): number {
  const text = scalarAt(root, lines.offset(range.start))
  return text === undefined || text.missing ? range.start.line : lines.position(text.range.start).line
}

function judge(suppression: Suppression, used: boolean, source: SourceDocument): readonly Diagnostic[] {
  const { code, reason, range } = suppression
  const entry = catalogueEntry(code)
  if (!entry) {
    const nearest = nearestName(code, Object.keys(catalogue))
    const words = { code, problem: 'is not the code of a finding', ...(nearest === undefined ? {} : { nearest }) }
    return [makeDiagnostic(source, 'SUPPRESSION_REFUSED', range, words)]
  }
  if (entry.severity === 'error') {
    return [
      makeDiagnostic(source, 'SUPPRESSION_REFUSED', range, { code, problem: 'is an error and cannot be silenced' }),
    ]
  }
  const found: Diagnostic[] = []
  if (reason === '' || reason === placeholder || reason === placeholderReason)
    found.push(makeDiagnostic(source, 'SUPPRESSION_WITHOUT_REASON', range, { code }))
  if (!used) found.push(makeDiagnostic(source, 'SUPPRESSION_UNUSED', range, { code }))
  return found
}
