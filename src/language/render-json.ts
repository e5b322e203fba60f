import type { Diagnostic } from '../base/diagnostic.ts'

/** The findings for programs: one object, with the members of each finding in a fixed order. */
export function renderJson(diagnostics: readonly Diagnostic[]): string {
  const told = diagnostics.map(({ file, code, severity, message, hint, range, related }) => ({
    file,
    code,
    severity,
    message,
    ...(hint === undefined ? {} : { hint }),
    range,
    related: related ?? [],
  }))
  return `${JSON.stringify({ diagnostics: told }, null, 2)}\n`
}
