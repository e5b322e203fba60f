/** Software upgrade, image upgrade and rollback of a gateway: one API action, told apart by what it is given. */
import type { JsonObject } from '../../../base/json.ts'
import { type ActionContext, ActionFailure } from '../../../ports/executor.ts'
import { objectOf, optionalText } from '../../arguments.ts'
import type { Controller } from '../controller.ts'
import { type GatewayRow, isUpgrading } from '../gateway.ts'
import { compareReleases, isSameRelease, plainOf, seriesOf } from '../release.ts'
import type { VersionInfo } from '../version-info.ts'

export type Change = 'software' | 'image' | 'rollback'

/** What the gateway is to run, and how that is said. */
export interface Wanted {
  /** Without the prefix. */
  readonly version: string
  readonly image: string
  /** `previous` for a rollback: the controller chooses. */
  readonly softwareVersion: string
}

/** @throws ActionFailure `refused` where there is nothing to go to */
export async function wantedOf(
  context: ActionContext,
  controller: Controller,
  change: Change,
  gateway: GatewayRow,
  info: VersionInfo,
  args: JsonObject,
): Promise<Wanted> {
  const image = (version: string): Promise<string> =>
    controller.compatibleImage(version, gateway.cloudType, context.signal)
  const current = plainOf(info.current)
  switch (change) {
    case 'software':
      return { version: current, image: gateway.image, softwareVersion: current }
    case 'image': {
      const named = optionalText(args, 'image')
      return { version: current, image: named ?? (await image(current)), softwareVersion: current }
    }
    case 'rollback': {
      const previous = plainOf(info.previous)
      if (previous === '') {
        throw refused(
          'the controller has no previous release, so no gateway can go back',
          'A gateway goes back to the previous release of its controller only.',
        )
      }
      return { version: previous, image: await image(previous), softwareVersion: 'previous' }
    }
  }
}

/** @throws ActionFailure `refused` when the controller stands elsewhere than the caller thinks */
export function refuseOther(args: JsonObject, { version }: Wanted): void {
  const to = optionalText(args, 'to')
  if (to === undefined || isSameRelease(to, version) || plainOf(to) === seriesOf(version)) return
  throw refused(
    `the gateway would go to ${version}, and ${plainOf(to)} is expected`,
    'A gateway goes to the release of its controller, or back to the previous one: look at the controller first.',
  )
}

export function isThere({ version, image }: Wanted, gateway: GatewayRow): boolean {
  return isSameRelease(gateway.version, version) && (image === '' || gateway.image === image)
}

/**
 * What speaks against sending it, as far as it can be seen from here; nothing was done when this throws.
 *
 * @throws ActionFailure `refused`: never as things are. `not_ready`: not now
 */
export function refuseChange(
  change: Change,
  gateway: GatewayRow,
  twin: GatewayRow | undefined,
  wanted: Wanted,
  args: JsonObject,
): void {
  // A rollback builds the gateway anew: for one that is in trouble on its new image it is the way out.
  const mayBeInTrouble = change === 'rollback' && gateway.state !== 'waiting'
  if (gateway.state !== 'up' && !mayBeInTrouble) {
    throw notReady(
      `gateway ${gateway.name} is ${gateway.state}`,
      'Bring it up first, or open a case with the vendor’s support.',
    )
  }
  if (change === 'rollback') refuseRollback(gateway, wanted)
  if (change === 'image' && (gateway.activeMesh === 'off' || gateway.activeMesh.startsWith('1'))) {
    if (objectOf(args, 'without_active_mesh') === undefined) {
      const mesh = gateway.activeMesh === 'off' ? 'off' : gateway.activeMesh
      throw refused(
        `ActiveMesh of gateway ${gateway.name} is ${mesh}`,
        'Open a case with the vendor’s support first, and name it in `without_active_mesh`.',
      )
    }
  }
  if (change !== 'software' && objectOf(args, 'both_members_at_once') === undefined) refuseSecondMember(twin)
}

function refuseRollback(gateway: GatewayRow, wanted: Wanted): void {
  if (gateway.previousVersion === '') {
    throw refused(
      `gateway ${gateway.name} was never upgraded, so it has nothing to go back to`,
      'Replace it or ask the vendor’s support.',
    )
  }
  if ((compareReleases(gateway.version, wanted.version) ?? 1) < 0) {
    throw refused(
      `gateway ${gateway.name} runs ${plainOf(gateway.version)}, which is older than the controller’s previous release ${wanted.version}`,
      'Upgrade it to the release of the controller instead.',
    )
  }
}

/** Both members of a pair at once are replaced without any safeguard. */
function refuseSecondMember(twin: GatewayRow | undefined): void {
  if (twin === undefined) return
  if (isUpgrading(twin)) {
    throw notReady(
      `the other member of the pair, ${twin.name}, is being replaced (${twin.updateStatus})`,
      'One member goes after the other; both at once are an outage.',
    )
  }
  if (twin.state !== 'up') {
    throw notReady(
      `the other member of the pair, ${twin.name}, is ${twin.state} and cannot carry the traffic`,
      'Bring it up first; replacing this one as well is an outage.',
    )
  }
}

function refused(message: string, advice: string): ActionFailure {
  return new ActionFailure('refused', message, { advice, notApplied: true })
}

function notReady(message: string, advice: string): ActionFailure {
  return new ActionFailure('not_ready', message, { advice, notApplied: true })
}
