import { ActionFailure } from '../../../ports/executor.ts'
import { type Controller, failureOf, failureOfChange, type Params } from '../controller.ts'
import { failureOfRefusal, isUpgradeActive } from '../refusal.ts'
import type { Generation } from '../release.ts'
import type { Exchange } from '../wire.ts'
import { minute } from './arguments-schema.ts'

export interface Start {
  readonly generation: Generation
  /** `6.6`; empty for the newest build of the running release. */
  readonly series: string
  /** Controller and all gateways in one call. */
  readonly everything: boolean
}

/** What followed: an upgrade with an id to ask about, one without, or one that went on already. */
export interface Started {
  readonly id: string | undefined
  readonly joined: boolean
  /** The call came back with the end of the upgrade: the oldest generation blocks. */
  readonly ended: boolean
}

/** The oldest generation is asked again so often while another upgrade goes on. */
const againMax = 3

/** Starts a platform upgrade in the form that the release of the controller wants. */
export async function startPlatform(controller: Controller, start: Start, signal: AbortSignal): Promise<Started> {
  if (start.generation === 0) return await startBlocking(controller, start, signal)
  const outcome = await controller.send(
    {
      endpoint: 'api',
      method: 'POST',
      action: start.everything ? 'upgrade' : 'upgrade_platform',
      params: paramsOf(start),
      isRead: false,
    },
    signal,
  )
  if (outcome.kind === 'refused' && isUpgradeActive(outcome.reason))
    return { id: undefined, joined: true, ended: false }
  const id = idOf(outcome, start.generation)
  if (id !== undefined) return { id, joined: false, ended: false }
  throw notStarted(outcome)
}

function paramsOf({ generation, series, everything }: Start): Params {
  const form: Params = generation === 1 ? { caller: 'ui' } : { async: 'true' }
  if (everything) return series === '' ? form : { ...form, version: series }
  return {
    ...form,
    gateway_list: '',
    software_version: series,
    ...(generation === 3 ? { version: series } : {}),
  }
}

/** A bare number, a number in the envelope, or a text in it. */
function idOf(outcome: Exchange, generation: Generation): string | undefined {
  if (generation === 1) {
    return outcome.kind === 'other' && Number.isInteger(outcome.value) ? String(outcome.value) : undefined
  }
  if (outcome.kind !== 'answer') return undefined
  const id = outcome.body['results']
  if (typeof id === 'number' && id !== 0) return String(id)
  return typeof id === 'string' && id !== '' && id !== '0' ? id : undefined
}

function notStarted(outcome: Exchange): ActionFailure {
  if (outcome.kind === 'answer') {
    return new ActionFailure('refused', 'controller: the upgrade did not start, and no reason was given', {
      advice: 'Look at the upgrade page of the console.',
      notApplied: true,
    })
  }
  return failureOfChange(outcome, 'the start of the upgrade')
}

async function startBlocking(controller: Controller, start: Start, signal: AbortSignal): Promise<Started> {
  const params: Params = start.series === '' ? {} : { version: start.series }
  for (let tries = 0; ; tries += 1) {
    const outcome = await controller.send(
      // A GET that changes: whoever sends it twice starts it twice.
      { endpoint: 'api', method: 'GET', action: 'upgrade', params, isRead: false, timeoutMs: 30 * minute },
      signal,
    )
    if (outcome.kind === 'answer') return { id: undefined, joined: false, ended: true }
    if (outcome.kind !== 'refused') {
      const failure = failureOf(outcome, 'upgrade')
      // The controller restarts under the call that waits for it.
      if (outcome.kind === 'restarting' || failure.class === 'unknown')
        return { id: undefined, joined: false, ended: false }
      throw failure
    }
    if (!isUpgradeActive(outcome.reason)) throw failureOfRefusal('upgrade', outcome.reason)
    if (tries === againMax) return { id: undefined, joined: true, ended: false }
    await controller.pause(minute, signal, 'waiting for the end of another upgrade')
  }
}
