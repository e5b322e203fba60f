import type { GatewayState, GatewayTask } from './fleet.ts'
import type { GatewayOrder } from './rules.ts'
import { carries, names, stateOf, twinOf, type World } from './world.ts'

const second = 1000
const minute = 60_000

/**
 * Steps of an upgrade, milliseconds from its start. A software upgrade in place is done after three minutes, a replacement
 * after seven, which is inside the five to seven minutes that the vendor gives; the steps between are the emulator's own
 * choice.
 */
export const gatewayMs = {
  software: { downloading: 10_000, downloaded: 60_000, installing: 70_000, initializing: 150_000, complete: 180_000 },
  replacement: {
    drained: 60_000,
    downloading: 90_000,
    downloaded: 150_000,
    installing: 160_000,
    initializing: 300_000,
    complete: 420_000,
  },
  /** From the new gateway until its tunnels are up. */
  tunnels: 30_000,
} as const

interface Run {
  readonly world: World
  readonly gateway: GatewayState
  readonly task: GatewayTask
}

/** Starts what the rules have allowed. */
export function startGatewayUpgrade(world: World, gateway: GatewayState, order: GatewayOrder): void {
  const at = world.timeline.now
  const task: GatewayTask = { ...order, started_at: at }
  gateway.task = task
  const run: Run = { world, gateway, task }
  phase(run, at, 'upgrading')
  if (order.kind === 'software') {
    const times = gatewayMs.software
    for (const name of ['downloading', 'downloaded'] as const) later(run, times[name], (at) => phase(run, at, name))
    later(run, times.installing, (at) => install(run, at, () => continueSoftware(run)))
    return
  }
  beginReplacement(run, at)
}

function later({ world, gateway, task }: Run, ms: number, work: (at: number) => void): void {
  world.timeline.at(task.started_at + ms, (at) => {
    if (gateway.task === task) work(at)
  })
}

function phase({ world, gateway, task }: Run, at: number, status: GatewayState['update_status']): void {
  const isEarly = world.faults.find('gateway-complete-early', names(gateway)) !== undefined
  gateway.update_status = isEarly ? 'complete' : status
  world.effects.add(at, {
    kind: 'phase',
    gateway: gateway.name,
    what: status,
    detail: { kind: task.kind, to: task.to },
  })
}

function install(run: Run, at: number, go: () => void): void {
  const { world, gateway } = run
  phase(run, at, 'installing')
  if (world.faults.take('gateway-hangs', names(gateway))) return
  if (world.faults.take('gateway-fails', names(gateway)) === undefined) return go()
  later(run, at - run.task.started_at + 20 * second, (then) => fail(run, then))
}

/** A failed installation leaves it as it was; a replacement falls back on the old gateway. */
function fail(run: Run, at: number): void {
  const { world, gateway } = run
  comeUp(run, at)
  gateway.update_status = 'upgrade_fail'
  delete gateway.task
  world.effects.add(at, {
    kind: 'phase',
    gateway: gateway.name,
    what: 'upgrade_fail',
    detail: { reason: 'Archive is too short' },
  })
}

function continueSoftware(run: Run): void {
  const times = gatewayMs.software
  later(run, times.initializing, (at) => {
    phase(run, at, 'initializing')
    setVersion(run, at)
    const { world, gateway, task } = run
    if (gateway.vpn && world.releases.find(task.to)?.restarts_vpn === true) {
      world.effects.add(at, { kind: 'vpn', gateway: gateway.name, what: 'the service restarts; users connect again' })
    }
  })
  later(run, times.complete, (at) => complete(run, at))
}

function beginReplacement(run: Run, at: number): void {
  const { world, gateway } = run
  const times = gatewayMs.replacement
  const twin = twinOf(world, gateway)
  const canDrain =
    gateway.active_mesh === '2.0' && twin !== undefined && twin.task === undefined && carries(world, twin)
  if (canDrain) {
    gateway.drained = true
    const what = `BGP stops, the tunnel interfaces go down, the routes move to ${twin.name}`
    world.effects.add(at, { kind: 'drain', gateway: gateway.name, what })
  }
  later(run, times.drained, (then) => takeAway(run, then))
  for (const name of ['downloading', 'downloaded'] as const) later(run, times[name], (then) => phase(run, then, name))
  later(run, times.installing, (then) => install(run, then, () => continueReplacement(run)))
}

function takeAway({ world, gateway }: Run, at: number): void {
  gateway.vpc_state = 'down'
  gateway.inst_state = 'terminated'
  const twin = twinOf(world, gateway)
  if (twin === undefined || !carries(world, twin)) {
    const what = twin === undefined ? 'nobody carries its traffic' : 'both members of the pair are away'
    world.effects.add(at, { kind: 'outage', gateway: gateway.name, what })
  }
  if (gateway.vpn_users > 0) {
    world.effects.add(at, { kind: 'vpn', gateway: gateway.name, what: `${gateway.vpn_users} users are cut off` })
    gateway.vpn_users = 0
  }
}

function continueReplacement(run: Run): void {
  const { gateway } = run
  const times = gatewayMs.replacement
  later(run, times.initializing, (at) => {
    gateway.inst_state = 'running'
    gateway.vpc_state = 'waiting'
    phase(run, at, 'initializing')
    setVersion(run, at)
  })
  later(run, times.complete, (at) => {
    comeUp(run, at)
    complete(run, at)
  })
}

function comeUp({ world, gateway }: Run, at: number): void {
  const wasAway = gateway.vpc_state !== 'up'
  gateway.drained = false
  gateway.inst_state = 'running'
  const isBare = world.faults.take('gateway-config-fail', (given) => wasAway && names(gateway)(given)) !== undefined
  gateway.vpc_state = isBare ? 'config_fail' : 'up'
  if (!wasAway) return
  gateway.tunnels_from = at + gatewayMs.tunnels
  if (gateway.vpn && !isBare) {
    gateway.vpn_users = 25
    world.effects.add(at, { kind: 'vpn', gateway: gateway.name, what: 'users connect again' })
  }
}

function setVersion({ world, gateway, task }: Run, at: number): void {
  gateway.previous_version = gateway.version
  gateway.version = task.to
  if (task.kind !== 'software') {
    gateway.previous_image = gateway.image
    gateway.image = task.image
  }
  gateway.kernel = world.releases.find(task.to)?.kernel ?? gateway.kernel
  world.effects.add(at, { kind: 'version', gateway: gateway.name, what: task.to, detail: { image: gateway.image } })
}

function complete(run: Run, at: number): void {
  const { world, gateway } = run
  delete gateway.task
  world.faults.take('gateway-complete-early', names(gateway))
  gateway.update_status = 'complete'
  world.effects.add(at, { kind: 'phase', gateway: gateway.name, what: 'complete' })
  const after = world.faults.take('gateway-down-after', names(gateway))
  if (after === undefined) return
  world.timeline.at(at + Number(after.parameters[1] || 5) * minute, (then) => {
    if (gateway.task !== undefined || stateOf(world, gateway) !== 'up') return
    gateway.vpc_state = 'keepalive_fail'
    world.effects.add(then, { kind: 'phase', gateway: gateway.name, what: 'keepalive_fail' })
  })
}
