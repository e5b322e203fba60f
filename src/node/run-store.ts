/**
 * Run directories, `.rollbook/runs/<id>/`: all that is needed to go on with a run, also on another machine.
 *
 * `run.json` (what the run is made of, with hashes) · `sources/` (the files as they were) · `plan.json` · `journal.jsonl` and
 * further segments · `begun` (there are records) · `evidence/<sha256>` · `inbox/` · `lock/` · `programs/` (what runs on control right now)
 */

import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { RollbookError, UsageError } from '../base/error.ts'
import { isJsonObject, type Json, type JsonObject } from '../base/json.ts'
import { byteTools } from './byte-tools.ts'
import { flushFolder } from './folder-flush.ts'
import { unknownRun } from './run-choice.ts'
import { writeFlushed } from './whole-file.ts'

/** A file that the run was made from. */
export interface SourceFile {
  /** What it is for: `runbook` `inventory` `values` `csv` … */
  readonly role: string
  /** As the user gave it. */
  readonly path: string
  readonly content: Uint8Array
}

export interface PinnedSource {
  readonly role: string
  readonly path: string
  /** Inside the run directory. */
  readonly file: string
  /** 64 hex digits. */
  readonly sha256: string
  readonly bytes: number
}

export interface NewRun {
  /** Letters, digits, `.`, `_`, `-`; not a dot first. */
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  readonly sources: readonly SourceFile[]
  readonly plan: Json
  /** Free: title, who started it, how. Never a secret. */
  readonly meta: JsonObject
}

export interface RunDirectory {
  readonly id: string
  readonly directory: string
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  readonly sources: readonly PinnedSource[]
  readonly planSha256: string
  readonly meta: JsonObject
}

export const runFormat = 'run/v1'

export function runsFolder(root: string): string {
  return join(root, '.rollbook', 'runs')
}

/**
 * Makes a run directory, whole or not at all.
 *
 * @throws RollbookError `RUN_EXISTS`
 */
export function createRun(root: string, run: NewRun): RunDirectory {
  if (!/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(run.id) || run.id === 'last') {
    throw new UsageError('RUN_ID_INVALID', `"${run.id}" cannot name a run`, {
      hint: 'Use letters, digits, dots, dashes and underscores; "last" stands for the latest run.',
    })
  }
  const runs = runsFolder(root)
  mkdirSync(runs, { recursive: true, mode: 0o700 })
  const aside = join(runs, `.${run.id}.${randomUUID()}.new`)
  try {
    fill(aside, run)
    const directory = join(runs, run.id)
    if (existsSync(directory)) throw exists(run.id)
    rename(aside, directory, run.id)
    flushFolder(runs)
    return readRun(directory)
  } finally {
    rmSync(aside, { recursive: true, force: true })
  }
}

function fill(directory: string, run: NewRun): void {
  for (const folder of ['', 'sources', 'evidence', 'inbox']) mkdirSync(join(directory, folder), { mode: 0o700 })
  const taken = new Set<string>()
  const sources = run.sources.map(({ role, path, content }): PinnedSource => {
    const file = `sources/${freeName(basename(path), taken)}`
    writeFlushed(join(directory, file), content)
    return { role, path, file, sha256: byteTools.sha256(content), bytes: content.length }
  })
  const plan = Buffer.from(`${JSON.stringify(run.plan, undefined, 2)}\n`)
  writeFlushed(join(directory, 'plan.json'), plan)
  const record = {
    rollbook: runFormat,
    id: run.id,
    created_at: new Date(run.createdAt).toISOString(),
    plan: { file: 'plan.json', sha256: byteTools.sha256(plan) },
    sources,
    meta: run.meta,
  }
  writeFlushed(join(directory, 'run.json'), `${JSON.stringify(record, undefined, 2)}\n`)
  flushFolder(join(directory, 'sources'))
  flushFolder(directory)
}

/** Two sources may come from different folders with the same name. Compared without case, for disks that do so too. */
function freeName(name: string, taken: Set<string>): string {
  let free = name
  for (let n = 2; taken.has(free.toLowerCase()); n += 1) free = `${n}-${name}`
  taken.add(free.toLowerCase())
  return free
}

function rename(from: string, to: string, id: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    throw code === 'ENOTEMPTY' || code === 'EEXIST' ? exists(id) : error
  }
}

function exists(id: string): RollbookError {
  return new RollbookError('RUN_EXISTS', `there is already a run ${id}`, {
    hint: `Go on with it by "rollbook resume ${id}", or choose another id.`,
  })
}

