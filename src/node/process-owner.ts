/** Who holds a lock, told so exactly that a later process can say whether the holder is still there. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'

export interface ProcessOwner {
  readonly user: string
  readonly host: string
  readonly pid: number
  /** When the process began, in the system's own words; tells a process from a later one with the same number. */
  readonly process_started: string
  /** ISO 8601, UTC. */
  readonly acquired_at: string
}

/** This process, now. */
export function thisProcess(now: number = Date.now()): ProcessOwner {
  return {
    user: userName(),
    host: hostname(),
    pid: process.pid,
    process_started: processStarted(process.pid) ?? '',
    acquired_at: new Date(now).toISOString(),
  }
}

/** `elsewhere`: on another host, of which nothing can be known from here. */
export function presenceOf(owner: ProcessOwner): 'alive' | 'gone' | 'elsewhere' {
  if (owner.host !== hostname()) return 'elsewhere'
  const started = processStarted(owner.pid)
  if (started === undefined) return 'gone'
  return started === owner.process_started ? 'alive' : 'gone'
}

/** `alice on host mc-1, process 4711, since 2026-11-21T10:05:38.000Z` */
export function ownerText(owner: ProcessOwner): string {
  return `${owner.user} on host ${owner.host}, process ${owner.pid}, since ${owner.acquired_at}`
}

/** What a record says of a holder that was gone. */
export function takenOverText({ pid, host }: Pick<ProcessOwner, 'pid' | 'host'>): string {
  return `taken over from process ${pid} on ${host}`
}

/** Name of the user of this process; its number where the system has no name for it, as in many containers. */
export function userName(): string {
  try {
    return userInfo().username
  } catch {
    return `user ${process.getuid?.() ?? 'unknown'}`
  }
}

/**
 * On Linux the boot and the tick of the boot, elsewhere what `ps` says.
 *
 * @returns undefined when there is no such process, or only its unburied remains
 */
export function processStarted(pid: number): string | undefined {
  if (process.platform !== 'linux') return startedByPs(pid)
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is the program's name in parentheses and may hold anything; the third is the state.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${fields[19]}`
  } catch {
    return undefined
  }
}

function startedByPs(pid: number): string | undefined {
  try {
    const text = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { LC_ALL: 'C', TZ: 'UTC' },
    })
    return text.trim() || undefined
  } catch {
    return undefined
  }
}
