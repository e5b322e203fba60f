import { readdirSync, readFileSync } from 'node:fs'

/** Ends every process of an emulated host, those that left their group too: they are known by their home folder. */
export function endProcesses(home: string): void {
  const found = processesOf(home)
  // All are stopped before the first one ends, so that none can write down how another one ended.
  for (const signal of ['SIGSTOP', 'SIGKILL'] as const) for (const id of found) send(id, signal)
}

function processesOf(home: string): readonly number[] {
  return readdirSync('/proc').flatMap((entry) => {
    const id = Number(entry)
    if (!Number.isInteger(id) || id === process.pid) return []
    try {
      return readFileSync(`/proc/${id}/environ`, 'utf8').split('\0').includes(`HOME=${home}`) ? [id] : []
    } catch {
      // The process is gone, or somebody else's.
      return []
    }
  })
}

function send(id: number, signal: NodeJS.Signals): void {
  try {
    process.kill(id, signal)
  } catch {
    // It ended meanwhile.
  }
}
