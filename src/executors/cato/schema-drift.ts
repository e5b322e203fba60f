import type { ActionFailure } from '../../ports/executor.ts'
import { driftFailure } from '../answer.ts'

/** The failure for a call that the schema of the API no longer knows. */
export function driftOfMessage(message: string): ActionFailure {
  const field = /[Cc]annot query field "([^"]+)" on type "([^"]+)"/.exec(message)
  const path = field ? `${field[2]}.${field[1]}` : ''
  return field
    ? driftFailure(`Cato API: the field "${path}" is gone from the schema`, path)
    : driftFailure(`Cato API: the schema has changed: ${message}`, undefined)
}
