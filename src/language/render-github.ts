import type { Diagnostic } from '../base/diagnostic.ts'

const levels = { error: 'error', warning: 'warning', hint: 'notice' } as const

/** The findings as workflow commands, which GitHub shows beside the lines of a pull request. */
export function renderGithub(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map((diagnostic) => `${command(diagnostic)}\n`).join('')
}

function command({ file, code, severity, message, hint, range }: Diagnostic): string {
  const properties = {
    file,
    line: String(range.start.line),
    endLine: String(range.end.line),
    // Columns are only understood when the range stays on one line.
    ...(range.start.line === range.end.line
      ? { col: String(range.start.column), endColumn: String(Math.max(range.start.column, range.end.column - 1)) }
      : {}),
    title: code,
  }
  const list = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(value)}`)
  return `::${levels[severity]} ${list.join(',')}::${escapeData(hint === undefined ? message : `${message}; ${hint}`)}`
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
