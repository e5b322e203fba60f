import type { Capabilities } from '../../../ports/executor.ts'

const none: Capabilities = {
  effect: 'none',
  idempotent: true,
  probe: false,
  dry_run: false,
  reversible: false,
  resumable: false,
}

/** Looks and changes nothing. */
export const reads: Capabilities = none

/** Sets something to a value; reading it tells whether that happened. */
export const sets: Capabilities = { ...none, effect: 'change', probe: true }

/** Long work under a marker on the node: the marker tells how it stands, and a second call attaches. */
export const works: Capabilities = { ...none, effect: 'disruptive', idempotent: false, probe: true, resumable: true }

export const minute = 60_000
