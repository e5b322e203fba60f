import { isJsonObject, type JsonObject } from '../../../base/json.ts'
import { type ActionContext, ActionFailure } from '../../../ports/executor.ts'
import { afterStart } from '../../under-way.ts'
import { type Controller, canPass, failureOf } from '../controller.ts'
import { type Generation, plainOf } from '../release.ts'
import type { VersionInfo } from '../version-info.ts'
import type { Exchange } from '../wire.ts'
import { isReached, type PlatformTarget } from './platform-target.ts'

export interface PlatformWatch {
  readonly context: ActionContext
  readonly controller: Controller
  readonly generation: Generation
  readonly target: PlatformTarget
  readonly before: VersionInfo
  /** What the start gave to ask about; absent for an upgrade that was joined. */
  readonly id: string | undefined
  /** The start came back with the end of the upgrade. */
  readonly ended: boolean
  /** Instant of our clock. */
  readonly startedAt: number
  /** Milliseconds of the controller's clock. */
  readonly intervalMs: number
  readonly limitMs: number
}

export type Progress =
  | { readonly kind: 'running'; readonly message: string }
  /** It says so; whether it is true the version tells. */
  | { readonly kind: 'complete' }
  | { readonly kind: 'failed'; readonly message: string }
  /** The controller restarts, or cannot be asked for another reason. */
  | { readonly kind: 'away'; readonly message: string }

/** The newest generation shows the end of the last upgrade for a while. */
export const firstLookMs = 90_000

const goesOn = 'the upgrade may go on meanwhile'

/** Looks with nothing under way before an upgrade without a known release counts as having had nothing to do. */
const idleLooksMax = 3

/**
 * Waits until the controller runs the new release. What its status says is not enough: it is gone while the controller
 * restarts, it can read complete before the work is, and the newest generation shows the last upgrade's at first.
 *
 * @throws ActionFailure `process`: the controller says that it failed. `timeout`: no end in time. `unknown`: the
 *   controller could not be asked any more
 */
export async function watchPlatform(watch: PlatformWatch): Promise<VersionInfo> {
  const { context, controller, target, before } = watch
  const { signal } = context
  const endsAt = watch.startedAt + controller.ours(watch.limitMs)
  let hasRun = watch.ended
  let idleLooks = 0
  let told = ''
  const tell = (line: string): void => {
    if (line !== told && line !== '') context.log(line)
    told = line
  }
  if (watch.generation === 3) await controller.pause(firstLookMs, signal, 'waiting for the upgrade to begin')
  for (;;) {
    const progress = await afterStart(signal, goesOn, () => lookAtProgress(watch))
    if (progress.kind === 'failed') throw failed(watch, progress.message)
    if (progress.kind === 'running') hasRun = true
    if (progress.kind === 'running' || progress.kind === 'away') tell(progress.message)
    else {
      const info = await afterStart(signal, goesOn, () => freshVersion(watch))
      if (info !== undefined) {
        idleLooks += 1
        const isOther = info.current !== before.current
        const isSettled = target.atLeast === undefined && (isOther || hasRun || idleLooks >= idleLooksMax)
        if (isReached(target, info.current) || (isSettled && isOfSeries(target, info))) return info
        tell(`the status reads complete, but the controller still runs ${plainOf(info.current)}`)
      }
    }
    if (controller.clock.now() >= endsAt) {
      throw late(watch, progress, told)
    }
    await controller.pause(watch.intervalMs, signal, 'waiting for the end of the upgrade')
  }
}

/** A controller that could not be asked at the end may have done it. */
function late({ before }: PlatformWatch, progress: Progress, told: string): ActionFailure {
  const message = `the upgrade from ${plainOf(before.current)} has no end in time (${told})`
  return new ActionFailure(progress.kind === 'away' ? 'unknown' : 'timeout', message, {
    advice: 'Look at the upgrade page of the console before anything is started again.',
  })
}

