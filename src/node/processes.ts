import { resolve } from 'node:path'
import { execa } from 'execa'
import { failureOfAbort, refuseWhenAborted } from '../ports/abort.ts'
import { ActionFailure } from '../ports/executor.ts'
import type { Processes, ProcessResult, ProcessSpec } from '../ports/processes.ts'
import { type BoundedOutput, makeBoundedOutput } from './bounded-output.ts'
import { programPath } from './program-path.ts'
import { goLine, held, type StartedPrograms } from './started-programs.ts'
import { timerMs } from './timer.ts'

/** Time between TERM and KILL; the contract of an action leaves a second for both. */
const graceMs = 600
/** Time that a group gets to close its output after its leader has ended. */
const drainMs = 250
const outputBytesMaxDefault = 1 << 20

/** What a child gets of our own environment. Everything else stays here, because it may hold secrets. */
const inheritedNames = ['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'TMPDIR', 'TZ', 'LANG', 'LC_ALL'] as const

/** Groups that are alive: ended when this process ends in an orderly way. */
const groups = new Set<number>()
let isWatchingExit = false

/**
 * Real processes, started without a shell.
 *
 * @param directory - where they run and relative folders start; the folder of this process unless said otherwise
 * @param started - keeps record of what runs, for the case that this process is killed
 */
export function makeProcesses(directory: string = process.cwd(), started?: StartedPrograms): Processes {
  return {
    async run(spec) {
      await started?.earlierEnded(spec.signal)
      return await run(spec, resolve(directory, spec.cwd ?? ''), started)
    },
  }
}

async function run(spec: ProcessSpec, cwd: string, started: StartedPrograms | undefined): Promise<ProcessResult> {
  const [program] = spec.argv
  refuseWhenAborted(spec.signal, `starting ${program}`)
  const env = { ...fixedEnvironment(), ...spec.env }
  const [file, ...rest] = started ? heldProgram(spec, env['PATH'] ?? '', cwd) : spec.argv
  const bytesMax = spec.outputBytesMax ?? outputBytesMaxDefault
  const stdout = makeBoundedOutput(bytesMax)
  const stderr = makeBoundedOutput(bytesMax)
  const child = execa(file, rest, {
    detached: true,
    cleanup: false,
    reject: false,
    buffer: false,
    encoding: 'buffer',
    stripFinalNewline: false,
    extendEnv: false,
    env,
    cwd,
    ...(started ? { stdin: 'pipe' as const } : inputOf(spec)),
  })
  const group = child.pid
  if (group !== undefined) watch(group)
  if (started && group !== undefined) {
    try {
      started.began(group, program, Date.now() + spec.timeoutMs)
    } catch (error) {
      // Held back still, and nobody is to let it go any more: it leaves no trace.
      signalGroup(group, 'SIGKILL')
      await child
      groups.delete(group)
      throw notRecorded(program, error)
    }
    // Whoever is told to go and is gone already has told so by its end.
    child.stdin?.on('error', () => undefined)
    child.stdin?.write(goLine)
    child.stdin?.end(spec.stdin)
  }
  listen(child.stdout, 'stdout', stdout, spec)
  listen(child.stderr, 'stderr', stderr, spec)

  let failure: ActionFailure | undefined
  let killTimer: NodeJS.Timeout | undefined
  let isKilled = false
  const end = (reason: ActionFailure): void => {
    if (failure !== undefined) return
    failure = reason
    signalGroup(group, 'SIGTERM')
    killTimer = setTimeout(() => {
      signalGroup(group, 'SIGKILL')
      isKilled = true
      closeOutputs()
    }, graceMs)
  }
  const closeOutputs = (): void => {
    child.stdout?.destroy()
    child.stderr?.destroy()
  }
  const timer = setTimeout(
    () => end(new ActionFailure('timeout', `${program} did not end within ${spec.timeoutMs} ms and was ended`)),
    timerMs(spec.timeoutMs),
  )
  const onAbort = (): void => {
    if (spec.signal) end(failureOfAbort(spec.signal, `running ${program}`))
  }
  spec.signal?.addEventListener('abort', onAbort, { once: true })
  // A leader that is gone may leave children that hold its output open; they get a moment, then they are ended.
  let drainTimer: NodeJS.Timeout | undefined
  child.once('exit', () => {
    drainTimer = setTimeout(() => {
      signalGroup(group, 'SIGTERM')
      drainTimer = setTimeout(closeOutputs, drainMs)
    }, drainMs)
  })

  const result = await child
  clearTimeout(timer)
  clearTimeout(killTimer)
  clearTimeout(drainTimer)
  spec.signal?.removeEventListener('abort', onAbort)
  if (group !== undefined) {
    if (!isKilled) await endGroup(group)
    groups.delete(group)
    started?.ended(group)
  }

  if (failure !== undefined) throw failure
  if (group === undefined) throw notStarted(program, spec.cwd, result)
  return {
    exitCode: result.exitCode ?? null,
    killedBy: result.signal ?? null,
    stdout: stdout.bytes(),
    stderr: stderr.bytes(),
    truncated: stdout.truncated || stderr.truncated,
  }
}

function inputOf({ stdin }: ProcessSpec): { readonly stdin: 'ignore' } | { readonly input: string | Uint8Array } {
  return stdin === undefined ? { stdin: 'ignore' } : { input: stdin }
}

/** The shell that holds a program back would tell of a missing one in its own words, so it is looked up before. */
function heldProgram(spec: ProcessSpec, path: string, cwd: string): readonly [string, ...string[]] {
  const [program] = spec.argv
  const found = programPath(program, path, cwd)
  if ('code' in found) throw notStarted(program, spec.cwd, found)
  return held(spec.argv, spec.stdin !== undefined)
}

function fixedEnvironment(): Record<string, string> {
  const environment: Record<string, string> = {}
  for (const name of inheritedNames) {
    const value = process.env[name]
    if (value !== undefined) environment[name] = value
  }
  return environment
}

function listen(
  stream: NodeJS.ReadableStream | null | undefined,
  name: 'stdout' | 'stderr',
  kept: BoundedOutput,
  spec: ProcessSpec,
): void {
  stream?.on('data', (chunk: Uint8Array) => {
    kept.push(chunk)
    spec.onOutput?.(name, chunk)
  })
  // A stream that is torn down early is our own doing; the outcome is told by the process.
  stream?.on('error', () => undefined)
}

/** Ends what the leader left behind in its group: nothing that we started goes on running. */
async function endGroup(group: number): Promise<void> {
  if (!signalGroup(group, 'SIGTERM')) return
  for (let waitedMs = 0; waitedMs < graceMs && signalGroup(group, 0); waitedMs += 50) {
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  signalGroup(group, 'SIGKILL')
}

/** @returns whether the group had a process to take the signal */
function signalGroup(group: number | undefined, signal: NodeJS.Signals | 0): boolean {
  if (group === undefined) return false
  try {
    process.kill(-group, signal)
    return true
  } catch {
    return false
  }
}

function watch(group: number): void {
  groups.add(group)
  if (isWatchingExit) return
  isWatchingExit = true
  process.on('exit', () => {
    for (const each of groups) signalGroup(each, 'SIGTERM')
  })
}

function notRecorded(program: string, error: unknown): ActionFailure {
  const reason = error instanceof Error ? error.message : String(error)
  return new ActionFailure('process', `${program} was not started, as no record of it could be written: ${reason}`, {
    advice: 'Make room on the disk of the run directory, or give it back its folder "programs".',
    notApplied: true,
    cause: error,
  })
}

function notStarted(program: string, cwd: string | undefined, result: { readonly code?: string }): ActionFailure {
  const where = cwd === undefined ? '' : ` in ${cwd}`
  if (result.code === 'ENOENT') {
    return new ActionFailure('process', `${program} could not be started${where}: not found`, {
      advice: cwd === undefined ? 'Install it, or give its full path.' : 'Check the program and the folder.',
    })
  }
  if (result.code === 'EACCES') {
    return new ActionFailure('process', `${program} could not be started${where}: permission denied`, {
      advice: 'Check that the file may be executed by this user.',
    })
  }
  return new ActionFailure('process', `${program} could not be started${where}: ${result.code ?? 'unknown reason'}`)
}
