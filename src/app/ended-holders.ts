import { join } from 'node:path'
import { RollbookError } from '../base/error.ts'
import { JournalStore } from '../node/journal-store.ts'
import { runsFolder } from '../node/run-store.ts'
import { otherHolders, releaseTargets } from '../node/target-locks.ts'

/**
 * Lets go of targets whose run has ended: its process died between the last record and letting go of them itself, and
 * nobody can finish or abort it any more.
 */
export async function releaseEnded(root: string, run: string, targets: readonly string[]): Promise<void> {
  const holders = otherHolders(root, run, targets)
  for (const holder of new Set(holders.map((each) => each.run))) {
    if (!(await hasEnded(join(runsFolder(root), holder)))) continue
    const held = holders.filter((each) => each.run === holder)
    releaseTargets(
      root,
      holder,
      held.map((each) => each.target),
    )
  }
}

/** False as well for a run that cannot be read: what it holds, it keeps. */
async function hasEnded(directory: string): Promise<boolean> {
  let ended = false
  try {
    await new JournalStore().read(directory, (record) => {
      ended ||= record.type === 'RunEnded'
    })
  } catch (error) {
    if (!(error instanceof RollbookError)) throw error
    return false
  }
  return ended
}
