import { UsageError } from '../../../base/error.ts'
import { type ActiveFault, type FaultList, spanOf } from '../../emulator/fault-list.ts'
import type { Timeline } from '../../emulator/timeline.ts'
import { type Generation, generationOf } from '../release.ts'
import type { EffectLog } from './effect-log.ts'
import { type FaultDefinition, type FaultName, faultDefinitions } from './fault-table.ts'
import { accounts, type GatewayState } from './fleet.ts'
import type { Releases } from './releases.ts'

/** The controller as `state.json` shows it. Instants are milliseconds since 1970 on the emulated clock. */
export interface ControllerState {
  version: string
  /** Empty where it was never upgraded. */
  previous_version: string
  kernel: string
  vpc_dns_server: boolean
  readonly instance_type: string
  /** The web server in front answers for it until then. */
  away_until: number
  upgrade?: PlatformTask
  /** How the last upgrade ended. */
  last_upgrade: { readonly status: 'none' | 'complete' | 'failed'; readonly message: string }
  /** When accounts were audited last. */
  audited_at: number
}

export interface PlatformTask {
  readonly id: string
  readonly to: string
  readonly everything: boolean
  readonly started_at: number
  message: string
  /** Set at the end; `failed` carries the words. */
  outcome?: { readonly kind: 'complete' } | { readonly kind: 'failed'; readonly message: string }
}

/** Everything that the parts of an emulated network share. */
export interface World {
  readonly controller: ControllerState
  readonly gateways: readonly GatewayState[]
  readonly releases: Releases
  readonly timeline: Timeline
  readonly faults: FaultList<FaultName>
  readonly effects: EffectLog
  readonly bucket: Bucket
  /** Instant at which the emulator started. */
  readonly startedAt: number
  /** Wire form that was asked for; by the release that runs where absent. */
  readonly fixedGeneration: Generation | undefined
  /** Platform upgrades by id. */
  readonly tasks: Map<string, PlatformTask>
  /** Sessions by CID, with the instant at which each is over. */
  readonly sessions: Map<string, number>
  readonly sessionMs: number
}

/** Where the controller writes its backups. */
export interface Bucket {
  readonly name: string
  /** Writes the dated copies and the latest one; keeps three dated ones. */
  write(version: string, at: number): readonly string[]
}

export function generationOfWorld(world: World): Generation {
  return world.fixedGeneration ?? generationOf(world.controller.version) ?? 3
}

export function findGateway(world: World, name: string): GatewayState | undefined {
  return world.gateways.find((each) => each.name === name)
}

export function twinOf(world: World, gateway: GatewayState): GatewayState | undefined {
  return world.gateways.find((each) => each.pair === gateway.pair && each !== gateway)
}

/** Says whether the first parameter of a fault names the gateway. */
export function names(gateway: GatewayState): (parameters: readonly string[]) => boolean {
  return ([name]) => name === gateway.name
}

/** State as everybody sees it, outages by faults included. */
export function stateOf(world: World, gateway: GatewayState): GatewayState['vpc_state'] {
  return isStruck(world, 'gateway-down', gateway) ? 'down' : gateway.vpc_state
}

/** Says whether a fault with a span holds the gateway now. */
export function isStruck(world: World, fault: 'gateway-down' | 'tunnel-down', gateway: GatewayState): boolean {
  const since = world.timeline.now - world.startedAt
  return world.faults.all(fault, names(gateway)).some(({ parameters }) => {
    const span = spanOf(parameters[1])
    return span !== undefined && since >= span.from && since < span.to
  })
}

/** Says whether it carries traffic now. */
export function carries(world: World, gateway: GatewayState): boolean {
  return stateOf(world, gateway) === 'up' && !gateway.drained
}

/** @throws UsageError `FAULT_TARGET_UNKNOWN`, `FAULT_INCOMPLETE` */
export function checkFault(world: World, fault: ActiveFault<FaultName>): void {
  const definition: FaultDefinition | undefined = faultDefinitions.find((each) => each.name === fault.name)
  const name = fault.parameters[0] ?? ''
  const isSpan = fault.name === 'gateway-down' || fault.name === 'tunnel-down'
  if (isSpan && spanOf(fault.parameters[1]) === undefined) {
    throw new UsageError('FAULT_INCOMPLETE', `the fault "${fault.text}" needs two durations such as 10m..40m`, {
      hint: `Write ${fault.name}:gateway:10m..40m.`,
    })
  }
  const isGatewayDryRun = fault.name === 'dry-run-error' && name !== ''
  const kind = isGatewayDryRun ? 'gateway' : definition?.names
  if (kind === undefined) return
  const known = kind === 'gateway' ? world.gateways.map((each) => each.name) : accounts.map((each) => each.name)
  if (known.includes(name)) return
  throw new UsageError('FAULT_TARGET_UNKNOWN', `the fault "${fault.text}" names no ${kind} of the network`, {
    hint: `There are ${known.slice(0, 3).join(', ')} and so on; see inventory.yaml.`,
  })
}
