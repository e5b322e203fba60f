/** One run, one writer. */
import { join } from 'node:path'
import { RollbookError } from '../base/error.ts'
import type { JsonObject } from '../base/json.ts'
import { EpochLock } from './epoch-lock.ts'
import { ownerText, type ProcessOwner, presenceOf, thisProcess } from './process-owner.ts'
import type { RunDirectory } from './run-store.ts'

export interface RunLock {
  readonly owner: ProcessOwner
  /** Grows with each writer that the run has had. */
  readonly epoch: number
  /** A holder that was gone, or whose lock was broken: to be told and recorded. */
  readonly tookOverFrom: ProcessOwner | undefined
  /** False once another process has broken the lock; nothing may be written any more then. */
  isHeld(): boolean
  /** To be called before each write. @throws RollbookError `RUN_LOCK_LOST` once another process has the lock */
  check(): void
  release(): void
}

export interface LockRunOptions {
  readonly owner?: ProcessOwner
  /** Takes a lock that is held on another host, of which it cannot be known whether its holder lives. */
  readonly breakLock?: boolean
}

/**
 * @throws RollbookError `RUN_LOCKED` when a living process holds the run, `RUN_LOCKED_ELSEWHERE` when a process on another
 *   host does and `breakLock` is not given
 */
export function lockRun(run: RunDirectory, options: LockRunOptions = {}): RunLock {
  const owner = options.owner ?? thisProcess()
  const lock = new EpochLock(join(run.directory, 'lock'))
  const mayTake = (holder: JsonObject): boolean => {
    const presence = presenceOf(ownerOf(holder))
    return presence === 'gone' || (presence === 'elsewhere' && options.breakLock === true)
  }
  const result = lock.acquire({ ...owner }, mayTake)
  if ('refusedBy' in result) throw lockedBy(run.id, ownerOf(result.refusedBy))
  const { epoch, before } = result
  return {
    owner,
    epoch,
    tookOverFrom: before === undefined ? undefined : ownerOf(before),
    isHeld: () => lock.isHeld(epoch),
    check: () => {
      if (!lock.isLatest(epoch)) throw lockLost(run.id)
    },
    release: () => lock.release(epoch),
  }
}

/** Who writes to a run at the moment, as far as can be known from this host. */
export function writerOf(
  run: RunDirectory,
): { readonly owner: ProcessOwner; readonly presence: 'alive' | 'gone' | 'elsewhere' } | undefined {
  const { holder } = new EpochLock(join(run.directory, 'lock')).state()
  if (!holder) return undefined
  const owner = ownerOf(holder)
  return { owner, presence: presenceOf(owner) }
}

/** Only {@link lockRun} writes these files. */
function ownerOf(holder: JsonObject): ProcessOwner {
  return holder as unknown as ProcessOwner
}

export function lockLost(run: string): RollbookError {
  return new RollbookError('RUN_LOCK_LOST', `run ${run} is carried out by another process now`, {
    hint: 'This process may write nothing more.',
  })
}

function lockedBy(run: string, owner: ProcessOwner): RollbookError {
  const message = `run ${run} is being carried out by ${ownerText(owner)}`
  if (presenceOf(owner) === 'elsewhere') {
    return new RollbookError('RUN_LOCKED_ELSEWHERE', message, {
      hint: `Whether that process still lives cannot be seen from here. Make sure that it has ended, then repeat with --break-lock.`,
    })
  }
  return new RollbookError('RUN_LOCKED', message, {
    hint: `Answer it with "rollbook approve", follow it with "rollbook status ${run} --watch", or end that process first.`,
  })
}
