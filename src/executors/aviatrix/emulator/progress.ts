/** How a platform upgrade stands, in the words of each wire generation. */
import { platformMs } from './platform-upgrade.ts'
import { type Reply, refused, results } from './reply.ts'
import type { World } from './world.ts'

/** The progress that the private endpoint of the older generations gives. */
export function progressOf(world: World, id: string): Reply {
  const task = world.tasks.get(id)
  if (task === undefined) return refused('there is no such request')
  const isEarly = world.faults.find('platform-complete-early') !== undefined
  const done = task.outcome !== undefined || isEarly
  const result = task.outcome?.kind === 'failed' ? task.outcome.message : task.message
  return { kind: 'bare', value: { pos: 0, done, status: done ? 'done' : 'in progress', result } }
}

/** What the newest generation says; for a moment after the start it still shows the upgrade before. */
export function platformStatus(world: World): Reply {
  const { controller, timeline, faults } = world
  const task = controller.upgrade
  const isQuiet = task !== undefined && timeline.now - task.started_at < platformMs.quiet
  if (task !== undefined && !isQuiet && !faults.find('platform-complete-early')) {
    const platform = { results: { status: 'in progress', reason: '', msg: task.message }, progmsg: task.message }
    return results({ is_upgrade_in_progress: true, platform_upgrade: platform })
  }
  const { status, message } = controller.last_upgrade
  const last = status === 'none' ? '' : status
  const reason = status === 'failed' ? message : ''
  return results({
    is_upgrade_in_progress: false,
    platform_upgrade: { results: { status: last, reason, msg: message }, progmsg: message },
  })
}
