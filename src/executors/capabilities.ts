import type { Capabilities } from '../ports/executor.ts'

/** An action that only looks. */
export const readsOnly: Capabilities = {
  effect: 'none',
  idempotent: true,
  probe: false,
  dry_run: false,
  reversible: false,
  resumable: false,
}
