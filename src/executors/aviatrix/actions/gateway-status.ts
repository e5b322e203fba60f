import type { Json } from '../../../base/json.ts'
import { type Action, ActionFailure } from '../../../ports/executor.ts'
import { readsOnly } from '../../capabilities.ts'
import { choice, flag, object, text, whole } from '../../schema.ts'
import { controllerOf, gatewayOf } from '../api.ts'
import { cloudOf, type GatewayRow } from '../gateway.ts'
import { isSameRelease, plainOf } from '../release.ts'
import { minute, requireSchema, system } from './arguments-schema.ts'

export const gatewayStatus: Action = {
  name: 'aviatrix.gateway_status',
  title: 'Read the state of the gateway',
  description:
    'Reads everything that the controller tells about the target: state, versions, images, where an upgrade would go and what a rollback would go back to. Anything but `up` with no upgrade under way fails as `unhealthy`, unless `require: nothing`. With `level: true` it must run the release of the controller too, because a status can read complete before the work is; with `matching_image: true` on the image that belongs to it. Fit for a health check and for an acceptance criterion with a baseline. Texts that the vendor’s API does not tell are empty; see `settings.fields`.',
  with: object({
    system,
    require: requireSchema('up', 'a gateway that is not up, or is being upgraded, fails.'),
    level: flag('Level', 'It must run the release of the controller too.', { default: false }),
    matching_image: flag('Matching image', 'It must be built from the image that belongs to that release too.', {
      default: false,
    }),
  }),
  outputs: object(
    {
      up: flag('Up', 'It is up, and no upgrade is under way.'),
      state: text('State', '`up`, `down`, `waiting`, `config_fail` or `keepalive_fail`.'),
      instance_state: text('Instance', 'State of the instance in the cloud.'),
      update_status: text('Upgrade status', '`complete`, `upgrade_fail`, or where an upgrade stands.'),
      version: text('Version', 'What it runs, without the prefix.', { 'x-target-version': 'now' }),
      previous_version: text('Previous version', 'Blank where it was never upgraded, or the API does not tell.', {
        'x-target-version': 'previous',
      }),
      target_version: text('Target version', 'The release of the controller: the only one that it can go to.'),
      rollback_version: text('Rollback version', 'The previous release of the controller; blank without one.'),
      image: text('Image', 'What it is built from.'),
      previous_image: text('Previous image', 'Blank where it was never replaced, or the API does not tell.'),
      target_image: text('Target image', 'The image that belongs to the target version in its cloud.'),
      rollback_image: text('Rollback image', 'The image that belongs to the rollback version; blank without one.'),
      kernel_version: text('Kernel', 'Its kernel, where the API tells.'),
      level: flag('Level', 'It runs the release of the controller.'),
      account: text('Account', 'Access account.'),
      cloud: text('Cloud', 'Such as `aws`.'),
      region: text('Region', 'As the cloud names it.'),
      type: choice('Type', 'What it is for.', ['transit', 'spoke', 'standalone']),
      role: choice('Role', 'Its place in the pair.', ['primary', 'secondary']),
      pair: text('Pair', 'Name of the primary, the same for both members.'),
      active_mesh: text('ActiveMesh', '`off`, `on`, or the version where the API tells.'),
      vpn: flag('VPN', 'OpenVPN users come in here.'),
      vpn_users: {
        ...whole('VPN users', 'Connected now; null where the API does not tell.'),
        type: ['integer', 'null'],
      },
    },
    ['up', 'state', 'update_status', 'version', 'image', 'level', 'target_version', 'target_image'],
  ),
  capabilities: readsOnly,
  duration: { expected_ms: 2000, worst_ms: minute },
  runs_on: 'target',
  example: { level: true },
  describe: (_args, target) => `list_vpcs_summary and list_gateway_upgrade_status of ${target?.name ?? 'the target'}`,
  async perform(context, args) {
    const controller = await controllerOf(context, args)
    const info = await controller.versionInfo(context.signal)
    const { gateway } = await gatewayOf(context, controller, controller.clock.now())
    const image = (release: string): Promise<string> =>
      release === ''
        ? Promise.resolve('')
        : controller.compatibleImage(plainOf(release), gateway.cloudType, context.signal)
    const isLevel = isSameRelease(gateway.version, info.current)
    const outputs: Readonly<Record<string, Json>> = {
      ...factsOf(gateway),
      target_version: plainOf(info.current),
      rollback_version: plainOf(info.previous),
      target_image: await image(info.current),
      rollback_image: await image(info.previous),
      level: isLevel,
    }
    const summary = `${gateway.state}, ${plainOf(gateway.version)} on ${gateway.image}, ${gateway.updateStatus || 'no status'}`
    if (args['require'] !== 'nothing') {
      refuseUnhealthy(gateway, outputs, args['level'] === true && !isLevel, info.current)
      if (args['matching_image'] === true && gateway.image !== outputs['target_image']) {
        throw new ActionFailure(
          'unhealthy',
          `gateway ${gateway.name} is built from ${gateway.image}, and ${String(outputs['target_image'])} belongs to ${plainOf(info.current)}`,
          { outputs, advice: 'Repeat the image upgrade of this gateway.' },
        )
      }
    }
    return { outputs, summary, changed: false }
  },
}

/** Up, and no upgrade under way or failed. */
export function isUp(gateway: GatewayRow): boolean {
  return gateway.state === 'up' && (gateway.updateStatus === 'complete' || gateway.updateStatus === '')
}

function factsOf(gateway: GatewayRow): Readonly<Record<string, Json>> {
  return {
    up: isUp(gateway),
    state: gateway.state,
    instance_state: gateway.instanceState,
    update_status: gateway.updateStatus,
    version: plainOf(gateway.version),
    previous_version: plainOf(gateway.previousVersion ?? ''),
    image: gateway.image,
    previous_image: gateway.previousImage ?? '',
    kernel_version: gateway.kernel ?? '',
    account: gateway.account,
    cloud: cloudOf(gateway.cloudType),
    region: gateway.region,
    type: gateway.kind,
    role: gateway.member,
    pair: gateway.pair,
    active_mesh: gateway.activeMesh,
    vpn: gateway.isVpn,
    vpn_users: gateway.vpnUsers ?? null,
  }
}

function refuseUnhealthy(
  gateway: GatewayRow,
  outputs: Readonly<Record<string, Json>>,
  isBehind: boolean,
  release: string,
): void {
  if (!isUp(gateway)) {
    throw new ActionFailure(
      'unhealthy',
      `gateway ${gateway.name} is ${gateway.state}, its upgrade status is ${gateway.updateStatus || 'not told'}`,
      { outputs, advice: 'Look at the gateway in the console; a failed upgrade is repeated after a restart of it.' },
    )
  }
  if (isBehind) {
    throw new ActionFailure(
      'unhealthy',
      `gateway ${gateway.name} runs ${plainOf(gateway.version)}, the controller ${plainOf(release)}`,
      { outputs, advice: 'Repeat the upgrade of this gateway.' },
    )
  }
}
