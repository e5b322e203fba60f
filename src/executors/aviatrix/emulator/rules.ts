/** What the controller itself refuses. That it does is documented; the words are the emulator's own. */
import { compareReleases, isSameRelease, seriesOf } from '../release.ts'
import type { GatewayState } from './fleet.ts'
import { stateOf, type World } from './world.ts'

/** The one sentence that the vendor publishes. */
export const activeUpgrade = 'Active upgrade in progress.'

/** @returns the release that a platform upgrade goes to, or why there is none */
export function platformTargetOf(world: World, series: string): { readonly to: string } | { readonly reason: string } {
  const { controller, releases } = world
  const running = seriesOf(controller.version)
  const wanted = series === '' ? running : series
  if (!/^\d+\.\d+$/.test(wanted)) return { reason: `${wanted} is no release: give major and minor` }
  const target = releases.newestOf(wanted)
  if (target === undefined) return { reason: `release ${wanted} is not published` }
  if ((compareReleases(target.version, controller.version) ?? 0) < 0) {
    return { reason: `release ${wanted} is older than the running release ${controller.version}` }
  }
  const hops = releases.hopsFrom(controller.version)
  if (wanted !== running && hops[0] !== wanted) {
    return { reason: `release ${wanted} cannot be reached from ${controller.version}: the next one is ${hops[0]}` }
  }
  return { to: target.version }
}

/** Gateways on another release than the controller's. */
export function unlevelGateways(world: World): readonly GatewayState[] {
  return world.gateways.filter((each) => !isSameRelease(each.version, world.controller.version))
}

/** Sentences about what keeps the controller from going to that release. */
export function platformBlockers(world: World, to: string): readonly string[] {
  const unlevel = unlevelGateways(world)
  const { version } = world.controller
  const some = unlevel.slice(0, 5).map((each) => `${each.name} (${each.version})`)
  const more = unlevel.length > some.length ? ` and ${unlevel.length - some.length} more` : ''
  const old = world.gateways.filter((each) => each.active_mesh === '1.0')
  const needsMesh = seriesOf(version) === '6.7' && seriesOf(to) === '6.8' && old.length > 0
  return [
    ...(unlevel.length > 0
      ? [`gateways do not run the controller's release ${version}: ${some.join(', ')}${more}`]
      : []),
    ...(needsMesh ? [`ActiveMesh 1.0 is in use: ${old.map((each) => each.name).join(', ')}`] : []),
    ...world.gateways
      .filter((each) => each.vpc_state === 'waiting' && each.task === undefined)
      .map((each) => `gateway ${each.name} is waiting`),
  ]
}

export interface GatewayOrder {
  readonly kind: 'software' | 'image' | 'rollback'
  readonly to: string
  readonly image: string
}

/** @returns what an order means for the gateway, or why it is refused */
export function gatewayOrderOf(
  world: World,
  gateway: GatewayState,
  software: string,
  image: string,
): GatewayOrder | { readonly reason: string } {
  const { controller, releases } = world
  const previous = controller.previous_version
  const isBack = software === 'previous' || (previous !== '' && isSameRelease(software, previous))
  const goesBack = isBack && !isSameRelease(software, controller.version)
  if (software === 'previous' && previous === '') return { reason: 'the controller has no previous release' }
  if (goesBack && gateway.previous_version === '') {
    return { reason: `gateway ${gateway.name} was never upgraded: there is nothing to go back to` }
  }
  if (!goesBack && !isSameRelease(software, controller.version)) {
    return { reason: `software_version has to be the controller's release ${controller.version}, or its previous one` }
  }
  const to = goesBack ? previous : controller.version
  const matching = releases.imageOf(to, gateway.cloud) ?? gateway.image
  if (goesBack) {
    const wanted = image === '' ? matching : image
    return wanted === matching ? { kind: 'rollback', to, image: matching } : { reason: mismatch(wanted, to) }
  }
  if (image === '' || image === gateway.image) return { kind: 'software', to, image: gateway.image }
  return image === matching ? { kind: 'image', to, image } : { reason: mismatch(image, to) }
}

function mismatch(image: string, to: string): string {
  return `image ${image} does not belong to release ${to}`
}

/** Sentences about what keeps a gateway from being upgraded now; one in trouble can be built anew by a rollback. */
export function gatewayBlockers(
  world: World,
  gateway: GatewayState,
  order: GatewayOrder | { readonly reason: string },
): readonly string[] {
  const state = stateOf(world, gateway)
  const mayBeInTrouble = 'kind' in order && order.kind === 'rollback' && state !== 'waiting'
  return [
    ...(gateway.task === undefined ? [] : [`gateway ${gateway.name} is being upgraded`]),
    ...(state === 'up' || mayBeInTrouble ? [] : [`gateway ${gateway.name} is ${state}`]),
  ]
}
