import type { JumpingClock } from '../app/rehearsal-clock.ts'

/**
 * What a command may reach of the terminal and of the process around it. It is handed in, so that every command can be
 * run inside a test with captured streams.
 */
export interface CliIo {
  readonly stdin: NodeJS.ReadableStream
  /** What was asked for. Machines read it. */
  readonly stdout: NodeJS.WritableStream
  /** Progress, advice and errors. People read it. */
  readonly stderr: NodeJS.WritableStream
  /** `stdout` is a terminal. */
  readonly isTTY: boolean
  /** `stdin` and `stdout` are terminals: questions may be asked. */
  readonly interactive: boolean
  /** Width of the terminal; 100 when there is none. */
  readonly columns: number
  /** Colours on `stdout`, decided by NO_COLOR, FORCE_COLOR, TERM and the terminal. */
  readonly colour: boolean
  /** The same for `stderr`. */
  readonly errorColour: boolean
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** A rehearsal in this process goes by this clock instead of the machine's. */
  readonly clock?: JumpingClock
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number
  /** Calls the listener at Ctrl-C or at a request to end; gives the function that removes it. While one is set, the process stays. */
  onInterrupt(listener: () => void): () => void
}

/** Writes one line of what was asked for. */
export function say(io: Pick<CliIo, 'stdout'>, line = ''): void {
  io.stdout.write(`${line}\n`)
}

/** Writes one line for people only. */
export function note(io: Pick<CliIo, 'stderr'>, line = ''): void {
  io.stderr.write(`${line}\n`)
}
