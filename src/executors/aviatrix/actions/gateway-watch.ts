import { type ActionContext, ActionFailure } from '../../../ports/executor.ts'
import { leftOpen } from '../../under-way.ts'
import { gatewayOf } from '../api.ts'
import { type Controller, canPass } from '../controller.ts'
import { type GatewayRow, isUpgrading } from '../gateway.ts'
import { isSameRelease, plainOf } from '../release.ts'
import { isThere, type Wanted } from './gateway-change.ts'

export interface GatewayWatch {
  readonly context: ActionContext
  readonly controller: Controller
  /** As it was before the start. */
  readonly before: GatewayRow
  readonly wanted: Wanted
  /** Instant of our clock. */
  readonly startedAt: number
  /** Milliseconds of the controller's clock. */
  readonly intervalMs: number
  readonly limitMs: number
}

/**
 * Looks at the gateway until it is up, its upgrade complete, and it runs what it was given: the status alone can read
 * complete before the work is.
 *
 * @throws ActionFailure `not_ready`: the upgrade failed and the gateway runs on as before, another try may help.
 *   `unhealthy`: it was changed and does not come up. `timeout`: no end in time. `unknown`: the controller stopped
 *   answering while the upgrade went on
 */
export async function watchGateway(watch: GatewayWatch): Promise<GatewayRow> {
  const { context, controller, before, wanted, intervalMs } = watch
  const endsAt = watch.startedAt + controller.ours(watch.limitMs)
  let last: GatewayRow | undefined
  let told = ''
  const tell = (line: string): void => {
    if (line !== told) context.log(line)
    told = line
  }
  for (;;) {
    const now = controller.clock.now()
    try {
      // The last look is one of its own: what somebody saw before the end decides nothing.
      const notBefore = now >= endsAt ? endsAt : Math.max(watch.startedAt, now - controller.ours(intervalMs / 2))
      last = (await gatewayOf(context, controller, notBefore)).gateway
    } catch (error) {
      if (!(error instanceof ActionFailure) || context.signal.aborted) throw error
      if (!canPass(error) || now >= endsAt)
        throw leftOpen(error, `the upgrade to ${wanted.version} may go on meanwhile`)
      tell(`${error.message}; the upgrade goes on, and so does the watch`)
    }
    if (last !== undefined) {
      const isDone = last.updateStatus === 'complete' || last.updateStatus === ''
      if (last.updateStatus === 'upgrade_fail') throw failed(last, before)
      if (isDone && last.state === 'up' && isThere(wanted, last)) return last
      tell(isDone && !isThere(wanted, last) ? tooEarly(last) : `${last.updateStatus}, ${last.state}`)
    }
    if (now >= endsAt) throw late(last, before, wanted)
    await controller.pause(intervalMs, context.signal, 'waiting for the gateway')
  }
}

function tooEarly(gateway: GatewayRow): string {
  return `the status reads complete, but the gateway still runs ${plainOf(gateway.version)} on ${gateway.image}`
}

function failed(gateway: GatewayRow, before: GatewayRow): ActionFailure {
  const isAsBefore = gateway.state === 'up' && isSameRelease(gateway.version, before.version)
  return new ActionFailure(
    isAsBefore ? 'not_ready' : 'unhealthy',
    `the upgrade of gateway ${gateway.name} failed; it is ${gateway.state} and runs ${plainOf(gateway.version)}`,
    {
      advice: 'Restart the gateway and repeat its software upgrade; when that fails as well, upgrade its image.',
      outputs: outputsOf(gateway),
      notApplied: isAsBefore,
    },
  )
}

function late(gateway: GatewayRow | undefined, before: GatewayRow, wanted: Wanted): ActionFailure {
  const isReplaced = gateway !== undefined && isThere(wanted, gateway) && !isUpgrading(gateway)
  const seen =
    gateway === undefined
      ? 'nothing was seen'
      : `${gateway.state}, ${gateway.updateStatus}, ${plainOf(gateway.version)}`
  return new ActionFailure(
    isReplaced ? 'unhealthy' : 'timeout',
    isReplaced
      ? `gateway ${before.name} runs ${wanted.version}, but it is ${gateway.state}`
      : `gateway ${before.name} did not reach ${wanted.version} in time (${seen})`,
    {
      advice: 'Look at the gateway in the console before anything is started again.',
      outputs: gateway === undefined ? {} : outputsOf(gateway),
    },
  )
}

function outputsOf(gateway: GatewayRow): {
  readonly version: string
  readonly image: string
  readonly update_status: string
} {
  return { version: plainOf(gateway.version), image: gateway.image, update_status: gateway.updateStatus }
}
