import type { JsonObject } from '../../base/json.ts'
import { type ActionContext, ActionFailure, type ActionResult, type JsonSchema } from '../../ports/executor.ts'
import { duration } from '../schema.ts'

/** What is said about a check that holds, or fails with what was found instead. */
export function verdict(holds: boolean, summary: string, outputs: JsonObject, advice?: string): ActionResult {
  if (holds) return { outputs, summary, changed: false }
  throw new ActionFailure('not_ready', summary, { outputs, advice })
}

/** Where the check looked, for sentences. */
export function placeOf(context: ActionContext): string {
  return context.target?.name ?? 'control'
}

export const timeout: JsonSchema = duration('Timeout', 'Longest time to wait for an answer.', { default: '30s' })
export const timeoutMsDefault = 30_000
