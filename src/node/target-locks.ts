/**
 * Targets are locked by runs, not by processes: a lock lasts until its run lets go, however often the run's process dies.
 * Each acquisition, also the one on resume, raises the target's epoch, from which fences are made.
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { RollbookError } from '../base/error.ts'
import { EpochLock } from './epoch-lock.ts'
import { flushFolder } from './folder-flush.ts'
import { type ProcessOwner, presenceOf, thisProcess } from './process-owner.ts'
import { runsFolder } from './run-store.ts'
import { replaceFile } from './whole-file.ts'

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
  const lost = new Map<string, boolean>()
  const isLost = (holder: string): boolean => {
    const known = lost.get(holder) ?? !existsSync(join(runsFolder(root), holder))
    lost.set(holder, known)
    return known
  }
  return guarded(root, owner, (table) => {
    const others = names.flatMap((name) => {
      const holder = table[name]?.holder
      return holder && holder.run !== run ? [{ ...holder, target: name }] : []
    })
    const refused = options.breakLock === true ? [] : others.filter((holder) => !isLost(holder.run))
    if (refused.length > 0) throw targetsLocked(refused)
    const { user, host, acquired_at } = owner
    const epochs = new Map(names.map((name) => [name, (table[name]?.epoch ?? 0) + 1]))
    const taken = [...epochs].map(
      ([name, epoch]) => [name, { epoch, holder: { run, user, host, acquired_at } }] as const,
    )
    return { table: { ...table, ...Object.fromEntries(taken) }, result: { epochs, tookOverFrom: others } }
  })
}

/** Lets go of those targets that this run holds; for the others it does nothing. */
export function releaseTargets(root: string, run: string, targets: readonly string[]): void {
  if (targets.length === 0) return
  guarded(root, thisProcess(), (table) => {
    const mine = [...new Set(targets)].filter((name) => table[name]?.holder?.run === run)
    if (mine.length === 0) return { result: undefined }
    const freed = mine.map((name) => [name, { epoch: table[name]!.epoch }] as const)
    return { table: { ...table, ...Object.fromEntries(freed) }, result: undefined }
  })
}

/** Who holds these targets, other than this run; one entry for each target that is held. */
export function otherHolders(root: string, run: string, targets: readonly string[]): readonly TargetHolder[] {
  const table = readTable(root)
  return [...new Set(targets)].flatMap((target) => {
    const holder = table[target]?.holder
    return holder && holder.run !== run ? [{ ...holder, target }] : []
  })
}

/** Which run holds a target. */
export function holderOfTarget(root: string, target: string): TargetHolder | undefined {
  const holder = readTable(root)[target]?.holder
  return holder && { ...holder, target }
}

/** What the table keeps of a target; the epoch stays when nobody holds it, because it must only grow. */
interface LockedTarget {
  readonly epoch: number
  readonly holder?: Omit<TargetHolder, 'target'>
}

type LockTable = Readonly<Record<string, LockedTarget>>

/**
 * One file for all targets, replaced whole: a fleet of any size is taken with one write. Whoever changes it holds the
 * guard, and nobody holds that for longer than the write takes.
 */
function guarded<Result>(
  root: string,
  owner: ProcessOwner,
  change: (table: LockTable) => { readonly table?: LockTable; readonly result: Result },
): Result {
  mkdirSync(locksFolder(root), { recursive: true, mode: 0o700 })
  const guard = new EpochLock(join(locksFolder(root), 'guard'))
  const epoch = enter(guard, owner)
  try {
    const { table, result } = change(readTable(root))
    if (table) {
      replaceFile(tableFile(root), `${JSON.stringify({ targets: table })}\n`)
      flushFolder(locksFolder(root))
    }
    return result
  } finally {
    guard.release(epoch)
  }
}

/** How long a guard may stay with the same holder on another host, of which nothing can be known. */
const patienceMs = 30_000

function enter(guard: EpochLock, owner: ProcessOwner): number {
  let waitedMs = 0
  let seen = -1
  for (;;) {
    const content = { ...thisProcess(), acquired_at: owner.acquired_at }
    const taken = guard.acquire(content, (holder) => {
      const presence = presenceOf(holder as unknown as ProcessOwner)
      return presence === 'gone' || (presence === 'elsewhere' && waitedMs >= patienceMs)
    })
    if (!('refusedBy' in taken)) return taken.epoch
    const { epoch } = guard.state()
    waitedMs = epoch === seen ? waitedMs + pauseMs : 0
    seen = epoch
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs)
  }
}

const pauseMs = 10

/** @throws RollbookError `TARGET_LOCKS_DAMAGED` */
function readTable(root: string): LockTable {
  let text: string
  try {
    text = readFileSync(tableFile(root), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
  try {
    return (JSON.parse(text) as { readonly targets: LockTable }).targets
  } catch (cause) {
    throw new RollbookError('TARGET_LOCKS_DAMAGED', `"${tableFile(root)}" is no table of locks`, {
      hint: 'It says which run holds which target. When no run of this folder is under way, remove it.',
      cause,
    })
  }
}

function locksFolder(root: string): string {
  return join(root, '.rollbook', 'locks')
}

function tableFile(root: string): string {
  return join(locksFolder(root), 'targets.json')
}

function targetsLocked(holders: readonly TargetHolder[]): RollbookError {
  const runs = [...new Set(holders.map((holder) => holder.run))]
  const held = runs.map((run) => heldBy(holders.filter((holder) => holder.run === run)))
  return new RollbookError('TARGETS_LOCKED', `held by another run: ${held.join('; ')}`, {
    hint: `Finish or abort ${runs.length === 1 ? `run ${runs[0]}` : `the runs ${runs.join(', ')}`} first: two runs must not touch one target.`,
  })
}

/** Whoever is in the way mostly holds many targets, all since the same instant: a run is named once. */
function heldBy(holders: readonly TargetHolder[]): string {
  const [first] = holders
  if (first === undefined) return ''
  const shown = holders.slice(0, targetsShown).map((holder) => holder.target)
  const more = holders.length > shown.length ? ` and ${holders.length - shown.length} more` : ''
  return `${shown.join(', ')}${more} by run ${first.run} (${first.user} on ${first.host}, since ${first.acquired_at})`
}

const targetsShown = 5
