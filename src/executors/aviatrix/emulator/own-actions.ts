/** Calls and fields that the vendor does not publish: names, parameters and answers are the emulator's own. */
import { plainOf, seriesOf } from '../release.ts'
import { type Handler, type Parameters, type Reply, refused, results } from './reply.ts'
import { gatewayBlockers, gatewayOrderOf, platformBlockers, platformTargetOf } from './rules.ts'
import { findGateway, type World } from './world.ts'

/** Names of the calls. */
export const ownActions = {
  platform_dry_run: 'emulated_platform_dry_run',
  gateway_dry_run: 'emulated_gateway_dry_run',
  ping: 'emulated_ping',
  port_test: 'emulated_port_test',
  account_audit: 'emulated_account_audit',
  controller_ha: 'emulated_controller_ha',
  instance_attributes: 'emulated_instance_attributes',
} as const

/** Names of the fields. */
export const ownFields = {
  hop_list: 'upgrade_path',
  previous_version: 'gw_previous_version',
  previous_image: 'gw_previous_image',
  kernel_version: 'gw_kernel_version',
  activemesh_version: 'activemesh_version',
  vpn_users: 'connected_vpn_users',
} as const

const haNewest = '4.3'

export const ownHandlers: Readonly<Record<string, Handler>> = {
  [ownActions.platform_dry_run]: platformDryRun,
  [ownActions.gateway_dry_run]: gatewayDryRun,
  [ownActions.ping]: (world, given) => reach(world, given['host'] ?? '', ''),
  [ownActions.port_test]: (world, given) => reach(world, given['host'] ?? '', given['port'] ?? ''),
  [ownActions.account_audit](world) {
    world.controller.audited_at = world.timeline.now
    return results('the audit has been done')
  },
  [ownActions.controller_ha]: (world) =>
    results({ enabled: 'yes', version: world.faults.find('ha-outdated') ? '4.1' : haNewest, latest_version: haNewest }),
  [ownActions.instance_attributes]: ({ controller, faults }) =>
    results({
      instance_type: controller.instance_type,
      cpu_credits: faults.find('credits-standard') ? 'standard' : 'unlimited',
    }),
}

/** Without a target, a controller with several releases pending tests against the last of them, as 7.0 did. */
function platformDryRun(world: World, given: Parameters): Reply {
  const series = given['version'] ?? ''
  const target = platformTargetOf(world, series === '' ? seriesOf(world.releases.newest.version) : series)
  const errors = [
    ...('reason' in target ? [target.reason] : platformBlockers(world, target.to)),
    ...(world.faults.find('dry-run-error', ([name]) => (name ?? '') === '')
      ? ['the package server cannot be reached']
      : []),
  ]
  return results({ errors, warnings: [] })
}

function gatewayDryRun(world: World, given: Parameters): Reply {
  const name = given['gateway_list'] ?? ''
  const gateway = findGateway(world, name)
  if (gateway === undefined) return refused(`gateway ${name} was not found`)
  const order = gatewayOrderOf(world, gateway, plainOf(given['software_version'] ?? ''), given['image_version'] ?? '')
  const hit = world.faults.find('dry-run-error', ([struck]) => struck === name)
  const errors = [
    ...gatewayBlockers(world, gateway, order),
    ...('reason' in order ? [order.reason] : []),
    ...(hit ? ['the package server cannot be reached'] : []),
  ]
  return results({ errors, warnings: [] })
}

function reach(world: World, host: string, port: string): Reply {
  const isCut = world.faults
    .all('unreachable', ([name]) => name === host)
    .some(({ parameters }) => (parameters[1] ?? '') === '' || parameters[1] === port)
  const what = port === '' ? host : `${host} port ${port}`
  return results(isCut ? `${what} is unreachable: timed out` : `${what} answered`)
}
