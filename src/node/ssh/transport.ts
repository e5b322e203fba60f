/** What the two ways to run a command line on a target have in common: the proxy mode and a process per command. */

export interface RemoteExit {
  /** Null when a signal ended the program. */
  readonly exitCode: number | null
  /** Name with `SIG`, for example `SIGKILL`; null when the program ended by itself. */
  readonly killedBy: string | null
}

/** Takes what a program prints; while the promise that it may return is pending, the far side is held back. */
export type OutputSink = (stream: 'stdout' | 'stderr', chunk: Uint8Array) => void | Promise<void>

export interface RemoteProcess {
  /** The far side has taken the command; rejects when it does not come to that. */
  readonly started: Promise<void>
  /**
   * The program has ended and all that it printed has been taken by the sink.
   *
   * @throws ActionFailure `unreachable` when the connection is lost, `refused` when the server runs no commands
   */
  readonly ended: Promise<RemoteExit>
  /** Whether the far side may have got the command; while it waits for its place it has not. */
  readonly wasSent: boolean
  /** Resolves when there is room for more; gives false when nobody reads any more. */
  write(chunk: Uint8Array): Promise<boolean>
  /** End of file, after everything written. */
  end(): void
  /** Asks the server to send a signal to the process group; servers may ignore it. Name without `SIG`. */
  signal(name: string): void
  /** From now on output is thrown away; nothing holds the far side back. */
  discard(): void
  /** Gives the channel up, whatever goes on at the far side. */
  abandon(): void
}

export interface StartOptions {
  /** Goes before everything that waits for a free place; for ending other commands. */
  readonly urgent?: boolean
}

export interface Transport {
  start(line: string, sink: OutputSink, options?: StartOptions): RemoteProcess
}
