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
 * 6. Once started, a look that fails for good leaves it open how the work ends: another attempt attaches to it.
 */
import type { JsonObject } from '../../base/json.ts'
import { failureOfAbort } from '../../ports/abort.ts'
import { type ActionContext, ActionFailure, type ProbeResult } from '../../ports/executor.ts'
import type { RemoteCommand, SshAddress } from '../../ports/ssh.ts'
import { leftOpen } from '../under-way.ts'
import {
  endUnderMarker,
  lookAtMarker,
  type MarkerPlace,
  type MarkerState,
  readOutput,
  startUnderMarker,
} from './marker.ts'
import { type Collector, makeCollector } from './output-collector.ts'

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
  /** Looks whether the work may start; done only when it has not been started before. */
  readonly beforeStart?: () => Promise<void>
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

const pauseMsFirst = 250
const pauseMsMaxDefault = 10_000
/** Time for a last look at the deadline, within what the contract leaves after an abort. */
const lastLookMs = 900

/**
 * Starts the work of this effect, or attaches to it, and waits for its end.
 *
 * @returns also for a non-zero exit code: what that means is the caller's business
 * @throws ActionFailure `unreachable` (never reached the target), `refused` (login, host key, smaller fence), `process`
 *   (killed, or the marker cannot be made), `timeout` and `cancelled` (the work goes on, unless it was to be ended),
 *   `unknown` (the connection broke at the start and never came back, or the work cannot be watched any more)
 */
export async function runDetached(
  context: ActionContext,
  address: SshAddress,
  work: DetachedWork,
): Promise<DetachedResult> {
  const place: MarkerPlace = { context, address, ...placeOf(work) }
  const collected = { stdout: makeCollector(work, 'stdout'), stderr: makeCollector(work, 'stderr') }
  const before = await lookAtMarker(place)
  const attached = isBegun(before)
  if (attached) context.log(`attached to work under ${before.marker}`)
  else await work.beforeStart?.()
  // The first call, and the first one after a broken connection, goes through the start: it judges the fence, and
  // starts what the connection has kept from starting.
  let mustStart = true
  let isStarted = attached
  let isLost = false
  let pauseMs = pauseMsFirst
  try {
    for (;;) {
      let seen: MarkerState | undefined
      try {
        seen = mustStart ? await startUnderMarker(place, work) : await lookAtMarker(place)
        if (isLost) context.log('connected again')
        mustStart = false
        isLost = false
        if (seen.state !== 'fenced') {
          isStarted ||= seen.state !== 'none'
          await collected.stdout.upTo(seen.outBytes, (from, count) => readOutput(place, 'stdout', from, count))
          await collected.stderr.upTo(seen.errBytes, (from, count) => readOutput(place, 'stderr', from, count))
        }
      } catch (error) {
        if (!isPassing(error, context)) throw isStarted ? unwatched(error, context) : error
        isStarted ||= !error.notApplied
        if (!isLost) context.log(`the connection to ${address.target} broke; looking again`)
        isLost = true
        mustStart = true
        seen = undefined
      }
      if (seen?.state === 'fenced') throw fenced(seen, context, isStarted)
      if (seen?.state === 'ended') return resultOf(seen, collected, attached)
      if (seen?.state === 'lost') throw killed(context, seen, collected)
      pauseMs = Math.min(pauseMs * 1.5, work.pollMsMax ?? pauseMsMaxDefault)
      await context.ports.clock.sleep(pauseMs, context.signal)
    }
  } catch (error) {
    if (!context.signal.aborted) throw error
    throw await cutOff(place, work)
  }
}

/** Says honestly how the work of this effect stands, without changing anything. `expectExit`: codes that mean success. */
export async function probeDetached(
  context: ActionContext,
  address: SshAddress,
  work: Pick<DetachedWork, 'sudo' | 'markerFolder'> & { readonly expectExit: readonly number[] },
): Promise<ProbeResult> {
  const seen = await lookAtMarker({ context, address, ...placeOf(work) })
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
function isPassing(error: unknown, context: ActionContext): error is ActionFailure {
  if (context.signal.aborted || !(error instanceof ActionFailure)) return false
  return error.class === 'unreachable' || error.class === 'timeout' || error.class === 'unknown'
}

function isBegun({ state }: MarkerState): boolean {
  return state !== 'none' && state !== 'starting'
}

function unwatched(error: unknown, context: ActionContext): unknown {
  return error instanceof ActionFailure && !context.signal.aborted
    ? leftOpen(error, 'the work had been started, and may go on meanwhile')
    : error
}

function killed(context: ActionContext, seen: MarkerState, collected: Collected): ActionFailure {
  const outputs: JsonObject = { stderr: context.hide(new TextDecoder().decode(collected.stderr.bytes())).slice(-2000) }
  return new ActionFailure('process', 'the work was killed before it ended: it left no exit code', {
    advice: `The host may have restarted meanwhile. Its output is under ${seen.marker} on the target.`,
    outputs,
  })
}

function fenced(seen: MarkerState, context: ActionContext, isStarted: boolean): ActionFailure {
  return new ActionFailure(
    'refused',
    `another engine has taken over this target (fence ${seen.fence} over ${context.fence})`,
    {
      advice: `${isStarted ? 'Its work is watched from there.' : 'Nothing was done here.'} Look at the run that goes on elsewhere.`,
      notApplied: !isStarted,
    },
  )
}

const standing: Readonly<Record<Exclude<MarkerState['state'], 'none'>, string>> = {
  starting: 'it is about to start there',
  running: 'it goes on there',
  ended: 'it has ended there meanwhile',
  lost: 'it was killed there before it ended',
  fenced: 'another engine goes on with it there',
}

/** The deadline has come, or somebody has called the work off. What is said about it is looked up, quickly. */
async function cutOff(place: MarkerPlace, work: DetachedWork): Promise<ActionFailure> {
  const reason = failureOfAbort(place.context.signal, `waiting for work at ${place.address.target}`)
  const patience = new AbortController()
  const over = new AbortController()
  place.context.ports.clock.sleep(lastLookMs, over.signal).then(
    () => patience.abort(),
    () => undefined,
  )
  const last = { ...place, context: { ...place.context, signal: patience.signal, deadlineMs: lastLookMs } }
  try {
    const seen = await lookAtMarker(last)
    if (seen.state === 'none') {
      return new ActionFailure(reason.class, `${reason.message}; it was not started`, { cause: reason })
    }
    if (seen.state === 'running' && work.atDeadline === 'end') {
      await endUnderMarker(last)
      return new ActionFailure(reason.class, `${reason.message}; it was ended`, { cause: reason })
    }
    return new ActionFailure(reason.class, `${reason.message}; ${standing[seen.state]} under ${seen.marker}`, {
      advice: 'A resume or another attempt attaches to it.',
      cause: reason,
    })
  } catch {
    return new ActionFailure('unknown', `${reason.message}; how it stands there cannot be told now`, {
      advice: 'A resume looks again, and attaches to it if it was started.',
      cause: reason,
    })
  } finally {
    over.abort()
  }
}

function placeOf(work: Pick<DetachedWork, 'sudo' | 'markerFolder'>): Pick<MarkerPlace, 'sudo' | 'markerFolder'> {
  return {
    ...(work.sudo === undefined ? {} : { sudo: work.sudo }),
    ...(work.markerFolder === undefined ? {} : { markerFolder: work.markerFolder }),
  }
}
