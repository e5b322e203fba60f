/**
 * What a run has started on this machine and has not yet seen end: a file for each process group, in `programs/` of the run
 * directory. An engine that is killed leaves its programs running; the next one must know of them before it does anything
 * beside them.
 *
 * 1. A program begins only when its file is written: until then a shell stands in its place and waits for a word from the
 *    engine (see {@link held}). Killed before, the engine leaves a shell that reads the end of its input and goes.
 * 2. The next engine starts nothing before all of them have ended. It waits as long as the first one would have waited, and
 *    then ends them as the first one would have.
 * 3. A file need not survive a power failure: nothing that it tells of does either.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { failureOfAbort } from '../ports/abort.ts'
import { processStarted } from './process-owner.ts'

export interface StartedProgram {
  readonly host: string
  /** Of the leader, and so of its group. */
  readonly pid: number
  /** When the leader began, in the system's own words. */
  readonly process_started: string
  readonly program: string
  /** When the engine would have ended it, milliseconds since the epoch. */
  readonly ends_by: number
}

const pollMs = 100
const graceMs = 600

/** Waits for one line, then becomes the program; with `rest` it gets what follows the line as its input. */
const holding = { rest: 'read -r go && exec "$@"', none: 'read -r go && exec "$@" </dev/null' } as const

/** What to write to the standard input of a held program to let it begin. */
export const goLine = 'go\n'

/** The words that start a program held back until {@link goLine} arrives; it keeps the process number. */
export function held(argv: readonly string[], hasInput: boolean): readonly [string, ...string[]] {
  return ['/bin/sh', '-c', hasInput ? holding.rest : holding.none, 'rollbook', ...argv]
}

export class StartedPrograms {
  readonly #folder: string
  readonly #onWait: (message: string) => void
  readonly #told = new Set<number>()
  #earlier: readonly StartedProgram[]

  /**
   * @param directory - of the run
   * @param onWait - told, once for each, of a program that an earlier engine left behind
   */
  constructor(directory: string, onWait: (message: string) => void) {
    this.#folder = join(directory, 'programs')
    this.#onWait = onWait
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    this.#earlier = readAll(this.#folder)
  }

  /** Resolves when nothing of an earlier engine runs any more; rejects when the signal is aborted before. */
  async earlierEnded(signal: AbortSignal | undefined): Promise<void> {
    for (;;) {
      this.#earlier = this.#earlier.filter((each) => {
        if (isAlive(each)) return true
        this.ended(each.pid)
        return false
      })
      if (this.#earlier.length === 0) return
      for (const each of this.#earlier) this.#attend(each)
      try {
        await sleep(pollMs, undefined, signal ? { signal } : {})
      } catch (error) {
        if (!signal?.aborted) throw error
        throw failureOfAbort(signal, `waiting for the end of ${this.#earlier[0]?.program}`)
      }
    }
  }

  #attend(each: StartedProgram): void {
    const { program, pid, ends_by } = each
    if (Date.now() > ends_by) end(each)
    if (this.#told.has(pid)) return
    this.#told.add(pid)
    const by = new Date(ends_by).toISOString()
    this.#onWait(
      `${program} (process ${pid}) of the engine before still runs; no program is started on control until it ends, by ${by}`,
    )
  }

  began(pid: number, program: string, endsBy: number): void {
    const record: StartedProgram = {
      host: hostname(),
      pid,
      process_started: processStarted(pid) ?? '',
      program,
      ends_by: endsBy,
    }
    writeFileSync(this.#path(pid), `${JSON.stringify(record)}\n`, { mode: 0o600 })
  }

  ended(pid: number): void {
    rmSync(this.#path(pid), { force: true })
  }

  #path(pid: number): string {
    return join(this.#folder, `${pid}.json`)
  }
}

function readAll(folder: string): StartedProgram[] {
  return readdirSync(folder).flatMap((name) => {
    try {
      return [JSON.parse(readFileSync(join(folder, name), 'utf8')) as StartedProgram]
    } catch {
      // Cut off while it was written: its program was still held, and has gone with the engine.
      return []
    }
  })
}

/** Whether the leader is there, or a member of its group that outlived it. Of another host nothing can be known from here. */
function isAlive({ host, pid, process_started }: StartedProgram): boolean {
  if (host !== hostname()) return false
  const started = processStarted(pid)
  if (started !== undefined) return started === process_started
  return sameBoot(process_started) && signal(pid, 0)
}

/** On Linux the time of a start begins with the boot; see process-owner.ts. */
function sameBoot(started: string): boolean {
  const own = processStarted(process.pid) ?? ''
  return !own.includes(':') || process.platform !== 'linux' || own.split(':')[0] === started.split(':')[0]
}

function end(each: StartedProgram): void {
  signal(each.pid, Date.now() > each.ends_by + graceMs ? 'SIGKILL' : 'SIGTERM')
}

/** @returns whether the group had a process; one of another user counts */
function signal(group: number, name: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, name)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