/**
 * Finds a run by its id, by a beginning that only one run has, or as `last`.
 *
 * @throws UsageError `RUN_UNKNOWN` or `RUN_AMBIGUOUS`, naming runs that may be meant; RollbookError `RUN_DAMAGED`
 */
export function openRun(root: string, idOrPrefix: string): RunDirectory {
  const runs = runsFolder(root)
  const ids = runIds(root)
  if (ids.includes(idOrPrefix)) return readRun(join(runs, idOrPrefix))
  if (idOrPrefix === 'last') {
    const newest = listRuns(root).runs[0]
    if (newest) return newest
  }
  const matching = ids.filter((id) => idOrPrefix !== '' && id.startsWith(idOrPrefix))
  if (matching.length !== 1) throw unknownRun(idOrPrefix, ids, matching)
  return readRun(join(runs, matching[0] as string))
}

export interface RunList {
  /** Newest first. */
  readonly runs: readonly RunDirectory[]
  /** Folders that cannot be read as runs. */
  readonly damaged: readonly { readonly id: string; readonly error: RollbookError }[]
}

export function listRuns(root: string): RunList {
  const runs: RunDirectory[] = []
  const damaged: { readonly id: string; readonly error: RollbookError }[] = []
  for (const id of runIds(root)) {
    try {
      runs.push(readRun(join(runsFolder(root), id)))
    } catch (error) {
      if (!(error instanceof RollbookError)) throw error
      damaged.push({ id, error })
    }
  }
  runs.sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1))
  return { runs, damaged }
}

/** @throws RollbookError `RUN_DAMAGED` when the plan is not the one that was pinned */
export function readPlan(run: RunDirectory): Json {
  return JSON.parse(readPinned(run, 'plan.json', run.planSha256).toString('utf8')) as Json
}

/** @throws RollbookError `RUN_DAMAGED` when the file is not the one that was pinned */
export function readSource(run: RunDirectory, source: PinnedSource): Uint8Array {
  return readPinned(run, source.file, source.sha256)
}

/** Names without a leading dot: those with one are still being made. */
function runIds(root: string): string[] {
  const runs = runsFolder(root)
  if (!existsSync(runs)) return []
  const entries = readdirSync(runs, { withFileTypes: true })
  return entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map((entry) => entry.name)
}

/** Reads `run.json` of a run directory, wherever the directory lies. */
export function readRun(directory: string): RunDirectory {
  const id = basename(directory)
  let record: unknown
  try {
    record = JSON.parse(readFileSync(join(directory, 'run.json'), 'utf8'))
  } catch (cause) {
    throw damaged(id, 'its run.json cannot be read', cause)
  }
  if (!isJsonObject(record)) throw damaged(id, 'its run.json is not an object')
  if (record['rollbook'] !== runFormat)
    throw damaged(id, `its run.json says ${record['rollbook']} and not ${runFormat}`)
  // Its records, locks and effects go by the name that it began with; under another one nothing would find itself again.
  if (record['id'] !== id) throw renamed(id, String(record['id']))
  const { created_at, plan, sources, meta } = record
  const createdAt = Date.parse(String(created_at))
  if (!Array.isArray(sources) || !isJsonObject(plan) || !isJsonObject(meta) || Number.isNaN(createdAt)) {
    throw damaged(id, 'its run.json lacks members')
  }
  return {
    id,
    directory,
    createdAt,
    sources: sources as unknown as readonly PinnedSource[],
    planSha256: String(plan['sha256']),
    meta,
  }
}

function readPinned(run: RunDirectory, file: string, sha256: string): Buffer {
  let content: Buffer
  try {
    content = readFileSync(join(run.directory, file))
  } catch (cause) {
    throw damaged(run.id, `${file} cannot be read`, cause)
  }
  if (byteTools.sha256(content) !== sha256) throw damaged(run.id, `${file} is not what was pinned when the run began`)
  return content
}

function renamed(folder: string, id: string): RollbookError {
  return new RollbookError('RUN_DAMAGED', `the folder ${folder} holds run ${id}, and a run keeps its name`, {
    hint: `Name the folder ${id} again. A copy to look at goes into the .rollbook/runs of another folder.`,
  })
}

function damaged(id: string, reason: string, cause?: unknown): RollbookError {
  return new RollbookError('RUN_DAMAGED', `run ${id} cannot be trusted: ${reason}`, {
    hint: 'Put the run directory back from a copy; a run goes on only with the very files it began with.',
    cause,
  })
}
