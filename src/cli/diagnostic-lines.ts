import { renderFindings } from '../app/render-findings.ts'
import type { Diagnostic } from '../base/diagnostic.ts'
import type { CommandCall } from './command.ts'
import { type CliIo, note } from './io.ts'
import { makeStyle } from './style.ts'

/** Prints findings for people on `stderr`: place, severity, sentence, hint. */
export function noteDiagnostics(diagnostics: readonly Diagnostic[], io: CliIo): void {
  const style = makeStyle(io.errorColour)
  const paint = { error: style.red, warning: style.yellow, hint: style.cyan }
  for (const { file, range, severity, message, code, hint } of diagnostics) {
    const place = `${file}:${range.start.line}:${range.start.column}`
    note(io, `${style.bold(place)} ${paint[severity](severity)} ${message} ${style.dim(`[${code}]`)}`)
    if (hint !== undefined) note(io, `  ${hint}`)
  }
}

/** Tells why there is no plan: the errors, for people, and for a program that asked for JSON in the form of `validate`. */
export function tellWithoutPlan(diagnostics: readonly Diagnostic[], call: CommandCall, io: CliIo): void {
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  noteDiagnostics(errors, io)
  if (!call.flag('json')) return
  const checked = { diagnostics: errors, texts: new Map() }
  io.stdout.write(renderFindings(checked, 'json', { paint: makeStyle(false), columns: io.columns }))
}
