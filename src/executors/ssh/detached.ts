/**
 * Work on a target that survives a lost connection and a dead engine: it is started under a marker, watched, and
 * collected. Any executor on top of SSH uses this for what takes long; see `marker-script.ts` for the marker itself.
 *
 * Invariants:
 * 1. One effect id starts at most once, however often and by however many engines it is asked for. Asking again
 *    re-attaches. Work that failed stays failed under its effect id; another attempt carries another id.
 * 2. A smaller fence than the marker's is refused: its owner hung, and somebody else has taken over.
 * 3. Once started, a broken connection is no failure: polling goes on until the deadline.
 * 4. The argument list is visible on the target (`ps`), so it never holds a secret. Secrets go by environment or input.
 * 5. At the deadline or on cancel the work is left running (or ended, when asked), and the failure says which.
 */
import type { JsonObject } from '../../base/json.ts'
import { failureOfAbort } from '../../ports/abort.ts'
import { type ActionContext, ActionFailure, type ProbeResult } from '../../ports/executor.ts'
import type { RemoteCommand, RemoteResult, SshAddress } from '../../ports/ssh.ts'
import { endScript, readScript, startScript, statusScript } from './marker-script.ts'

export interface DetachedWork {
  readonly argv: readonly [string, ...string[]]
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string | Uint8Array
  readonly cwd?: string
  /** Marker and work belong to this user then; give the same to every call about the same effect. */
  readonly sudo?: RemoteCommand['sudo']
  /** Folder of the markers, relative to the home folder or absolute. Default `.rollbook/effects`. */
  readonly markerFolder?: string
  /** Output kept per stream, bytes, from the beginning; default 1 MiB. */
  readonly outputBytesMax?: number
  /** Longest pause between two looks, milliseconds; default 10,000. Pauses grow from a quarter of a second. */
  readonly pollMsMax?: number
  /** What happens to the work at the deadline and on cancel; default `leave`. */
  readonly atDeadline?: 'leave' | 'end'
  /** Gets output as it is found while polling. */
  readonly onOutput?: (stream: 'stdout' | 'stderr', chunk: Uint8Array) => void
}

export interface DetachedResult {
  /** As a shell tells it: 128 and more for a signal, 126 and 127 when the program could not be started. */
  readonly exitCode: number
  readonly stdout: Uint8Array
  readonly stderr: Uint8Array
  readonly truncated: boolean
  /** True when the work had been started before this call. */
  readonly attached: boolean
  /** Folder of the marker on the target. */
  readonly marker: string
}

/** What a marker says. `lost`: the work is gone without an exit code, killed or cut off by a restart of the host. */
export interface MarkerState {
  readonly state: 'none' | 'starting' | 'running' | 'ended' | 'lost' | 'fenced'
  readonly fence: number
  readonly exitCode: number | undefined
  readonly outBytes: number
  readonly errBytes: number
  readonly marker: string
}

type Place = Pick<DetachedWork, 'sudo' | 'markerFolder'>

const folderDefault = '.rollbook/effects'
const outputBytesMaxDefault = 1 << 20
const pieceBytes = 1 << 20
const pauseMsFirst = 250
const pauseMsMaxDefault = 10_000
/** Longest time for one call about a marker; the connection counts as broken after that. */
const callMs = 30_000
const keepDays = 30
const killAfterSeconds = 5

/**
 * Starts the work of this effect, or attaches to it, and waits for its end.
 *
 * @returns also for a non-zero exit code: what that means is the caller's business
 * @throws ActionFailure `unreachable` (never reached the target), `refused` (login, host key, smaller fence), `process`
 *   (killed, or the marker cannot be made), `timeout` and `cancelled` (the work goes on, unless it was to be ended),
 *   `unknown` (the connection broke at the start and never came back)
 */
export async function runDetached(
  context: ActionContext,
  address: SshAddress,
  work: DetachedWork,
): Promise<DetachedResult> {
  const collected = { stdout: makeCollector(work, 'stdout'), stderr: makeCollector(work, 'stderr') }
  const before = await lookAt(context, address, work)
  const attached = before.state !== 'none' && before.state !== 'starting'
  if (attached) context.log(`attached to work under ${before.marker}`)
  let isStarted = attached
  let isLost = false
  let pauseMs = pauseMsFirst
  try {
    for (;;) {
      try {
        const seen =
          isStarted && !isLost && pauseMs > pauseMsFirst
            ? await lookAt(context, address, work)
            : await start(context, address, work)
        isStarted = true
        if (isLost) context.log('connected again')
        isLost = false
        if (seen.state === 'fenced') throw fenced(seen, context)
        for (const [stream, bytes] of [
          ['stdout', seen.outBytes],
          ['stderr', seen.errBytes],
        ] as const) {
          await collected[stream].upTo(bytes, (from, count) => readPiece(context, address, work, stream, from, count))
        }
        if (seen.state === 'ended') return resultOf(seen, collected, attached)
        if (seen.state === 'lost') throw killed(seen, collected)
      } catch (error) {
        if (!isPassing(error, context)) throw error
        if (!isLost) context.log(`the connection broke; the work goes on at ${address.target}, looking again`)
        isLost = true
      }
      pauseMs = Math.min(pauseMs * 1.5, work.pollMsMax ?? pauseMsMaxDefault)
      await context.ports.clock.sleep(pauseMs, context.signal)
    }
  } catch (error) {
    if (!context.signal.aborted) throw error
    throw await cutOff(context, address, work, isStarted, before.marker)
  }
}

