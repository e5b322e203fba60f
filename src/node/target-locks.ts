/**
 * Targets are locked by runs, not by processes: a lock lasts until its run lets go, however often the run's process dies.
 * Each acquisition, also the one on resume, raises the target's epoch, from which fences are made.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { RollbookError } from '../base/error.ts'
import type { JsonObject } from '../base/json.ts'
import { EpochLock } from './epoch-lock.ts'
import { flushFolder } from './folder-flush.ts'
import { type ProcessOwner, thisProcess } from './process-owner.ts'
import { runsFolder } from './run-store.ts'

/** Effects on one target under one epoch. */
export const fencesPerEpoch: number = 2 ** 20

/** A number that only grows per target. `counter` counts effects of this epoch from 0. */
export function fenceOf(epoch: number, counter: number): number {
  return epoch * fencesPerEpoch + counter
}

export interface TargetHolder {
  readonly target: string
  readonly run: string
  readonly user: string
  readonly host: string
  /** ISO 8601, UTC. */
  readonly acquired_at: string
}

export interface AcquiredTargets {
  /** Epoch by name of target. */
  readonly epochs: ReadonlyMap<string, number>
  /** Holders whose run directory is gone, so that nobody could have let go. To be told. */
  readonly tookOverFrom: readonly TargetHolder[]
}

export interface AcquireOptions {
  readonly owner?: ProcessOwner
  /** Takes targets that other runs hold, for the case that such a run is lost. Loud and recorded. */
  readonly breakLock?: boolean
}

/**
 * Takes all targets or none.
 *
 * @param root - folder that holds `.rollbook`
 * @throws RollbookError `TARGETS_LOCKED`, naming every target that another run holds
 */
export function acquireTargets(
  root: string,
  run: string,
  targets: readonly string[],
  options: AcquireOptions = {},
): AcquiredTargets {
  const owner = options.owner ?? thisProcess()
  const names = [...new Set(targets)].sort()
  const mayTake = (holder: JsonObject): boolean =>
    holder['run'] === run || options.breakLock === true || !existsSync(join(runsFolder(root), String(holder['run'])))
  const locks = new Map(names.map((name) => [name, new EpochLock(lockFolder(root, name))]))
  const refused = names.flatMap((name) => {
    const { holder } = (locks.get(name) as EpochLock).state()
    return holder && !mayTake(holder) ? [holderOf(holder)] : []
  })
  if (refused.length > 0) throw targetsLocked(refused)
  mkdirSync(locksFolder(root), { recursive: true, mode: 0o700 })
  const epochs = new Map<string, number>()
  const fresh: string[] = []
  const tookOverFrom: TargetHolder[] = []
  for (const [name, lock] of locks) {
    const { user, host, acquired_at } = owner
    const result = lock.acquire({ target: name, run, user, host, acquired_at }, mayTake)
    if ('refusedBy' in result) {
      // Another run was faster. What this run held before stays with it.
      for (const taken of fresh) locks.get(taken)?.release(epochs.get(taken) as number)
      throw targetsLocked([holderOf(result.refusedBy)])
    }
    epochs.set(name, result.epoch)
    if (result.before?.['run'] !== run) fresh.push(name)
    if (result.before && result.before['run'] !== run) tookOverFrom.push(holderOf(result.before))
  }
  flushFolder(locksFolder(root))
  return { epochs, tookOverFrom }
}

/** Lets go of those targets that this run holds; for the others it does nothing. */
export function releaseTargets(root: string, run: string, targets: readonly string[]): void {
  for (const name of new Set(targets)) {
    const lock = new EpochLock(lockFolder(root, name))
    const { epoch, holder } = lock.state()
    if (holder?.['run'] === run) lock.release(epoch)
  }
}

/** Which run holds a target. */
export function holderOfTarget(root: string, target: string): TargetHolder | undefined {
  const { holder } = new EpochLock(lockFolder(root, target)).state()
  return holder && holderOf(holder)
}

function locksFolder(root: string): string {
  return join(root, '.rollbook', 'locks')
}

function lockFolder(root: string, target: string): string {
  return join(locksFolder(root), safeName(target))
}

/**
 * A file name for any text: plain where that is safe, `%` and hex digits elsewhere. Where capitals or length could make two
 * names one on some disk, a part of the hash is put behind.
 */
export function safeName(text: string): string {
  const plain = text.replace(/[^A-Za-z0-9._-]|^\./gu, (character) =>
    [...Buffer.from(character)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  )
  if (plain !== '' && plain.length <= 120 && plain === plain.toLowerCase()) return plain
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16)
  return `${plain.slice(0, 100)}~${hash}`
}

/** Only {@link acquireTargets} writes these files. */
function holderOf(holder: JsonObject): TargetHolder {
  return holder as unknown as TargetHolder
}

function targetsLocked(holders: readonly TargetHolder[]): RollbookError {
  const shown = holders
    .slice(0, 5)
    .map((h) => `${h.target} by run ${h.run} (${h.user} on ${h.host}, since ${h.acquired_at})`)
  const more = holders.length > shown.length ? `, and ${holders.length - shown.length} more` : ''
  const runs = [...new Set(holders.map((holder) => holder.run))]
  return new RollbookError('TARGETS_LOCKED', `held by another run: ${shown.join('; ')}${more}`, {
    hint: `Finish or abort ${runs.length === 1 ? `run ${runs[0]}` : `the runs ${runs.join(', ')}`} first: two runs must not touch one target.`,
  })
}
