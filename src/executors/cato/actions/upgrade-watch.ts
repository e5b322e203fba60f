import type { JsonObject } from '../../../base/json.ts'
import { type ActionContext, ActionFailure } from '../../../ports/executor.ts'
import { afterStart, leftOpen } from '../../under-way.ts'
import type { AccountPool } from '../account-pool.ts'
import { healthOf, pauseFor, socketOf } from '../api.ts'
import { isRunning, type Socket } from '../socket.ts'

export interface Watch {
  readonly context: ActionContext
  readonly pool: AccountPool
  readonly to: string
  /** What it ran before. */
  readonly from: string
  /** Instant on our clock at which the start was accepted, or the upgrade was found going on. */
  readonly startedAt: number
  /** The same in the account’s own words, so that clocks need not agree; absent when it did not say. */
  readonly scheduledAt: number | undefined
  /** When the version changed last, as the snapshot said before the start. */
  readonly versionSince: string
  /** `switched`: until it runs the new version. `success`: until the vendor declares it. */
  readonly until: 'switched' | 'success'
  /** Milliseconds of the account’s clock. */
  readonly intervalMs: number
  readonly limitMs: number
}

export interface Watched {
  readonly socket: Socket
  readonly endedAt: number
}

/**
 * Looks at the inventory until the upgrade has ended well.
 *
 * @throws ActionFailure `not_ready`: the try ended before the switch, another one may follow. `unhealthy`: the Socket
 *   went back to its previous version. `unreachable`: skipped, because the Socket cannot be reached. `process`: the
 *   upgrade process of the account is in trouble. `timeout`: no outcome in time. `unknown`: the API stopped answering
 *   while the upgrade went on.
 */
export async function watchUpgrade(watch: Watch): Promise<Watched> {
  const { context, pool, to, from, intervalMs } = watch
  const endsAt = watch.startedAt + pool.ours(watch.limitMs)
  let hasSwitched = false
  let last: Socket | undefined
  for (;;) {
    const now = pool.clock.now()
    try {
      // The last look is one of its own: what somebody saw before the end decides nothing.
      const notBefore = now >= endsAt ? endsAt : Math.max(watch.startedAt, now - pool.ours(intervalMs / 2))
      last = (await socketOf(context, pool, notBefore)).socket
    } catch (error) {
      if (!(error instanceof ActionFailure) || context.signal.aborted) throw error
      const canPass = error.class === 'unreachable' || error.class === 'timeout'
      if (!canPass || now >= endsAt) throw leftOpen(error, goesOn(watch))
      context.log(`${error.message}; the upgrade goes on, and so does the watch`)
    }
    if (last !== undefined) {
      if (last.version === to && !hasSwitched) {
        hasSwitched = true
        context.log(`runs ${to}`)
      }
      if (hasEnded(last, watch)) return { socket: last, endedAt: pool.clock.now() }
      const failure = await failureOf(watch, last, hasSwitched)
      if (failure) throw failure
    }
    if (now >= endsAt) {
      const status = last === undefined ? 'unknown' : `${last.status}, version ${last.version}`
      throw new ActionFailure(
        'timeout',
        `the upgrade from ${from} to ${to} has no outcome in time (status ${status})`,
        {
          advice: 'Look at the Socket in the console before anything is started again.',
          outputs: last ? outputsOf(last) : {},
        },
      )
    }
    const leftMs = Math.max(0, endsAt - pool.clock.now()) * pool.settings.pace
    await pauseFor(context, pool, Math.min(intervalMs, Math.max(leftMs, 1)), 'waiting for the end of the upgrade')
  }
}

function goesOn({ to }: Watch): string {
  return `the upgrade to ${to} may go on meanwhile`
}

function hasEnded(socket: Socket, { to, until }: Watch): boolean {
  if (socket.version !== to) return false
  if (socket.status === 'SUCCESS' || socket.status === 'NONE') return true
  return until === 'switched' && isRunning(socket.status) && socket.status !== 'PENDING_REBOOT'
}

function outputsOf(socket: Socket): JsonObject {
  return { version: socket.version, upgrade_status: socket.status }
}

/** Our reading of the end states; the vendor documents their names only. */
async function failureOf(watch: Watch, socket: Socket, hasSwitched: boolean): Promise<ActionFailure | undefined> {
  const { to, from } = watch
  switch (socket.status) {
    case 'RETRY':
      return await failedTry(watch, socket, 'a try failed, and a second one may follow')
    case 'FAIL': {
      if (!(hasSwitched || (await hasGoneBack(watch)))) {
        return await failedTry(watch, socket, 'the tries failed')
      }
      const why = await reasonOf(watch, socket)
      return new ActionFailure(
        'unhealthy',
        `the new version was in trouble, and the Socket went back to ${from}${why}`,
        {
          advice: 'Verify it with cato.rollback_state, and look at the Socket before the release goes on.',
          outputs: { ...outputsOf(socket), rolled_back: true },
        },
      )
    }
    case 'SKIP':
      return new ActionFailure('unreachable', `version ${to} was skipped${await reasonOf(watch, socket)}`, {
        advice: 'See that the Socket is connected and healthy; it goes with the next release, or by hand.',
        outputs: outputsOf(socket),
        notApplied: true,
      })
    case 'FATAL':
    case 'CANCEL':
      return new ActionFailure(
        'process',
        `the upgrade process gave up (${socket.status})${await reasonOf(watch, socket)}`,
        {
          advice: 'Stop the release for the whole account, and ask the vendor’s support.',
          outputs: outputsOf(socket),
          notApplied: socket.version !== to,
        },
      )
    default:
      return undefined
  }
}

async function failedTry(watch: Watch, socket: Socket, what: string): Promise<ActionFailure> {
  return new ActionFailure('not_ready', `${what}${await reasonOf(watch, socket)}`, {
    advice: 'Usual causes: a link below 1 Mbps, a weak LTE signal, a damaged file. A second try may help.',
    outputs: { ...outputsOf(socket), rolled_back: false },
    notApplied: true,
  })
}

/** The version was changed since the start although it is not the new one: it went there and back. */
async function hasGoneBack(watch: Watch): Promise<boolean> {
  const { context, pool } = watch
  const { device } = await afterStart(context.signal, goesOn(watch), () => healthOf(context, pool))
  return device.version !== watch.to && device.versionSince !== '' && device.versionSince !== watch.versionSince
}

/** The event's own words; the inventory tells no reason. */
async function reasonOf(watch: Watch, socket: Socket): Promise<string> {
  const { pool, context, to } = watch
  try {
    const since = watch.scheduledAt ?? 0
    const events = await pool.events.of(socket.serial, pool.clock.now(), context.signal)
    const event = events.filter((each) => each.fields['socket_new_version'] === to && each.at >= since).at(-1)
    const reason = event?.fields['failure_reason'] ?? ''
    return reason === '' ? '' : `: ${reason}`
  } catch (error) {
    // The outcome is certain without it.
    if (error instanceof ActionFailure && !context.signal.aborted) return ''
    throw error
  }
}
