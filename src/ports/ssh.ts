/** SSH as executors see it: one session per target, kept for the run, over the system's OpenSSH. */
export interface SshAddress {
  /** Name of the target, for messages. */
  readonly target: string
  readonly host: string
  readonly port?: number
  readonly user?: string
  readonly identityFile?: string
  /** `user@host:port`, comma separated for several hops. */
  readonly jump?: string
  readonly knownHostsFile?: string
  /** `yes` unless said otherwise; anything else is loud and recorded. */
  readonly hostKeyCheck?: 'yes' | 'accept-new' | 'off'
  /** OpenSSH client configuration to use instead of the user's. */
  readonly configFile?: string
  /** Further OpenSSH options, `Name: value`. */
  readonly options?: Readonly<Record<string, string>>
  readonly connectTimeoutMs?: number
}

export interface RemoteCommand {
  /** First the program, then its arguments; quoted for the remote shell by construction. */
  readonly argv: readonly [string, ...string[]]
  /** Set for the remote process only, handed over by standard input and never visible in its argument list. */
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string | Uint8Array
  readonly cwd?: string
  /** Runs as another user through sudo; a password goes by standard input. */
  readonly sudo?: { readonly user?: string; readonly password?: string; readonly login?: boolean }
  /** At the end the remote process group is ended too: TERM, then KILL. */
  readonly timeoutMs: number
  readonly signal?: AbortSignal
  /** Output kept per stream, bytes; default 1 MiB. The rest is counted and dropped. */
  readonly outputBytesMax?: number
  /** Gets every byte, in order. A returned promise holds the stream back (channel window) until it resolves. */
  readonly onOutput?: (stream: 'stdout' | 'stderr', chunk: Uint8Array) => void | Promise<void>
}

export interface RemoteResult {
  /** Null when a signal ended the process. */
  readonly exitCode: number | null
  readonly killedBy: string | null
  readonly stdout: Uint8Array
  readonly stderr: Uint8Array
  readonly truncated: boolean
}

/**
 * One control master per target. Calls on one session may overlap.
 *
 * @throws ActionFailure `unreachable` (no route, refused, connection lost), `refused` (host key, login denied),
 *   `timeout`, `cancelled`; a non-zero exit is a result, not a failure
 */
export interface SshSession {
  exec(command: RemoteCommand): Promise<RemoteResult>
  /** Streams a file up, flushes it, renames it into place; gives the sha256 that the far side computed. */
  upload(
    content: Uint8Array | AsyncIterable<Uint8Array>,
    path: string,
    options: {
      readonly mode?: number
      readonly timeoutMs: number
      readonly signal?: AbortSignal
      readonly sudo?: RemoteCommand['sudo']
    },
  ): Promise<{ readonly sha256: string; readonly bytes: number }>
  /** Streams a file down with back-pressure. */
  download(
    path: string,
    sink: (chunk: Uint8Array) => void | Promise<void>,
    options: { readonly timeoutMs: number; readonly signal?: AbortSignal; readonly sudo?: RemoteCommand['sudo'] },
  ): Promise<{ readonly sha256: string; readonly bytes: number }>
}

export interface Ssh {
  /** The session of a target; opened on first use, shared afterwards, opened anew after a lost connection. */
  session(address: SshAddress, signal?: AbortSignal): Promise<SshSession>
  /** Opens sessions ahead of need; failures are kept for the first use. */
  warm(addresses: readonly SshAddress[]): void
  close(): Promise<void>
}
