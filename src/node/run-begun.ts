/**
 * Tells a run that never began from one that lost its journal. Without a record both look alike, and taking the second for
 * the first would do everything once more.
 */
import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { RollbookError } from '../base/error.ts'
import { createFile } from './whole-file.ts'

/** Name of the mark in the run directory. */
export const begunFile = 'begun'

/**
 * Leaves the mark, once. To be called when the first record is on disk and before anything is done on the strength of it:
 * a crash between the two leaves a record without the mark, which is a run that goes on, and the mark is made up for then.
 */
export function markBegun(directory: string): void {
  if (hasBegun(directory)) return
  createFile(
    join(directory, begunFile),
    'The journal beside this file holds at least one record. Without one it is damaged, not new.\n',
  )
}

/** True when the journal of this directory has held a record. */
export function hasBegun(directory: string): boolean {
  return existsSync(join(directory, begunFile))
}

export function journalLost(directory: string): RollbookError {
  return new RollbookError(
    'RUN_DAMAGED',
    `run ${basename(directory)} cannot be trusted: its journal holds no record, although the run has begun`,
    {
      hint: 'Nothing was changed, and nothing is begun anew: that might do everything once more. Put the run directory back from a copy. Without one, find out on the targets what has been done, and begin another run for the rest.',
    },
  )
}
