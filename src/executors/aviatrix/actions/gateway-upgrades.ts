import type { JsonObject } from '../../../base/json.ts'
import {
  type Action,
  type ActionContext,
  ActionFailure,
  type ActionResult,
  type JsonSchema,
} from '../../../ports/executor.ts'
import { durationMs } from '../../arguments.ts'
import { flag, object, part, text } from '../../schema.ts'
import { afterStart } from '../../under-way.ts'
import { controllerOf, gatewayOf } from '../api.ts'
import type { Controller } from '../controller.ts'
import { rehearsalOf } from '../dry-run.ts'
import { type GatewayRow, isUpgrading } from '../gateway.ts'
import { ask, namedLookup } from '../lookup.ts'
import { isUpgradeActive } from '../refusal.ts'
import { plainOf } from '../release.ts'
import type { VersionInfo } from '../version-info.ts'
import { intervalSchema, limitSchema, minute, second, system } from './arguments-schema.ts'
import { type Change, isThere, refuseChange, refuseOther, type Wanted, wantedOf } from './gateway-change.ts'
import { watchGateway } from './gateway-watch.ts'

const expectedCurrent =
  'What the controller is expected to run, such as `6.7` or `6.7.1376`: on any other it is refused. It cannot be chosen.'

const image = text('Image', 'Default: the image that belongs to the release of the controller in this cloud.')

const withoutActiveMesh = part(
  'Without ActiveMesh',
  'ActiveMesh is off or 1.0, and the vendor’s support has agreed. Without this such a gateway is refused.',
  object({ case: text('Case', 'Number of the case with the vendor’s support.', { minLength: 3 }) }, ['case']),
)

const bothMembersAtOnce = part(
  'Both members at once',
  'Takes this member although the other one of its HA pair is being replaced or down: an outage of the pair. Without this it waits for nobody and is refused.',
  object({ reason: text('Reason', 'Why the outage is accepted.', { minLength: 10 }) }, ['reason']),
)

const outputs: JsonSchema = object(
  {
    version: text('Version', 'What the gateway runs now, without the prefix.', { 'x-target-version': 'now' }),
    previous_version: text('Previous version', 'What it ran before.', { 'x-target-version': 'previous' }),
    image: text('Image', 'What it is built from now.'),
    previous_image: text('Previous image', 'What it was built from before.'),
    update_status: text('Upgrade status', 'The controller’s word.'),
    started_at: text('Started', 'Instant in ISO 8601.'),
    ended_at: text('Ended', 'Instant in ISO 8601.'),
    joined: flag('Joined', 'An upgrade was going on already.'),
  },
  ['version', 'previous_version', 'image', 'previous_image', 'update_status', 'started_at', 'ended_at', 'joined'],
)

interface Kind {
  readonly change: Change
  readonly name: string
  readonly title: string
  readonly description: string
  /** What the argument `to` is for. */
  readonly to: string
  readonly arguments: Readonly<Record<string, JsonSchema>>
  readonly effect: 'change' | 'disruptive'
  readonly example: JsonObject
  readonly expectedMs: number
  readonly limit: string
  readonly limitMs: number
}

export const gatewayUpgrade: Action = makeUpgrade({
  change: 'software',
  name: 'aviatrix.gateway_upgrade',
  title: 'Upgrade the software of the gateway',
  description:
    'Brings the gateway to the release of its controller, in place and without an interruption; its image stays. No other release can be chosen. The gateway is watched until it is up, its upgrade complete, and it runs that release. Most releases leave OpenVPN users alone, some restart the service: the release notes say so.',
  to: expectedCurrent,
  arguments: {},
  effect: 'change',
  example: {},
  expectedMs: 5 * minute,
  limit: '20m',
  limitMs: 20 * minute,
})

export const gatewayImageUpgrade: Action = makeUpgrade({
  change: 'image',
  name: 'aviatrix.gateway_image_upgrade',
  title: 'Replace the gateway by one of the matching image',
  description:
    'Builds the gateway anew from the image that belongs to the release of the controller: traffic is disturbed for a short time, throughput drops. One member of an ActiveMesh pair is drained first; both at once are replaced without any safeguard, so the second one is refused while the first is away. Refused too where ActiveMesh is off or 1.0, until a support case is named. A large number of tunnels needs up to an hour.',
  to: expectedCurrent,
  arguments: { image, without_active_mesh: withoutActiveMesh, both_members_at_once: bothMembersAtOnce },
  effect: 'disruptive',
  example: { limit: '1h' },
  expectedMs: 8 * minute,
  limit: '40m',
  limitMs: 40 * minute,
})

