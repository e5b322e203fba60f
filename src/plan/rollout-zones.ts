import type { CalendarDefinition, Freeze, Window } from '../calendar/index.ts'
import type { Rollout } from '../runbook/runbook.generated.ts'
import type { PlanLane, PlanRolloutWindow } from './model.ts'
import { nameSome } from './name-some.ts'
import type { RunbookPath } from './places.ts'
import type { Planning } from './planning.ts'

/**
 * Gives every lane the time zone in which its windows and freezes are read, where they are read on the clock of the
 * targets. Undefined after a finding.
 *
 * @param source - leads to the rollout
 */
export function withZones(
  lanes: readonly PlanLane[],
  window: PlanRolloutWindow | undefined,
  rollout: Rollout,
  source: RunbookPath,
  planning: Planning,
): readonly PlanLane[] | undefined {
  const { calendar } = planning
  if (!calendar || !needsZone(calendar.definition, window?.ids)) return lanes
  const path = rollout.window === undefined ? source : [...source, 'window']
  const why = window === undefined ? 'a freeze is' : 'its window is'
  const zones = lanes.map((lane) => zoneOf(lane, why, path, planning))
  if (zones.includes(undefined)) return undefined
  return lanes.map((lane, index) => ({ ...lane, time_zone: zones[index]! }))
}

function zoneOf(lane: PlanLane, why: string, path: RunbookPath, planning: Planning): string | undefined {
  const names = lane.waves.flatMap((wave) => wave.targets.map(({ name }) => name))
  const zones = new Set(names.map((name) => planning.targets[name]!.time_zone ?? ''))
  const without = names.filter((name) => (planning.targets[name]!.time_zone ?? '') === '')
  const [zone = ''] = zones
  if (without.length > 0) {
    const hint = 'Give them `time_zone` in the inventory, or the window one of its own.'
    const message = `${nameSome(without, 'target')} ${without.length === 1 ? 'has' : 'have'} no time zone, and ${why} read on the clock of each target`
    planning.reporter.error('PLAN_TIME_ZONE', path, message, hint)
    return undefined
  }
  if (zones.size > 1) {
    const hint = 'Write `lanes: target.time_zone`, or give the window a time zone of its own.'
    const message = `the targets of the lane "${lane.id}" have ${zones.size} time zones, and ${why} read on the clock of each target`
    planning.reporter.error('PLAN_TIME_ZONE', path, message, hint)
    return undefined
  }
  const known = planning.calendar!.tools.zoneNamed(zone)
  if (known !== undefined) return known
  const hint = 'Write an IANA name such as Europe/Berlin in the inventory.'
  const message = `"${zone}", the time zone of ${nameSome(names, 'target')}, is not known`
  planning.reporter.error('PLAN_TIME_ZONE', path, message, hint)
  return undefined
}

/** Whether anything that holds for the rollout is read on the clock of the targets. */
function needsZone({ windows, freezes }: CalendarDefinition, ids: readonly string[] | undefined): boolean {
  const named = windows === 'always' ? [] : windows.filter(({ id }) => ids?.includes(id))
  return [...named, ...freezes].some(onTargetClock)
}

function onTargetClock({ zone, when }: Window | Freeze): boolean {
  if (when.kind === 'events') return when.events.some((event) => event.zone === 'target')
  const instants = when.kind === 'dated' && when.from.kind === 'instant' && when.to.kind === 'instant'
  return zone === 'target' && !instants
}
