import { RollbookError } from '../base/error.ts'
import { journalFormat } from './segment-header.ts'

/**
 * @param where - file and byte
 * @param seq - sequence number of the first record that cannot be trusted
 */
export function chainBroken(seq: number, where: string, reason: string): RollbookError {
  return new RollbookError(
    'JOURNAL_CHAIN_BROKEN',
    `the journal cannot be trusted from record ${seq} on (${where}): ${reason}`,
    {
      hint: `Nothing was changed. Put the run directory back from a copy; "rollbook verify" shows what is intact, and everything before record ${seq} is.`,
    },
  )
}

export function versionUnknown(where: string, version: string): RollbookError {
  return new RollbookError(
    'JOURNAL_VERSION_UNKNOWN',
    `${where} is written as ${version}, and this Rollbook reads ${journalFormat}`,
    {
      hint: 'Use the Rollbook that wrote it, or a newer one.',
    },
  )
}

export function writeFailed(directory: string, cause: unknown): RollbookError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new RollbookError(
    'JOURNAL_WRITE_FAILED',
    `the journal in ${directory} could not be written to disk: ${reason}`,
    {
      hint: 'What the disk holds is no longer known, so this process stops recording for good. Make room or repair the disk, then "rollbook resume".',
      cause,
    },
  )
}
