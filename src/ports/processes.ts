export interface ProcessSpec {
  /** First the program, then its arguments; no shell looks at them. Never a secret in here. */
  readonly argv: readonly [string, ...string[]]
  readonly cwd?: string
  /** Added to a small fixed environment. Secrets may stand here. */
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string | Uint8Array
  readonly timeoutMs: number
  readonly signal?: AbortSignal
  /** Output kept per stream, bytes; the rest is counted and dropped. */
  readonly outputBytesMax?: number
  readonly onOutput?: (stream: 'stdout' | 'stderr', chunk: Uint8Array) => void
}

export interface ProcessResult {
  readonly exitCode: number | null
  readonly killedBy: string | null
  readonly stdout: Uint8Array
  readonly stderr: Uint8Array
  readonly truncated: boolean
}

/**
 * Processes on the machine of the engine, each in a group of its own that is ended as a whole.
 *
 * @throws ActionFailure `process` (not found), `timeout`, `cancelled`; a non-zero exit is a result, not a failure
 */
export interface Processes {
  run(spec: ProcessSpec): Promise<ProcessResult>
}