export const gatewayRollback: Action = makeUpgrade({
  change: 'rollback',
  name: 'aviatrix.gateway_rollback',
  title: 'Roll the gateway back to the controller’s previous release',
  description:
    'Replaces the gateway by one with the previous release of the controller; the controller chooses release and image. Traffic is disturbed for a short time, and OpenVPN users of the gateway are out until it is back. **Afterwards the controller cannot be upgraded until this gateway runs its release again**: when the fault is cured by a newer controller only, there is no way on but the vendor’s support.',
  to: 'What the previous release of the controller is expected to be, such as `6.6.123`: any other is refused. The controller chooses.',
  arguments: { both_members_at_once: bothMembersAtOnce },
  effect: 'disruptive',
  example: {},
  expectedMs: 8 * minute,
  limit: '40m',
  limitMs: 40 * minute,
})

function makeUpgrade(kind: Kind): Action {
  return {
    name: kind.name,
    title: kind.title,
    description: kind.description,
    with: object({
      system,
      to: text('Release', kind.to, { 'x-target-version': 'to' }),
      ...kind.arguments,
      interval: intervalSchema('15s'),
      limit: limitSchema(kind.limit),
    }),
    outputs,
    capabilities: {
      effect: kind.effect,
      idempotent: false,
      probe: true,
      dry_run: true,
      reversible: false,
      resumable: true,
    },
    duration: { expected_ms: kind.expectedMs, worst_ms: kind.limitMs },
    runs_on: 'target',
    example: kind.example,
    describe: (_args, target) => `upgrade_selected_gateway of ${target?.name ?? 'the target'} (${kind.change})`,
    perform: (context, args) => perform(kind, context, args),
    async probe(context, args) {
      const seen = await look(kind, context, args)
      const { gateway, wanted } = seen
      const summary = `runs ${plainOf(gateway.version)} on ${gateway.image}, ${gateway.updateStatus || 'no status'}`
      if (isUpgrading(gateway)) return { state: 'running', summary }
      if (isThere(wanted, gateway)) return { state: 'applied', summary, outputs: unchanged(seen).outputs }
      return { state: 'not_applied', summary }
    },
    async dryRun(context, args) {
      const { controller, gateway, twin, wanted } = await look(kind, context, args)
      const way = `${plainOf(gateway.version)} → ${wanted.version} on ${wanted.image}`
      if (isThere(wanted, gateway))
        return { coverage: 'checked', summary: `runs ${wanted.version} on ${wanted.image} already` }
      refuseChange(kind.change, gateway, twin, wanted, args)
      const lookup = namedLookup(controller, {}, 'gateway_dry_run')
      if (lookup === undefined) {
        return { coverage: 'simulated', summary: `${way} is allowed; the controller’s own dry run is not named` }
      }
      const { errors } = rehearsalOf(await ask(context, controller, lookup, paramsOf(gateway, wanted)))
      if (errors.length === 0)
        return { coverage: 'checked', summary: `${way}: the dry run of the controller found no error` }
      throw new ActionFailure('not_ready', `the dry run of the controller: ${errors.join('; ')}`, {
        outputs: { errors: [...errors] },
        notApplied: true,
      })
    },
  }
}

interface Seen {
  readonly controller: Controller
  readonly info: VersionInfo
  readonly gateway: GatewayRow
  readonly twin: GatewayRow | undefined
  readonly wanted: Wanted
}

async function look(kind: Kind, context: ActionContext, args: JsonObject): Promise<Seen> {
  const controller = await controllerOf(context, args)
  const info = await controller.versionInfo(context.signal)
  const { gateway, twin } = await gatewayOf(context, controller, controller.clock.now())
  const wanted = await wantedOf(context, controller, kind.change, gateway, info, args)
  refuseOther(args, wanted)
  return { controller, info, gateway, twin, wanted }
}

