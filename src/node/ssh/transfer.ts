/**
 * Files over a command's streams: content in one direction, the sha256 of what the far side's disk holds in the other.
 * Needs only POSIX tools and one of `sha256sum`, `shasum`, `openssl` on the target.
 */
import { createHash, randomBytes } from 'node:crypto'
import { ActionFailure } from '../../ports/executor.ts'
import type { RemoteCommand, RemoteResult } from '../../ports/ssh.ts'
import type { RunSpec } from './remote-run.ts'

export type Runner = (spec: RunSpec) => Promise<RemoteResult>

export interface TransferOptions {
  readonly timeoutMs: number
  readonly signal?: AbortSignal
  readonly sudo?: RemoteCommand['sudo']
}

export interface Transferred {
  /** 64 hex digits, the same on both sides. */
  readonly sha256: string
  readonly bytes: number
}

const modeDefault = 0o644
/** A large file goes down in pieces that the channel can take at once. */
const pieceBytesMax = 1 << 18

const digest = `d(){ sha256sum <"$1" 2>/dev/null||shasum -a 256 <"$1" 2>/dev/null||openssl dgst -sha256 <"$1";};`

/** Arguments: temporary file, final file, mode. Leaves the temporary file flushed and tells its digest. */
const receive = `${digest}if [ -d "$2" ];then echo "$2 is a folder">&2;exit 1;fi
umask 077;cat >"$1"&&chmod "$3" "$1"&&{ sync "$1" 2>/dev/null||sync;}&&d "$1"`

/** Arguments: temporary file, final file. The folder is flushed too, or the new name could be lost with the power. */
const putInPlace = `mv -f -- "$1" "$2"&&{ sync "$(dirname -- "$2")" 2>/dev/null||sync;}`

/** Argument: file. Content on standard output, digest on standard error. */
const give = `${digest}cat -- "$1"&&d "$1">&2`

/**
 * Writes aside, flushes, compares digests, renames: a reader on the target sees the old file or the whole new one.
 *
 * @throws ActionFailure `process` when the target cannot write or has got other bytes than were sent
 */
export async function upload(
  run: Runner,
  content: Uint8Array | AsyncIterable<Uint8Array>,
  path: string,
  options: TransferOptions & { readonly mode?: number },
  place: string,
): Promise<Transferred> {
  const temporary = temporaryPath(path)
  const hash = createHash('sha256')
  let bytes = 0
  async function* counted(): AsyncIterable<Uint8Array> {
    for await (const piece of pieces(content)) {
      hash.update(piece)
      bytes += piece.length
      yield piece
    }
  }
  const mode = (options.mode ?? modeDefault).toString(8).padStart(4, '0')
  const spec = { timeoutMs: options.timeoutMs, ...optional(options) }
  try {
    const received = await run({ ...spec, argv: ['sh', '-c', receive, 'sh', temporary, path, mode], input: counted() })
    const sha256 = hash.digest('hex')
    const seen = digestIn(received.stdout)
    if (received.exitCode !== 0 || seen === undefined) throw failed('write', path, place, received)
    if (seen !== sha256) {
      throw new ActionFailure('process', `${place} has got other bytes for ${path} than were sent`, {
        advice: 'Check disk and memory of the target; the old file is untouched.',
      })
    }
    const placed = await run({ ...spec, argv: ['sh', '-c', putInPlace, 'sh', temporary, path] })
    if (placed.exitCode !== 0) throw failed('write', path, place, placed)
    return { sha256, bytes }
  } catch (error) {
    // The best that can be done; without a connection the file aside stays, and its name says whose it is.
    await run({
      ...optional({ ...options, signal: undefined }),
      timeoutMs: 5000,
      argv: ['rm', '-f', '--', temporary],
    }).catch(() => undefined)
    throw error
  }
}

/**
 * Streams a file down; the sink's promise holds the far side back.
 *
 * @throws ActionFailure `process` when it cannot be read or changed meanwhile
 */
export async function download(
  run: Runner,
  path: string,
  sink: (chunk: Uint8Array) => void | Promise<void>,
  options: TransferOptions,
  place: string,
): Promise<Transferred> {
  const hash = createHash('sha256')
  let bytes = 0
  const result = await run({
    argv: ['sh', '-c', give, 'sh', path],
    timeoutMs: options.timeoutMs,
    ...optional(options),
    outputBytesMax: 4096,
    onOutput(stream, chunk) {
      if (stream === 'stderr') return
      hash.update(chunk)
      bytes += chunk.length
      return sink(chunk)
    },
  })
  const seen = digestIn(result.stderr)
  if (result.exitCode !== 0 || seen === undefined) throw failed('read', path, place, result)
  const sha256 = hash.digest('hex')
  if (seen !== sha256) {
    throw new ActionFailure('process', `${path} on ${place} changed while it was read`, {
      advice: 'Try again when nothing writes to it.',
    })
  }
  return { sha256, bytes }
}

/** Beside the final file, so that the rename stays on one file system. */
function temporaryPath(path: string): string {
  const slash = path.lastIndexOf('/') + 1
  const safe = path.startsWith('/') ? '' : './'
  return `${safe}${path.slice(0, slash)}.${path.slice(slash)}.rollbook-${randomBytes(4).toString('hex')}`
}

async function* pieces(content: Uint8Array | AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  if (!(content instanceof Uint8Array)) return yield* content
  for (let at = 0; at < content.length; at += pieceBytesMax) yield content.subarray(at, at + pieceBytesMax)
}

function optional(options: {
  readonly signal?: AbortSignal | undefined
  readonly sudo?: RemoteCommand['sudo']
}): Pick<RunSpec, 'signal' | 'sudo'> {
  return {
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.sudo === undefined ? {} : { sudo: options.sudo }),
  }
}

function digestIn(output: Uint8Array): string | undefined {
  return /\b[0-9a-f]{64}\b/.exec(Buffer.from(output).toString('latin1'))?.[0]
}

function failed(verb: 'read' | 'write', path: string, place: string, result: RemoteResult): ActionFailure {
  const words = Buffer.from(result.stderr).toString().trim().split('\n').at(-1) ?? ''
  const how = result.killedBy === null ? `exit ${result.exitCode}` : result.killedBy
  return new ActionFailure('process', `${place} could not ${verb} ${path}: ${words === '' ? how : words}`, {
    advice: 'Check path, permissions and free space on the target.',
  })
}
