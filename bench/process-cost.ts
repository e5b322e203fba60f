import { spawn, spawnSync } from 'node:child_process'

/** What a command and everything that it started have cost. */
export interface ProcessCost {
  readonly wallMs: number
  /** User and system time of all descendants, daemons included where the system allows to wait for them. */
  readonly cpuMs: number
}

/**
 * In a process namespace of its own, what a command leaves in the background is waited for and counted too. Where that
 * is not allowed, only the processes that were waited for count, which favours whoever leaves daemons behind.
 */
const fence: readonly string[] = canUnshare() ? ['unshare', '--pid', '--fork', '--kill-child', '--'] : []

/** Whether {@link measureProcess} sees daemons. */
export const countsDaemons: boolean = fence.length > 0

/** @throws Error when the command fails: a failure is no measurement */
export async function measureProcess(words: readonly string[]): Promise<ProcessCost> {
  // bash stays as the first process of the namespace and reaps what is orphaned there.
  const script = 'TIMEFORMAT="cost %3R %3U %3S"; time "$@"'
  const inner = ['bash', '-c', '"$@"; exit $?', 'bash', ...words]
  const child = spawn('bash', ['-c', script, 'bash', ...fence, ...inner], { stdio: ['ignore', 'ignore', 'pipe'] })
  let stderr = ''
  child.stderr.setEncoding('utf8')
  child.stderr.on('data', (text: string) => {
    stderr += text
  })
  const code = await new Promise((resolve) => child.once('close', resolve))
  const [, wall, user, system] = /cost (\d+\.\d+) (\d+\.\d+) (\d+\.\d+)\s*$/.exec(stderr) ?? []
  if (code !== 0 || wall === undefined)
    throw new Error(`${words.join(' ').slice(0, 200)} ended with ${code}: ${stderr}`)
  return { wallMs: Number(wall) * 1000, cpuMs: (Number(user) + Number(system)) * 1000 }
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  if (sorted.length % 2 === 1) return sorted[middle]!
  return (sorted[middle - 1]! + sorted[middle]!) / 2
}

function canUnshare(): boolean {
  return spawnSync('unshare', ['--pid', '--fork', '--kill-child', '--', 'true'], { stdio: 'ignore' }).status === 0
}