async function perform(kind: Kind, context: ActionContext, args: JsonObject): Promise<ActionResult> {
  const seen = await look(kind, context, args)
  const { controller, gateway, wanted } = seen
  const joined = isUpgrading(gateway)
  if (!joined && isThere(wanted, gateway)) return unchanged(seen)
  const intervalMs = durationMs(args, 'interval', 15 * second)
  const startedAt = controller.clock.now()
  if (joined) context.log(`an upgrade goes on already (${gateway.updateStatus}); waiting for its end`)
  else {
    // Two members of a pair that begin at the same instant must not both see the other one up.
    await controller.inTurn(gateway.pair, async () => {
      const { twin } = await gatewayOf(context, controller, controller.clock.now())
      refuseChange(kind.change, gateway, twin, wanted, args)
      await start(context, controller, gateway, wanted, intervalMs)
    })
    context.log(`${gateway.name}: ${plainOf(gateway.version)} → ${wanted.version} was accepted`)
  }
  const limitMs = durationMs(args, 'limit', kind.limitMs)
  const ended = await watchGateway({ context, controller, before: gateway, wanted, startedAt, intervalMs, limitMs })
  return {
    outputs: {
      ...stateOf(ended),
      previous_version: plainOf(gateway.version),
      previous_image: gateway.image,
      started_at: new Date(startedAt).toISOString(),
      ended_at: new Date(controller.clock.now()).toISOString(),
      joined,
    },
    summary: `${plainOf(gateway.version)} → ${plainOf(ended.version)}${ended.image === gateway.image ? '' : ` on ${ended.image}`}`,
    changed: true,
  }
}

/** Sends it; how several names stand in `gateway_list` is not published, so a call takes one gateway. */
async function start(
  context: ActionContext,
  controller: Controller,
  gateway: GatewayRow,
  wanted: Wanted,
  intervalMs: number,
): Promise<void> {
  try {
    await sendInTurn(context, controller, paramsOf(gateway, wanted))
  } catch (error) {
    if (!(error instanceof ActionFailure) || error.class !== 'unknown' || context.signal.aborted) throw error
    // A call that waits for the end may outlast the connection; the status tells whether it began.
    await controller.pause(intervalMs, context.signal, 'looking whether the upgrade began')
    const { gateway: now } = await afterStart(context.signal, 'the upgrade may go on meanwhile', () =>
      gatewayOf(context, controller, controller.clock.now()),
    )
    if (!isUpgrading(now) && !isThere(wanted, now) && now.updateStatus !== 'upgrade_fail') throw error
    context.log(`${error.message}; the status says that it began`)
  }
}

/** The end of a platform upgrade can be told before it is there: what still goes on is waited for, five minutes. */
async function sendInTurn(
  context: ActionContext,
  controller: Controller,
  params: Readonly<Record<string, string>>,
): Promise<void> {
  for (let looks = 0; ; looks += 1) {
    try {
      await controller.change('upgrade_selected_gateway', params, context.signal)
      return
    } catch (error) {
      const isBusy = error instanceof ActionFailure && isUpgradeActive(error.message)
      if (!isBusy || looks === 5) throw error
      context.log('another upgrade goes on at the controller; waiting for its end')
      await controller.pause(minute, context.signal, 'waiting for another upgrade')
    }
  }
}

export function paramsOf(gateway: GatewayRow, wanted: Wanted): Readonly<Record<string, string>> {
  return {
    gateway_list: gateway.name,
    software_version: wanted.softwareVersion,
    image_version: wanted.image,
  }
}

function stateOf(gateway: GatewayRow): JsonObject {
  return { version: plainOf(gateway.version), image: gateway.image, update_status: gateway.updateStatus }
}

function unchanged({ controller, gateway }: Seen): ActionResult {
  const now = new Date(controller.clock.now()).toISOString()
  return {
    outputs: {
      ...stateOf(gateway),
      previous_version: plainOf(gateway.previousVersion ?? ''),
      previous_image: gateway.previousImage ?? '',
      started_at: now,
      ended_at: now,
      joined: false,
    },
    summary: `runs ${plainOf(gateway.version)} on ${gateway.image} already`,
    changed: false,
  }
}
