import type { Diagnostic } from '../base/diagnostic.ts'
import { UsageError } from '../base/error.ts'
import type { Json } from '../base/json.ts'
import type { GivenInput } from '../plan/inputs.ts'
import { parseSource } from '../source/parse-source.ts'
import type { LoadPlanOptions } from './load.ts'
import type { SourceReader } from './source-reader.ts'

/**
 * Values of inputs from all places, the later winning: values file, values that are given, `name=value`, answers.
 *
 * @throws UsageError `FILE_UNREADABLE`, `SET_MALFORMED`
 */
export async function readGiven(
  options: Pick<LoadPlanOptions, 'values' | 'given' | 'set' | 'asked'>,
  reader: SourceReader,
): Promise<{ readonly inputs: Readonly<Record<string, GivenInput>>; readonly diagnostics: readonly Diagnostic[] }> {
  const inputs: Record<string, GivenInput> = {}
  const diagnostics: Diagnostic[] = []
  if (options.values !== undefined) {
    const document = parseSource(await reader.read('values', options.values), options.values)
    const [finding] = document.findings
    const doubled = document.findings.find(({ code }) => code === 'KEY_DUPLICATE')
    if (doubled) {
      const message = `the input "${doubled.words['key'] ?? ''}" is given twice`
      const range = document.lines.range(doubled.range)
      diagnostics.push({ file: options.values, code: 'VALUES_FILE', severity: 'error', message, range })
    } else if (document.root?.kind === 'map' && !document.broken) {
      for (const [name, value] of Object.entries(document.root.value))
        inputs[name] = { value: value as Json, source: 'values' }
    } else if (finding?.code !== 'FILE_EMPTY') {
      const range = document.lines.range(finding?.range ?? { start: 0, end: 0 })
      const message = 'the values file must be a map of input names to values'
      diagnostics.push({ file: options.values, code: 'VALUES_FILE', severity: 'error', message, range })
    }
  }
  Object.assign(inputs, options.given)
  for (const assignment of options.set ?? []) {
    const equals = assignment.indexOf('=')
    if (equals <= 0) {
      throw new UsageError('SET_MALFORMED', `"--set ${assignment}" is not understood`, {
        hint: 'Write --set name=value.',
      })
    }
    inputs[assignment.slice(0, equals)] = { value: assignment.slice(equals + 1), source: 'set' }
  }
  for (const [name, value] of Object.entries(options.asked ?? {})) inputs[name] = { value, source: 'asked' }
  return { inputs, diagnostics }
}
