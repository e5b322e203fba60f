import {
  DiagnosticSeverity,
  DiagnosticTag,
  type Diagnostic as WireDiagnostic,
  type Range as WireRange,
} from 'vscode-languageserver/node'
import type { Diagnostic, Severity } from '../base/diagnostic.ts'
import type { Range } from '../base/error.ts'
import type { Paths } from './paths.ts'

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  hint: DiagnosticSeverity.Information,
}

/** A finding as editors show it. The hint is part of the text: few editors have another place for it. */
export function wireDiagnostic(found: Diagnostic, paths: Paths): WireDiagnostic {
  const { code, severity, message, hint, range, related } = found
  return {
    range: wireRange(range),
    severity: severities[severity],
    code,
    source: 'rollbook',
    message: hint === undefined ? message : `${message}\n${hint}`,
    ...(/_UNUSED$/.test(code) ? { tags: [DiagnosticTag.Unnecessary] } : {}),
    ...(code === 'KEY_DEPRECATED' ? { tags: [DiagnosticTag.Deprecated] } : {}),
    ...(related === undefined
      ? {}
      : {
          relatedInformation: related.map((place) => ({
            location: { uri: paths.uriOf(place.file), range: wireRange(place.range) },
            message: place.message,
          })),
        }),
  }
}

/** Lines and columns of the protocol count from 0. */
export function wireRange({ start, end }: Range): WireRange {
  return {
    start: { line: start.line - 1, character: start.column - 1 },
    end: { line: end.line - 1, character: end.column - 1 },
  }
}
