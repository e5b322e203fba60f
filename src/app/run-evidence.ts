import { evidenceStore } from '../node/evidence-store.ts'
import type { RunDirectory } from '../node/run-store.ts'
import type { EvidenceRef } from '../ports/executor.ts'
import { attachEvidence } from './run-unattended.ts'

/**
 * Keeps a file as evidence of a run without carrying the run out; the reference goes into the journal with the answer.
 *
 * @throws RollbookError `EVIDENCE_UNREADABLE`
 */
export function keepEvidenceOf(run: RunDirectory, id: string, path: string): Promise<EvidenceRef> {
  const store = evidenceStore(run.directory)
  return attachEvidence({ keepEvidence: (name, media, content) => store.put(name, media, content) }, id, path)
}
