import type { Overrun, Window } from '../calendar/index.ts'
import type { Rollout } from '../runbook/runbook.generated.ts'
import type { PlanRolloutWindow } from './model.ts'
import type { RunbookPath } from './places.ts'
import type { Planning } from './planning.ts'
import type { StepSite } from './step-site.ts'

/** From the mildest to the strictest. */
const strictness: readonly Overrun[] = ['finish_unit', 'rollback', 'stop']

/** @param path - leads to `window` */
export function planRolloutWindow(
  window: Rollout['window'],
  site: StepSite,
  path: RunbookPath,
  planning: Planning,
): PlanRolloutWindow | undefined {
  if (window === undefined) return undefined
  if (typeof window === 'string') return plain([window], planning)
  if ('ids' in window) {
    const reserve = planning.duration(window.reserve, site.bindings, [...path, 'reserve'])
    return {
      ...plain(window.ids, planning),
      ...(window.overrun === undefined ? {} : { overrun: window.overrun }),
      ...(window.fit === undefined ? {} : { fit: window.fit }),
      ...(reserve === undefined ? {} : { reserve_ms: reserve }),
      ...(window.openings === undefined ? {} : { openings: window.openings }),
    }
  }
  return plain(window, planning)
}

function plain(ids: readonly string[], planning: Planning): PlanRolloutWindow {
  const named = windowsOf(ids, planning)
  const strictest = Math.max(0, ...named.map(({ overrun }) => strictness.indexOf(overrun)))
  return { ids, overrun: strictness[strictest]!, fit: 'worst_case', reserve_ms: 0 }
}

function windowsOf(ids: readonly string[], planning: Planning): readonly Window[] {
  const windows = planning.calendar?.definition.windows ?? []
  return windows === 'always' ? [] : windows.filter(({ id }) => ids.includes(id))
}
