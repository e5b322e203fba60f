/** What every API action answers at the instant of the call. */
import type { JsonObject } from '../../../base/json.ts'
import { backup, gatewayUpgrade, platformUpgrade, switchDns } from './changes.ts'
import { accounts, type GatewayState } from './fleet.ts'
import { ownFields, ownHandlers } from './own-actions.ts'
import { platformStatus } from './progress.ts'
import { type Handler, printed, refused, results } from './reply.ts'
import { carries, findGateway, isStruck, stateOf, type World } from './world.ts'

const yesNo = (value: boolean): string => (value ? 'yes' : 'no')

/** Every action that a controller of this world knows. */
export const handlers: Readonly<Record<string, Handler>> = {
  initial_setup: () => results('run'),
  list_version_info: (world, given) => results(versionInfo(world, given['latest_version'] === 'true')),
  get_compatible_image_version(world, given) {
    const cloud = world.gateways.find((each) => String(each.cloud_type) === given['cloud_type'])?.cloud
    const image = cloud === undefined ? undefined : world.releases.imageOf(given['software_version'] ?? '', cloud)
    return image === undefined
      ? refused('no image is known for this release and cloud')
      : results({ image_version: image })
  },
  list_vpcs_summary(world, given) {
    const name = given['gateway_name']
    const chosen = world.gateways.filter((each) => name === undefined || each.name === name)
    return results(chosen.map((each) => summary(world, each)))
  },
  get_gateway_info(world, given) {
    const gateway = findGateway(world, given['gateway_name'] ?? '')
    return gateway === undefined ? refused('gateway was not found') : results(summary(world, gateway))
  },
  list_gateway_upgrade_status: (world) =>
    results({
      gw_info: world.gateways.map((each) => ({
        name: each.name,
        vpc_state: stateOf(world, each),
        update_status: each.update_status,
      })),
    }),
  list_peer_vpc_pairs: (world) => results({ pair_list: tunnelsOf(world) }),
  list_accounts: () =>
    results({ account_list: accounts.map(({ name, cloud_type }) => ({ account_name: name, cloud_type })) }),
  get_account_audit_records: (world) =>
    results(
      accounts.map(({ name }) => {
        const isBad = world.faults.find('audit-fails', ([account]) => account === name) !== undefined
        return {
          account_name: name,
          status: isBad ? 'Fail' : 'Pass',
          comment: isBad ? 'the access role lacks policies, or its credentials are not valid' : '',
        }
      }),
    ),
  get_controller_vpc_dns_server_status: ({ controller }) => results(controller.vpc_dns_server ? 'Enabled' : 'Disabled'),
  enable_controller_vpc_dns_server: (world) => switchDns(world, true),
  disable_controller_vpc_dns_server: (world) => switchDns(world, false),
  get_cloudn_backup_config: (world) =>
    results(
      world.faults.find('backup-off')
        ? { enabled: 'no' }
        : {
            enabled: 'yes',
            acct_name: 'aws-main',
            cloud_type: '1',
            bucket_name: world.bucket.name,
            region: 'us-east-1',
            multiple_bkup: 'yes',
          },
    ),
  enable_cloudn_backup_config: backup,
  disable_cloudn_backup_config: () => refused('the emulated backup is switched off by the fault backup-off only'),
  upgrade: (world, given) => platformUpgrade(world, given['version'] ?? '', true),
  upgrade_platform: (world, given) => platformUpgrade(world, given['software_version'] ?? '', false),
  platform_upgrade_status: platformStatus,
  upgrade_selected_gateway: gatewayUpgrade,
  ...ownHandlers,
}

function versionInfo(world: World, latest: boolean): JsonObject {
  const { controller, releases } = world
  const newest = printed(releases.newest.version)
  const hops = releases.hopsFrom(controller.version)
  return {
    current_version: printed(controller.version),
    previous_version: printed(controller.previous_version),
    kernel_version: controller.kernel,
    ...(latest
      ? { latest_version: newest, [ownFields.hop_list]: hops.length === 0 ? newest : `${newest} (${hops.join(',')})` }
      : {}),
  }
}

function summary(world: World, gateway: GatewayState): JsonObject {
  return {
    vpc_name: gateway.name,
    vpc_state: stateOf(world, gateway),
    inst_state: gateway.inst_state,
    is_hagw: yesNo(gateway.role === 'secondary'),
    transit_vpc: yesNo(gateway.kind === 'transit'),
    spoke_vpc: yesNo(gateway.kind === 'spoke'),
    vpn_status: gateway.vpn ? 'enabled' : 'disabled',
    enable_activemesh: yesNo(gateway.active_mesh !== 'off'),
    gw_software_version: gateway.version,
    gw_image_name: gateway.image,
    cloud_type: gateway.cloud_type,
    account_name: gateway.account,
    vpc_region: gateway.region,
    vpc_size: gateway.size,
    [ownFields.previous_version]: gateway.previous_version,
    [ownFields.previous_image]: gateway.previous_image,
    [ownFields.kernel_version]: gateway.kernel,
    [ownFields.activemesh_version]: gateway.active_mesh === 'off' ? '' : gateway.active_mesh,
    [ownFields.vpn_users]: gateway.vpn_users,
  }
}

/** Every spoke, VPN gateway and edge has a tunnel to the transit of its region, and the transits are a ring. */
function tunnelsOf(world: World): JsonObject[] {
  const transits = world.gateways.filter((each) => each.kind === 'transit')
  const primaries = transits.filter((each) => each.role === 'primary')
  const ring =
    primaries.length < 2 ? [] : primaries.map((each, index) => [each, primaries[(index + 1) % primaries.length]!])
  const leaves = world.gateways
    .filter((each) => each.kind !== 'transit')
    .flatMap((each) => {
      const hub = transits.find((one) => one.region === each.region && one.role === each.role)
      return hub === undefined ? [] : [[each, hub]]
    })
  return [...ring, ...leaves].map((ends) => ({
    vpc_name1: ends[0]!.name,
    vpc_name2: ends[1]!.name,
    peering_state: ends.every((end) => hasTunnels(world, end)) ? 'up' : 'down',
    peering_ha_status: 'disabled',
  }))
}

function hasTunnels(world: World, gateway: GatewayState): boolean {
  return (
    carries(world, gateway) && world.timeline.now >= gateway.tunnels_from && !isStruck(world, 'tunnel-down', gateway)
  )
}