function isOfSeries({ series }: PlatformTarget, { current }: VersionInfo): boolean {
  return series === '' || plainOf(current).startsWith(`${series}.`)
}

/** Logs in afresh, because the upgrade ends every session. @returns nothing while the controller cannot be asked */
async function freshVersion({ context, controller }: PlatformWatch): Promise<VersionInfo | undefined> {
  controller.endSession()
  try {
    return await controller.versionInfo(context.signal)
  } catch (error) {
    if (error instanceof ActionFailure && canPass(error) && !context.signal.aborted) return undefined
    throw error
  }
}

function failed({ before }: PlatformWatch, message: string): ActionFailure {
  return new ActionFailure('process', `the upgrade from ${plainOf(before.current)} failed: ${message}`, {
    advice:
      'A platform upgrade has no way back: take the findings to the vendor’s support before anything else is started.',
    outputs: { reason: message },
  })
}

async function lookAtProgress(watch: PlatformWatch): Promise<Progress> {
  const { context, controller, generation, id } = watch
  if (generation === 3) return await platformProgress(controller, context.signal)
  // Nothing tells about an upgrade without an id; then the version is all there is.
  if (id === undefined) return { kind: 'complete' }
  const params = { id, pos: '0' }
  const outcome = await controller.send(
    { endpoint: 'backend1', method: 'POST', action: 'check_upgrade_status', params, isRead: true },
    context.signal,
  )
  // The endpoint goes with the generation: the version tells the rest.
  if (outcome.kind === 'missing') return { kind: 'complete' }
  return outcome.kind === 'other' ? oldProgress(outcome.value) : notTold(outcome, 'check_upgrade_status')
}

/** `{done, result, status, pos}` of the older generations. */
function oldProgress(value: unknown): Progress {
  if (!isJsonObject(value)) return { kind: 'away', message: 'the progress cannot be read' }
  const result = typeof value['result'] === 'string' ? value['result'] : ''
  if (value['done'] !== true) return { kind: 'running', message: result || 'the upgrade goes on' }
  return result.startsWith('Error') ? { kind: 'failed', message: result } : { kind: 'complete' }
}

/** What `platform_upgrade_status` says. */
export async function platformProgress(controller: Controller, signal: AbortSignal): Promise<Progress> {
  const outcome = await controller.send(
    {
      endpoint: 'api',
      method: 'POST',
      action: 'platform_upgrade_status',
      params: { platform_only: 'true' },
      isRead: true,
    },
    signal,
  )
  if (outcome.kind !== 'answer') return notTold(outcome, 'platform_upgrade_status')
  const results = outcome.body['results']
  if (!isJsonObject(results)) return { kind: 'away', message: 'the progress cannot be read' }
  const platform = partOf(results, 'platform_upgrade')
  const { status, reason, msg } = partOf(platform, 'results')
  const words = [platform['progmsg'], msg].find((each) => typeof each === 'string' && each !== '')
  const message = typeof words === 'string' ? words : 'the upgrade goes on'
  if (results['is_upgrade_in_progress'] === true || status === 'in progress') return { kind: 'running', message }
  if (status === 'complete' || status === undefined || status === '') return { kind: 'complete' }
  return { kind: 'failed', message: typeof reason === 'string' && reason !== '' ? reason : String(status) }
}

function partOf(value: JsonObject, name: string): JsonObject {
  const part = value[name]
  return isJsonObject(part) ? part : {}
}

/** Silence and refusals while it restarts mean nothing; what can never get better does. */
function notTold(outcome: Exchange, action: string): Progress {
  if (outcome.kind === 'answer') return { kind: 'away', message: 'the progress cannot be read' }
  const failure = failureOf(outcome, action)
  if (outcome.kind === 'failed' && (failure.class === 'cancelled' || failure.class === 'refused')) throw failure
  return { kind: 'away', message: outcome.kind === 'failed' ? failure.message : 'the controller restarts' }
}
