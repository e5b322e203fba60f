import type { Answer } from '../answer.ts'
import type { Settings } from './settings.ts'

/** A gateway as the controller lists it. Texts are empty where the controller does not tell. */
export interface GatewayRow {
  readonly name: string
  /** Name of the primary: both members of a pair have the same. */
  readonly pair: string
  readonly member: 'primary' | 'secondary'
  readonly kind: 'transit' | 'spoke' | 'standalone'
  /** As the controller prints it. */
  readonly version: string
  readonly image: string
  /** `up`, `down`, `waiting`, `config_fail` or `keepalive_fail`. */
  readonly state: string
  readonly instanceState: string
  /** `complete`, `upgrade_fail`, or where an upgrade stands. */
  readonly updateStatus: string
  readonly account: string
  readonly cloudType: number
  readonly region: string
  readonly size: string
  /** `off`, `on` where the version of ActiveMesh is not told, else the version. */
  readonly activeMesh: string
  readonly isVpn: boolean
  /** Not published; read where the settings name the field. */
  readonly previousVersion: string | undefined
  readonly previousImage: string | undefined
  readonly kernel: string | undefined
  readonly vpnUsers: number | undefined
}

const twin = /-hagw(?:-\d+)?$/

/** Reads the answer to `list_vpcs_summary`; the state of upgrades comes from elsewhere. */
export function readGateways(results: Answer, settings: Settings): readonly GatewayRow[] {
  return results.items().map((item) => readGateway(item, settings))
}

function readGateway(item: Answer, { fields }: Settings): GatewayRow {
  const name = item.at('vpc_name').text()
  const isTwin = isYes(item.at('is_hagw')) || twin.test(name)
  const unpublished = (field: string | undefined): string | undefined =>
    field === undefined ? undefined : item.at(field).textOr('')
  const users = unpublished(fields.vpn_users)
  const mesh = unpublished(fields.activemesh_version) ?? ''
  return {
    name,
    pair: name.replace(twin, ''),
    member: isTwin ? 'secondary' : 'primary',
    kind: isYes(item.at('transit_vpc')) ? 'transit' : isYes(item.at('spoke_vpc')) ? 'spoke' : 'standalone',
    version: item.at('gw_software_version').textOr(''),
    image: item.at('gw_image_name').textOr(''),
    state: item.at('vpc_state').text(),
    instanceState: item.at('inst_state').textOr(''),
    updateStatus: '',
    account: item.at('account_name').textOr(''),
    cloudType: Number(item.at('cloud_type').textOr('0')),
    region: item.at('vpc_region').textOr(''),
    size: item.at('vpc_size').textOr(''),
    activeMesh: !isYes(item.at('enable_activemesh')) ? 'off' : mesh === '' ? 'on' : mesh,
    isVpn: isYes(item.at('vpn_status')),
    previousVersion: unpublished(fields.previous_version),
    previousImage: unpublished(fields.previous_image),
    kernel: unpublished(fields.kernel_version),
    vpnUsers: users === undefined || users === '' ? undefined : Number(users),
  }
}

/** Reads the answer to `list_gateway_upgrade_status`: update status by name of the gateway. */
export function readUpgradeStates(results: Answer): ReadonlyMap<string, string> {
  return new Map(
    results
      .at('gw_info')
      .items()
      .map((item) => [item.at('name').text(), item.at('update_status').textOr('')]),
  )
}

/** Switches come as `yes`, `enabled`, `true` or a plain true. */
function isYes(answer: Answer): boolean {
  return /^(?:yes|enabled|true)$/i.test(answer.isNull ? '' : answer.word())
}

/** Statuses of an upgrade that goes on. */
const runningStatuses: ReadonlySet<string> = new Set([
  'upgrading',
  'downloading',
  'downloaded',
  'installing',
  'initializing',
])

export function isUpgrading(gateway: GatewayRow): boolean {
  return runningStatuses.has(gateway.updateStatus)
}

/** The vendor's numbers of the clouds. */
export const cloudNumbers: Readonly<Record<string, number>> = {
  aws: 1,
  gcp: 4,
  azure: 8,
  oci: 16,
  azure_gov: 32,
  aws_gov: 256,
  aws_china: 1024,
  azure_china: 2048,
  alibaba: 8192,
}

/** @returns such as `aws`; the number itself for one that is not known */
export function cloudOf(cloudType: number): string {
  return Object.keys(cloudNumbers).find((name) => cloudNumbers[name] === cloudType) ?? String(cloudType)
}
