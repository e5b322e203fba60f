import { openRun } from '../node/run-store.ts'
import { type RunVerified, verifyRun } from '../node/run-verify.ts'

/** Checks the journal's chain, the evidence and the pinned sources of a run. Writes nothing. */
export async function verifyRunIn(
  root: string,
  idOrPrefix: string,
): Promise<{ readonly run: string; readonly verified: RunVerified }> {
  const run = openRun(root, idOrPrefix)
  return { run: run.id, verified: await verifyRun(run) }
}
