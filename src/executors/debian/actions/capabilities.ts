import type { Capabilities } from '../../../ports/executor.ts'

export const second = 1000
export const minute: number = 60 * second

/** Work under a marker that may be repeated, and that tells how it stands. */
export const repeatableWork: Capabilities = {
  effect: 'change',
  idempotent: true,
  probe: true,
  dry_run: true,
  reversible: false,
  resumable: true,
}
