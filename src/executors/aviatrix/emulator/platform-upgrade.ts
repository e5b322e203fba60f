import { startGatewayUpgrade } from './gateway-upgrade.ts'
import { generationOfWorld, type PlatformTask, type World } from './world.ts'

const minute = 60_000

/** Steps of a platform upgrade, milliseconds from its start; all times are the emulator's own choice. */
export const platformMs = {
  downloaded: 120_000,
  restart: 300_000,
  /** How long the web server answers in place of the controller. */
  away: 30_000,
  complete: 420_000,
  /** For so long the newest generation shows the end of the upgrade before. */
  quiet: 60_000,
} as const

/** @param to - release with its build */
export function startPlatformUpgrade(world: World, to: string, everything: boolean): PlatformTask {
  const at = world.timeline.now
  const number = 4000 + world.tasks.size + 1
  const id = generationOfWorld(world) === 3 ? `upgrade-${number}` : String(number)
  const task: PlatformTask = { id, to, everything, started_at: at, message: 'downloading the packages' }
  world.tasks.set(id, task)
  if (to === world.controller.version) {
    task.outcome = { kind: 'complete' }
    task.message = 'there is nothing newer'
    world.controller.last_upgrade = { status: 'complete', message: task.message }
    return task
  }
  world.controller.upgrade = task
  note(world, at, `platform upgrade to ${to} begins`)
  later(world, task, platformMs.downloaded, (then) => install(world, task, then))
  return task
}

function later(world: World, task: PlatformTask, ms: number, work: (at: number) => void): void {
  world.timeline.at(task.started_at + ms, (at) => {
    if (world.controller.upgrade === task) work(at)
  })
}

function note(world: World, at: number, what: string): void {
  world.effects.add(at, { kind: 'phase', what })
}

function install(world: World, task: PlatformTask, at: number): void {
  task.message = 'installing'
  note(world, at, 'installing')
  if (world.faults.take('platform-hangs')) return
  if (world.faults.take('platform-fails')) {
    task.outcome = { kind: 'failed', message: 'Error: the packages could not be installed' }
    world.controller.last_upgrade = { status: 'failed', message: task.outcome.message }
    delete world.controller.upgrade
    note(world, at, task.outcome.message)
    return
  }
  later(world, task, platformMs.restart, (then) => restart(world, task, then))
}

/** The upgrade ends every session, and the controller is away for a while. */
function restart(world: World, task: PlatformTask, at: number): void {
  const { controller, releases } = world
  const slow = world.faults.take('platform-slow-restart')
  const more = Number(slow?.parameters[0] ?? 0) * minute
  task.message = 'restarting'
  controller.away_until = at + platformMs.away + more
  world.sessions.clear()
  world.effects.add(at, { kind: 'session', what: 'every session ends' })
  note(world, at, 'restarting')
  later(world, task, platformMs.restart + platformMs.away + more, (then) => {
    controller.previous_version = controller.version
    controller.version = task.to
    controller.kernel = releases.find(task.to)?.kernel ?? controller.kernel
    task.message = 'starting services'
    world.effects.add(then, { kind: 'version', what: task.to })
  })
  later(world, task, platformMs.complete + more, (then) => end(world, task, then))
}

function end(world: World, task: PlatformTask, at: number): void {
  task.outcome = { kind: 'complete' }
  task.message = 'complete'
  world.controller.last_upgrade = { status: 'complete', message: 'complete' }
  world.faults.take('platform-complete-early')
  delete world.controller.upgrade
  note(world, at, 'complete')
  if (!task.everything) return
  for (const gateway of world.gateways) {
    startGatewayUpgrade(world, gateway, { kind: 'software', to: task.to, image: gateway.image })
  }
}
