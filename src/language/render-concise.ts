import type { Diagnostic } from '../base/diagnostic.ts'
import { visibleText } from './visible-text.ts'

/**
 * One line per finding, `file:line:column severity message [CODE]`: the form in which other commands tell findings too, and
 * in which programs that only know lines can read them.
 */
export function renderConcise(diagnostics: readonly Diagnostic[]): string {
  return diagnostics
    .map(({ file, range: { start }, severity, message, code }) => {
      const sentence = visibleText(message.replaceAll(/\s*\n\s*/g, ' '))
      return `${visibleText(file)}:${start.line}:${start.column} ${severity} ${sentence} [${code}]\n`
    })
    .join('')
}
