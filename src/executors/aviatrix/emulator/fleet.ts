/** Gateways, regions and accounts; the same for the same options. Names and shares are the emulator's own choice. */
import type { Releases } from './releases.ts'

/** A gateway as `state.json` shows it. Instants are milliseconds since 1970 on the emulated clock. */
export interface GatewayState {
  readonly name: string
  /** Name of the primary. */
  readonly pair: string
  readonly role: 'primary' | 'secondary'
  readonly kind: 'transit' | 'spoke' | 'standalone'
  readonly account: string
  readonly cloud: 'aws' | 'azure' | 'gcp'
  readonly cloud_type: number
  readonly region: string
  readonly size: string
  readonly active_mesh: 'off' | '1.0' | '2.0'
  readonly vpn: boolean
  /** OpenVPN users that are connected now. */
  vpn_users: number
  version: string
  /** Empty where it was never upgraded. */
  previous_version: string
  image: string
  /** Empty where it was never replaced. */
  previous_image: string
  kernel: string
  vpc_state: 'up' | 'down' | 'waiting' | 'config_fail' | 'keepalive_fail'
  inst_state: 'running' | 'terminated' | 'pending'
  update_status:
    | 'complete'
    | 'upgrading'
    | 'downloading'
    | 'downloaded'
    | 'installing'
    | 'initializing'
    | 'upgrade_fail'
  /** Takes no traffic: it is being drained for its replacement. */
  drained: boolean
  /** Instant from which its tunnels are up again. */
  tunnels_from: number
  /** Upgrade that goes on. */
  task?: GatewayTask
}

export interface GatewayTask {
  readonly kind: 'software' | 'image' | 'rollback'
  readonly to: string
  readonly image: string
  readonly started_at: number
}

export interface Region {
  readonly name: string
  /** Short form in names of gateways. */
  readonly code: string
  readonly cloud: GatewayState['cloud']
  readonly cloud_type: number
  readonly account: string
}

export const regions: readonly Region[] = [
  { name: 'us-east-1', code: 'use1', cloud: 'aws', cloud_type: 1, account: 'aws-main' },
  { name: 'eu-central-1', code: 'euc1', cloud: 'aws', cloud_type: 1, account: 'aws-main' },
  { name: 'West Europe', code: 'weu', cloud: 'azure', cloud_type: 8, account: 'azure-main' },
  { name: 'europe-west3', code: 'euw3', cloud: 'gcp', cloud_type: 4, account: 'gcp-main' },
]

export const accounts: readonly { readonly name: string; readonly cloud_type: number }[] = [
  { name: 'aws-main', cloud_type: 1 },
  { name: 'azure-main', cloud_type: 8 },
  { name: 'gcp-main', cloud_type: 4 },
]

type Draft = Pick<GatewayState, 'name' | 'pair' | 'role' | 'kind' | 'active_mesh' | 'vpn'>

export interface FleetOptions {
  readonly count: number
  readonly version: string
  /** What the gateways ran before; their images are still of it. Empty where they were never upgraded. */
  readonly previous: string
  readonly releases: Releases
}

export function buildFleet(options: FleetOptions): readonly GatewayState[] {
  const fleet: GatewayState[] = []
  for (let round = 0; fleet.length < options.count; round += 1) {
    for (const region of regions) {
      for (const draft of draftsOf(region.code, round)) fleet.push(gateway(draft, region, options))
      if (fleet.length >= options.count) break
    }
  }
  return fleet
}

/** Each region has a transit pair, and in every round a spoke pair, a VPN gateway and one without ActiveMesh. */
function draftsOf(code: string, round: number): readonly Draft[] {
  const number = round + 1
  return [
    ...(round === 0 ? pairOf(`transit-${code}`, 'transit', '2.0') : []),
    ...pairOf(`spoke-${code}-${number}`, 'spoke', '2.0'),
    single(`vpn-${code}-${number}`, true),
    single(`edge-${code}-${number}`, false),
  ]
}

function pairOf(name: string, kind: 'transit' | 'spoke', mesh: '2.0'): readonly Draft[] {
  return [
    { name, pair: name, role: 'primary', kind, active_mesh: mesh, vpn: false },
    { name: `${name}-hagw`, pair: name, role: 'secondary', kind, active_mesh: mesh, vpn: false },
  ]
}

/** VPN gateways and edges stand alone; ActiveMesh is for transit and spoke. */
function single(name: string, vpn: boolean): Draft {
  return { name, pair: name, role: 'primary', kind: 'standalone', active_mesh: vpn ? '2.0' : 'off', vpn }
}

function gateway(draft: Draft, region: Region, { version, previous, releases }: FleetOptions): GatewayState {
  const { cloud, cloud_type, account } = region
  return {
    ...draft,
    account,
    cloud,
    cloud_type,
    region: region.name,
    size: cloud === 'aws' ? 'c5.xlarge' : cloud === 'azure' ? 'Standard_B2ms' : 'n1-standard-2',
    vpn_users: draft.vpn ? 25 : 0,
    version,
    previous_version: previous,
    image: releases.imageOf(previous || version, cloud) ?? '',
    previous_image: '',
    kernel: releases.find(version)?.kernel ?? '',
    vpc_state: 'up',
    inst_state: 'running',
    update_status: 'complete',
    drained: false,
    tunnels_from: 0,
  }
}
