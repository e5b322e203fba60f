import type { JsonObject } from '../base/json.ts'
import { mayHoldDeprecatedKeys, withPresentKeys } from './deprecated-keys.ts'
import type { Runbook } from './runbook.generated.ts'

/**
 * Turns a runbook of one language version into the next. A version that was released is read for ever: when version 2
 * comes, its step from version 1 is added here, and nothing else changes.
 */
export type Upcast = (runbook: JsonObject) => JsonObject

const upcasts: readonly { readonly from: string; readonly upcast: Upcast }[] = []

/**
 * Brings a runbook that its own schema accepted to the newest version and to the present keys.
 *
 * @param text - what it was read from
 */
export function upcastRunbook(runbook: JsonObject, text: string): Runbook {
  let current = mayHoldDeprecatedKeys(text) ? withPresentKeys(runbook) : runbook
  for (const step of upcasts) if (current['rollbook'] === step.from) current = step.upcast(current)
  return current as unknown as Runbook
}