/** Says honestly how the work of this effect stands, without changing anything. `expectExit`: codes that mean success. */
export async function probeDetached(
  context: ActionContext,
  address: SshAddress,
  work: Place & { readonly expectExit: readonly number[] },
): Promise<ProbeResult> {
  const seen = await lookAt(context, address, work)
  switch (seen.state) {
    case 'none':
      return { state: 'not_applied', summary: 'never started' }
    case 'starting':
      return { state: 'not_applied', summary: 'asked for, but not started' }
    case 'running':
      return { state: 'running', summary: `running under ${seen.marker}` }
    case 'ended':
      return work.expectExit.includes(seen.exitCode ?? -1)
        ? {
            state: 'applied',
            summary: `ended with exit code ${seen.exitCode}`,
            outputs: { exit_code: seen.exitCode ?? null },
          }
        : { state: 'unknown', summary: `failed with exit code ${seen.exitCode}; its log is under ${seen.marker}` }
    case 'lost':
    case 'fenced':
      return { state: 'unknown', summary: `was killed before it ended; its log is under ${seen.marker}` }
  }
}

/** Reads the marker of this effect. */
export async function lookAt(context: ActionContext, address: SshAddress, place: Place): Promise<MarkerState> {
  const result = await call(context, address, place, statusScript, [])
  return parseState(result, context)
}

async function start(context: ActionContext, address: SshAddress, work: DetachedWork): Promise<MarkerState> {
  const result = await call(
    context,
    address,
    work,
    startScript,
    [String(context.fence), work.stdin === undefined ? '0' : '1', String(keepDays), work.cwd ?? '', ...work.argv],
    {
      ...(work.env === undefined ? {} : { env: work.env }),
      ...(work.stdin === undefined ? {} : { stdin: work.stdin }),
    },
  )
  return parseState(result, context)
}

async function readPiece(
  context: ActionContext,
  address: SshAddress,
  work: DetachedWork,
  stream: 'stdout' | 'stderr',
  from: number,
  count: number,
): Promise<Uint8Array> {
  const name = stream === 'stdout' ? 'out' : 'err'
  const result = await call(context, address, work, readScript, [name, String(from + 1), String(count)])
  return result.stdout
}

async function call(
  context: ActionContext,
  address: SshAddress,
  place: Place,
  script: string,
  args: readonly string[],
  input: Pick<RemoteCommand, 'env' | 'stdin'> = {},
): Promise<RemoteResult> {
  const session = await context.ports.ssh.session(address, context.signal)
  const result = await session.exec({
    argv: ['sh', '-c', script, 'rollbook', place.markerFolder ?? folderDefault, markerName(context.effect), ...args],
    ...input,
    ...(place.sudo === undefined ? {} : { sudo: place.sudo }),
    timeoutMs: Math.min(callMs, context.deadlineMs),
    signal: context.signal,
    outputBytesMax: pieceBytes + 4096,
  })
  if (result.exitCode === 0) return result
  const words = new TextDecoder().decode(result.stderr).trim().split('\n').at(-1) ?? ''
  throw new ActionFailure(
    'process',
    `${address.target}: the marker cannot be kept: ${words || `exit ${result.exitCode}`}`,
    {
      advice: 'Check that the folder of the markers can be written, and that the disk is not full.',
    },
  )
}

/**
 * Turns an effect id into a file name: what is not plain becomes `%XX`; a long one is cut and told apart by a checksum.
 */
