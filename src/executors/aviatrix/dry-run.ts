import { isJsonObject, type Json } from '../../base/json.ts'
import type { JsonSchema } from '../../ports/executor.ts'
import { flag, list, object, text } from '../schema.ts'
import type { Said } from './lookup.ts'

/** What a rehearsal of the controller found. */
export interface Rehearsal {
  readonly errors: readonly string[]
  readonly warnings: readonly string[]
}

/**
 * Reads the answer to a dry run. Its form is not published: `return: false` is an error, and so is everything under
 * `errors` in `results`; a text counts as an error when it speaks of one.
 */
export function rehearsalOf(said: Said): Rehearsal {
  if (said.kind === 'refused') return { errors: [said.reason], warnings: [] }
  const { results } = said
  if (typeof results === 'string') {
    return /\b(?:error|fail(?:ed|ure)?|blocked)\b/i.test(results) && !/\bno errors?\b/i.test(results)
      ? { errors: [results], warnings: [] }
      : { errors: [], warnings: [] }
  }
  if (!isJsonObject(results)) return { errors: [], warnings: [] }
  return { errors: wordsOf(results['errors']), warnings: wordsOf(results['warnings']) }
}

function wordsOf(value: Json | undefined): readonly string[] {
  if (value === undefined || value === null || value === '') return []
  const items: readonly Json[] = Array.isArray(value) ? value : [value]
  return items.map((item) => (typeof item === 'string' ? item : JSON.stringify(item)))
}

export const rehearsalOutputs: JsonSchema = object(
  {
    passed: flag('Passed', 'The controller found no error.'),
    errors: list('Errors', 'What has to be fixed first.', text('Error', 'In the controller’s words.')),
    warnings: list('Warnings', 'What else it says.', text('Warning', 'In the controller’s words.')),
    to: text('To', 'What was asked for; empty for the newest build of the running release.'),
  },
  ['passed', 'errors', 'warnings', 'to'],
)
