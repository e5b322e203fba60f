/** What alters the emulated network: upgrades, backups and switches. */
import { plainOf } from '../release.ts'
import { startGatewayUpgrade } from './gateway-upgrade.ts'
import { startPlatformUpgrade } from './platform-upgrade.ts'
import { type Parameters, printed, type Reply, refused, results } from './reply.ts'
import { activeUpgrade, gatewayBlockers, gatewayOrderOf, platformBlockers, platformTargetOf } from './rules.ts'
import { findGateway, generationOfWorld, type World } from './world.ts'

export function switchDns(world: World, on: boolean): Reply {
  world.controller.vpc_dns_server = on
  world.effects.add(world.timeline.now, { kind: 'setting', what: `VPC DNS server ${on ? 'on' : 'off'}` })
  return results('done')
}

/** Parameters are spelt anew in the newest generation; the other spelling is not understood. */
export function backup(world: World, given: Parameters): Reply {
  const isNew = generationOfWorld(world) === 3
  const account = given[isNew ? 'acct_name' : 'account_name']
  if (world.faults.find('backup-off') || account === undefined) return refused('account and bucket are missing')
  if (given['now'] === 'true') {
    world.timeline.at(world.timeline.now + 20_000, (at) => {
      if (world.faults.take('backup-fails')) return
      const files = world.bucket.write(printed(world.controller.version), at)
      world.effects.add(at, { kind: 'backup', what: files.join(', ') })
    })
  }
  return results('the backup has been configured')
}

export function platformUpgrade(world: World, series: string, everything: boolean): Reply {
  const at = world.timeline.now
  const tell = (what: string): void => world.effects.add(at, { kind: 'call', what: `platform upgrade ${what}` })
  const target = platformTargetOf(world, series === 'latest' ? '' : series)
  const problem = world.controller.upgrade
    ? activeUpgrade
    : 'reason' in target
      ? target.reason
      : platformBlockers(world, target.to)[0]
  if (problem !== undefined || 'reason' in target) {
    tell(`refused: ${problem}`)
    return refused(problem ?? '')
  }
  tell(`to ${target.to} accepted`)
  const { id } = startPlatformUpgrade(world, target.to, everything)
  switch (generationOfWorld(world)) {
    case 0:
      return { kind: 'blocked', taskId: id }
    case 1:
      return { kind: 'bare', value: Number(id) }
    case 2:
      return results(Number(id))
    case 3:
      return results(id)
  }
}

/** How names are separated is not published: commas, in the emulator. */
export function gatewayUpgrade(world: World, given: Parameters): Reply {
  const at = world.timeline.now
  const chosen = (given['gateway_list'] ?? '').split(',').filter((name) => name !== '')
  const orders = chosen.map((name) => {
    const gateway = findGateway(world, name)
    if (gateway === undefined) return { reason: `gateway ${name} was not found` }
    if (world.controller.upgrade) return { reason: activeUpgrade }
    const order = gatewayOrderOf(world, gateway, plainOf(given['software_version'] ?? ''), given['image_version'] ?? '')
    const blocker = gatewayBlockers(world, gateway, order)[0]
    return blocker === undefined && !('reason' in order)
      ? { gateway, order }
      : { reason: blocker ?? ('reason' in order ? order.reason : '') }
  })
  const problem = orders.find((each) => each.reason !== undefined)
  if (chosen.length === 0 || problem !== undefined) {
    const reason = problem?.reason ?? 'gateway_list is empty'
    world.effects.add(at, { kind: 'call', what: `gateway upgrade refused: ${reason}` })
    return refused(reason)
  }
  for (const { gateway, order } of orders) {
    if (gateway === undefined || order === undefined) continue
    world.effects.add(at, {
      kind: 'call',
      gateway: gateway.name,
      what: `${order.kind} upgrade to ${order.to} accepted`,
    })
    startGatewayUpgrade(world, gateway, order)
  }
  return results('the upgrade has been started')
}