export function markerName(effect: string): string {
  const name = encodeURIComponent(effect).replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16)}`)
  const plain = name.replace(/^\./, '%2E')
  return plain.length <= 180 ? plain : `${plain.slice(0, 150)}-${fnv1a(effect)}`
}

/** FNV-1a, 64 bits, in hexadecimal. */
function fnv1a(text: string): string {
  let hash = 0xcbf29ce484222325n
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  }
  return hash.toString(16).padStart(16, '0')
}

function parseState(result: RemoteResult, context: ActionContext): MarkerState {
  const values = new Map<string, string>()
  for (const line of new TextDecoder().decode(result.stdout).split('\n')) {
    const at = line.indexOf('=')
    if (at > 0) values.set(line.slice(0, at), line.slice(at + 1).trim())
  }
  const state = states.find((each) => each === values.get('state'))
  if (state === undefined) {
    throw new ActionFailure('process', `the marker of ${context.effect} cannot be read`, {
      advice: 'Look at the files under .rollbook/effects on the target.',
    })
  }
  const exit = values.get('exit')
  return {
    state,
    fence: Number(values.get('fence') ?? 0),
    exitCode: exit === undefined || exit === '' ? undefined : Number(exit),
    outBytes: Number(values.get('out') ?? 0),
    errBytes: Number(values.get('err') ?? 0),
    marker: values.get('dir') ?? '',
  }
}

const states = ['none', 'starting', 'running', 'ended', 'lost', 'fenced'] as const

interface Collector {
  /** Reads on until `bytes` are known or the limit is reached. */
  upTo(bytes: number, read: (from: number, count: number) => Promise<Uint8Array>): Promise<void>
  bytes(): Uint8Array
  readonly truncated: boolean
}

function makeCollector(work: DetachedWork, stream: 'stdout' | 'stderr'): Collector {
  const bytesMax = work.outputBytesMax ?? outputBytesMaxDefault
  const parts: Uint8Array[] = []
  let read = 0
  let known = 0
  return {
    async upTo(bytes, readFrom) {
      known = Math.max(known, bytes)
      while (read < Math.min(bytes, bytesMax)) {
        const part = await readFrom(read, Math.min(pieceBytes, bytes - read, bytesMax - read))
        if (part.length === 0) return
        parts.push(part)
        read += part.length
        work.onOutput?.(stream, part)
      }
    },
    bytes() {
      const whole = new Uint8Array(read)
      let at = 0
      for (const part of parts) {
        whole.set(part, at)
        at += part.length
      }
      return whole
    },
    get truncated() {
      return known > read
    },
  }
}

type Collected = Readonly<Record<'stdout' | 'stderr', Collector>>

function resultOf(seen: MarkerState, collected: Collected, attached: boolean): DetachedResult {
  return {
    exitCode: seen.exitCode ?? 255,
    stdout: collected.stdout.bytes(),
    stderr: collected.stderr.bytes(),
    truncated: collected.stdout.truncated || collected.stderr.truncated,
    attached,
    marker: seen.marker,
  }
}

/** Passing trouble of the connection; only the deadline ends the patience with it. */
function isPassing(error: unknown, context: ActionContext): boolean {
  if (context.signal.aborted || !(error instanceof ActionFailure)) return false
  return error.class === 'unreachable' || error.class === 'timeout' || error.class === 'unknown'
}

function killed(seen: MarkerState, collected: Collected): ActionFailure {
  const outputs: JsonObject = { stderr: new TextDecoder().decode(collected.stderr.bytes()).slice(-2000) }
  return new ActionFailure('process', 'the work was killed before it ended: it left no exit code', {
    advice: `The host may have restarted meanwhile. Its output is under ${seen.marker} on the target.`,
    outputs,
  })
}

function fenced(seen: MarkerState, context: ActionContext): ActionFailure {
  return new ActionFailure(
    'refused',
    `another engine has taken over this target (fence ${seen.fence} over ${context.fence})`,
    {
      advice: 'Nothing was done here. Look at the run that goes on elsewhere.',
      notApplied: true,
    },
  )
}

/** The deadline has come, or somebody has called the work off. */
async function cutOff(
  context: ActionContext,
  address: SshAddress,
  work: DetachedWork,
  isStarted: boolean,
  marker: string,
): Promise<ActionFailure> {
  const reason = failureOfAbort(context.signal, `waiting for work at ${address.target}`)
  if (!isStarted) {
    return new ActionFailure('unknown', `${reason.message}; it cannot be told whether it was started`, {
      advice: 'A resume looks again, and attaches if it was.',
      cause: reason,
    })
  }
  if (work.atDeadline === 'end' && (await endWork(context, address, work))) {
    return new ActionFailure(reason.class, `${reason.message}; it was ended`, { cause: reason })
  }
  return new ActionFailure(reason.class, `${reason.message}; it goes on there under ${marker}`, {
    advice: 'A resume or another attempt attaches to it.',
    cause: reason,
  })
}

/** Asks for the end without waiting for it; the target itself sends KILL after a while. */
async function endWork(context: ActionContext, address: SshAddress, work: DetachedWork): Promise<boolean> {
  const patience = AbortSignal.timeout(900)
  try {
    await call({ ...context, signal: patience, deadlineMs: 900 }, address, work, endScript, [String(killAfterSeconds)])
    return true
  } catch {
    context.log('the work could not be ended')
    return false
  }
}
